"""The home of one region."""
