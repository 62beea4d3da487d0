"""Habits: plans, entries, streaks. The ground floor."""
