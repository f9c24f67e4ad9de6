"""Who goes live soon, feels a high impact, and is not informed."""
