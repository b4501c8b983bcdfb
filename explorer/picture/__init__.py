"""Pictures of maps without a browser: windows, pixels, colours, outlines, graticule."""
