"""The pure kernel: definitions, conditions, clock, adapter contract and the case reducer."""
