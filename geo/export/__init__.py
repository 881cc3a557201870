"""Files that a view can become."""
