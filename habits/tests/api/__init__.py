"""The habits part of the API, from outside."""
