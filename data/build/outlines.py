"""outlines: the outlines of countries as points, for simple maps."""

from pathlib import Path

import pandas as pd
from common import ISO3, Table, column, known
from natural_earth import NATURAL_EARTH, PUBLIC_DOMAIN, features

TABLE = Table(
    name="outlines",
    title="Outlines of countries",
    description="Outlines of 177 countries and areas as a table of points, for maps of the world: each polygon is a list of rings, each ring a list of points in drawing order.",
    measured="Natural Earth gives simplified coasts and borders for maps at 1:110 million, as they are held on the ground; coordinates are rounded to 0.01 degree.",
    misses=[
        "De facto borders as Natural Earth draws them: no statement on any claim. Say so beside a map.",
        "Northern Cyprus, Somaliland and Kosovo are features without a code in countries: their iso3 is missing and name says what they are. Western Sahara has its own code.",
        "Too coarse to measure a length, an area or a distance, and to tell whether a place lies in a state.",
        "Small states are not drawn: of the 57, Bahrain, Comoros and Maldives have no outline. map_points has a point for each.",
        "Drawn in longitude and latitude the north looks too large.",
    ],
    fields=[
        column("iso3", "string", "ISO 3166-1 alpha-3 code of the country; missing for three features without a code", required=False, pattern=ISO3),
        column("name", "string", "Name in Natural Earth, only where the code is missing", required=False),
        column("polygon", "integer", "Number of the polygon, through the whole table", unit="number", minimum=1),
        column("ring", "integer", "Ring in the polygon: 0 the outer one, 1 and more holes", unit="number", minimum=0),
        column("point", "integer", "Place of the point in its ring; the last point closes it", unit="number", minimum=0),
        column("longitude_deg", "number", "Longitude, east of Greenwich is positive", unit="degrees", minimum=-180, maximum=180),
        column("latitude_deg", "number", "Latitude, north is positive", unit="degrees", minimum=-90, maximum=90),
    ],
    primary_key=["polygon", "ring", "point"],
    sources=[NATURAL_EARTH],
    licences=[PUBLIC_DOMAIN],
    lessons=["02", "05"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a point."""
    polygons = [(properties, polygon) for properties, shape in features(raw) for polygon in shape]
    rows = [
        (properties["iso3"], properties["name"], number, ring, point, longitude, latitude)
        for number, (properties, polygon) in enumerate(polygons, 1)
        for ring, points in enumerate(polygon)
        for point, (longitude, latitude) in enumerate(points)
    ]
    table = pd.DataFrame(rows, columns=[f["name"] for f in TABLE.fields])
    coded = known(raw, table.iso3)
    return table.assign(iso3=table.iso3.where(coded, ""), name=table.name.mask(coded, ""))
