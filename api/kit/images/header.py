"""What an image says of itself, read without decoding it: kind, size, frames.

A bomb of 8 KB unfolds to 300 MB, so the pixels are counted from the header first. This is code of
our own because opening a file with an image library already runs its decoders (WebP).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from api.errors import AppError

Kind = Literal["JPEG", "PNG", "WEBP"]

IMAGE_BYTES_MAX = 10 * 1024 * 1024
PIXELS_MAX = 24_000_000
SIDE_MAX = 8_192
# What decoding may need at once (facts/reliability.md: 150 MB for a process and all it does).
DECODED_BYTES_MAX = 128_000_000
MAGIC_BYTES = 12

# A pixel decoded. WebP: two canvases of libwebp's, what it gives out, Pillow's copy, and ours.
_PIXEL_BYTES, _WEBP_PIXEL_BYTES = 4.0, 20.0
# Progressive JPEG is decoded when all of its coefficients are there: at half its sides where it is
# large, else as it is, and ours beside it.
_COEFFICIENT_BYTES, _HALVED_PIXEL_BYTES, _HALVED_FROM_PX = 2.0, 1.0, 3_840
# No camera writes as many; it bounds the walk through a file made of nothing but markers.
_PIECES_MAX = 1_000
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
# Baseline, extended and progressive Huffman: what cameras write and browsers show.
_JPEG_FRAMES = (0xC0, 0xC1, 0xC2)
_JPEG_PROGRESSIVE = 0xC2
_JPEG_OTHER_FRAMES = {*range(0xC3, 0xD0)} - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = {0x01, *range(0xD0, 0xD8)}
_VP8X_ANIMATED = 0x02


@dataclass(frozen=True, slots=True)
class Header:
    """An image as its header tells; sides in pixels, before orientation is applied."""

    kind: Kind
    width_px: int
    height_px: int


def read_header(image: bytes) -> Header:
    """Kind and size of an image that may be decoded.

    Raises:
        AppError: image_kind_unknown, image_unreadable, image_animated, image_too_many_pixels.
    """
    kind = read_kind(image)
    try:
        width_px, height_px, bytes_each = _READERS[kind](image)
    except IndexError as error:  # It ends before its header does.
        raise AppError("image_unreadable") from error
    if width_px < 1 or height_px < 1:
        raise AppError("image_unreadable")
    pixels_max = min(PIXELS_MAX, int(DECODED_BYTES_MAX / bytes_each))
    if max(width_px, height_px) > SIDE_MAX or width_px * height_px > pixels_max:
        bounds = f"at most {pixels_max} px of this kind, {SIDE_MAX} px a side"
        raise AppError("image_too_many_pixels", bounds)
    return Header(kind, width_px, height_px)


def read_kind(start: bytes) -> Kind:
    """The kind by its first `MAGIC_BYTES` bytes; names and declared types are not believed.

    Raises:
        AppError: image_kind_unknown.
    """
    if start[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if start[:8] == _PNG_MAGIC:
        return "PNG"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WEBP"
    raise AppError("image_kind_unknown")


def jpeg_markers(image: bytes) -> list[int]:
    """The markers of a JPEG up to its first scan: what stands there beside the picture.

    Raises:
        AppError: image_unreadable.
    """
    found: list[int] = []
    at = 2
    for _ in range(_PIECES_MAX):
        try:
            marker, length = image[at + 1], _big(image, at + 2, 2)
        except IndexError as error:
            raise AppError("image_unreadable") from error
        found.append(marker)
        if image[at] != 0xFF or marker == 0xDA:
            break
        at += 2 + length
    return found


def _jpeg_size(image: bytes) -> tuple[int, int, float]:
    at = 2
    for _ in range(_PIECES_MAX):
        if image[at] != 0xFF:
            break
        marker = image[at + 1]
        if marker == 0xFF:  # A fill byte.
            at += 1
            continue
        if marker in _JPEG_ALONE:
            at += 2
            continue
        if marker in _JPEG_FRAMES:
            width_px, height_px = _big(image, at + 7, 2), _big(image, at + 5, 2)
            bytes_each = _PIXEL_BYTES
            if marker == _JPEG_PROGRESSIVE:
                is_halved = max(width_px, height_px) >= _HALVED_FROM_PX
                bytes_each = _HALVED_PIXEL_BYTES if is_halved else 2 * _PIXEL_BYTES
                bytes_each += _COEFFICIENT_BYTES * _jpeg_samples(image, at + 9)
            return width_px, height_px, bytes_each
        if marker in _JPEG_OTHER_FRAMES or marker in (0xD9, 0xDA):
            break
        length = _big(image, at + 2, 2)
        if length < 2:
            break
        at += 2 + length
    raise AppError("image_unreadable")


def _jpeg_samples(image: bytes, at: int) -> float:
    """How many samples a pixel has, of all components: 3 in full colour, 1.5 where it is halved."""
    each: list[int] = []
    sides = 1, 1
    for n in range(_big(image, at, 1)):
        across, down = divmod(_big(image, at + 2 + 3 * n, 1), 16)
        sides = max(sides[0], across), max(sides[1], down)
        each.append(across * down)
    return sum(each) / (sides[0] * sides[1])


def _png_size(image: bytes) -> tuple[int, int, float]:
    if image[12:16] != b"IHDR" or _big(image, 8, 4) != 13:
        raise AppError("image_unreadable")
    at = 8
    for _ in range(_PIECES_MAX):
        length, name = _big(image, at, 4), image[at + 4 : at + 8]
        if name == b"acTL":
            raise AppError("image_animated")
        if name == b"IDAT":
            return _big(image, 16, 4), _big(image, 20, 4), _PIXEL_BYTES
        at += 12 + length
    raise AppError("image_unreadable")


def _webp_size(image: bytes) -> tuple[int, int, float]:
    width_px, height_px = _webp_sides(image)
    return width_px, height_px, _WEBP_PIXEL_BYTES


def _webp_sides(image: bytes) -> tuple[int, int]:
    name = image[12:16]
    if name == b"VP8X":
        if image[20] & _VP8X_ANIMATED:
            raise AppError("image_animated")
        return _little(image, 24, 3) + 1, _little(image, 27, 3) + 1
    if name == b"VP8L" and image[20] == 0x2F:
        bits = _little(image, 21, 4)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8 " and image[23:26] == b"\x9d\x01\x2a":
        return _little(image, 26, 2) & 0x3FFF, _little(image, 28, 2) & 0x3FFF
    raise AppError("image_unreadable")


# Width, height, and how many bytes a pixel needs while it is decoded.
_READERS: dict[Kind, Callable[[bytes], tuple[int, int, float]]] = {
    "JPEG": _jpeg_size,
    "PNG": _png_size,
    "WEBP": _webp_size,
}


def _big(image: bytes, at: int, length: int) -> int:
    return int.from_bytes(_exactly(image, at, length), "big")


def _little(image: bytes, at: int, length: int) -> int:
    return int.from_bytes(_exactly(image, at, length), "little")


def _exactly(image: bytes, at: int, length: int) -> bytes:
    piece = image[at : at + length]
    if len(piece) < length:
        raise IndexError(at)
    return piece
