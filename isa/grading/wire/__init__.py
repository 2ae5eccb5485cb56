"""What crosses the wall between a student's code and the tests: data by type, never code, never pickles.

`encode` runs beside the student's code, `decode` in a trusted process. Nothing is trusted that `decode` reads:
every tag, length and type is checked, and what comes out is built of plain Python, NumPy and pandas objects only.

A value becomes a tree of lists, each with a tag first (JSON), and a list of byte strings for bulk data (arrays).
"""

from isa.grading.wire.decode import Described, FunctionProxy, Opaque, WireError, decode
from isa.grading.wire.encode import Limits, encode
from isa.grading.wire.frames import Frame, read_frame, write_frame

__all__ = ["Described", "Frame", "FunctionProxy", "Limits", "Opaque", "WireError", "decode", "encode", "read_frame", "write_frame"]
