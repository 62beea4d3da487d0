"""Fixtures that start something real: the servers, the product, a browser."""
