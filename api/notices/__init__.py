"""Notices to people: channels, templates, quiet hours, delivery."""
