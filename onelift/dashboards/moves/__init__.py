"""A go-live moves with open eyes: what moves along, what is in its way, who heard the old date."""
