"""Days, schedules and names in the words that stand in Chinese forms."""

from datetime import date, datetime

from api.agreements.forms.facts import Name, Person, Promise
from api.agreements.terms import Always, Monthly, Once, Schedule, Spans, Weekly
from api.kit.clock import china

_WEEKDAYS = "一二三四五六日"
_DUTIES = {"act": "应当", "refrain": "不得"}
NUMBERS = "一二三四五六七八九十"


def day(value: date | None) -> str:
    """A date as it is written: 2026年11月22日; none: to be filled in by hand."""
    return f"{value.year}年{value.month}月{value.day}日" if value else "    年  月  日"


def moment(value: datetime | None) -> str:
    """A moment on the walls of China: 2026年11月22日 9时05分."""
    if value is None:
        return day(None)
    there = china(value)
    return f"{day(there.date())} {there.hour}时{there.minute:02}分"


def schedule(value: Schedule) -> str:
    """When something is due."""
    match value:
        case Once(by):
            return f"于{day(by)}前(含当日)履行完毕"
        case Weekly(weekdays, first, last):
            days = "、".join(f"周{_WEEKDAYS[n]}" for n in sorted(weekdays))
            return f"自{day(first)}至{day(last)},每{days}"
        case Monthly(on, first, last):
            return f"自{day(first)}至{day(last)},每月{on}日(当月无此日的为月末)"
        case Spans(spans):
            return "、".join(f"{day(first)}至{day(last)}" for first, last in sorted(spans)) + "期间"
        case Always(last):
            return f"自协议生效之日起至{day(last)}"


def promise(value: Promise) -> str:
    """One item of an agreement, as a sentence."""
    term = value.term
    return f"{term.n}. {value.party}{_DUTIES[term.duty]}{term.what};{schedule(term.schedule)}。"


def person(value: Person) -> tuple[tuple[str, str], ...]:
    """The basics of a party, in the order of the forms."""
    return (
        ("姓名", f"{value.name}({value.group}的代表)" if value.group else value.name),
        ("性别", value.sex),
        ("民族", value.ethnic_group),
        ("年龄", value.age),
        ("职业或职务", value.job),
        ("联系方式", value.contact),
        ("单位或住址", value.address),
    )


def name(value: Name) -> str:
    """A signature that was given: the name, how, and when."""
    how = f"({value.how})" if value.how else ""
    return f"{value.name}{how} {moment(value.at)}" if value.at else value.name
