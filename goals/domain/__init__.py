"""The mathematics of goals: pure, without Django, clock or input and output."""
