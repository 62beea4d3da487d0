"""The product's Celery application, with the counting provider of the environment as a channel."""

from celery.signals import worker_init

from smarthabit.celery import app

__all__ = ["app"]


@worker_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _add_provider(**_: object) -> None:
    from smarthabit.testing.nudging import register

    register()
