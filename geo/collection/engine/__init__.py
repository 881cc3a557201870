"""Data sets that are asked by a query engine: DuckDB, PostgreSQL, Spark."""
