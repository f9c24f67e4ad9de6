"""What is planned when, how much hits the same people, and the plan as a page."""
