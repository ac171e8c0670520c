"""Purposes for which consent is asked, as versioned texts; a changed text is a new version.

Separate consent for what is sensitive: 个人信息保护法 29 (where somebody is, identity documents).
Refusing any but the privacy rules costs nothing but what cannot work without it (16).
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

Purpose = Literal[
    "privacy_rules", "runner_location", "id_number", "notifications", "photos", "points_boards"
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: the date of this text, the text itself, and what does not work without."""

    purpose: Purpose
    version: str
    is_separate: bool
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    without_zh: str
    without_en: str

    @property
    def text_hash(self) -> bytes:
        """SHA-256 of everything that was shown: the evidence of what was agreed to."""
        shown = (self.version, self.title_zh, self.text_zh, self.without_zh, self.title_en,
                 self.text_en, self.without_en)  # fmt: skip
        return hashlib.sha256("\n".join(shown).encode()).digest()


_ASKED = (
    Asked(
        "privacy_rules",
        "2026-11-20",
        False,
        "个人信息处理规则",
        "Privacy rules",
        "我已阅读个人信息处理规则:为下单和送货,处理我的手机号、地址和订单。",
        "I have read the privacy rules: phone, address and orders are used to bring my errands.",
        "不同意则无法下单,仍可浏览公开内容。",
        "Without it you cannot order; public pages stay open to you.",
    ),
    Asked(
        "runner_location",
        "2026-11-20",
        True,
        "骑手位置",
        "Location of a runner",
        "上线期间使用我的位置:派给我附近的单;取货后到送达前,下单人能看到。行踪属于敏感信息,"
        "只保留最近一次,一天后删除。",
        "While I am online my position is used to find jobs near me; from pickup to delivery the"
        " customer sees it. Whereabouts are sensitive: only the last one is kept, for one day.",
        "不同意则不能接单,其他功能不受影响。",
        "Without it you cannot take jobs; everything else works.",
    ),
    Asked(
        "id_number",
        "2026-11-20",
        True,
        "身份证号",
        "ID number",
        "为实名核验使用我的姓名和身份证号。身份证号属于敏感信息,加密保存,只显示首尾几位。",
        "Name and ID number are used to verify who I am. The number is sensitive: kept encrypted,"
        " shown only in part.",
        "不同意则不能成为骑手或调解员,其他功能不受影响。",
        "Without it you cannot become a runner or mediator; everything else works.",
    ),
    Asked(
        "notifications",
        "2026-11-20",
        False,
        "消息提醒",
        "Notifications",
        "用微信订阅消息提醒我订单的进展。",
        "WeChat messages tell me how my orders are getting on.",
        "不同意则只在小程序内显示。",
        "Without it news is shown inside the mini-program only.",
    ),
    Asked(
        "photos",
        "2026-11-22",
        False,
        "照片",
        "Photos",
        "我上传的照片用作订单凭证或我所发内容的一部分;位置等附带信息会先去除。",
        "Photos that I upload prove what happened to an order, or belong to what I write; their"
        " hidden data is removed first.",
        "不同意则不能上传照片,须拍照的事也做不了。",
        "Without it you cannot upload photos, nor do what needs one.",
    ),
    Asked(
        "points_boards",
        "2026-11-22",
        True,
        "上榜公示",
        "Names on the boards",
        "每月的积分榜上显示我的昵称,任何人可见;随时可以撤回,撤回后往期榜单也不再显示。",
        "My nickname is shown on the monthly boards, for everybody to see; when I take this back,"
        " older boards no longer show it either.",
        "不同意则榜上不出现我,积分和等级不受影响。",
        "Without it no board shows you; points and tier stay as they are.",
    ),
)

# What is asked today, by purpose.
PURPOSES: dict[str, Asked] = {asked.purpose: asked for asked in _ASKED}
