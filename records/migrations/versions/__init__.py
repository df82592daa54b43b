"""One module for each released change of the tables, oldest first by `down_revision`."""
