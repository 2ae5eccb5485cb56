"""What the two tables on violence share: the Uppsala Conflict Data Program's terms."""

from common import CC_BY

UCDP_TERMS = CC_BY | {"title": "Creative Commons Attribution 4.0 (Uppsala Conflict Data Program, to be cited)"}
