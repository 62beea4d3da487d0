"""Readers of other programs' files, and of our own: pure, streaming, and trusting nothing."""
