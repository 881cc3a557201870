"""Whatever holds incidents, and what may be asked of it."""
