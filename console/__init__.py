"""What the `once` commands do."""
