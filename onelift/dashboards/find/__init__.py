"""One search over everything that its asker may see."""
