"""Settings as a place of their own: all their pages in one list, and what is wrong in each."""
