"""Who is told: people, how many there are, whom not to contact."""
