"""Who signs in: users, roles, what they open, invitations."""
