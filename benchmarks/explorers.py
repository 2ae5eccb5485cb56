"""How long an explorer takes to follow a control: python benchmarks/explorers.py [--moves N].

Moves each control of each explorer through its values, as the widgets do, and prints the milliseconds from the new value to the picture and the sentence that
go to the page: the median, the 95th percentile and the longest by the clock, and the median of this process alone, which another program on the machine does
not lengthen as much. The limit is 100 ms.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time

import matplotlib

from isa.study import explorers
from isa.study.explorers import Explorer, Years
from isa.study.explorers.panel import Panel


def main() -> None:
    """Measure and print a line for each explorer."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--moves", type=int, default=60, help="for each explorer")
    moves = options.parse_args().moves
    matplotlib.use("agg")
    print(f"{'lesson':8}{'median':>8}{'95 %':>8}{'longest':>9}{'process':>9}   ms an update, {moves} moves")
    for lesson in explorers.lessons():
        clock, process = zip(*follow(explorers.explorer(lesson), moves), strict=True)
        print(f"{lesson:8}{statistics.median(clock):8.0f}{sorted(clock)[int(moves * 0.95)]:8.0f}{max(clock):9.0f}{statistics.median(process):9.0f}")


def follow(explorer: Explorer, moves: int) -> list[tuple[float, float]]:
    """Milliseconds of each move, by the clock and of this process; the first five, which load the tables and the fonts, are not counted."""
    shown = Panel(explorer)
    places = itertools.cycle(
        (control.name, place)
        for control in explorer.controls
        for place in (range(control.first, control.last + 1) if isinstance(control, Years) else control.options[:8])
    )
    taken = []
    while len(taken) < moves + 5:
        name, place = next(places)
        if shown.inputs[name].value != place:
            clock, process = time.perf_counter(), time.process_time()
            shown.inputs[name].value = place
            taken.append(((time.perf_counter() - clock) * 1000, (time.process_time() - process) * 1000))
    return taken[5:]


if __name__ == "__main__":
    main()
