"""Nudges: deciding whether, when and how to speak, and learning whether it helped."""
