"""Suggestions as rows and on screens: made as days close, answered, undone, and measured."""
