"""What the two tables for maps share: the outlines of Natural Earth and where a point lies in one."""

import json
from pathlib import Path
from typing import Any

from common import source

Ring = list[tuple[float, float]]

PUBLIC_DOMAIN = {
    "name": "public-domain",
    "title": "Natural Earth: public domain; the copy used: CC0 1.0 Universal",
    "path": "https://www.naturalearthdata.com/about/terms-of-use/",
}
NATURAL_EARTH = source(
    "Natural Earth, Admin 0 countries, 1:110 million",
    "https://www.naturalearthdata.com/downloads/110m-cultural-vectors/",
    "Made with Natural Earth. Admin 0 countries, 1:110 million, naturalearthdata.com; through the repository martynafford/natural-earth-geojson, commit 0b9a6ceb.",
    "commit 0b9a6ceb0a7032713abd9460ac1e995a9c60cd1e",
    "@misc{natural_earth_110m, author = {{Natural Earth}}, title = {Admin 0 countries, 1:110 million}, url = {https://www.naturalearthdata.com/downloads/110m-cultural-vectors/}}",
)


def features(raw: Path) -> list[tuple[dict[str, Any], list[list[Ring]]]]:
    """Each feature's properties and its polygons: lists of rings, the outer one first."""
    collection = json.loads((raw / "natural-earth-110m" / "countries_110m.geojson").read_text(encoding="utf-8"))
    found = []
    for feature in collection["features"]:
        shape = feature["geometry"]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        found.append((feature["properties"], polygons))
    return found


def area(ring: Ring) -> float:
    """In square degrees, good enough to find the largest of a state's polygons."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def inside(polygon: list[Ring]) -> tuple[float, float]:
    """A point in the polygon: the middle of the longest stretch inside, along the latitude halfway between south and north."""
    latitudes = [y for _, y in polygon[0]]
    halfway = (min(latitudes) + max(latitudes)) / 2
    crossings = sorted(
        x1 + (halfway - y1) * (x2 - x1) / (y2 - y1)
        for ring in polygon
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True)
        if (y1 <= halfway) != (y2 <= halfway)
    )
    west, east = max(zip(crossings[::2], crossings[1::2], strict=True), key=lambda stretch: stretch[1] - stretch[0])
    return round((west + east) / 2, 2), round(halfway, 2)
