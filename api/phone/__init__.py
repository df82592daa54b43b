"""Citizens' pages: phone first, by sections."""
