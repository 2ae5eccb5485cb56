"""What marks depend on beside the question, in one short text: whoever keeps marks can see from it that they are out of date."""

from __future__ import annotations

import hashlib
from importlib.resources import files

from isa.answers import encoder

VERSION = 3  # of the marker: a higher one has every answer marked again


def edition() -> str:
    """Equal where equal answers to equal questions get equal marks: the version, the prior, the model, and whether it is there."""
    prior = (files("isa.answers") / "data" / "prior.json").read_bytes()
    return f"{VERSION}, {hashlib.sha256(prior).hexdigest()[:16]}, {encoder.MODEL_SHA256[:16]}, {encoder.best().name}"
