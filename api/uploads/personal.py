"""What the tables of photos hold of people."""

from api.kit.personal import Erase, Hold, Keep, Person, PersonalTable
from api.uploads.rules import ORIGINAL_DAYS

_LAW_TEXT = "电子商务法第三十一条:交易信息保存三年"
# What nothing claimed, or a post, belongs to no trade. When a hold ends, the service removes the
# photo.
_UNTIL = (
    "coalesce(CASE WHEN u.purpose <> 'post' THEN u.claimed_at + interval '3 years' END, u.made_at)"
)
_LAW = Hold(_UNTIL.replace("u.", "t."), _LAW_TEXT)
_PICTURE_LAW = Hold(
    f"(SELECT {_UNTIL} FROM uploads AS u WHERE u.id = t.upload_id)",
    _LAW_TEXT,
)

_EVIDENCE = Hold(f"t.kept_at + interval '{ORIGINAL_DAYS} days'", "纠纷或案件的证据")

PERSONAL = (
    PersonalTable(
        "uploads", "照片",
        plain=("id", "owner_id", "purpose", "state", "subject_id", "width_px", "height_px",
               "received_bytes", "version", "made_at", "claimed_at", "masked_at", "masked_by_id"),
        people=(Person("上传人", "t.owner_id = $1",
                       shows=("id", "purpose", "state", "width_px", "height_px", "made_at",
                              "claimed_at", "masked_at"),
                       erases=(Erase("true", hold=_LAW),)),),
        keeps=(Keep("没有用到的照片", 1, "t.made_at", "没有用在任何地方",
                    left="t.state = 'kept'", has_own_sweep=True),),
    ),
    PersonalTable(
        "upload_pictures", "照片内容",
        key=("upload_id", "size"),
        plain=("upload_id", "size"),
        # Not in the export but at /v1/uploads/{id}, which the export names.
        personal=("jpeg",),
        people=(Person("上传人",
                       "t.upload_id IN (SELECT u.id FROM uploads AS u WHERE u.owner_id = $1)",
                       erases=(Erase("true", hold=_PICTURE_LAW),)),),
    ),
    PersonalTable(
        "upload_originals", "遮挡前的照片",
        key=("upload_id",),
        plain=("upload_id", "reason", "kept_by_id", "kept_at"),
        # Others may be seen on it: it is shown to managers of the place alone, who say why.
        personal=("jpeg",),
        people=(Person("上传人",
                       "t.upload_id IN (SELECT u.id FROM uploads AS u WHERE u.owner_id = $1)",
                       shows=("reason", "kept_at"),
                       erases=(Erase("true", hold=_EVIDENCE),)),),
        keeps=(Keep("遮挡前的照片", ORIGINAL_DAYS, "t.kept_at", "纠纷或案件的证据"),),
    ),
)  # fmt: skip
