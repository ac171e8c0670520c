"""The process that decodes one image of a stranger and writes it anew; then it is gone.

Nothing but the standard library and Pillow is imported here, so that it starts fast and holds
nothing worth stealing: no key, no connection, no environment. It may use little memory and little
processor time, open hardly a file and write none.
"""

import os
import resource
import struct
import sys
import warnings
from collections.abc import Sequence
from io import BytesIO
from math import ceil
from typing import BinaryIO, NamedTuple

from PIL import Image, ImageFile

PHOTO_SIDE_PX = 1_920
THUMB_SIDE_PX = 320
# Lengths of photo and thumbnail, then both.
FRAME = struct.Struct(">II")


class Area(NamedTuple):
    """A rectangle of a picture, in its pixels, from the upper left corner."""

    left_px: int
    top_px: int
    width_px: int
    height_px: int


_MEMORY_BYTES = 256 * 1024 * 1024
_CPU_S = 5
_FILES = 16
_NICENESS = 10
# What is left of a masked side: so few cells that nobody is known by them, none of them small.
_CELLS_MAX = 4
_CELL_SIDE_PX = 8
_STRIP_PX = 64
_KINDS = ("JPEG", "PNG", "WEBP")
_PIXELS_MAX = 24_000_000
_ORIENTATION_TAG = 0x0112
_TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What cannot be averaged is unfolded first; deeper greys than a phone's are not taken.
_UNFOLDED = {"1": "L", "P": "RGBA", "PA": "RGBA"}
_MODES = ("RGB", "L", "CMYK", "YCbCr", "RGBA", "LA")


def reencode(image: bytes) -> tuple[bytes, bytes]:
    """Photo and thumbnail as plain JPEG: upright, on white, without a word beside the picture.

    Raises:
        OSError, ValueError, MemoryError and whatever else a broken file makes Pillow raise.
    """
    Image.MAX_IMAGE_PIXELS = _PIXELS_MAX
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with Image.open(BytesIO(image), formats=_KINDS) as opened:
        turn = _TURNED.get(_orientation(opened))
        # A JPEG is decoded at a half or an eighth of its size where that is enough.
        scale = PHOTO_SIDE_PX / max(opened.size)
        opened.draft("RGB", (ceil(opened.width * scale), ceil(opened.height * scale)))
        picture = _reduced(opened)
    del opened  # Its pixels are not needed beside those of what follows.
    picture.thumbnail((PHOTO_SIDE_PX, PHOTO_SIDE_PX))
    if turn is not None:
        picture = picture.transpose(turn)
    photo = _jpeg(picture, quality=80)
    picture.thumbnail((THUMB_SIDE_PX, THUMB_SIDE_PX))
    return photo, _jpeg(picture, quality=75)


def masked(image: bytes, areas: Sequence[Area]) -> tuple[bytes, bytes]:
    """One of our own photos with areas destroyed, and its thumbnail made anew from that.

    Of an area a handful of averages is left, however large it was: nothing of it can be computed
    back, as from a blur it can. Nothing lies over it: the pixels themselves are these.

    Raises:
        ValueError, where an area is not within the picture; OSError, where it is no photo of ours.
    """
    Image.MAX_IMAGE_PIXELS = _PIXELS_MAX
    with Image.open(BytesIO(image), formats=("JPEG",)) as opened:
        picture = opened.convert("RGB")
    for area in areas:
        _destroy(picture, area)
    photo = _jpeg(picture, quality=80)
    picture.thumbnail((THUMB_SIDE_PX, THUMB_SIDE_PX))
    return photo, _jpeg(picture, quality=75)


def main(source: BinaryIO, target: BinaryIO, areas: Sequence[Area] = ()) -> None:
    """Read one image, write `FRAME`, photo and thumbnail; any failure is an exit code.

    With ``areas`` it is one of our own photos, in which these are to be destroyed.
    """
    _confine()
    image = source.read()
    photo, thumb = masked(image, areas) if areas else reencode(image)
    target.write(FRAME.pack(len(photo), len(thumb)) + photo + thumb)
    target.flush()


def _destroy(picture: Image.Image, area: Area) -> None:
    right_px, bottom_px = area.left_px + area.width_px, area.top_px + area.height_px
    if min(area.left_px, area.top_px) < 0 or min(area.width_px, area.height_px) < 1:
        raise ValueError(area)
    if right_px > picture.width or bottom_px > picture.height:
        raise ValueError(area)
    found = picture.crop((area.left_px, area.top_px, right_px, bottom_px))
    cells = (_cells(area.width_px), _cells(area.height_px))
    averages = found.resize(cells, Image.Resampling.BOX)  # pyright: ignore[reportUnknownMemberType]
    blocks = averages.resize(found.size, Image.Resampling.NEAREST)  # pyright: ignore[reportUnknownMemberType]
    picture.paste(blocks, (area.left_px, area.top_px))


def _cells(side_px: int) -> int:
    return max(1, min(_CELLS_MAX, side_px // _CELL_SIDE_PX))


def _orientation(opened: Image.Image) -> int:
    try:
        return int(opened.getexif().get(_ORIENTATION_TAG, 1))
    except (ValueError, TypeError, KeyError, SyntaxError, OSError, struct.error):
        return 1  # Who writes broken notes still gets the picture.


def _reduced(opened: Image.Image) -> Image.Image:
    """On white, less than twice its final size; in strips, or the whole would be there thrice."""
    width_px, height_px = opened.size
    n = max(1, max(opened.size) // PHOTO_SIDE_PX)
    picture = Image.new("RGB", (-(-width_px // n), -(-height_px // n)))
    for top in range(0, height_px, _STRIP_PX * n):
        strip = opened.crop((0, top, width_px, min(top + _STRIP_PX * n, height_px)))
        picture.paste(_flat(strip).reduce(n), (0, top // n))
    return picture


def _flat(picture: Image.Image) -> Image.Image:
    if picture.mode in _UNFOLDED:
        picture = picture.convert(_UNFOLDED[picture.mode])
    if picture.mode not in _MODES:
        raise ValueError(picture.mode)
    if picture.mode not in ("RGBA", "LA"):
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    white = Image.new("RGB", clear.size, "white")
    white.paste(clear, mask=clear.getchannel("A"))
    return white


def _jpeg(picture: Image.Image, *, quality: int) -> bytes:
    # Only the pixels go over: comments and profiles would otherwise follow along in `info`.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    written = BytesIO()
    clean.save(written, "JPEG", quality=quality, optimize=True)
    return written.getvalue()


def _confine() -> None:
    os.nice(_NICENESS)
    for what, limit in (
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CPU, _CPU_S),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


if __name__ == "__main__":
    main(
        sys.stdin.buffer,
        sys.stdout.buffer,
        [Area(*map(int, text.split(","))) for text in sys.argv[1:]],
    )
