"""Whatever comes over the wall: `decode` and `read_frame` build plain data or say no, and never run anything."""

import contextlib
import json
import pickle
import socket
import struct
import sys
import threading
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isa.grading.wire import Described, Frame, FunctionProxy, Opaque, WireError, decode, encode, read_frame, write_frame
from isa.grading.wire.decode import _TAGS

PLAIN = (type(None), bool, int, float, complex, str, bytes, bytearray, range, list, tuple, dict, set, frozenset, type(...))

json_data = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=8) | st.sampled_from(sorted(_TAGS)),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=25,
)
# Trees that begin like real ones reach deeper than noise does.
tagged = st.recursive(
    json_data, lambda inner: st.builds(lambda tag, rest: [tag, *rest], st.sampled_from(sorted(_TAGS)), st.lists(inner, max_size=5)), max_leaves=30
)


@settings(max_examples=1500, deadline=None)
@given(tree=tagged, blobs=st.lists(st.binary(max_size=64), max_size=3))
def test_any_tree_at_all_is_a_value_or_a_wire_error(tree, blobs):
    with contextlib.suppress(WireError):
        decode(tree, blobs, call=lambda *call: None)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_real_tree_with_parts_exchanged_is_a_value_or_a_wire_error(data):
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": pd.Categorical(["u", "v"])}, index=pd.MultiIndex.from_tuples([("p", 1), ("q", 2)]))
    tree, blobs = encode({"frame": frame, "list": [1.5, {2}], "array": np.arange(6).reshape(2, 3)})
    for _ in range(data.draw(st.integers(1, 4))):
        node = tree
        while isinstance(node, list) and node:
            position = data.draw(st.integers(0, len(node) - 1))
            if not isinstance(node[position], list) or data.draw(st.booleans()):
                node[position] = data.draw(json_data)
                break
            node = node[position]
    blobs = [data.draw(st.binary(max_size=32)) if data.draw(st.booleans()) else blob for blob in blobs]
    with contextlib.suppress(WireError):
        decode(tree, blobs)


def test_a_moment_that_no_time_zone_reaches_is_a_wire_error():
    far = ["index", ["plain", ["zoned", ["ndarray", "<i8", [2], 0], "us", "Africa/Cairo"], "D", [["none"]]]]
    with pytest.raises(WireError, match="makes no sense"):
        decode(far, [bytes.fromhex("00f8d21471747265616daa321b9b0500")])


@pytest.mark.parametrize(
    "tree",
    [
        ["ndarray", "O", [1], 0],
        ["ndarray", "V8", [1], 0],
        ["ndarray", "<f8,<f8", [1], 0],
        ["ndarray", "<f8", [2**62], 0],
        ["ndarray", "<f8", [-1], 0],
        ["ndarray", "<f8", [1], 5],
        ["ndarray", "<f8", [True], 0],
        ["scalar", "object", 0],
        ["__class__"],
        ["value", ["none"], 0],
        ["opaque"],
        ["function", 1, "f", "", None],
        ["int", "__import__('os')"],
        ["timestamp", "0x0", "ns", "../../../etc/passwd"],
        ["timestamp", "0x0", "ns", "/etc/passwd"],
        ["periods", ["ndarray", "<i8", [1], 0], "x" * 100],
        ["masked", "Int64[pyarrow]", ["none"], ["none"]],
        ["series", ["categories", ["ndarray", "|i1", [8], 0], ["range", 0, 2, 1, [["none"]]], False], ["range", 0, 8, 1, [["none"]]], ["none"]],
        ["texts", [1], [["str", "a"]], "None"],
        ["texts", [2], ["a"], "None"],
        ["texts", [1], ["a"], "0"],
        ["texts", [1], ["a"], ["none"]],
        ["texts", [2], ["a", 1.5], "nan"],
        ["array", ["strings", "python", "NA", ["a", 1]]],
        ["dict", [[["list", []], ["none"]]]],
        ["set", [["dict", []]]],
        ["fraction", "0x1", "0x0"],
        ["int", "0x" + "f" * 20_000],
        ["fraction", "0x1", "0x" + "f" * 20_000],
        ["decimal", "1E99999999"],
        ["decimal", "-1E-99999999"],
        ["decimal", "9" * 20_000],
        ["range", 0, 10**12, 1],
        ["range", 0, 10**30, 1],
        ["frame", ["range", 0, 0, 1, [["none"]]], [], ["range", 0, 10**12, 1, [["none"]]]],
        ["datetime", "9999-99-99", 0],
        {"list": []},
        "none",
        [],
        [["list"]],
    ],
    ids=lambda tree: str(tree)[:80],
)
def test_known_tricks_are_refused(tree):
    with pytest.raises(WireError):
        decode(tree, [b"\x7f" * 8])


def test_numbers_and_ranges_of_honest_work_are_taken():
    for value in (2**30_000, Decimal("1E-30"), Decimal("Infinity"), Fraction(1, 3**1000), range(1_000_000)):
        assert decode(*encode(value)) == value


def test_text_of_a_package_that_is_not_installed_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with contextlib.suppress(WireError):
        decode(["array", ["strings", "pyarrow", "NA", ["x"]]], [])


def test_a_pickle_is_bytes_and_is_never_opened(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "exploded"), "w"))

    data = pickle.dumps(Bomb())
    assert decode(["bytes", data.hex()], []) == data
    assert not (tmp_path / "exploded").exists()


def test_deep_nesting_is_refused_without_exhausting_the_stack():
    tree = ["none"]
    for _ in range(100_000):
        tree = ["list", [tree]]
    with pytest.raises(WireError, match="too deep"):
        decode(tree, [])


def test_a_name_from_the_sandbox_becomes_a_harmless_name():
    got = decode(["opaque", "x; import os #" * 50, "why"], [])
    assert type(got).__name__.isidentifier()
    assert isinstance(got, Opaque)


def test_only_plain_kinds_of_objects_come_out():
    def kinds(value):
        yield type(value)
        if isinstance(value, dict):
            for pair in value.items():
                yield from kinds(pair)
        elif isinstance(value, (list, tuple, set, frozenset)):
            for item in value:
                yield from kinds(item)

    value = decode(["list", [["dict", [[["str", "__class__"], ["opaque", "int", ""]]]], ["function", 1, "len", "", []]]], [], call=lambda *c: None)
    allowed = {*PLAIN, FunctionProxy, Opaque, Described}
    assert all(kind in allowed or issubclass(kind, Opaque) for kind in kinds(value))


@pytest.fixture
def line():
    """Two connected sockets; what is written to the first can be read from the second."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.settimeout(5)
    yield ours, theirs
    ours.close()
    theirs.close()


def test_a_frame_comes_through_with_its_byte_strings(line):
    sent = Frame({"do": "run", "text": "é\u2028"}, [b"", b"x" * 3_000_000])
    threading.Thread(target=write_frame, args=(line[0], sent)).start()
    assert read_frame(line[1]) == sent


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack("<4sII", b"ISA1", 2**32 - 1, 0),
        struct.pack("<4sII", b"ISA1", 2, 2**32 - 1),
        struct.pack("<4sII", b"ISA1", 2, 1) + struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<4sII", b"ISA1", 3, 0) + b"{]}",
        struct.pack("<4sII", b"ISA1", 2_000_000, 0) + b"[" * 2_000_000,
        struct.pack("<4sII", b"ISA1", 4, 0) + b"\xff\xfe\xfd\xfc",
    ],
    ids=["another protocol", "a giant message", "giant numbers", "a giant byte string", "no JSON", "brackets without end", "no text"],
)
def test_what_is_no_frame_is_refused(line, data):
    threading.Thread(target=line[0].sendall, args=(data,)).start()
    with pytest.raises(WireError):
        read_frame(line[1])


def test_a_line_that_is_cut_is_an_end_and_not_a_frame(line):
    line[0].sendall(struct.pack("<4sII", b"ISA1", 10, 0) + b"{")
    line[0].close()
    with pytest.raises(EOFError):
        read_frame(line[1])


def test_a_message_is_json_that_any_program_can_read(line):
    write_frame(line[0], Frame({"a": 1}))
    data = line[1].recv(1000)
    assert json.loads(data[12:]) == {"a": 1}
