"""How an email leaves once: connections, the ledger and its leases, and whether all may be sent."""
