"""Identity numbers, ages, masks, doors, nicknames, months: values in, values out."""

from datetime import UTC, date, datetime

import pytest

from api.care.rules import month_of, widens
from api.identity.rules import nickname_fault
from api.people.rules import age_band, birth_date, door_key, mask_full_name, mask_id_number

_TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("number", "born"),
    [
        ("11010519491231002X", date(1949, 12, 31)),
        ("810000199408230021", date(1994, 8, 23)),
        ("830000198107150027", date(1981, 7, 15)),
        ("110105194912310021", None),
        ("11010519491231002", None),
        ("110105194913310021", None),
        ("110105194902300012", None),
        ("110105209901010012", None),
        ("440524188001010014", None),
        ("11010519491231002x", None),
        ("１１０10519491231002X", None),
        ("", None),
    ],
)
def test_an_identity_number_is_checked_as_the_standard_says(number: str, born: date | None) -> None:
    """The samples of GB 11643 and of the fact sheet; a reader has made the X large."""
    assert born == birth_date(number, today=_TODAY)


def test_every_changed_digit_is_noticed() -> None:
    """Any one digit of a number changed to any other makes it none."""
    number = "11010519491231002X"
    changed = [
        number[:i] + digit + number[i + 1 :]
        for i in range(17)
        for digit in "0123456789"
        if digit != number[i]
    ]

    assert [] == [n for n in changed if birth_date(n, today=_TODAY)]


@pytest.mark.parametrize(
    ("born", "today", "band"),
    [
        (date(2008, 11, 22), _TODAY, "adult"),
        (date(2008, 11, 23), _TODAY, "minor_14_17"),
        (date(2012, 11, 22), _TODAY, "minor_14_17"),
        (date(2012, 11, 23), _TODAY, "under_14"),
        (date(2008, 2, 29), date(2026, 2, 28), "minor_14_17"),
        (date(2008, 2, 29), date(2026, 3, 1), "adult"),
    ],
)
def test_an_age_is_counted_to_the_day(born: date, today: date, band: str) -> None:
    """Also for who was born on 29 February."""
    assert band == age_band(born, today=today)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张明", "张*"), ("张小明", "张**"), ("欧阳小明", "欧阳**"), ("欧阳明", "欧**"), ("张", "张*"),
     ("买买提·吐尔逊", "买***")],
)  # fmt: skip
def test_a_name_shows_the_family_name_only(name: str, masked: str) -> None:
    """Never more than three stars, which would count the characters."""
    assert masked == mask_full_name(name)


def test_a_number_shows_seven_characters() -> None:
    """The first three and the last four."""
    assert "110***********002X" == mask_id_number("11010519491231002X")


@pytest.mark.parametrize(
    "door", ["2单元301", "2-301", "２－３０１", "2单元301室", " 2 单元 301 ", "2栋301号"]
)
def test_a_door_is_one_however_it_is_written(door: str) -> None:
    """What people write of one door is one household."""
    assert "2-301" == door_key(door)


def test_doors_that_differ_stay_apart() -> None:
    """A letter, a digit, another unit; a door without digits is its own text."""
    doors = ["2-301", "2-301a", "23-01", "3-301", "门卫室", "传达室"]

    assert len(doors) == len({door_key(d) for d in doors})


@pytest.mark.parametrize(
    ("now", "begins", "ends"),
    [
        ((2026, 11, 30, 15, 59, 59), (2026, 10, 31, 16), (2026, 11, 30, 16)),
        ((2026, 11, 30, 16, 0, 0), (2026, 11, 30, 16), (2026, 12, 31, 16)),
        ((2028, 2, 29, 12, 0, 0), (2028, 1, 31, 16), (2028, 2, 29, 16)),
    ],
)
def test_a_month_is_that_of_clocks_in_china(
    now: tuple[int, ...], begins: tuple[int, ...], ends: tuple[int, ...]
) -> None:
    """It begins at 16:00 UTC of the day before."""
    month = month_of(datetime(*now, tzinfo=UTC))  # type: ignore[arg-type,misc]

    assert (datetime(*begins, tzinfo=UTC), datetime(*ends, tzinfo=UTC)) == (  # type: ignore[arg-type,misc]
        month.begins,
        month.ends,
    )


@pytest.mark.parametrize(
    ("cap_fen", "kinds", "is_wider"),
    [
        (100, ("fetch", "meal"), False),
        (99, ("fetch",), False),
        (101, ("fetch",), True),
        (1, ("buy",), True),
    ],
)
def test_terms_are_wider_by_a_fen_or_a_kind(
    cap_fen: int, kinds: tuple[str, ...], is_wider: bool
) -> None:
    """Less of either needs nobody's leave."""
    said = {"consented_cap_fen": 100, "consented_kinds": ("meal", "fetch")}

    assert is_wider is widens(cap_fen=cap_fen, kinds=kinds, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize("nickname", ["小王", "3号楼王阿姨", "老张 2019", "跑腿小哥🚴"])
def test_ordinary_nicknames_are_fine(nickname: str) -> None:
    """Doors and years are no phone numbers."""
    assert None is nickname_fault(nickname, is_staff=False)
