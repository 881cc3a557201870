"""The library of Marz: reads, filters, joins, draws and exports. It never imports streamlit."""
