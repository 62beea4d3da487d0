"""Django's backend for SQLite, with turns at writing."""
