"""Personnel files and site files: read, judged, shown, written."""
