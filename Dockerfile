# SmartHabit as one image for every process of docker-compose.yml: web, sockets, worker, beat and the migrations.
# The interpreter is the one that the test suite runs on; 3.11 or newer will do.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --quiet --require-hashes --requirement requirements.txt
COPY . .
# Catalogues are compiled and static files collected, hashed and compressed here, so that a container starts at once and
# never writes. The keys that this step makes for itself stay behind in /tmp of this stage.
RUN /venv/bin/pybabel --quiet compile --directory locale --domain django \
    && DATA_DIR=/tmp/build STATIC_ROOT=/app/staticfiles /venv/bin/python -m smarthabit.serving.static \
    && /venv/bin/python -m compileall -q smarthabit habits goals analytics nudges

FROM python:${PYTHON}
RUN groupadd --system --gid 10001 smarthabit \
    && useradd --system --uid 10001 --gid smarthabit --no-create-home --home-dir /nonexistent smarthabit
COPY --from=build /venv /venv
COPY --from=build /app /app
# Two arenas for threads instead of one each: less memory. DATA_DIR is on a tmpfs, as nothing here is worth keeping.
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    STATIC_ROOT=/app/staticfiles \
    DATA_DIR=/tmp/smarthabit
WORKDIR /app
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "smarthabit.serving.probe", "http"]
CMD ["daphne", "--bind", "0.0.0.0", "--port", "8000", "--verbosity", "0", "--websocket-max-message-size", "65536", "smarthabit.asgi:application"]
