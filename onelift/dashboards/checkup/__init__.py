"""Whether the portal can do its work: health, and what doctor looks at."""
