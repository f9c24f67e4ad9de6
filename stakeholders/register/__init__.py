"""Stakeholders, impacts and personal objectives."""
