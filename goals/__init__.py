"""Goals: what linked habits add up to, and when they will."""
