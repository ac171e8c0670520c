"""What came of generated cases: counts, and each failure once with a way to repeat it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from schemathesis.engine.events import EngineEvent, FatalError, NonFatalError, ScenarioFinished
from schemathesis.engine.recorder import RecordedScenario


@dataclass(slots=True)
class Tally:
    """Cases by operation and status, and what failed; ``tell`` hears of each failure at once."""

    tell: Callable[[str], object]
    statuses: dict[str, Counter[int]] = field(default_factory=dict[str, Counter[int]])
    failures: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def cases(self) -> int:
        """How many were answered."""
        return sum(counted.total() for counted in self.statuses.values())

    @property
    def broken(self) -> int:
        """Answers that blame us; 503 says what is not to be had, and is checked by operation."""
        return sum(
            n
            for counted in self.statuses.values()
            for status, n in counted.items()
            if status >= 500 and status != 503
        )

    def answered(self, *ranges: range) -> set[str]:
        """Operations that somebody got an answer of these statuses from."""
        return {
            name
            for name, counted in self.statuses.items()
            if any(status in span for status in counted for span in ranges)
        }

    def note(self, event: EngineEvent) -> None:
        """Count what an event of the engine tells of."""
        if isinstance(event, ScenarioFinished):
            self._count(event.recorder)
        elif isinstance(event, NonFatalError):
            self._failed(f"{event.label}: {event.info.title}", str(event.info))
        elif isinstance(event, FatalError):
            self._failed("engine", repr(event.exception))

    def _count(self, recorder: RecordedScenario) -> None:
        for case_id, interaction in recorder.interactions.items():
            if interaction.response is not None and case_id in recorder.cases:
                operation = recorder.cases[case_id].value.operation
                name = operation.definition.raw["operationId"]
                counted = self.statuses.setdefault(name, Counter())
                counted[interaction.response.status_code] += 1
        for case_id, checks in recorder.checks.items():
            for check in checks:
                if check.failure_info is None:
                    continue
                failure, answer = (
                    check.failure_info.failure,
                    recorder.find_response(case_id=case_id),
                )
                said = f"{check.name}: {failure.message}\n{check.failure_info.code_sample}"
                if answer is not None:
                    said += f"\n{answer.status_code} {answer.text[:600]}"
                key = f"{failure.operation} {failure.title} {failure._unique_key}"
                self._failed(key, said)

    def _failed(self, key: str, said: str) -> None:
        if key not in self.failures:
            self.failures[key] = said
            self.tell(f"--- {key}\n{said}\n")
