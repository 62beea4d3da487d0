"""The floor everything stands on: clock, domain events, live publishing, HTTP and API plumbing. It has no models."""
