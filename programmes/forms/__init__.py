"""What people type about programmes, checked."""
