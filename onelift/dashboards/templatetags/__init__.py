"""What templates of all floors take from the roof."""
