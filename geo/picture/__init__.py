"""The picture: incidents as PNG, SVG, PDF, small multiples or film, by matplotlib alone."""
