"""Each official form by itself, and the bundle of them all."""

from api.agreements.forms.facts import (
    Agreed,
    Application,
    CaseFile,
    CourtRequest,
    Inquiry,
    Meeting,
    Name,
    Person,
    Registration,
    Visited,
)
from api.agreements.forms.sheets import Block, Fields, Names, Passage, Sheet, Table
from api.agreements.forms.wording import day, moment, name, person, promise
from api.kit.clock import china
from api.kit.workdays import is_known

# Behind a last day around which nobody announced yet what is off.
_MAY_MOVE = ",放假安排公布后可能顺延"
_TOLD = "人民调解委员会已将申请人民调解的相关规定告知我,现自愿申请人民调解委员会进行调解。"
_RIGHTS = (
    "已告知各方当事人:人民调解不收取任何费用;当事人可以选择或者接受人民调解员,接受、拒绝或者"
    "终止调解,要求公开或者不公开进行,自主表达意愿、自愿达成协议;应当如实陈述纠纷事实,遵守"
    "调解现场秩序,尊重人民调解员,尊重对方当事人行使权利。"
)
_EFFECT = (
    "本协议自各方当事人签名、盖章或者按指印,人民调解员签名并加盖人民调解委员会印章之日起生效,"
    "具有法律约束力,当事人应当按照约定履行。"
)
_AFTER = (
    "当事人之间就本协议的履行或者内容发生争议的,一方可以向人民法院提起诉讼;各方当事人认为有"
    "必要的,可以自本协议生效之日起三十日内共同向人民法院申请司法确认。"
)
_COURT = (
    "申请人出于解决纠纷的目的自愿达成协议,没有恶意串通、规避法律的行为;如果因为该协议内容而给"
    "他人造成损害的,愿意承担相应的民事责任和其他法律责任。"
)


def bundle(case: CaseFile) -> tuple[Sheet, ...]:
    """The whole file in the order in which it is bound: cover, contents, papers, remarks."""
    papers: list[Sheet] = []
    if case.application is not None:
        papers.append(application(case.application))
    papers.append(registration(case.registration, number=case.number))
    papers += [inquiry(record) for record in case.inquiries]
    papers += [meeting(record) for record in case.meetings]
    papers += [agreement(made, committee=case.committee) for made in case.agreements]
    if case.court is not None:
        papers.append(court_request(case.court))
    papers += [visit(record) for record in case.visits]
    return (cover(case), contents(case, papers), *papers, remarks(case))


def cover(case: CaseFile) -> Sheet:
    """卷宗封面."""
    rows = (
        ("调解委员会", case.committee),
        ("卷名", case.title),
        ("年度", f"{case.opened_on.year}年"),
        ("卷号", case.number),
        ("调解员", "、".join(case.mediators)),
        ("受理日期", day(case.opened_on)),
        ("结案日期", day(case.closed_on)),
        ("立卷人", case.archivist),
        ("保管期限", case.keeping),
    )
    return Sheet("人民调解卷宗", (Fields(rows),))


def contents(case: CaseFile, papers: list[Sheet]) -> Sheet:
    """卷内目录."""
    rows = tuple((str(n), paper.title, paper.number) for n, paper in enumerate(papers, start=1))
    return Sheet("卷内目录", (Table(("序号", "文书名称", "编号"), rows),), number=case.number)


def application(value: Application) -> Sheet:
    """人民调解申请书."""
    people = _people("申请人", value.applicants) + _people("被申请人", value.respondents)
    return Sheet(
        "人民调解申请书",
        (
            *people,
            Passage("纠纷简要情况", value.brief),
            Passage("当事人申请事项", value.wish),
            Passage("", _TOLD),
            Names(_lines("申请人(签名、盖章或按指印)", value.signed)),
        ),
    )


def registration(value: Registration, *, number: str) -> Sheet:
    """人民调解受理登记表."""
    rows = (
        ("受理时间", moment(value.registered_at)),
        ("案件来源", value.source),
        ("纠纷类型", value.category),
        ("当事人", "、".join(value.parties)),
        ("纠纷简要情况", value.brief),
        ("当事人申请事项", value.wish),
        ("是否受理", "受理" if value.is_accepted else f"不受理:{value.reason}"),
    )
    return Sheet(
        "人民调解受理登记表",
        (Fields(rows), Names((("登记人(签名)", value.registrar),))),
        number=number,
    )


def inquiry(value: Inquiry) -> Sheet:
    """人民调解调查记录."""
    rows = (
        ("时间", moment(value.at)),
        ("地点", value.location),
        ("被调查人", value.asked),
        ("调查人", value.by),
    )
    lines = (("被调查人(签名)", ""), ("调查人(签名)", value.by), ("记录人(签名)", value.by))
    return Sheet("人民调解调查记录", (Fields(rows), Passage("记录", value.content), Names(lines)))


def meeting(value: Meeting) -> Sheet:
    """人民调解记录."""
    rows = (
        ("时间", moment(value.at)),
        ("地点", value.location),
        ("当事人", "、".join(value.parties)),
        ("参加人", "、".join(value.others)),
        ("方式", "公开" if value.is_open else "不公开"),
    )
    mediators = "、".join(value.mediators)
    lines = (
        *(("当事人(签名、盖章或按指印)", party) for party in value.parties),
        ("参加人(签名)", "、".join(value.others)),
        ("人民调解员(签名)", mediators),
        ("记录人(签名)", mediators),
    )
    return Sheet(
        "人民调解记录",
        (
            Fields(rows),
            Passage("权利义务告知", _RIGHTS),
            Passage("调解记录", value.content),
            Passage("调解结果", value.result),
            Names(lines),
        ),
    )


def agreement(value: Agreed, *, committee: str) -> Sheet:
    """人民调解协议书, or 人民调解口头协议登记表 where no paper was wanted."""
    promises = "\n".join(promise(made) for made in value.promises)
    if value.form == "oral":
        return _oral(value, promises, committee)
    copies = len(value.parties) + 1
    seal = name(value.seal) if value.seal else ""
    return Sheet(
        "人民调解协议书",
        (
            *_people("当事人", value.parties),
            Passage("纠纷主要事实", value.facts),
            Passage("争议事项", value.issues),
            Passage("经调解,自愿达成如下协议", promises),
            Passage("履行方式、地点、时限", f"{value.place_of_performance},时限见上列各项。"),
            Passage("", _EFFECT),
            Passage("", _AFTER),
            Passage("", f"本协议一式{copies}份,当事人各持一份,{committee}存一份。"),
            Names(
                (
                    *_lines("当事人(签名、盖章或按指印)", value.signed),
                    *_lines("人民调解员(签名)", value.mediators),
                    ("人民调解委员会(印章)", f"{committee} {seal}".strip()),
                    ("生效日期", _day_of(value)),
                )
            ),
        ),
        number=value.number,
    )


def court_request(value: CourtRequest) -> Sheet:
    """司法确认申请书: by all of them together."""
    moves = "" if is_known(value.last_day) else _MAY_MOVE
    request = (
        f"申请人于{day(value.effective_on)}在人民调解委员会主持下达成{value.agreement_number}"
        "人民调解协议,现共同请求人民法院依法确认其效力。"
        f"(申请期限至{day(value.last_day)}止{moves})"
    )
    return Sheet(
        "司法确认申请书",
        (
            *_people("申请人", value.applicants),
            Passage("请求事项", request),
            Passage("承诺", _COURT),
            Passage("附", "人民调解协议书、申请人身份证明、与协议相关的财产权利证明(如有)。"),
            Passage("", f"此致\n{value.court}"),
            Names(_lines("申请人(签名、盖章或按指印)", value.signed)),
        ),
    )


def visit(value: Visited) -> Sheet:
    """人民调解回访记录."""
    rows = (
        ("当事人", "、".join(value.parties)),
        ("调解协议编号", value.agreement_number),
        ("回访事由", value.reason),
        ("回访时间", moment(value.at)),
    )
    return Sheet(
        "人民调解回访记录",
        (
            Fields(rows),
            Passage("回访情况", value.content),
            Passage("当事人评价", "\n".join(value.answers)),
            Names((("回访人(签名)", value.visitor),)),
        ),
    )


def remarks(case: CaseFile) -> Sheet:
    """卷宗备考表."""
    return Sheet(
        "卷宗备考表",
        (
            Passage("本卷情况说明", case.remarks),
            Names(
                (("立卷人(签名)", case.archivist), ("检查人(签名)", ""), ("立卷时间", day(None)))
            ),
        ),
        number=case.number,
    )


def _oral(value: Agreed, promises: str, committee: str) -> Sheet:
    return Sheet(
        "人民调解口头协议登记表",
        (
            *_people("当事人", value.parties),
            Passage("纠纷主要事实、争议事项", f"{value.facts}\n{value.issues}".strip()),
            Passage("口头协议内容", promises),
            Passage("履行方式、地点、时限", f"{value.place_of_performance},时限见上列各项。"),
            Names(
                (
                    *_lines("当事人(认可)", value.signed),
                    *_lines("人民调解员(签名)", value.mediators),
                    ("人民调解委员会", committee),
                    ("达成协议日期", _day_of(value)),
                )
            ),
        ),
        number=value.number,
    )


def _people(label: str, people: tuple[Person, ...]) -> tuple[Block, ...]:
    return tuple(block for one in people for block in (Passage(label, ""), Fields(person(one))))


def _lines(label: str, names: tuple[Name, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((label, name(one)) for one in names) or ((label, ""),)


def _day_of(value: Agreed) -> str:
    return day(None if value.effective_at is None else china(value.effective_at).date())
