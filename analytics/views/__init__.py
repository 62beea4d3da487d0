"""The pages of insights and of weekly reviews."""
