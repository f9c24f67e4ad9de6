"""The figures of boards that objectives may take; importing its queries registers them."""
