"""The review desk: what the marker was not sure of, and briefs, read by a person a few hundred an hour. `gradebook/review.ipynb` opens it."""

from isa.teaching.review.desk import Desk, Item
from isa.teaching.review.panel import open_desk

__all__ = ["Desk", "Item", "open_desk"]
