"""Limits on what a PDF may make its reader do: pdfminer has none.

A file of some hundred bytes can unpack to gigabytes, draw one form within another a billion times or
name four billion characters of a font. What would be more than any audit report holds ends with
``TooMuch``. Only reading inside ``limited`` is touched; pdfminer elsewhere works as ever.
"""

from __future__ import annotations

import builtins
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import pdfminer.cmapdb
import pdfminer.lzw
import pdfminer.pdffont
import pdfminer.pdftypes
import pdfplumber.page

MAX_PAGES = 2_000  # the longest real extracts have 80
MAX_UNPACKED = 512 << 20  # bytes of all streams; fonts for Chinese have 20 million
MAX_DRAWN = 64 << 20  # bytes of what pages and the forms on them draw; a page of text has 50,000
_FORM = 5_000  # what beginning a page or a form takes, in bytes drawn
_MAX_CODES = 1 << 20  # characters in one range of a font's tables; Unicode has no more


class TooMuch(Exception):
    """A PDF that asks for more than a report could need."""


@dataclass
class _Left:
    unpacked: int
    drawn: int


_left: ContextVar[_Left | None] = ContextVar("pdf limits", default=None)


@contextmanager
def limited() -> Iterator[None]:
    """Reading inside raises ``TooMuch`` beyond the limits."""
    token = _left.set(_Left(MAX_UNPACKED, MAX_DRAWN))
    try:
        yield
    finally:
        _left.reset(token)


def _spend(size: int) -> None:
    if left := _left.get():
        left.unpacked -= size
        if left.unpacked < 0:
            raise TooMuch(f"it unpacks to more than {MAX_UNPACKED >> 20} MB")


class _Zlib:
    """``zlib`` as pdfminer uses it, unpacking no more than is left."""

    error = zlib.error
    decompressobj = staticmethod(zlib.decompressobj)

    @staticmethod
    def decompress(data: bytes) -> bytes:
        left = _left.get()
        if left is None:
            return zlib.decompress(data)
        unpacker = zlib.decompressobj()
        unpacked = unpacker.decompress(data, left.unpacked + 1)
        _spend(len(unpacked))
        if not unpacker.eof:
            raise zlib.error("incomplete or truncated stream")
        return unpacked


def _decompress_corrupted(data: bytes) -> bytes:
    """What can be had of a damaged stream: all before the first byte that does not fit."""
    unpacker, parts, i = zlib.decompressobj(), [], 0
    try:
        for i in builtins.range(len(data)):
            parts.append(unpacker.decompress(data[i : i + 1]))
            _spend(len(parts[-1]))
    except zlib.error:
        if i < len(data) - 3:
            raise  # pdfminer gives up where more than the checksum is broken
    return b"".join(parts)


def _lzwdecode(data: bytes) -> bytes:
    parts = []
    for part in pdfminer.lzw.LZWDecoder(io.BytesIO(data)).run():
        _spend(len(part))
        parts.append(part)
    return b"".join(parts)


def _rldecode(data: bytes) -> bytes:
    _spend(64 * len(data))  # the most that it can grow
    return _original_rldecode(data)


def _range(*bounds: int) -> range:
    found = builtins.range(*bounds)
    if _left.get() and (found.stop - found.start) > _MAX_CODES:
        raise TooMuch("a font names more characters than there are")
    return found


class _Interpreter(pdfplumber.page.PDFPageInterpreter):
    """Counts what pages and forms draw; a form that draws another counts it every time."""

    def render_contents(self, resources: Any, streams: Any, *args: Any, **more: Any) -> None:
        if left := _left.get():
            for stream in pdfminer.pdftypes.list_value(streams):
                stream = pdfminer.pdftypes.resolve1(stream)
                if isinstance(stream, pdfminer.pdftypes.PDFStream):
                    left.drawn -= len(stream.get_data()) + _FORM
            if left.drawn < 0:
                raise TooMuch(f"its pages draw more than {MAX_DRAWN >> 20} MB")
        super().render_contents(resources, streams, *args, **more)


_original_rldecode = pdfminer.pdftypes.rldecode
for _name, _value in {
    "zlib": _Zlib,
    "decompress_corrupted": _decompress_corrupted,
    "lzwdecode": _lzwdecode,
    "rldecode": _rldecode,
}.items():
    setattr(pdfminer.pdftypes, _name, _value)
for _module in pdfminer.cmapdb, pdfminer.pdffont:
    _module.range = _range  # pyright: ignore[reportAttributeAccessIssue]
pdfplumber.page.PDFPageInterpreter = _Interpreter
