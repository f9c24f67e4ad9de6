"""What benchmarks of pages share: the server as in production, a bare view on it, and load."""
