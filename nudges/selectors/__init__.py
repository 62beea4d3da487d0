"""Reading nudges."""
