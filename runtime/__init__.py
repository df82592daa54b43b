"""What every process needs before it does anything: settings, keys, logs and the Temporal plugin."""
