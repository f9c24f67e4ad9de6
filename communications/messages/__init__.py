"""What is said, in which language and when: texts, channels named, and the frozen content."""
