"""Lines of the log: their form, what they belong to, and what never stands in them."""
