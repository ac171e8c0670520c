"""What must always hold of uploads."""

from api.kit.invariants import Invariant, moves_recorded
from api.uploads.states import UPLOAD

INVARIANTS = (
    *moves_recorded(("UP1", "UP2", "UP3"), UPLOAD, "uploads"),
    Invariant(
        "UP4",
        "every upload has a photo and a thumbnail",
        """SELECT u.id FROM uploads AS u
        WHERE (SELECT count(*) FROM upload_pictures AS p WHERE p.upload_id = u.id) <> 2""",
    ),
    Invariant(
        "UP5",
        "an upload that nobody claims is gone after a day (and one to sweep)",
        """SELECT id FROM uploads
        WHERE state = 'kept' AND made_at < linli_now() - interval '2 days'""",
    ),
    Invariant(
        "UP6",
        "what is kept is plain JPEG: no place, no device, no notes",
        # Exif, XMP and Photoshop's notes begin so; our own tables before the scan are shorter.
        r"""SELECT upload_id FROM (
            SELECT upload_id, jpeg FROM upload_pictures
            UNION ALL SELECT upload_id, jpeg FROM upload_originals) AS p
        WHERE substring(jpeg FROM 1 FOR 4) <> '\xffd8ffe0'::bytea
           OR position('Exif\000\000'::bytea IN substring(jpeg FROM 1 FOR 1024)) > 0
           OR position('http://ns.adobe.com/'::bytea IN substring(jpeg FROM 1 FOR 1024)) > 0
           OR position('Photoshop 3.0'::bytea IN substring(jpeg FROM 1 FOR 1024)) > 0""",
    ),
    Invariant(
        "UP7",
        "an original is kept only of what was masked, since it first was",
        """
SELECT o.upload_id FROM upload_originals AS o JOIN uploads AS u ON u.id = o.upload_id
WHERE u.masked_at IS NULL OR o.kept_at > u.masked_at
""",
    ),
)
