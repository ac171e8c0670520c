"""The official forms: what each says of its case, and what the bundle holds in which order."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from uuid import UUID

import pytest
from pypdf import PdfReader

from api.agreements.forms.facts import (
    Agreed,
    Application,
    CaseFile,
    CourtRequest,
    Inquiry,
    Meeting,
    Name,
    Person,
    Promise,
    Registration,
    Visited,
)
from api.agreements.forms.official import agreement, bundle, registration
from api.agreements.forms.printing import printed
from api.agreements.forms.sheets import Table, text_of
from api.agreements.forms.wording import moment, promise, schedule
from api.agreements.terms import Always, Monthly, Once, Schedule, Spans, Term, Weekly

AT = datetime(2026, 11, 22, 1, 5, tzinfo=UTC)
WANG = Person("王秀兰", "女", "汉族", "63", "退休", "138****8000", "3号楼2单元501", "广场舞队")
LI = Person("李建国", contact="139****0001", address="3号楼1单元201")
EXAMS = Spans(((date(2027, 1, 11), date(2027, 1, 17)),))
PROMISES = (
    Promise(Term(1, UUID(int=1), "refrain", "在考试周播放音乐", EXAMS), "王秀兰"),
    Promise(
        Term(2, UUID(int=1), "act", "把音量降到55分贝以下", Always(date(2027, 11, 22))), "王秀兰"
    ),
)  # fmt: skip
AGREED = Agreed(
    form="written", number="(2026)邻人调字第7号", parties=(WANG, LI),
    facts="每晚七点至九点在小区广场跳舞。", issues="音量和时间。", promises=PROMISES,
    place_of_performance="春晖小区广场",
    signed=(Name("王秀兰", AT, "小程序签名"), Name("李建国", AT, "纸面签名,附照片")),
    mediators=(Name("赵调解", AT, "小程序签名"),), seal=Name("盖章", AT, "附照片"), effective_at=AT,
)  # fmt: skip
CASE = CaseFile(
    number="(2026)邻人调字第7号", title="广场舞噪声纠纷", committee="春晖社区人民调解委员会",
    opened_on=date(2026, 11, 1), closed_on=date(2026, 12, 25), archivist="陈社区",
    mediators=("赵调解",), keeping="长期",
    application=Application(
        (LI,), (WANG,), "跳舞声音太大。", "降低音量。", (Name("李建国", AT),)
    ),
    registration=Registration(
        "当事人申请", "邻里", ("李建国", "王秀兰"), "跳舞声音太大。", "降低音量。", AT, "陈社区",
        is_accepted=True,
    ),
    inquiries=(Inquiry(AT, "广场", "李建国", "赵调解", "晚上睡不着。"),),
    meetings=(
        Meeting(
            AT, "居委会", ("李建国", "王秀兰"), ("张老师",), ("赵调解",), "各让一步。", "调解成功"
        ),
    ),
    agreements=(AGREED,),
    court=CourtRequest("区人民法院", (WANG, LI), AGREED.number, date(2026, 11, 22),
                       date(2026, 12, 22), (Name("王秀兰", AT), Name("李建国", AT))),
    visits=(Visited(AT, AGREED.number, ("李建国", "王秀兰"), "30天回访", "音乐按时停。",
                    ("李建国:已解决,满意",), "孙网格"),),
    remarks="共一卷。",
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Once(date(2026, 12, 1)), "于2026年12月1日前(含当日)履行完毕"),
        (
            Weekly((4, 0), date(2026, 12, 1), date(2027, 2, 28)),
            "自2026年12月1日至2027年2月28日,每周一、周五",
        ),
        (
            Monthly(31, date(2026, 12, 1), date(2027, 2, 28)),
            "自2026年12月1日至2027年2月28日,每月31日(当月无此日的为月末)",
        ),
        (EXAMS, "2027年1月11日至2027年1月17日期间"),
        (Always(date(2028, 2, 29)), "自协议生效之日起至2028年2月29日"),
    ],
)
def test_each_schedule_is_said_in_words(value: Schedule, words: str) -> None:
    """As people write it by hand."""
    assert words == schedule(value)


def test_a_moment_is_that_of_the_clocks_on_the_walls() -> None:
    """Nine in the morning in China is one by the world's clock; a blank is left for a pen."""
    assert moment(AT) == "2026年11月22日 9时05分"
    assert "年  月  日" in moment(None)


def test_a_promise_names_who_what_and_when() -> None:
    """A court confirms nothing unclear."""
    assert "1. 王秀兰不得在考试周播放音乐;2027年1月11日至2027年1月17日期间。" == promise(
        PROMISES[0]
    )


@pytest.mark.parametrize(
    "said",
    [
        "人民调解协议书\n(2026)邻人调字第7号",
        "姓名:王秀兰(广场舞队的代表)",
        "民族:汉族",
        "每晚七点至九点在小区广场跳舞。",
        "音量和时间。",
        "2. 王秀兰应当把音量降到55分贝以下;自协议生效之日起至2027年11月22日。",
        "春晖小区广场,时限见上列各项。",
        "本协议一式3份,当事人各持一份,春晖社区人民调解委员会存一份。",
        "当事人(签名、盖章或按指印):李建国(纸面签名,附照片) 2026年11月22日 9时05分",
        "人民调解员(签名):赵调解(小程序签名)",
        "人民调解委员会(印章):春晖社区人民调解委员会 盖章",
        "生效日期:2026年11月22日",
    ],
)
def test_an_agreement_says_what_the_law_asks_for(said: str) -> None:
    """Article 29, and the place of performance of the rules of 2002."""
    assert said in text_of(agreement(AGREED, committee=CASE.committee))


def test_an_oral_one_is_registered_without_a_seal() -> None:
    """Article 28: it is recorded, not signed on paper."""
    said = text_of(agreement(replace(AGREED, form="oral", seal=None), committee=CASE.committee))

    assert "人民调解口头协议登记表" in said
    assert "当事人(认可):王秀兰" in said
    assert "印章" not in said


def test_who_has_not_signed_has_a_line_to_sign_on() -> None:
    """An unsigned form does not look signed."""
    blank = replace(AGREED, signed=(), mediators=(), seal=None, effective_at=None)
    said = text_of(agreement(blank, committee=CASE.committee)).splitlines()

    assert "当事人(签名、盖章或按指印):" in said
    assert "生效日期:    年  月  日" in said


def test_a_case_not_taken_up_says_why() -> None:
    """The form has a field for it."""
    refused = replace(CASE.registration, is_accepted=False, reason="一方明确拒绝调解")

    assert "是否受理:不受理:一方明确拒绝调解" in text_of(registration(refused, number=""))


def test_the_bundle_holds_every_form_in_its_order() -> None:
    """One case is one bundle; its list of contents names what lies between list and remarks."""
    sheets = bundle(CASE)
    titles = [sheet.title for sheet in sheets]
    table = next(block for block in sheets[1].blocks if isinstance(block, Table))

    assert [
        "人民调解卷宗", "卷内目录", "人民调解申请书", "人民调解受理登记表", "人民调解调查记录",
        "人民调解记录", "人民调解协议书", "司法确认申请书", "人民调解回访记录", "卷宗备考表",
    ] == titles  # fmt: skip
    assert titles[2:-1] == [row[1] for row in table.rows]


def test_a_file_without_papers_is_still_a_file() -> None:
    """Cover, contents, how it was registered, remarks: refused by a side before anything."""
    bare = replace(
        CASE, application=None, inquiries=(), meetings=(), agreements=(), court=None, visits=()
    )

    assert ["人民调解卷宗", "卷内目录", "人民调解受理登记表", "卷宗备考表"] == [
        sheet.title for sheet in bundle(bare)
    ]


def test_the_printed_bundle_says_what_its_sheets_say() -> None:
    """Form after form, each beginning on a page of its own: every label and word is there."""
    sheets = bundle(CASE)
    pages = PdfReader(BytesIO(printed(sheets, title=CASE.title, foot=CASE.committee))).pages
    read = ["".join(page.extract_text().split()) for page in pages]
    begins = [n for n, page in enumerate(read) if any(page.startswith(s.title) for s in sheets)]

    assert len(sheets) == len(begins)
    for sheet, first, last in zip(sheets, begins, [*begins[1:], len(read)], strict=True):
        own = "".join(read[first:last])
        for line in text_of(sheet).splitlines():
            for part in line.replace("|", ":").split(":"):
                assert "".join(part.split()) in own, (sheet.title, part)
