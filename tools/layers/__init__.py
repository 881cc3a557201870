"""Steps of the map-layer build; `tools/build_layers.py` runs them in order."""
