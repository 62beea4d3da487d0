"""Feeds: habits as a calendar that other programs subscribe to, by an address that is its own key."""
