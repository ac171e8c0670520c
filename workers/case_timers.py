"""What cases and their agreements wait for: answers of mediators and sides, terms, visits."""

from api.agreements.queries import to_call, to_court, to_perform, to_remind
from api.agreements.service.confirming import keep_clock
from api.agreements.service.performing import begin_performing, remind
from api.agreements.service.visiting import call
from api.hearings.queries import to_lapse as to_close
from api.hearings.service.opening import lapse as close
from api.mediation.queries.cases import due_asks, to_fail, to_lapse, to_replace
from api.mediation.service.asking import replace_unfit, time_out
from api.mediation.service.joining import lapse
from api.mediation.service.working import fail_by_time
from workers.sweeping import RowTimer

# fmt: off
CASE_TIMERS = {
    "ask_next_mediators": RowTimer(due_asks,
          lambda s, key, now, _: time_out(s, ask_id=key, now=now), every=4),
    "replace_mediators": RowTimer(to_replace,
          lambda s, key, now, _: replace_unfit(s, case_id=key, now=now), every=4),
    "lapse_case_invitations": RowTimer(to_lapse,
          lambda s, key, now, _: lapse(s, case_id=key, now=now), every=20),
    "fail_cases": RowTimer(to_fail,
          lambda s, key, now, _: fail_by_time(s, case_id=key, now=now), every=20),
    "remind_terms": RowTimer(to_remind,
          lambda s, key, now, _: remind(s, agreement_id=key, now=now), every=20),
    "begin_terms": RowTimer(to_perform,
          lambda s, key, now, _: begin_performing(s, agreement_id=key, now=now), every=20),
    "keep_court_clocks": RowTimer(to_court,
          lambda s, key, now, _: keep_clock(s, agreement_id=key, now=now), every=20),
    "lapse_hearings": RowTimer(to_close,
          lambda s, key, now, _: close(s, hearing_id=key, now=now), every=20),
    "call_visits": RowTimer(to_call,
          lambda s, key, now, _: call(s, visit_id=key, now=now), every=20),
}
# fmt: on
