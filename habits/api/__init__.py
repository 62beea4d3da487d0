"""The habits part of the API."""
