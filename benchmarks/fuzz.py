"""Coverage-guided fuzzing of what reads hostile bytes in a trusted process: python benchmarks/fuzz.py wire|repair [--seconds N] [--corpus DIR] [FILE …].

`wire` is the trusted end of a sandbox's line (frames, `decode`, outputs); `repair` is what is done to a notebook before anything runs
(`isa.grading.reading`, then `isa.grading.repair`). Seeds are encoded values and real submissions. A finding is an exception that nobody documents, text that
was lost, a notebook that cannot be written, five seconds or two gigabytes; it is kept as a file. With FILEs each is tried once, without the fuzzer.

Needs atheris, which nothing else does: pip install --require-hashes -r requirements/fuzz.lock (Linux on x86-64, CPython 3.11 to 3.13).
"""

from __future__ import annotations

import argparse
import copy
import itertools
import json
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BETWEEN = b"\x00\xff\x00"  # stands between the message and the byte strings of a frame
SECONDS_EACH, MEGABYTES = 5, 2048  # of CPU, for one input
STUCK = 600  # seconds on the clock: on a busy machine an input may wait for long
ODD = [None, True, False, 0, -1, 2**31, 2**63, 2**70, 0.5, "", "x", "\ud800", "\x00", "nan", "0x7fffffffffffffff", "1e99", "object", [], {}, [[]], [0], [2**40]]


class Line:
    """A socket from which these bytes come, and into which anything may go."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def recv(self, size: int) -> bytes:
        """The next bytes, none when all have been read."""
        part = self._data[self._at : self._at + size]
        self._at += len(part)
        return part

    def sendall(self, data: bytes) -> None:
        """Nobody listens."""

    def settimeout(self, seconds: float) -> None:
        """Everything is there already."""

    def close(self) -> None:
        """Nothing is left."""
        self._at = len(self._data)


def wire() -> tuple[Callable[[bytes], None], Iterator[bytes], list[str]]:
    """Target, seeds and words for the trusted end of a line: the first byte says what was asked, the rest is what the sandbox answers."""
    import struct

    import nbformat
    import numpy as np
    import pandas as pd

    import isa
    from isa.grading.outputs import safe_outputs
    from isa.grading.sandbox.limits import SandboxLimits
    from isa.grading.sandbox.session import SandboxDied, Session
    from isa.grading.wire import WireError, encode
    from isa.grading.wire.decode import _TAGS

    limits = SandboxLimits()

    def target(data: bytes) -> None:
        asked, answer = data[:1], data[1:]
        if asked in b"rgc":
            message, *blobs = answer.split(BETWEEN)
            answer = struct.pack(f"<4sII{len(blobs)}Q", b"ISA1", len(message), len(blobs), *map(len, blobs)) + message + b"".join(blobs)
        session: Any = Session(Line(answer), limits)  # type: ignore[arg-type]
        try:
            if asked == b"r":
                outputs = safe_outputs(session.run("").outputs)
                notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(id="x", outputs=outputs)])
                nbformat.validate(notebook)
                nbformat.writes(notebook).encode()
            elif asked == b"c":
                try:
                    session._call(0, ([1], {"a": np.arange(3)}), {"table": pd.DataFrame({"x": [1]})})
                except Exception:  # inside a test a function of the student's may raise what it likes, as long as it is an Exception
                    return
            else:
                repr(session.get(["answer"]))  # a test that says what it found
        except (SandboxDied, WireError):
            return

    def seeds() -> Iterator[bytes]:
        values = [isa.load("members").head(3), {"a": [1, 2.5, None]}, (True, "x", {1, 2}), np.arange(6.0).reshape(2, 3), np.float64(0.5), len, 3 + 2j]
        values += [
            pd.Series(pd.Categorical(["u", "v", None])),
            pd.date_range("2020", periods=2, tz="Africa/Cairo"),
            pd.period_range("2020", periods=2, freq="M"),
        ]
        values += [
            pd.Series([1, None], dtype="Int64"),
            pd.cut(pd.Series([1, 2]), 2),
            pd.Timestamp("2020"),
            pd.Timedelta("1D"),
            pd.Period("2020"),
            pd.Interval(0, 1),
        ]
        values += [pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", None]), object(), range(3), b"x", np.array([1, "x", None], dtype=object), pd.NaT]
        values += [isa.load("members").groupby("oic_group").size().plot.bar()]
        for value in values:
            tree, blobs = encode(value, lambda function: 0)
            parcel = {"tree": tree, "first": 0, "count": len(blobs)}
            for asked, body in (
                (b"g", {"values": {"answer": parcel}}),
                (b"c", {"value": parcel, "arguments": {**parcel, "tree": ["tuple", [tree, ["dict", []]]]}}),
            ):
                yield asked + BETWEEN.join([json.dumps(body).encode(), *blobs])
        yield b"c" + json.dumps({"raised": "Odd", "words": "no", "bases": ["Odd", "ValueError", "Exception"]}).encode()
        outputs: list[dict[str, Any]] = [
            {"output_type": "stream", "name": "stdout", "text": "x"},
            {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]},
        ]
        outputs += [
            {"output_type": "execute_result", "execution_count": 1, "data": {"text/plain": "1", "text/html": "<b onclick=x()>1</b>", "image/png": "QQ=="}}
        ]
        yield b"r" + json.dumps({"outputs": outputs, "count": 1, "ok": True}).encode()
        yield b"\x00" + struct.pack("<4sIIQ", b"ISA1", 2, 1, 1) + b"{}x"

    inner = [
        "categories",
        "zoned",
        "periods",
        "intervals",
        "strings",
        "masked",
        "plain",
        "multi",
        "range",
        "python",
        "pyarrow",
        "nan",
        "NA",
        "UTC",
        "ns",
        "D",
        "<f8",
        "|O",
    ]
    return target, seeds(), [*_TAGS, *inner, "values", "tree", "outputs", "text/html", "text/markdown", "RecursionError"]


def repair() -> tuple[Callable[[bytes], None], Iterator[bytes], list[str]]:
    """Target, seeds and words for a notebook as it was handed in."""
    import warnings

    import nbformat

    from isa.grading.course import Course
    from isa.grading.reading import Unreadable, read
    from isa.grading.repair import repair
    from isa.teaching.sample_class import filled, materials, sample_class

    warnings.simplefilter("ignore")  # what nbformat says of odd notebooks
    course = Course.at(ROOT)
    made = materials(course, course.assignments()[0])
    released = nbformat.reads(made.blank, as_version=4)
    released.cells = [cell for cell in released.cells if cell.metadata.get("nbgrader", {}).get("grade_id")][:6]  # a whole one is slow and adds nothing new
    wanted = Counter(cell.metadata.nbgrader.grade_id for cell in released.cells)
    path = Path(tempfile.mkdtemp(dir="/dev/shm")) / "notebook.ipynb"

    def target(data: bytes) -> None:
        path.write_bytes(data)
        try:
            notebook, _ = read(path)
        except Unreadable:
            return
        texts = Counter(cell.source for cell in notebook.cells)
        assert not _written(data) - texts, "a text was not read"
        notebook.metadata = released.metadata  # as grading does: what a submission says of itself is not kept
        repair(notebook, released)
        assert not texts - Counter(cell.source for cell in notebook.cells), "a student's text was lost"
        assert Counter(cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata) == wanted, "not every cell is there once"
        assert repair(notebook, released) == [], "a repaired notebook needs a repair"
        nbformat.validate(notebook)
        nbformat.reads(nbformat.writes(notebook).encode().decode(), as_version=4)

    def seeds() -> Iterator[bytes]:
        small = nbformat.writes(released)
        yield from (small.encode(), small[: len(small) // 2].encode(), small.encode("utf-16"), filled(small, made.key).encode())
        for pupil in sample_class(made, 13, 0):
            yield pupil.content.encode()
        old = nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell(input="answer = 42")])
        yield nbformat.v3.writes_json(nbformat.v3.new_notebook(worksheets=[old])).encode()

    return (
        target,
        seeds(),
        ["cells", "code", "markdown", "raw", "metadata", "nbgrader", "grade_id", "solution", "source", "id", "worksheets", "nbformat", "attachments", *wanted],
    )


def _written(data: bytes) -> Counter[str]:
    """The texts of the cells of a notebook in good order, as a person sees them in the file: an independent reading, for comparison."""
    try:
        cells = json.loads(data.decode())["cells"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return Counter()
    sources = [cell["source"] for cell in cells if isinstance(cell, dict) and isinstance(cell.get("source"), str)] if isinstance(cells, list) else []
    return Counter(source for source in sources if source.isascii())


def timed(target: Callable[[bytes], None], seconds: int) -> Callable[[bytes], None]:
    """A target that takes its time on an input as a finding, and ends the run when so many seconds of CPU are spent."""
    inputs = itertools.count(1)

    def run(data: bytes) -> None:
        started, number = time.process_time(), next(inputs)
        target(data)
        now = time.process_time()
        assert now - started < SECONDS_EACH, f"an input took {now - started:.0f} seconds"
        if now > seconds:
            print(f"{number:,} inputs", flush=True)
            os._exit(0)

    return run


def mutator(words: list[str], mutate: Callable[[bytes, int], bytes]) -> Callable[[bytes, int, int], bytes]:
    """Changes the tree of a JSON message as often as its bytes: noise alone rarely gets past a parser."""

    def mutated(data: bytes, size: int, seed: int) -> bytes:
        rng = Random(seed)
        first = data[:1] if data[:1] != b"{" else b""
        message, between, rest = data[len(first) :].partition(BETWEEN)
        try:
            tree = json.loads(message)
        except (ValueError, RecursionError):
            return mutate(data, size)
        if rng.random() < 0.3:
            return mutate(data, size)
        try:
            for _ in range(rng.randint(1, 4)):
                _change(tree, rng, words)
            made = first + json.dumps(tree).encode() + between + rest
        except RecursionError:  # an earlier change had nested it as deep as Python can
            return mutate(data, size)
        return made if len(made) <= size else mutate(data, size)

    return mutated


def _change(tree: Any, rng: Random, words: list[str]) -> None:
    places = list(_places(tree, 5_000))
    if not places:
        return
    holder, key = rng.choice(places)
    match rng.randrange(6):
        case 0:
            holder[key] = copy.deepcopy(rng.choice(ODD))
        case 1:
            holder[key] = rng.choice(words)
        case 2:
            other, there = rng.choice(places)
            holder[key] = copy.deepcopy(other[there])
        case 3:
            for _ in range(rng.choice([1, 1, 60, 300])):
                holder[key] = [holder[key]] if rng.random() < 0.5 else {"a": holder[key]}
        case 4:
            del holder[key]
        case _:
            if isinstance(holder, list):
                holder.insert(key, copy.deepcopy(holder[key]))
            else:
                holder[rng.choice(words)] = copy.deepcopy(rng.choice([*ODD, *words]))


def _places(tree: Any, most: int) -> Iterator[tuple[Any, Any]]:
    """Where something stands in a tree: its holder and its key there."""
    todo = [tree]
    while todo and most > 0:
        holder = todo.pop()
        keys = range(len(holder)) if isinstance(holder, list) else list(holder) if isinstance(holder, dict) else ()
        for key in keys:
            most -= 1
            yield holder, key
            todo.append(holder[key])


def main() -> None:
    """Fuzz, or try files. In libFuzzer's lines `cov` counts branches that were taken and `corp` the inputs that are kept for them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", choices=["wire", "repair"])
    options.add_argument("files", nargs="*", type=Path, metavar="FILE")
    options.add_argument("--seconds", type=int, default=600, help="of CPU")
    options.add_argument("--corpus", type=Path, help="where inputs are kept from one run to the next; else in a temporary folder")
    chosen = options.parse_args()
    sys.path.insert(0, str(ROOT))
    prepare = {"wire": wire, "repair": repair}[chosen.what]
    if chosen.files:
        target, _, _ = prepare()
        for file in chosen.files:
            target(file.read_bytes())
        return

    corpus = chosen.corpus or Path(tempfile.mkdtemp(prefix="isa-fuzz-"))
    corpus.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    child = os.fork()  # libFuzzer ends its process without a word to Python
    if child == 0:
        import atheris

        with atheris.instrument_imports(
            include=["isa.grading.wire", "isa.grading.outputs", "isa.grading.sandbox.session", "isa.grading.reading", "isa.grading.repair"]
        ):
            target, seeds, words = prepare()
        for number, seed in enumerate(seeds):
            (corpus / f"seed-{number:02}").write_bytes(seed)
        limits = [f"-timeout={STUCK}", f"-rss_limit_mb={MEGABYTES}", "-max_len=65536", f"-artifact_prefix={corpus}-found-"]
        changed = mutator(words, lambda data, size: atheris.Mutate(data, size))  # looked up late: it is another function once the fuzzer runs
        atheris.Setup([sys.argv[0], str(corpus), *limits], timed(target, chosen.seconds), custom_mutator=changed)
        atheris.Fuzz()
    os.waitpid(child, 0)
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = sorted(corpus.parent.glob(f"{corpus.name}-found-*"))
    print(f"{time.monotonic() - started:.0f} s, {cpu.ru_utime + cpu.ru_stime:.0f} s of CPU; found: {', '.join(map(str, found)) or 'nothing'}; corpus: {corpus}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
