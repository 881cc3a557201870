"""Takes batches of incidents into the data package's tables."""
