"""One search over everything that its reader may see."""
