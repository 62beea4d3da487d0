"""Days, schedules, plans, streaks and strength: pure functions of rows, standard library only."""
