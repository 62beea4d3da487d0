# Every target is a script that also works without make.
.PHONY: setup run demo test test-faults check audit judge services faults

setup:
	scripts/setup dev

run:
	scripts/run

demo:
	scripts/demo

test:
	scripts/test

# Kills, freezes and fills up real processes, in a short form.
test-faults:
	scripts/test --faults

check:
	scripts/check

# Known vulnerabilities of the pinned packages, as far as the index knows of them.
audit:
	scripts/audit

# Needs the judges' folder beside this one; nothing else does.
judge:
	scripts/judge

# The product on PostgreSQL, Valkey, Celery workers and one beat, as in docker-compose.yml but without Docker.
services:
	scripts/services scripts/run-services

# Kills, freezes and fills up real processes, and counts what was lost: docs/reliability.md.
faults:
	scripts/faults
