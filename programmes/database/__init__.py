"""What talks to the database and the broker by itself: clock, compiled SQL, triggers, waking."""
