"""Stand-in agencies behind real HTTP, each with its own ledger of effects."""
