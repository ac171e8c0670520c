"""Forms with one file, read as they arrive: few parts, short texts, one bounded file in memory.

Nothing is spooled to a disk and no file name is looked at. The parser is python-multipart's; what
it may be sent is ours.
"""

from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.errors import AppError, malformed

_PARTS_MAX = 8
_TEXT_BYTES_MAX = 256
_HEADERS_MAX = 8
_HEADER_BYTES_MAX = 8_192


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent: short texts by their names, and the bytes of the file."""

    texts: dict[str, str]
    file: bytes


async def read_form(
    chunks: AsyncIterable[bytes],
    *,
    content_type: str,
    file_field: str,
    file_bytes_max: int,
    look: Callable[[bytes], object],
    look_bytes: int,
) -> Form:
    """Read a form with exactly one file; ``look`` judges its first ``look_bytes`` bytes early.

    Raises:
        AppError: form_expected, malformed_form, malformed_request, image_too_large; and what
            ``look`` raises.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data":
        raise AppError("form_expected")
    if not 1 <= len(boundary) <= 70:
        raise AppError("malformed_form", "the boundary")
    reading = _Reading(file_field, file_bytes_max, look, look_bytes)
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": reading.begin,
                "on_header_begin": reading.begin_header,
                "on_header_field": reading.name_header,
                "on_header_value": reading.fill_header,
                "on_headers_finished": reading.open_part,
                "on_part_data": reading.take,
                "on_part_end": reading.close_part,
                "on_end": reading.end,
            },
            max_header_count=_HEADERS_MAX,
            max_header_size=_HEADER_BYTES_MAX,
        )
        async for chunk in chunks:
            parser.write(chunk)
        parser.finalize()
    except FormParserError as error:
        raise AppError("malformed_form") from error
    return reading.form()


@dataclass(slots=True)
class _Reading:
    """What the parser has told so far."""

    file_field: str
    file_bytes_max: int
    look: Callable[[bytes], object]
    look_bytes: int
    texts: dict[str, str] = field(default_factory=dict[str, str])
    file: bytearray | None = None
    is_whole: bool = False
    _parts: int = 0
    _header: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _disposition: bytes = b""
    _name: str = ""
    _text: bytearray = field(default_factory=bytearray)
    _has_looked: bool = False

    def begin(self) -> None:
        self._parts += 1
        if self._parts > _PARTS_MAX:
            raise AppError("malformed_form", f"at most {_PARTS_MAX} parts")
        self._disposition = b""

    def begin_header(self) -> None:
        self._note_header()
        self._header, self._value = bytearray(), bytearray()

    def name_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def fill_header(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def open_part(self) -> None:
        self._note_header()
        self._header = bytearray()
        kind, options = parse_options_header(self._disposition.decode("latin-1"))
        name = options.get(b"name", b"")
        if kind != b"form-data" or not 1 <= len(name) <= 64 or not name.isascii():
            raise AppError("malformed_form", "a part without a plain name")
        self._name = name.decode("ascii")
        if self._name in self.texts or (self._name == self.file_field and self.file is not None):
            raise AppError("malformed_form", "a part stands twice")
        if self._name == self.file_field:
            self.file = bytearray()
        self._text = bytearray()

    def take(self, data: bytes, start: int, end: int) -> None:
        if self._name != self.file_field:
            self._text += data[start:end]
            if len(self._text) > _TEXT_BYTES_MAX:
                raise AppError("malformed_form", "a text is too long")
            return
        assert self.file is not None
        if len(self.file) + end - start > self.file_bytes_max:
            raise AppError("image_too_large", f"at most {self.file_bytes_max} bytes")
        self.file += data[start:end]
        if not self._has_looked and len(self.file) >= self.look_bytes:
            self._has_looked = True
            self.look(bytes(self.file[: self.look_bytes]))

    def close_part(self) -> None:
        if self._name == self.file_field:
            return
        try:
            self.texts[self._name] = self._text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise AppError("malformed_form", "a text is not UTF-8") from error

    def end(self) -> None:
        self.is_whole = True

    def form(self) -> Form:
        if not self.is_whole:
            raise AppError("malformed_form", "it ends too early")
        if self.file is None:
            raise malformed(self.file_field, "is required")
        return Form(self.texts, bytes(self.file))

    def _note_header(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            self._disposition = bytes(self._value)
