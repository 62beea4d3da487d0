"""What the templates of accounts need."""
