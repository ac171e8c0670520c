"""The words of explanations, in Chinese and English; `explain.py` puts them together."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language. Words in braces are filled in by `explain.py`; `subjects` go by rule."""

    date: str
    months: tuple[str, ...]
    minutes: str
    seconds: str
    minutes_and_seconds: str
    comma: str
    semicolon: str
    listing: str
    gap: str
    end: str
    rule: str
    subjects: Mapping[str, str]
    parts: Mapping[str, str]
    # What makes an order harder, and how that is said of its base.
    hardships: Mapping[str, str]
    harder: str
    excuses: Mapping[str, str]
    not_yours: str
    all_not_yours: str
    left: str
    caps: Mapping[str, str]
    lifted: str
    costs: str
    earns: str
    costs_still: str
    earns_still: str
    costs_nothing: str
    earns_nothing: str
    costs_changed: str
    earns_changed: str
    costs_no_more: str
    earns_no_more: str
    on_time: str
    appeal: str
    recover: str


ZH = Phrases(
    date="{month}月{day}日",
    months=tuple(str(month) for month in range(1, 13)),
    minutes="{minutes}分钟",
    seconds="{seconds}秒",
    minutes_and_seconds="{minutes}分{seconds}秒",
    comma=",",
    semicolon=";",
    listing="、",
    gap="",
    end="。",
    rule="(规则 {rule},{version} 版)",
    subjects={
        "order.value": "{date}这单",
        "late": "{date}这单比约定晚{late}",
        "rating": "住户评价",
        "release": "{date}接单{after}后退单",
        "abandoned": "{date}取货后未送达",
        "no_show": "{date}报了班没有到岗",
        "complaint.minor": "{date}的投诉经核实成立(轻微)",
        "complaint.moderate": "{date}的投诉经核实成立(一般)",
        "complaint.serious": "{date}的投诉经核实成立(严重)",
        "fraud": "{date}的弄虚作假经人工核实",
        "training": "{date}完成培训",
        "volunteer": "{month}月志愿服务共{volunteer_min}分钟,计{counted_min}分钟",
        "mediation": "{date}参与的调解结案",
        "hazard": "{date}上报的隐患经核实",
        "emergency": "{date}紧急救助",
        "mentee": "{date}带教的新人出师",
    },
    parts={"base_cp": "基础", "on_time_cp": "准时", "proof_cp": "凭证", "care_cp": "关爱老人"},
    hardships={"weight_milli": "重物", "floors_milli": "楼梯", "weather_milli": "坏天气"},
    harder="(含{hardships})",
    excuses={
        "merchant_wait_min": "商户出餐",
        "traffic_control_min": "交通管制",
        "customer_unreachable_min": "联系不上住户",
        "access_blocked_min": "门禁电梯受阻",
        "extra_request_min": "住户临时加办",
        "grace_s": "雨天宽限",
    },
    not_yours="{excuses}不算您的",
    all_not_yours="原因不在您,全部不算",
    left=",剩{left}",
    caps={
        "limit_reached": "已到规则上限",
        "own_household": "自家的单不计分",
        "household_day_full": "同一户一天只计最好的{limit}单,这单没有计入",
        "day_full": "一天只计最好的{limit}单,这单没有计入",
        "household_week_full": "同一户一周只计最好的一次",
        "superseded": "这单后来又有新的评价",
        "other_household": "不是这单的住户",
        "excused": "有正当理由",
        "suspended": "申诉期间不扣",
        "cleared": "申诉成立",
        "week_free": "每周前几次退单免扣",
        "day_limited": "同一天只计最重的几次",
        "newcomer": "新人期免扣",
        "withdrawn": "相关记录已撤销",
    },
    lifted="培训抵消{lifted}",
    costs="扣{now}",
    earns="得{now}",
    costs_still="仍扣{now}",
    earns_still="仍得{now}",
    costs_nothing="不扣分",
    earns_nothing="不加分",
    costs_changed="由扣{was}改为扣{now}",
    earns_changed="由得{was}改为得{now}",
    costs_no_more="原扣{was},现不再扣",
    earns_no_more="原得{was},现不再计",
    on_time="准时可得{on_time}。",
    appeal="{date}前可申诉",
    recover="{days}天内参加一次安全培训可抵消",
)

EN = Phrases(
    date="{day} {month}",
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    minutes="{minutes} min",
    seconds="{seconds} s",
    minutes_and_seconds="{minutes} min {seconds} s",
    comma=", ",
    semicolon="; ",
    listing=", ",
    gap=" ",
    end=". ",
    rule=" (rule {rule}, version {version})",
    subjects={
        "order.value": "Order of {date}",
        "late": "Order of {date}: {late} later than promised",
        "rating": "A resident's rating",
        "release": "Order given back on {date}, {after} after accepting it",
        "abandoned": "Order of {date} not delivered after pickup",
        "no_show": "Shift of {date} not begun",
        "complaint.minor": "Complaint of {date} found true (minor)",
        "complaint.moderate": "Complaint of {date} found true (moderate)",
        "complaint.serious": "Complaint of {date} found true (serious)",
        "fraud": "Falsification of {date}, confirmed by a person",
        "training": "Course completed on {date}",
        "volunteer": "Volunteering in {month}: {volunteer_min} min, {counted_min} min counted",
        "mediation": "Mediation closed on {date}",
        "hazard": "Reported hazard of {date} found real",
        "emergency": "Help in an emergency on {date}",
        "mentee": "Mentee graduated on {date}",
    },
    parts={"base_cp": "base", "on_time_cp": "on time", "proof_cp": "proof", "care_cp": "care"},
    hardships={"weight_milli": "weight", "floors_milli": "stairs", "weather_milli": "weather"},
    harder=" (with {hardships})",
    excuses={
        "merchant_wait_min": "merchant wait",
        "traffic_control_min": "traffic control",
        "customer_unreachable_min": "resident unreachable",
        "access_blocked_min": "gate or lift blocked",
        "extra_request_min": "extra request",
        "grace_s": "bad-weather allowance",
    },
    not_yours="not counted against you: {excuses}",
    all_not_yours="the cause was not yours, nothing is counted against you",
    left="; {left} left",
    caps={
        "limit_reached": "the limit of the rule is reached",
        "own_household": "orders of one's own household do not count",
        "household_day_full": "only the best {limit} orders of one household and day count",
        "day_full": "only the best {limit} orders of a day count",
        "household_week_full": "only the best rating of one household and week counts",
        "superseded": "the order has a later rating",
        "other_household": "not the household of the order",
        "excused": "there was a valid reason",
        "suspended": "nothing is taken while the appeal is open",
        "cleared": "the appeal was granted",
        "week_free": "the first releases of a week are free",
        "day_limited": "only the worst of a day count",
        "newcomer": "free for newcomers",
        "withdrawn": "the record was withdrawn",
    },
    lifted="training offset {lifted}",
    costs="-{now}",
    earns="+{now}",
    costs_still="still -{now}",
    earns_still="still +{now}",
    costs_nothing="nothing taken",
    earns_nothing="nothing added",
    costs_changed="changed from -{was} to -{now}",
    earns_changed="changed from +{was} to +{now}",
    costs_no_more="was -{was}, taken no more",
    earns_no_more="was +{was}, counted no more",
    on_time="On time earns {on_time}. ",
    appeal="Appeal until {date}",
    recover="a safety course within {days} days can offset it",
)
