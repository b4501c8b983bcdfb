"""The data model: a validated ``xarray.Dataset`` on one grid, and the land cells packed from it.

``recipes`` brings files into the package's names and units, ``align`` onto one grid, ``validate``
refuses what does not fit, ``store`` writes and reads, ``prepare`` packs the cells the model runs.
"""
