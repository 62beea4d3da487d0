"""People: sign-in, tokens, preferences, and the sequence number of everything each of them sees."""
