"""The commands of the command line, one module each; `geo.__main__` gathers them."""
