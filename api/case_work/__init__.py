"""Clerks' work on cases: worklists, search, owners, live timelines."""
