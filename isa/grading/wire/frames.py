"""Frames on a socket: a length, a JSON message, and byte strings beside it. A frame is read whole or refused."""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import dataclass, field
from typing import Any

from isa.grading.wire.decode import WireError

_HEAD = struct.Struct("<4sII")  # magic, length of the message, number of byte strings
_MAGIC = b"ISA1"
MAX_MESSAGE = 64 * 2**20
MAX_BLOBS = 4096
MAX_TOTAL = 256 * 2**20


@dataclass(frozen=True)
class Frame:
    """One message: `body` is JSON data, `blobs` the byte strings that it points to by position."""

    body: Any
    blobs: list[bytes] = field(default_factory=list)


def write_frame(to: socket.socket, frame: Frame) -> None:
    """Send one frame.

    Raises:
        OSError: the other side is gone, or the socket's time is up.
    """
    message = json.dumps(frame.body, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode()
    lengths = struct.pack(f"<{len(frame.blobs)}Q", *map(len, frame.blobs))
    to.sendall(_HEAD.pack(_MAGIC, len(message), len(frame.blobs)) + lengths + message)
    for blob in frame.blobs:
        to.sendall(blob)


def read_frame(from_: socket.socket) -> Frame:
    """Receive one frame.

    Raises:
        EOFError: the other side closed the connection.
        WireError: what came is no frame, or a larger one than is allowed; the connection is of no use any more.
        OSError: the socket's time is up.
    """
    magic, length, count = _HEAD.unpack(_exactly(from_, _HEAD.size))
    if magic != _MAGIC or length > MAX_MESSAGE or count > MAX_BLOBS:
        raise WireError("what came from the sandbox is no frame, or one that is too large")
    sizes = struct.unpack(f"<{count}Q", _exactly(from_, 8 * count))
    if sum(sizes) > MAX_TOTAL:
        raise WireError(f"a frame of {sum(sizes):,} bytes came from the sandbox; {MAX_TOTAL:,} are allowed")
    message = _exactly(from_, length)
    blobs = [_exactly(from_, size) for size in sizes]
    try:
        return Frame(json.loads(message), blobs)
    except (ValueError, RecursionError):
        raise WireError("the message in a frame from the sandbox is not JSON") from None


def _exactly(from_: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = from_.recv(min(size - len(parts), 2**20))
        if not part:
            raise EOFError("the other side has closed the connection")
        parts += part
    return bytes(parts)
