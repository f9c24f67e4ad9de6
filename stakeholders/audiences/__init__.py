"""Who is meant: rules, personas, saved audiences, crowds."""
