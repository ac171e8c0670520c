"""Sending photos: what is taken is clean, what is hostile is refused by name."""

import asyncio
import time
from io import BytesIO

import pytest
from PIL import Image

from api.errors import AppError
from api.kit.images.header import IMAGE_BYTES_MAX, jpeg_markers, read_header
from api.settings import Settings
from tests.contract.problems import said
from tests.contract.raw import exchange, refusals
from tests.contract.recorder import declared as declared
from tests.contract.rows import row_counts
from tests.fixtures.builders import images
from tests.fixtures.builders.images import encoded, phone_photo, picture, send, uploaded
from tests.fixtures.builders.servers import another_server, at
from tests.fixtures.builders.sql import change, rows
from tests.fixtures.builders.worlds import World

pytestmark = pytest.mark.usefixtures("declared")

_JPEG = encoded(picture())
_FORGET_FILLED = "DELETE FROM uploads WHERE id NOT IN (SELECT upload_id FROM upload_pictures)"
# Name: the file; what must come back.
REFUSED: dict[str, tuple[bytes, tuple[int, str]]] = {
    "nothing": (b"", (415, "image_kind_unknown")),
    "a bomb of 8,000 squared": (images.png_of(8_000, 8_000), (422, "image_too_many_pixels")),
    "a bomb of 13,000 squared": (
        images.claiming_png(13_000, 13_000), (422, "image_too_many_pixels")),
    "a bomb of 2^31": (
        images.claiming_png(2**31 - 1, 2**31 - 1), (422, "image_too_many_pixels")),
    "one long side": (images.claiming_png(8_193, 1), (422, "image_too_many_pixels")),
    "no width": (images.claiming_png(0, 10), (422, "image_unreadable")),
    "5,000 frames of WebP": (images.animation("WEBP", 50), (422, "image_animated")),
    "frames of PNG": (
        images.png_of(64, 64, before=images.animated_png_mark()), (422, "image_animated")),
    "GIF": (images.animation("GIF", 50), (415, "image_kind_unknown")),
    "SVG with script": (
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        (415, "image_kind_unknown")),
    "HTML": (b"<!doctype html><script>alert(1)</script>", (415, "image_kind_unknown")),
    "PDF with a JPEG": (b"%PDF-1.7\n" + _JPEG, (415, "image_kind_unknown")),
    "BMP": (encoded(picture(), "BMP"), (415, "image_kind_unknown")),
    "TIFF": (encoded(picture(), "TIFF"), (415, "image_kind_unknown")),
    "ZIP": (b"PK\x03\x04" + b"\0" * 200, (415, "image_kind_unknown")),
    "half a JPEG": (_JPEG[: len(_JPEG) // 2], (422, "image_unreadable")),
    "three bytes": (b"\xff\xd8\xff", (422, "image_unreadable")),
    "half a PNG": (encoded(picture(), "PNG")[:60], (422, "image_unreadable")),
    "half a WebP": (encoded(picture(), "WEBP")[:26], (422, "image_unreadable")),
    "markers without end": (images.markers_without_end(), (422, "image_unreadable")),
    "a lying PNG": (images.claiming_png(4_000, 4_000), (422, "image_unreadable")),
    # Its frame is larger than the canvas that the header tells of.
    "a lying WebP": (images.lying_webp(), (422, "image_unreadable")),
    "one byte too many": (
        _JPEG + b"\0" * (IMAGE_BYTES_MAX + 1 - len(_JPEG)), (413, "image_too_large")),
}  # fmt: skip


async def test_hostile_files_are_refused_by_name_and_leave_nothing(world: World) -> None:
    """Facts/reliability.md §4.5: none decoded that is too large, none kept, none a 5xx."""
    resident = await world.person("resident1")
    before = await row_counts(world.parts.database)

    seen = {name: said(await send(resident, file)) for name, (file, _) in REFUSED.items()}

    assert {name: wanted for name, (_, wanted) in REFUSED.items()} == seen
    assert before == await row_counts(world.parts.database)


def test_bombs_are_seen_in_the_header_at_once() -> None:
    """F20: within 50 ms, whatever they would unfold to."""
    bombs = [REFUSED[name][0] for name in REFUSED if "bomb" in name or "markers" in name]
    took_s: list[float] = []
    for bomb in bombs:
        started = time.perf_counter()
        with pytest.raises(AppError):
            read_header(bomb)
        took_s.append(time.perf_counter() - started)

    assert len(bombs) == 4
    assert max(took_s) < 0.05


async def test_what_is_kept_tells_no_place_and_no_device(world: World) -> None:
    """EXIF with GPS, XMP, comment, notes of the maker, another file at the end: gone from both.

    Names with paths, NULs and 4 KB, and declared types, mean nothing.
    """
    resident = await world.person("resident1")
    tails = {"JPEG": b"<script>canary</script>", "PNG": b"PK\x03\x04canary", "WEBP": b""}
    names = ("../../etc/passwd\x00.jpg", "x" * 4_096 + ".svg", "照片.html")
    for (kind, tail), name in zip(tails.items(), names, strict=True):
        sent = phone_photo(kind) + tail
        assert sent.count(b"canary") >= 3

        made = await uploaded(resident, sent, name=name, declared="text/html")
        for url in ("photo_url", "thumb_url"):
            jpeg = (await world.http.get(made[url])).content
            opened = Image.open(BytesIO(jpeg))
            assert b"canary" not in jpeg
            assert {0xE0, 0xDB, 0xC0, 0xC4, 0xDA} >= set(jpeg_markers(jpeg))
            assert not opened.getexif()
            assert opened.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


async def test_a_photo_stands_upright_and_is_not_larger_than_needed(world: World) -> None:
    """The camera's note is applied before it is dropped; 1,920 and 320 px; white below glass."""
    resident = await world.person("resident1")
    turned = await uploaded(resident, phone_photo(orientation=6))
    clear = Image.new("RGBA", (4_000, 1_000), (0, 0, 0, 0))
    large = await uploaded(resident, encoded(clear, "PNG"))

    upright = Image.open(BytesIO((await world.http.get(turned["photo_url"])).content))
    thumb = Image.open(BytesIO((await world.http.get(large["thumb_url"])).content))

    # Turned a quarter clockwise, red on the left is red on top.
    red_at, blue_at = upright.getpixel((24, 5)), upright.getpixel((24, 58))
    assert isinstance(red_at, tuple)
    assert isinstance(blue_at, tuple)
    assert (48, 64) == upright.size
    assert red_at[0] > 150 > blue_at[0]
    assert (1920, 480) == (large["width_px"], large["height_px"])
    assert ((320, 80), (255, 255, 255)) == (thumb.size, thumb.getpixel((10, 10)))


FORMS: dict[str, tuple[bytes, str, tuple[int, str]]] = {
    "JSON": (b"{}", "application/json", (415, "form_expected")),
    "no type": (b"", "", (415, "form_expected")),
    "no boundary": (b"", "multipart/form-data", (400, "malformed_form")),
    "another boundary": (
        b"--a\r\n\r\n", "multipart/form-data; boundary=b", (400, "malformed_form")),
    "nothing": (b"", "multipart/form-data; boundary=b", (400, "malformed_form")),
    "no end": (
        b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + _JPEG,
        "multipart/form-data; boundary=b", (400, "malformed_form")),
    "no file": (
        b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nproof\r\n--b--\r\n',
        "multipart/form-data; boundary=b", (422, "malformed_request")),
    "two files": (
        b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + _JPEG
        + b'\r\n--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + _JPEG
        + b"\r\n--b--\r\n", "multipart/form-data; boundary=b", (400, "malformed_form")),
    "many parts": (
        b"".join(b'--b\r\nContent-Disposition: form-data; name="n%d"\r\n\r\n\r\n' % n
                 for n in range(99)) + b"--b--\r\n",
        "multipart/form-data; boundary=b", (400, "malformed_form")),
    "many headers": (
        b"--b\r\n" + b"X: y\r\n" * 5_000 + b"\r\n\r\n--b--\r\n",
        "multipart/form-data; boundary=b", (400, "malformed_form")),
    "a long header": (
        b"--b\r\nX: " + b"y" * 50_000 + b"\r\n\r\n\r\n--b--\r\n",
        "multipart/form-data; boundary=b", (400, "malformed_form")),
    "a long text": (
        b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n' + b"p" * 9_999
        + b"\r\n--b--\r\n", "multipart/form-data; boundary=b", (400, "malformed_form")),
    "no name": (
        b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
        "multipart/form-data; boundary=b", (400, "malformed_form")),
}  # fmt: skip


async def test_forms_that_are_none_are_refused(world: World) -> None:
    """One file and a purpose, plainly; nothing else is worth a guess."""
    resident = await world.person("resident1")
    before = await row_counts(world.parts.database)

    seen = {
        name: said(
            await resident.call(
                "POST", "/v1/uploads", content=body, headers={"Content-Type": content_type}
            )
        )
        for name, (body, content_type, _) in FORMS.items()
    }

    assert {name: wanted for name, (*_, wanted) in FORMS.items()} == seen
    assert (422, "malformed_request") == said(await send(resident, _JPEG, purpose="selfie"))
    assert before == await row_counts(world.parts.database)


async def test_a_body_is_read_only_of_whom_it_may_come(world: World, url: str) -> None:
    """A stranger, or too large by its own word: refused before a byte of it is sent."""
    resident = await world.person("resident1")
    post = b"POST /v1/uploads HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    form = b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n"
    bearer = b"Authorization: Bearer " + resident.token.encode() + b"\r\n"

    stranger = await exchange(url, post + form % 9_000_000 + b"\r\n")
    large = await exchange(url, post + bearer + form % 90_000_000 + b"\r\n")

    assert [(401, "not_signed_in")] == refusals(stranger)
    assert [(413, "body_too_large")] == refusals(large)


async def test_the_same_key_gives_the_same_photo_once(world: World) -> None:
    """A client that tries again draws another boundary; another picture is another request."""
    resident = await world.person("resident1")

    first = await send(resident, _JPEG, key="k")
    again = await send(resident, _JPEG, key="k")
    other = await send(resident, phone_photo(), key="k")

    assert (201, 201) == (first.status_code, again.status_code)
    assert first.content == again.content
    assert (422, "idempotency_key_reused") == said(other)
    assert [(1,)] == await rows(world.parts, "SELECT count(*) FROM uploads")


async def test_a_person_may_send_so_many_photos_a_minute(world: World, settings: Settings) -> None:
    """One more is refused before its body is read, and told when to come again; whoever is another
    person is not concerned."""
    resident, other = await world.person("resident1"), await world.person("resident2")
    async with another_server(settings, uploads_per_minute=2) as (http, _):
        answers = [await send(at(resident, http), _JPEG) for _ in range(3)]
        of_other = await send(at(other, http), _JPEG)

    assert [201, 201, 429] == [a.status_code for a in answers]
    assert (429, "rate_limited") == said(answers[2])
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60
    assert 201 == of_other.status_code


async def test_a_quota_bounds_pictures_and_bytes_of_a_day(world: World) -> None:
    """Two at once do not pass it together; another person is not concerned."""
    resident, other = await world.person("resident1"), await world.person("resident2")
    filled = f"""INSERT INTO uploads (id, owner_id, purpose, state, width_px, height_px,
        received_bytes, version, made_at) SELECT gen_random_uuid(), '{resident.id}', 'proof',
        'kept', 1, 1, {{}}, 1, linli_now() FROM generate_series(1, {{}})"""
    await change(world.parts, filled.format(1, 199))

    answers = await asyncio.gather(*(send(resident, _JPEG) for _ in range(2)))
    await change(world.parts, _FORGET_FILLED)
    await change(world.parts, filled.format(10_485_760, 30))
    too_many_bytes = said(await send(resident, _JPEG))
    await change(world.parts, _FORGET_FILLED)

    assert [201, 429] == sorted(a.status_code for a in answers)
    assert (429, "upload_quota_used") == too_many_bytes
    await uploaded(other, _JPEG)


async def test_a_full_disk_is_a_refusal_to_try_again_and_leaves_nothing(world: World) -> None:
    """PostgreSQL says 53100 in the middle of the statement: 503, and no half of a photo."""
    resident = await world.person("resident1")
    before = await row_counts(world.parts.database)
    await change(
        world.parts,
        """CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$""",
        """CREATE TRIGGER full_disk BEFORE INSERT ON upload_pictures FOR EACH ROW
        WHEN (NEW.size = 'thumb') EXECUTE FUNCTION full_disk()""",
    )

    seen = said(await send(resident, _JPEG))
    await change(world.parts, "DROP TRIGGER full_disk ON upload_pictures")

    assert (503, "busy") == seen
    assert before == await row_counts(world.parts.database)
    await uploaded(resident, _JPEG)
