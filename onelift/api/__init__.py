"""The interface for other systems: tokens checked, floors gathered, errors said as JSON."""
