"""Parts that several pages have: words, styles."""
