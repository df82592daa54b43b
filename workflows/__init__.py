"""Durable workflows: thin executors of the kernel's reducer."""
