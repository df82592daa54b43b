"""Who somebody is, proven: by whom depends on the installation."""
