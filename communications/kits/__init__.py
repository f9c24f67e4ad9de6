"""Files to hang up and hand on: what a kit holds, how it is made, and links to it."""
