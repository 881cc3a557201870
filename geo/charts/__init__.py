"""Charts of incidents, for pages and files."""
