"""How things of the ground floor are written and drawn: formats, marks, charts, colours."""
