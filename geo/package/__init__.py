"""The data package: the only reader of ``data/``."""
