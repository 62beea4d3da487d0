"""Forms of habits: they check shape and keep what was typed; services check the rules."""
