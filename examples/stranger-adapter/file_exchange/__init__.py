"""An agency that exchanges files in a shared folder, as a OneThing adapter."""
