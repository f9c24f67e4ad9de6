"""What changes for a reader, on public pages."""
