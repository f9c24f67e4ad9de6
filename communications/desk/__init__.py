"""Pages that read all wings: lists, one message, its texts, a sending while it runs."""
