"""The audit tells every act of staff in words, and nothing that people do for themselves."""

import re

import api.router  # noqa: F401  It declares every kind of event.
from api.audit.rules import ACTS, GROUPS, LOOK_AT_CONTACT, LOOK_INTO_CASE, names_of
from api.events.registry import KINDS

# What people do for themselves, and what happens by itself or by WeChat: a new kind of event stands
# here or in `ACTS`. A job is cancelled by cancelling its order, which is told.
_NOBODYS = """
agreement.claimed agreement.confirmed agreement.declined agreement.denied agreement.lapsed
agreement.reminded agreement.taken_back agreement.took_effect block.lifted block.set case.accepted
case.objected case.performing case.refused case.unmediated case_guest.consented case_guest.left
case_guest.proposed case_party.lapsed case_party.left collection.lapsed collection.ready
consent.asked consent.lapsed consent.paid cycle.building_left cycle.completed cycle.cut_off
cycle_alert.lifted cycle_alert.set cycle_announcement.made data_consent.granted
data_consent.superseded data_consent.withdrawn dependant.changed dependant.consented
dependant.proposed dependant.refused dependant.widened dependant_wishes.changed difference.found
difference.matched difference.missed difference.returned erasure.finished goods_report.contested
goods_report.made hearing.announced hearing.consented hearing.lapsed hearing.refused
household.made inbox.changed incident.reported job.accepted job.arrived
job.cancelled
job.expired job.made job.opened job.picked_up job.ready job.stop_closed
job.stop_freed job.stop_kept_back listener.attended listener.signed_off listener.signed_up
 me_too.given
me_too.taken_back media_answer.received mediator.applied mediator_ask.accepted mediator_ask.passed
mediator_ask.replaced mediator_ask.timed_out mediator_complaint.filed membership.requested
membership.withdrawn merchant.applied merchant.withdrawn merchant_member.ended
merchant_member.founded merchant_member.invited merchant_member.joined merchant_member.lapsed
offer.accepted offer.declined offer.expired offer.made offer.spent offer.withdrawn order.activated
order.goods_settled order.rated outcome.checked outcome.held packing.kept_back
outcome.consented outcome.declined outcome.lapsed
pay_notice.received pay_notice.refused pay_notice.taken payment.closed payment.opened payment.paid
payment.unfit pile.raised points_appeal.filed points_appeal.lapsed points_calibration.made
points_finding.found points_mentorship.asked points_mentorship.graduated points_mentorship.lapsed
points_mentorship.taken points_mentorship.withdrawn points_notice.made points_publication.made
points_review.made post.appealed post.deleted post.edited post.held post.submitted post.withdrawn
post_report.closed post_report.filed preferences.changed product.added product.changed
product.removed real_name.submitted receiver.added receiver.refused reconciliation.compared
reconciliation.given_up refund.failed refund.requested refund.succeeded refund.unfit repeat.ended
repeat.paused repeat.placed repeat.resumed repeat.skipped repeat.started
runner.application_changed runner.applied runner.rest_due runner.shift_changed runner.trained
runner.withdrawn settlement.made share.asked share.failed share.refused share.released
share.succeeded share.unneeded share_return.asked share_return.failed share_return.succeeded
standing_order.ended standing_order.paused standing_order.placed standing_order.resumed
standing_order.skipped standing_order.started subscription.changed takeover.asked takeover.joined
takeover.withdrawn tip.lapsed tip.offered tip.paid upload.claimed upload.kept user.joined
user.registered visit.called visit.planned withdrawal.cancelled withdrawal.confirmed
withdrawal.delayed withdrawal.failed withdrawal.offered withdrawal.succeeded withdrawal.taken_back
withdrawal.unfit
"""


def test_every_kind_of_event_is_an_act_of_staff_or_is_not() -> None:
    """Nothing that staff do is left out because nobody thought of it."""
    nobodys = set(re.findall(r"[a-z_.]+", _NOBODYS))

    assert set() == nobodys & ACTS.keys()
    assert KINDS.keys() | {LOOK_AT_CONTACT, LOOK_INTO_CASE} == nobodys | ACTS.keys()


def test_groups_part_the_acts() -> None:
    """Each act is found under one of the words that one may choose."""
    names = [name for group in GROUPS for name in names_of(group)]

    assert sorted(names) == sorted(names_of(None))
