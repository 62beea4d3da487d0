"""The pure nudge engine: who may be nudged now, whether it is worth it, and what was learned."""
