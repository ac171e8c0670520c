"""Who may do what: the verdict of every operation, without which the application does not build.

A row names everybody whom an operation serves. It refuses all others: with 401 whoever has no live
session, else with 403 where a role is missing, or with 404 where the thing is not theirs to know.
The services decide, each for its object; what they decide is held against this table, by asking
every operation as everybody about everybody's things.
"""

from collections.abc import Collection, Mapping
from typing import Literal

Who = Literal[
    "anybody",  # no session needed
    "wechat",  # whoever signs with the keys agreed with WeChat; no session
    "signed_in",  # a live session; the thing is the caller's own, or public
    "resident",  # who may order in the thing's community
    "runner",  # an approved runner of the thing's community
    "owner",  # whose thing it is: who ordered, pays, asked, applied
    "dependant",  # for whom a carer wants to order
    "carrier",  # the runner who has the job in hand
    "staff",  # grid workers and all below, for the thing's place
    "manager",  # community staff, office staff and admins, for the thing's place
]
Policy = Mapping[str, tuple[Who, ...]]

POLICY: Policy = {
    # Oneself.
    "identity_open_session": ("anybody",),
    "identity_end_session": ("signed_in",),
    "identity_read_me": ("signed_in",),
    "identity_edit_me": ("signed_in",),
    "identity_bind_phone": ("signed_in",),
    "identity_list_sessions": ("signed_in",),
    "identity_end_one_session": ("owner",),
    "identity_end_other_sessions": ("signed_in",),
    "places_list_addresses": ("signed_in",),
    "places_add_address": ("signed_in",),
    "places_forget_address": ("owner",),
    # One's data.
    "privacy_read_rules": ("anybody",),
    "privacy_list_consents": ("signed_in",),
    "privacy_grant_consent": ("signed_in",),
    "privacy_withdraw_consent": ("signed_in",),
    "privacy_list_looks": ("signed_in",),
    "privacy_export_data": ("signed_in",),
    "privacy_erase_data": ("signed_in",),
    "privacy_erase_person": ("staff",),
    "privacy_look_as_staff": ("staff",),
    "privacy_look_as_runner": ("carrier",),
    # What one is told.
    "feed_sync": ("signed_in",),
    "notifications_read_inbox": ("signed_in",),
    "notifications_read_record": ("owner",),
    "notifications_read_all": ("owner",),
    "notifications_read_subscriptions": ("signed_in",),
    "notifications_note_subscriptions": ("signed_in",),
    "notifications_answer_dialog": ("signed_in",),
    # What WeChat itself calls.
    "pushes_check_address": ("wechat",),
    "pushes_receive": ("wechat",),
    "paynotices_receive_payment": ("wechat",),
    "paynotices_receive_refund": ("wechat",),
    # Photos; whoever was given a signed link needs no session.
    "uploads_upload_photo": ("signed_in",),
    "uploads_read_picture": ("owner",),
    # People, households, families.
    "people_read_real_name": ("signed_in",),
    "people_submit_real_name": ("signed_in",),
    "people_read_household": ("signed_in",),
    "people_join_household": ("signed_in",),
    "people_withdraw_request": ("signed_in",),
    "people_leave_household": ("signed_in",),
    "people_read_preferences": ("signed_in",),
    "people_edit_preferences": ("signed_in",),
    "people_list_real_names": ("manager",),
    "people_reveal_real_name": ("manager",),
    "people_approve_real_name": ("manager",),
    "people_reject_real_name": ("manager",),
    "people_revoke_real_name": ("manager",),
    "people_list_memberships": ("staff",),
    "people_approve_membership": ("staff",),
    "people_reject_membership": ("staff",),
    "people_remove_membership": ("staff",),
    "people_enrol_person": ("staff",),
    "people_list_people": ("staff",),
    "care_list_dependants": ("signed_in",),
    "care_add_dependant": ("signed_in",),
    "care_read_dependant": ("owner",),
    "care_edit_dependant": ("owner",),
    "care_end_dependant": ("owner",),
    "care_list_carers": ("signed_in",),
    "care_consent": ("dependant",),
    "care_refuse": ("dependant",),
    "care_list_links": ("staff",),
    "care_witness": ("staff",),
    "blocks_list_blocks": ("signed_in",),
    "blocks_set_block": ("signed_in",),
    "blocks_lift_block": ("owner",),
    # Places.
    "places_list_places": ("signed_in",),
    "places_read_place": ("signed_in",),
    "places_create_place": ("manager",),
    "places_edit_place": ("manager",),
    "places_read_emergency": ("signed_in",),
    "places_begin_emergency": ("manager",),
    "places_change_emergency": ("manager",),
    "places_end_emergency": ("manager",),
    # Orders and their money.
    "orders_quote": ("resident", "staff"),
    "orders_place_order": ("owner",),
    "orders_list_orders": ("staff",),
    "orders_read_order": ("owner", "staff"),
    "orders_read_events": ("owner", "staff"),
    "orders_ask_cancel_cost": ("owner", "carrier", "staff"),
    "orders_cancel_order": ("owner", "staff"),
    "orders_hold_cancel": ("owner", "carrier"),
    "orders_dispute_order": ("owner", "carrier"),
    "orders_read_dispute": ("owner", "staff"),
    "orders_resolve_dispute": ("manager",),
    "orders_refund_order": ("manager",),
    "orders_list_statements": ("owner", "carrier", "staff"),
    "orders_read_cancel_policy": ("anybody",),
    "orders_undo": ("owner",),
    "orders_read_act": ("owner",),
    "orders_confirm": ("owner",),
    "orders_rate": ("owner",),
    "orders_list_kinds": ("anybody",),
    "orders_read_forbidden": ("anybody",),
    "orders_ask_more": ("carrier",),
    "orders_read_consent": ("carrier",),
    "orders_consent": ("owner",),
    "repeats_start": ("resident", "staff"),
    "repeats_list_repeats": ("signed_in",),
    "repeats_read_repeat": ("owner",),
    "repeats_pause": ("owner",),
    "repeats_resume": ("owner",),
    "repeats_end": ("owner",),
    "orders_read_transfers": ("staff",),
    "ledger_read_rules": ("anybody",),
    "ledger_read_balances": ("manager",),
    "ledger_read_statement": ("manager",),
    "payments_prepare": ("owner",),
    "payments_read_payment": ("owner",),
    "payments_pay": ("owner",),
    # Runners and their work.
    "runners_apply": ("signed_in",),
    "runners_read_me": ("runner",),
    "runners_set_shift": ("runner",),
    "runners_report_position": ("runner",),
    "runners_read_my_application": ("runner",),
    "runners_change_application": ("runner",),
    "runners_withdraw": ("runner",),
    "runners_list_courses": ("signed_in",),
    "runners_read_course": ("signed_in",),
    "runners_take_quiz": ("runner",),
    "runners_read_hours": ("runner",),
    "runners_confirm_hours": ("runner",),
    "runners_list_tiers": ("anybody",),
    "runners_list_statements": ("anybody",),
    "earnings_read_my_earnings": ("runner",),
    "earnings_read_my_statement": ("runner",),
    "earnings_read_earnings": ("staff",),
    "runners_list_runners": ("staff",),
    "runners_read_application": ("manager",),
    "runners_read_contact": ("manager",),
    "runners_check_identity": ("manager",),
    "runners_set_tier": ("manager",),
    "runners_reinstate": ("manager",),
    "runners_approve": ("manager",),
    "runners_reject": ("manager",),
    "runners_suspend": ("manager",),
    "matching_read_hall": ("runner",),
    "matching_accept_job": ("runner",),
    "jobs_read_route": ("runner",),
    "jobs_read_job": ("owner", "carrier", "staff"),
    "jobs_track": ("owner", "staff"),
    "jobs_arrive": ("carrier",),
    "jobs_pick_up": ("carrier",),
    "jobs_deliver": ("carrier",),
    "jobs_fail": ("carrier",),
    "jobs_release": ("carrier", "staff"),
    "jobs_confirm_return": ("owner", "staff"),
    "jobs_issue_proof_token": ("carrier",),
    "jobs_prove_late": ("carrier",),
    "orders_hold_deliver": ("carrier",),
    "orders_hold_fail": ("carrier",),
    "orders_ask_job_cancel_cost": ("owner", "carrier", "staff"),
    "orders_cancel_job": ("owner", "carrier", "staff"),
    "orders_dispute_job": ("owner", "carrier"),
    "jobs_read_failure_policy": ("anybody",),
    "matching_assign_job": ("manager",),
    "matching_reassign_job": ("manager",),
    # Trouble with them.
    "incidents_report": ("owner", "carrier"),
    "incidents_list_incidents": ("signed_in",),
    "incidents_read_incident": ("owner", "carrier", "staff"),
    "incidents_take": ("staff",),
    "incidents_reschedule": ("owner", "staff"),
    "incidents_give_back": ("manager",),
    "incidents_reassign": ("manager",),
    "incidents_cancel": ("owner", "carrier", "staff"),
    "incidents_resolve": ("carrier", "staff"),
    # The board.
    "board_list_posts": ("signed_in",),
    "board_write_post": ("resident", "staff"),
    "board_list_mine": ("signed_in",),
    "board_read_post": ("owner", "resident", "staff"),
    "board_edit_post": ("owner",),
    "board_delete_post": ("owner",),
    "board_withdraw_post": ("owner",),
    "board_resolve_post": ("owner", "staff"),
    "board_appeal": ("owner",),
    "board_list_comments": ("owner", "resident", "staff"),
    "board_add_comment": ("owner", "resident", "staff"),
    "board_give_me_too": ("owner", "resident", "staff"),
    "board_cancel_me_too": ("signed_in",),
    "board_report_post": ("owner", "resident", "staff"),
    "board_list_queue": ("staff",),
    "board_list_reports": ("staff",),
    "board_publish": ("staff",),
    "board_reject": ("staff",),
    "board_hide": ("staff",),
    "board_keep": ("staff",),
    "board_look_at_author": ("staff",),
    "board_list_piles": ("staff",),
    "board_take_pile": ("staff",),
    # Points.
    "points_read_rules": ("anybody",),
    "points_read_points": ("owner", "staff"),
    "points_read_ledger": ("owner", "staff"),
}


class NoVerdict(Exception):
    """Operations that the table does not name."""


def check_policy(operations: Collection[str], policy: Policy) -> None:
    """Refuse to build where an operation has no verdict.

    Raises:
        NoVerdict: naming the operations.
    """
    missing = sorted(set(operations) - policy.keys())
    if missing:
        raise NoVerdict(f"no row in api/policy.py for {', '.join(missing)}")
