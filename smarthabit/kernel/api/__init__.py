"""What every API of the product shares: problem documents, pages, limits, safe retries, strict JSON."""
