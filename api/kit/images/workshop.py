"""Where images are written anew: a process for each, few at once, none for long."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from api.errors import AppError
from api.kit.images.header import jpeg_markers, read_header
from api.kit.images.reencode import FRAME, PHOTO_SIDE_PX, Area

# The process may compute for 5 s; the rest is for starting on a busy machine.
_PATIENCE_S = 10.0
# JFIF, tables, frame, Huffman tables, scan: a picture and nothing beside it.
_PLAIN_MARKERS = {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
_PROGRAM = "api.kit.images.reencode"


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as it is kept: plain JPEG, upright, and its thumbnail; sides in pixels."""

    photo: bytes
    thumb: bytes
    width_px: int
    height_px: int
    received_bytes: int


class Workshop:
    """Turns images of strangers into photos of ours."""

    def __init__(self, *, at_once: int) -> None:
        self._places = asyncio.Semaphore(at_once)

    async def prepare(self, image: bytes) -> Photo:
        """Judge by the header, then decode and write anew in a process of its own.

        Raises:
            AppError: image_kind_unknown, image_unreadable, image_animated, image_too_many_pixels,
                busy.
        """
        read_header(image)
        return await self._written(image, ())

    async def mask(self, photo: bytes, areas: Sequence[Area]) -> Photo:
        """One of our own photos with areas of it destroyed, in a process of its own.

        Raises:
            AppError: image_unreadable, busy.
        """
        assert areas, "without any it would be written anew for nothing"
        return await self._written(photo, areas)

    async def _written(self, image: bytes, areas: Sequence[Area]) -> Photo:
        async with self._places:
            photo, thumb = _unpacked(await _run(image, areas))
        header = read_header(photo)
        # What comes back was written by a process that read hostile bytes: it is looked at too.
        for written in (photo, thumb):
            if read_header(written).kind != "JPEG" or set(jpeg_markers(written)) - _PLAIN_MARKERS:
                raise AppError("image_unreadable")
        if max(header.width_px, header.height_px) > PHOTO_SIDE_PX:
            raise AppError("image_unreadable")
        return Photo(photo, thumb, header.width_px, header.height_px, len(image))


async def _run(image: bytes, areas: Sequence[Area]) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-m", _PROGRAM, *(",".join(map(str, area)) for area in areas),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )  # fmt: skip
    try:
        async with asyncio.timeout(_PATIENCE_S):
            written, _ = await process.communicate(image)
    except TimeoutError as error:
        raise AppError("busy", "the image took too long") from error
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode != 0:
        raise AppError("image_unreadable")
    return written


def _unpacked(written: bytes) -> tuple[bytes, bytes]:
    photo_bytes, thumb_bytes = FRAME.unpack_from(written)
    pictures = written[FRAME.size :]
    if len(pictures) != photo_bytes + thumb_bytes:
        raise AppError("image_unreadable")
    return pictures[:photo_bytes], pictures[photo_bytes:]
