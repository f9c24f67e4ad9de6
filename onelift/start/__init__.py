"""The first hour: from an empty installation to the first approved message."""
