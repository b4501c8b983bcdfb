"""The Vegetation page: the paper's Table I and Fig. 6."""
