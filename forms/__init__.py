"""The form engine: merge, certificate, plan, validate, project and the checks at load."""
