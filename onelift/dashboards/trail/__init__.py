"""The audit trail as pages."""
