"""A made-up, China-like landscape as functions of place.

Every module answers one question about a place given in metres of the scene's
Albers grid, and gives the same answer whatever the resolution of the grid:
where the land ends (`outline`), how high it is (`terrain`), its climate
(`climate`), which region and land cover it has (`regions`, `land_cover`) and
what a satellite would see there (`vegetation`). `scene` puts the answers
together, `store` writes them. All chance comes from `noise`, so it is a
function of place and seed too.
"""
