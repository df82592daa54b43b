"""The HTTP door: JSON API, pages and callbacks."""
