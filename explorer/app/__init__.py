"""The page. The only place that knows about screens (Panel, HoloViews, GeoViews, Datashader)."""
