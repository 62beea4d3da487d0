"""The goals part of the API."""
