"""Accounts over HTTP for programs: tokens, the own profile, and how the API knows who asks."""
