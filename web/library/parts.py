"""A form with files, read as it comes: each part goes straight to the disk, so that its size is no matter."""

from __future__ import annotations

from python_multipart.multipart import MultipartParser, parse_options_header

from ingest.errors import VouchError
from web.library.uploads import Drop, Dropped

DAMAGED = "the files came damaged"


class Parts:
    """Feeds the files of a multipart body into a drop; other fields are passed over."""

    def __init__(self, content_type: str, drop: Drop) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or b"boundary" not in options:
            raise VouchError("no files were sent", hint="send a form with files")
        self._drop = drop
        self._field = self._value = b""
        self._disposition = b""
        self._ended = False
        callbacks = {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_part_end": self._drop.end,
            "on_end": self._end,
        }
        self._parser = MultipartParser(options[b"boundary"], callbacks)  # type: ignore[arg-type]  # a TypedDict

    def feed(self, data: bytes) -> None:
        """More of the body. VouchError if it is not as it should be, or too much."""
        try:
            self._parser.write(data)
        except ValueError as exc:  # python_multipart.exceptions.FormParserError is one
            raise VouchError(DAMAGED, hint="send them again") from exc

    def finish(self) -> Dropped:
        """What came. VouchError if the body was cut off, or held no file."""
        if not self._ended:
            raise VouchError(DAMAGED, hint="send them again")
        dropped = self._drop.dropped()
        if not dropped.sources and not dropped.refused:
            raise VouchError("there is no file in it that could be read", hint="choose others")
        return dropped

    def _end(self) -> None:
        self._ended = True

    def _begin(self) -> None:
        self._disposition = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = self._value
        self._field = self._value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"filename" in options:
            self._drop.begin(options[b"filename"].decode("utf-8", "replace"))

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._drop.write(data[start:end])
