"""Nudges in the API."""
