"""What the environment says: variables, their spelling, the settings of databases and bounces."""
