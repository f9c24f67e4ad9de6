"""Who is behind a number: lists of people, one person, personas, places, streams, imports."""
