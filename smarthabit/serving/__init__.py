"""Running the product: the bridge from ASGI to WSGI, and everything in one process for the embedded mode."""
