"""Other people's files, made into data sets."""
