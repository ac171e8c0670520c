"""Subscribe messages: one consent, one message, never twice; fields in the form of their keys."""

import pytest

from api.wechat.fitting import FieldUnfit, fit
from api.wechat.gateway import GatewayUnavailable, OutcomeUnknown, Refused, Sent
from tests.wechat.conftest import MiniProgramWorld, openid

AMEI = openid("Amei1")
DONE = "tmpl_done"


async def _sends(mini: MiniProgramWorld, **more: object) -> Sent | Refused:
    said = {"openid": AMEI, "template_id": DONE, "data": {"thing1": "送到了"}, "page": None, **more}
    return await mini.parts.mini_program.send_subscribe(**said)  # type: ignore[arg-type]


async def test_one_consent_is_one_message(mini: MiniProgramWorld) -> None:
    """The second is refused for good, not to be tried again."""
    mini.wechat.consents[AMEI, DONE] = 1
    seen = [await _sends(mini) for _ in range(2)]

    assert [Sent("2850000000000000000"), Refused("no_grant")] == seen
    assert "formal" == mini.wechat.delivered[0]["miniprogram_state"]


async def test_what_can_never_be_sent_says_why(mini: MiniProgramWorld) -> None:
    """Each under its name; the wrong field by its key."""
    mini.wechat.consents[AMEI, DONE] = 9
    wrong = [
        await _sends(mini, openid="dev:resident1"),
        await _sends(mini, template_id="other"),
        await _sends(mini, page="nowhere"),
        await _sends(mini, data={"enum_string3": "x"}),
    ]

    assert [
        Refused("openid_wrong"),
        Refused("template_wrong"),
        Refused("page_wrong"),
        Refused("field_wrong", "enum_string3"),
    ] == wrong
    assert 9 == mini.wechat.consents[AMEI, DONE]


async def test_a_message_that_may_have_left_is_not_sent_again(mini: MiniProgramWorld) -> None:
    """WeChat acted and the line broke: one message, and the outcome is said to be unknown."""
    mini.wechat.consents[AMEI, DONE] = 2
    await _sends(mini)
    mini.wechat.wire.mishaps.append("reset after acting")

    with pytest.raises(OutcomeUnknown):
        await _sends(mini)
    assert 2 == len(mini.wechat.delivered)


async def test_a_busy_wechat_is_asked_again_and_a_dead_token_replaced(
    mini: MiniProgramWorld,
) -> None:
    """Refused answers had no effect: they may be repeated."""
    mini.wechat.consents[AMEI, DONE] = 1
    mini.wechat.next_codes = [0, -1, 42001]

    assert isinstance(await _sends(mini), Sent)
    assert 1 == len(mini.wechat.delivered)


async def test_a_permission_that_we_lack_is_not_the_persons_fault(
    mini: MiniProgramWorld,
) -> None:
    """The consent stays: the operator has something to mend."""
    mini.wechat.next_codes = [0, 48001]

    with pytest.raises(GatewayUnavailable):
        await _sends(mini)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("thing1", "", "无"),
        ("thing1", " 三号楼\n的 菜 ", "三号楼 的 菜"),
        ("thing2", "一二三四五六七八九十" * 3, "一二三四五六七八九十一二三四五六七八九…"),
        ("thing3", "🥬" * 21, "🥬" * 19 + "…"),
        ("phrase1", "已送达,谢谢您的等待", "已送达谢谢"),
        ("phrase1", "OK!", "无"),
        ("name1", "一二三四五六七八九十百", "一二三四五六七八九十"),
        ("name1", "A" * 25, "A" * 20),
        ("character_string1", "单号 EO-2026 " * 5, "EO-2026 EO-2026 EO-2026 EO-2026"),
        ("character_string1", "单号", "-"),
        ("letter1", "A1b中", "Ab"),
        ("symbol1", "!!!!!!", "!!!!!"),
        ("number1", "12.5", "12.5"),
        ("time1", "15:01", "15:01"),
        ("time1", "2026年11月22日 15:01~2026年11月22日 17:00",
         "2026年11月22日 15:01~2026年11月22日 17:00"),
        ("date1", "2019-12-25 09:42", "2019-12-25 09:42"),
        ("amount1", "¥12.50", "¥12.50"),
        ("amount1", "12元", "12元"),
        ("phone_number1", "021-12345", "021-12345"),
        ("car_number1", "沪A12345", "沪A12345"),
    ],
)  # fmt: skip
def test_a_value_is_cut_to_what_its_key_may_hold(key: str, text: str, value: str) -> None:
    """By code points, never empty."""
    assert {key: {"value": value}} == fit({key: text})


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("number1", "十二"), ("number1", ""), ("time1", "25:00"), ("time1", "明天"),
        ("date1", "2026/11/22"), ("amount1", "¥12345678901"), ("amount1", "免费"),
        ("phone_number1", "1" * 18), ("car_number1", "沪A1234567"), ("thing", "x"),
        ("colour1", "x"), ("Thing1", "x"),
    ],
)  # fmt: skip
def test_a_figure_that_does_not_fit_is_our_mistake(key: str, text: str) -> None:
    """Half a date or half a number would be a lie: the key is named, nothing is sent."""
    with pytest.raises(FieldUnfit, match=key):
        fit({key: text})
