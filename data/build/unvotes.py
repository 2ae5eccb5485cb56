"""What the three tables on votes in the General Assembly share: their source and the states they keep."""

from pathlib import Path

from common import members, source

COMPARED = {"USA", "RUS", "CHN", "FRA", "GBR", "IND", "ISR"}
LICENCE = {
    "name": "UN-votes-citation",
    "title": "Votes are facts of public record; the data are free for research and teaching with citation (Harvard Dataverse, R package unvotes, MIT)",
    "path": "https://dataverse.harvard.edu/dataset.xhtml?persistentId=hdl:1902.1/12379",
}
UNVOTES = source(
    "United Nations General Assembly Voting Data",
    "https://dataverse.harvard.edu/dataset.xhtml?persistentId=hdl:1902.1/12379",
    "Voeten, Erik (2013). Data and Analyses of Voting in the UN General Assembly. In Bob Reinalda (ed.), Routledge Handbook of International Organization. Routledge. "
    "Data: Erik Voeten, Anton Strezhnev and Michael Bailey, United Nations General Assembly Voting Data, Harvard Dataverse, through the R package unvotes by David Robinson, commit 7eb70343.",
    "R package of 8 March 2021, commit 7eb7034314ff79c49c9e0785fcd9d216fa04cf14",
    "@incollection{voeten2013unvotes, author = {Voeten, Erik}, title = {Data and Analyses of Voting in the {UN} General Assembly}, "
    "booktitle = {Routledge Handbook of International Organization}, publisher = {Routledge}, year = {2013}}",
)


def states(raw: Path) -> set[str]:
    """The 57 and the seven they are compared with."""
    return members(raw) | COMPARED
