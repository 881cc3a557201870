"""The atlas as pages and files for the web: the same bytes for a server and for a folder."""
