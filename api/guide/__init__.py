"""What can be done here and how: service guides, the wall display, filing at the window."""
