"""map_points: a point in each of the 57, so that states too small to see can be drawn."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, members, source
from natural_earth import NATURAL_EARTH, PUBLIC_DOMAIN, area, features, inside

# The outlines lack three island states. Degrees and minutes as published, longitude first.
CENTRES = {"BHR": (50 + 33 / 60, 26.0), "COM": (44 + 15 / 60, -12 - 10 / 60), "MDV": (73.0, 3 + 15 / 60)}

TABLE = Table(
    name="map_points",
    title="A point in each member state",
    description="One point for each of the 57, for maps on which a small state would not be seen.",
    measured="54 points are computed from the largest polygon of outlines: the middle of the longest stretch inside it, along the latitude halfway between its southern and northern end. "
    "Three island states have the centre that The World Factbook publishes.",
    misses=[
        "A place to put a mark, not a capital, a centre of area or a centre of people.",
        "For Comoros and Maldives the published centre lies among the islands, perhaps at sea.",
        "For states of several islands or parts the point is on the largest one.",
        "Not for measuring distances.",
    ],
    fields=[
        iso3_column("the member state"),
        column("longitude_deg", "number", "Longitude, east of Greenwich is positive", unit="degrees", minimum=-180, maximum=180),
        column("latitude_deg", "number", "Latitude, north is positive", unit="degrees", minimum=-90, maximum=90),
        column("basis", "string", "Where the point comes from", enum=["computed from the outline", "published centre"]),
    ],
    primary_key=["iso3"],
    sources=[
        NATURAL_EARTH,
        source(
            "The World Factbook: geographic coordinates",
            "https://www.cia.gov/the-world-factbook/field/geographic-coordinates/",
            "Central Intelligence Agency. The World Factbook, field Geographic coordinates (Bahrain 26 00 N, 50 33 E; Comoros 12 10 S, 44 15 E; Maldives 3 15 N, 73 00 E).",
            "as copied in public repositories",
            "@misc{factbook_coordinates, author = {{Central Intelligence Agency}}, title = {The World Factbook: Geographic coordinates}, "
            "url = {https://www.cia.gov/the-world-factbook/field/geographic-coordinates/}}",
        ),
    ],
    licences=[PUBLIC_DOMAIN],
    lessons=["02", "05"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a member state."""
    largest = {properties["iso3"]: max(shape, key=lambda polygon: area(polygon[0])) for properties, shape in features(raw)}
    rows = []
    for state in sorted(members(raw)):
        drawn = state in largest
        longitude, latitude = inside(largest[state]) if drawn else (round(degrees, 2) for degrees in CENTRES[state])
        rows.append((state, longitude, latitude, "computed from the outline" if drawn else "published centre"))
    return pd.DataFrame(rows, columns=[f["name"] for f in TABLE.fields])
