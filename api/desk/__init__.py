"""The desk of an agency without a system of its own."""
