"""How points, entries and appeals are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from api.kit.clock import unix_s
from api.kit.crypto import Vault
from api.kit.money import format_yuan
from api.points.merit_schemas import MentorshipOut, RecordOut
from api.points.models import (
    Mentorship,
    PointsAppeal,
    PointsBalance,
    PointsEntry,
    PointsPublication,
    PointsRecord,
    PointsRules,
)
from api.points.rules import APPEALABLE, OPEN_TO_SECOND_STEP, STEPS, may_contest
from api.points.schemas import (
    AppealOut,
    ChangeOut,
    ComparisonOut,
    DimensionOut,
    EntryOut,
    LackingOut,
    LineOut,
    PointsOut,
    PublicationOut,
    QualityOut,
    RankedOut,
    RuleChangeOut,
    RulesOut,
    VersionOut,
)
from api.points.service.appealing import ANSWER_COLUMN, TEXT_COLUMN, until
from api.points.service.knowing import founding_text
from api.points.service.recording import EVIDENCE_COLUMN
from api.points.service.standing import Seen
from api.uploads.schemas import PhotoOut
from api.uploads.service import PhotoLink
from scoring.explain import explain
from scoring.postings import line_from_json
from scoring.replay import Difference
from scoring.rules import Rules, RuleVersion
from scoring.rules.changing import changed_rules
from scoring.tiers import Tier

_PRIVATE = ("rating.revealed",)
_CHANGES_SHOWN = 100
PRINCIPLES = (
    "积分不是钱,没有罚款;任何规则都不扣钱。",
    "评价只加分,不扣分;只有核实过的事实才扣分。",
    "天气、楼层、重量、商户出餐慢,只会加分或免责。",
    "每一笔都写明依据、规则版本和算式;15 天内可以申诉,申诉期间不扣。",
    "晋级、降级、投诉是否成立,都由人决定,不由机器。",
    "规则至少提前 7 天公布;每件事按发生时的规则计分。",
    "积分和等级不影响每单的报酬。",
)


def rules_out(known: Rules, announced: Sequence[PointsRules], *, now: datetime) -> RulesOut:
    """All versions, which of them holds now, and what each changed."""
    texts = {row.version: row.text for row in announced}
    published = {row.version: row.announced_at for row in announced}
    at = unix_s(now)
    in_force = known.in_force(at)
    versions: list[VersionOut] = []
    before: RuleVersion | None = None
    for version in known.versions:
        text = texts.get(version.version) or founding_text()
        state = "former" if version.effective_from <= at else "announced"
        versions.append(
            VersionOut(
                version=version.version,
                state="in_force" if version is in_force else state,
                published_at=published.get(version.version)
                or datetime.fromtimestamp(version.published_at, UTC),
                effective_from=datetime.fromtimestamp(version.effective_from, UTC),
                text=text,
                changes=[]
                if before is None
                else [RuleChangeOut(**asdict(each)) for each in changed_rules(before, version)],
            )
        )
        before = version
    return RulesOut(
        version=in_force.version,
        text=texts.get(in_force.version) or founding_text(),
        principles=list(PRINCIPLES),
        versions=versions[::-1],
    )


def points_out(runner_id: UUID, tier: Tier, balance: PointsBalance | None, seen: Seen) -> PointsOut:
    """A runner's points, quality and tier."""
    balance_cp = balance.balance_cp if balance else 0
    quality = seen.quality
    return PointsOut(
        runner_id=runner_id,
        tier=tier,
        points=format_yuan(max(0, balance_cp)),
        balance_cp=balance_cp,
        entries=balance.seq if balance else 0,
        rules_version=seen.version.version,
        quality=QualityOut(
            mean=quality.mean,
            lower=quality.lower,
            upper=quality.upper,
            is_early=quality.is_early,
            dimensions=[
                DimensionOut(dimension=name, mean=of.mean, observations=of.weight)
                for name, of in quality.dimensions.items()
            ],
            zh=seen.told.zh,
            en=seen.told.en,
        ),
        next_tier=seen.next_tier,
        lacking=[
            LackingOut(condition=condition, zh=words.zh, en=words.en)
            for condition, words in seen.lacking
        ],
    )


def comparison_out(version: str, since: datetime, found: Difference) -> ComparisonOut:
    """What another version would have made of the last days."""
    return ComparisonOut(
        version=version,
        since=since,
        before_cp=found.points_before.total,
        after_cp=found.points_after.total,
        quality_before=found.quality_before.mean,
        quality_after=found.quality_after.mean,
        changes=[
            ChangeOut(
                rule=each.rule_after or each.rule_before,
                before_cp=each.before_cp,
                after_cp=each.after_cp,
            )
            # What ratings made stays a sum: one by one it would tell who rated.
            for each in found.changes
            if each.bucket != "ratings"
        ][:_CHANGES_SHOWN],
    )


def entries_out(
    rules: Rules,
    rows: Sequence[PointsEntry],
    *,
    penalties: Mapping[str, int],
    filed: Sequence[PointsAppeal],
    now: datetime,
) -> list[EntryOut]:
    """Entries with their reasons, what each costs now, and where its appeals stand."""
    by_entry: dict[UUID, list[PointsAppeal]] = {}
    for appeal in filed:
        if appeal.entry_id is not None:
            by_entry.setdefault(appeal.entry_id, []).append(appeal)
    return [_entry(rules, row, penalties, by_entry.get(row.id, []), now) for row in rows]


def _entry(
    rules: Rules,
    row: PointsEntry,
    penalties: Mapping[str, int],
    filed: list[PointsAppeal],
    now: datetime,
) -> EntryOut:
    lines = [line_from_json(line) for line in row.lines]
    words = [explain(line) for line in lines]
    is_private = _is_private(row)
    penalty_cp = penalties.get(row.fact["id"], 0)
    last = filed[-1] if filed else None
    is_open = last is None or (len(filed) < STEPS and last.state in OPEN_TO_SECOND_STEP)
    costs = bool(penalty_cp) and row.kind in APPEALABLE
    may_be = is_open and (costs or may_contest(row.kind, row.fact))
    ends_at = until(rules, row, filed) if may_be else None
    return EntryOut(
        id=row.id,
        seq=row.seq,
        kind=row.kind,
        at=row.at,
        recorded_at=row.created_at,
        delta_cp=row.delta_cp,
        balance_cp=row.balance_cp,
        rules_version=row.rules_version,
        # A rating stays private: the runner sees what it gave, not by whom or for which order.
        order_id=None if is_private else row.order_id,
        lines=[
            LineOut(
                rule=line.rule,
                version=line.version,
                delta_cp=line.delta_cp,
                arithmetic="" if is_private else line.arithmetic,
                zh=word.zh,
                en=word.en,
            )
            for line, word in zip(lines, words, strict=True)
        ],
        fact=None if is_private else row.fact,
        penalty_cp=penalty_cp,
        may_appeal=ends_at is not None and now <= ends_at,
        appeal_until=ends_at,
        appeal_id=last.id if last else None,
        appeal_state=last.state if last else None,  # pyright: ignore[reportArgumentType]
    )


def _is_private(row: PointsEntry) -> bool:
    """Whether it is a rating, or about one: its id tells of which order, and so of whom."""
    about = row.fact["data"].get("target")
    return row.kind in _PRIVATE or (isinstance(about, str) and about.startswith("rating:"))


def appeal_out(row: PointsAppeal, *, vault: Vault) -> AppealOut:
    """An appeal with its words, which only its runner and staff of the place see."""

    def opened(sealed: bytes, column: str) -> str:
        return vault.open(bytes(sealed), column=column, row=row.id) if sealed else ""

    return AppealOut(
        id=row.id,
        about=row.about,  # pyright: ignore[reportArgumentType]
        entry_id=row.entry_id,
        tier_from=row.tier_from,  # pyright: ignore[reportArgumentType]
        tier_to=row.tier_to,  # pyright: ignore[reportArgumentType]
        runner_id=row.runner_id,
        step=row.step,
        state=row.state,  # pyright: ignore[reportArgumentType]
        penalty_cp=row.penalty_cp,
        left_cp=row.left_cp,
        text=opened(row.text_sealed, TEXT_COLUMN),
        answer=opened(row.answer_sealed, ANSWER_COLUMN),
        filed_at=row.filed_at,
        due_at=row.due_at,
        decided_at=row.decided_at,
        version=row.version,
    )


def publication_out(row: PointsPublication, names: Mapping[UUID, str]) -> PublicationOut:
    """What was published, with the names of those who agree to be shown today."""

    def ranked(board: list[dict[str, Any]]) -> list[RankedOut]:
        return [
            RankedOut(rank=each["rank"], name=name, points=each["points"])
            for each in board
            if (name := names.get(UUID(each["runner"]))) is not None
        ]

    def band(board: list[str]) -> list[str]:
        return sorted(names[UUID(each)] for each in board if UUID(each) in names)

    return PublicationOut(
        month=row.month,
        rules_version=row.rules_version,
        contribution=ranked(row.boards["contribution"]),
        civic=ranked(row.boards["civic"]),
        quality=band(row.boards["quality"]),
        progress=band(row.boards["progress"]),
        figures=row.figures,
        sha256=row.sha256,
        closed_at=row.closed_at,
        published_at=row.published_at,
    )


def people_of(row: PointsPublication) -> list[UUID]:
    """Everybody who stands on a board."""
    ranked = [each["runner"] for board in ("contribution", "civic") for each in row.boards[board]]
    return [UUID(each) for each in {*ranked, *row.boards["quality"], *row.boards["progress"]}]


def mentorship_out(row: Mentorship, names: Mapping[UUID, str]) -> MentorshipOut:
    """A newcomer and their lead, as they are called."""
    return MentorshipOut(
        id=row.id,
        community_id=row.community_id,
        mentee_id=row.mentee_id,
        mentee=names.get(row.mentee_id, ""),
        mentor_id=row.mentor_id,
        mentor=names.get(row.mentor_id) if row.mentor_id is not None else None,
        state=row.state,  # pyright: ignore[reportArgumentType]
        asked_at=row.asked_at,
        began_at=row.began_at,
        ended_at=row.ended_at,
        version=row.version,
    )


def records_out(
    rows: Sequence[PointsRecord], photos: Mapping[UUID, Sequence[PhotoLink]], *, vault: Vault
) -> list[RecordOut]:
    """What staff recorded, with what it rests on."""
    return [
        RecordOut(
            id=row.id,
            runner_id=row.runner_id,
            kind=row.kind,  # pyright: ignore[reportArgumentType]
            happened_at=row.happened_at,
            severity=row.severity,  # pyright: ignore[reportArgumentType]
            minutes=row.minutes,
            evidence=vault.open(bytes(row.evidence_sealed), column=EVIDENCE_COLUMN, row=row.id)
            if row.evidence_sealed
            else "",
            photos=[PhotoOut.model_validate(link) for link in photos[row.id]],
            recorded_by_id=row.recorded_by_id,
            recorded_at=row.recorded_at,
        )
        for row in rows
    ]
