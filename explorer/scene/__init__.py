"""A place without a model: its grid, its land cells packed in blocks, and the inputs they have.

``recipes`` turns files into a dataset, ``store`` reads and writes it, ``validate`` refuses what
does not fit, ``packing`` keeps the land cells, ``scene`` holds them; ``shapes`` are areas of users.
"""
