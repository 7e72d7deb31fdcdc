"""The frames of a future: their kinds, and how one is put around its payload (docs/app.md)."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

FORMAT = 1
HEADER, PEOPLE, KEY, MONTHS, END, ERROR = range(6)
DEFLATED = (PEOPLE, KEY, MONTHS)
NO_FIRM = 0xFFFF
_HEAD = struct.Struct("<IB")


def frame(kind: int, payload: bytes | Mapping[str, Any]) -> bytes:
    """One frame; mappings become JSON, the bytes of people and months are deflated."""
    if not isinstance(payload, bytes):
        payload = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    elif kind in DEFLATED:
        payload = zlib.compress(payload)
    return _HEAD.pack(len(payload), kind) + payload


def error(message: str) -> bytes:
    """The frame that ends a future which cannot be told on; `message` is for its reader."""
    return frame(ERROR, {"message": message})


def unframed(stream: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Kinds and payloads, inflated, of a stream that may be cut anywhere.

    Raises ValueError for a stream that ends within a frame.
    """
    left = b""
    for piece in stream:
        left += piece
        while len(left) >= _HEAD.size:
            size, kind = _HEAD.unpack_from(left)
            end = _HEAD.size + size
            if len(left) < end:
                break
            payload, left = left[_HEAD.size : end], left[end:]
            yield kind, zlib.decompress(payload) if kind in DEFLATED else payload
    if left:
        raise ValueError("the stream ends within a frame")
