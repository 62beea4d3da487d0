"""The pages of habits: each view parses, calls a service or selector, and renders."""
