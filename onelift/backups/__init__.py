"""Backups of the whole portal, and putting one back: see docs/decisions/backup.md."""
