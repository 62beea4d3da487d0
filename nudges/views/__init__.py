"""Pages about nudges."""
