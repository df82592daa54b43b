"""Agency adapters: each translates the contract of `onething.adapter` and does nothing else."""
