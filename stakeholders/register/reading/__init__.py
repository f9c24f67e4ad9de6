"""Files that come."""
