"""What the portal takes from whom: how large, how often. See docs/decisions/slow-clients.md."""
