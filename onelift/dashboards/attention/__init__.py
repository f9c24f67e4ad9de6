"""What matters first: facts of all floors on one scale, for the titles of boards."""
