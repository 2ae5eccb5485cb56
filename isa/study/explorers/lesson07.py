"""Lesson 07: what holds the network of the members' agreements together, by year and topic, and what is left of it without one of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from isa.catalog import load
from isa.charts import themed
from isa.charts.theme import COLOURS, CONTEXT, INK
from isa.study.explorers.parts import Choice, Explorer, Reading, State, Years, listed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

QUESTION = (
    "By which year do more than half of the 57, 29 or more, hang together in one group? Then leave out one state at a time: "
    "without whom does the largest group lose most? Is it the same state for training alone, and for procurement alone? On how many ties does each answer rest?"
)
ANY, NOBODY = "any topic", "nobody"
# What may be chosen -> what it is called in a sentence.
TOPICS = {
    ANY: "Agreements",
    "framework": "Framework agreements",
    "training": "Agreements on training",
    "industry": "Agreements on industry",
    "procurement": "Agreements on procurement",
}
LEFT_OUT = (NOBODY, "Azerbaijan", "Egypt", "Iran", "Pakistan", "Türkiye")
# More names than this are counted, not said.
_FEW = 6

Tie = tuple[str, str]


@dataclass(frozen=True)
class Network:
    """The ties between two members: what they join, and the groups that hang together by them, the largest first."""

    ties: frozenset[Tie]
    groups: tuple[frozenset[str], ...]

    @property
    def joined(self) -> frozenset[str]:
        """Members with at least one tie."""
        return frozenset().union(*self.groups)

    @property
    def largest(self) -> frozenset[str]:
        """The largest group; empty where there is no tie."""
        return self.groups[0] if self.groups else frozenset()


def read(state: State) -> Reading:
    """The ties of agreements signed until `state["until"]` on `state["topic"]`, with `state["without"]` left out."""
    until, topic, without = state["until"], state["topic"], state["without"]
    whole = network(_ties(until, topic))
    gone = None if without == NOBODY else _codes()[without]
    left = network(frozenset(tie for tie in whole.ties if gone not in tie))
    title = f"{TOPICS[topic]} signed until {until}" + ("" if gone is None else f", without {without}")
    said = [f"{TOPICS[topic]} signed until {until}: {_of_ties(left)}"]
    if gone is not None:
        said.append(_lost(whole, left, gone, without))
    if left.ties:
        said.append(_leading(left))
    said.append("A member without a line may have signed what nobody published.")
    groups = f"The largest group has {len(left.largest)} of them." if left.ties else ""
    alt = f"The 57 members on a circle, a line for each tie: {len(left.ties)} lines between {len(left.joined)} members. {groups}".strip()
    return Reading(partial(_chart, title, left, gone), alt, " ".join(said))


def network(ties: frozenset[Tie]) -> Network:
    """Ties with the groups that they make."""
    partners: dict[str, set[str]] = {}
    for one, other in ties:
        partners.setdefault(one, set()).add(other)
        partners.setdefault(other, set()).add(one)
    groups, unseen = [], set(partners)
    while unseen:
        group, waiting = set(), [min(unseen)]
        while waiting:
            found = waiting.pop()
            if found not in group:
                group.add(found)
                waiting.extend(partners[found])
        unseen -= group
        groups.append(frozenset(group))
    return Network(ties, tuple(sorted(groups, key=lambda group: (-len(group), min(group)))))


@cache
def _names() -> dict[str, str]:
    """Code -> name of the 57, group by group, in the order of the circle."""
    members = load("members").sort_values(["oic_group", "name"])
    return dict(zip(members.iso3, members.name, strict=True))


@cache
def _codes() -> dict[str, str]:
    return {name: code for code, name in _names().items()}


@cache
def _ties(until: int, topic: str) -> frozenset[Tie]:
    """Pairs of members with an agreement on the topic by the end of a year."""
    table = load("agreements")
    rows = table[(table.year <= until) & table.iso3_a.isin(_names()) & table.iso3_b.isin(_names())]
    if topic != ANY:
        rows = rows[rows[topic]]
    return frozenset(zip(rows.iso3_a, rows.iso3_b, strict=True))


def _of_ties(net: Network) -> str:
    """How many ties there are, whom they join, and how much of it hangs together."""
    if not net.ties:
        return "no tie between two members."
    ties = "1 tie joins" if len(net.ties) == 1 else f"{len(net.ties)} ties join"
    groups = "one group" if len(net.groups) == 1 else f"{len(net.groups)} groups, the largest with {_members(len(net.largest))}"
    return f"{ties} {len(net.joined)} of the 57, in {groups}."


def _lost(whole: Network, left: Network, gone: str, name: str) -> str:
    """What went with the state that was left out."""
    ties = len(whole.ties) - len(left.ties)
    if not ties:
        return f"{name} has no such tie, so nothing changes."
    cut = sorted(_names()[code] for code in whole.joined - left.joined - {gone})
    who = listed(cut) if len(cut) <= _FEW else _members(len(cut))
    others = f"and {who} {'has' if len(cut) == 1 else 'have'} none left" if cut else "and no other member loses its last one"
    # Of groups that are level, the one that the state was not in is the larger without it.
    before = max(len(group - {gone}) for group in whole.groups)
    now = f"the largest group, {before} without {name}, is now {len(left.largest)}" if left.ties else "no group is left"
    return f"With {name} {ties} {'tie goes' if ties == 1 else 'ties go'}, {others}; {now}."


def _leading(net: Network) -> str:
    """Who has the most partners."""
    counts: dict[str, int] = {}
    for tie in net.ties:
        for code in tie:
            counts[code] = counts.get(code, 0) + 1
    most = max(counts.values())
    names = sorted(_names()[code] for code, count in counts.items() if count == most)
    who = listed(names) if len(names) <= _FEW else _members(len(names))
    each = ", each" if len(names) > 1 else ""
    return f"Most partners among the members: {who}{each} with {most}."


def _members(count: int) -> str:
    return f"{count} member" if count == 1 else f"{count} members"


def _chart(title: str, net: Network, gone: str | None) -> Figure:
    """The members on a circle, sorted by group and name, a line for each tie."""
    from matplotlib.collections import LineCollection
    from matplotlib.figure import Figure

    codes = list(_names())
    angles = {code: math.pi / 2 - 2 * math.pi * place / len(codes) for place, code in enumerate(codes)}
    places = {code: (math.cos(angle), math.sin(angle)) for code, angle in angles.items()}
    with themed():
        figure = Figure(figsize=(6.4, 6.0))
        figure.suptitle(title, x=0.01, ha="left", fontsize=11)
        ax = figure.add_axes((0.08, 0.07, 0.84, 0.86))
        ax.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), aspect="equal")
        ax.axis("off")
        lines = [(places[one], places[other]) for one, other in sorted(net.ties)]
        ax.add_collection(LineCollection(lines, colors=COLOURS[0], linewidths=0.9, alpha=0.6, zorder=1))
        smaller = net.joined - net.largest
        for label, who, colour in (
            ("in the largest group", net.largest, COLOURS[0]),
            ("in a smaller group", smaller, COLOURS[1]),
            ("no tie", set(codes) - net.joined - {gone}, CONTEXT),
        ):
            spots = [places[code] for code in codes if code in who]
            if spots:
                across, up = zip(*spots, strict=True)
                ax.scatter(across, up, s=34, color=colour, edgecolor=INK, linewidth=0.6, zorder=2, label=f"{label} ({len(spots)})")
        for code, (x, y) in places.items():
            degrees = math.degrees(angles[code]) % 360
            turned = degrees + 180 if 90 < degrees < 270 else degrees
            text = f"({code})" if code == gone else code
            ax.text(1.11 * x, 1.11 * y, text, ha="center", va="center", fontsize=7.5, rotation=turned, rotation_mode="anchor", color=INK)
        figure.legend(*ax.get_legend_handles_labels(), loc="lower center", ncols=3, fontsize=9)
    return figure


EXPLORER = Explorer(
    QUESTION,
    (
        Years("until", "Signed until", 1980, 2010, 2010),
        Choice("topic", "Topic", tuple(TOPICS), ANY),
        Choice("without", "Left out", LEFT_OUT, NOBODY),
    ),
    read,
)
