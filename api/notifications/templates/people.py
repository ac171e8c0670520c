"""What people are told about themselves, their families and places."""

from api.notifications.templates.shape import HOUR_S, NOBODY, Template, Text

PEOPLE: dict[str, tuple[Template, ...]] = {
    "user.registered": NOBODY,
    "user.granted": (
        Template(
            "person",
            Text("您有了新的权限", "您现在可以使用新的功能了。"),
            Text("You have a new role", "New functions are open to you."),
        ),
    ),
    "user.role_revoked": NOBODY,
    "user.changed": NOBODY,
    "user.joined": NOBODY,
    "subscription.changed": NOBODY,
    "data_consent.granted": NOBODY,
    "data_consent.superseded": NOBODY,
    "data_consent.withdrawn": NOBODY,
    "erasure.requested": NOBODY,
    "erasure.finished": NOBODY,
    "real_name.submitted": NOBODY,
    "real_name.approved": (
        Template(
            "person",
            Text("实名已通过", "可以使用需要实名的功能了。"),
            Text("Your name is verified", "What needs a real name is open to you."),
            wechat="review_result",
        ),
    ),
    "real_name.rejected": (
        Template(
            "person",
            Text("实名未通过", "请查看原因,改好后再提交。"),
            Text("Your name was not verified", "See why, then submit again."),
            wechat="review_result",
        ),
    ),
    "real_name.revoked": (
        Template(
            "person",
            Text("实名已撤销", "请联系社区了解原因。"),
            Text("Your verification was revoked", "Ask the community why."),
            wechat="review_result",
        ),
    ),
    "real_name.revealed": NOBODY,
    "household.made": NOBODY,
    "membership.requested": NOBODY,
    "membership.approved": (
        Template(
            "person",
            Text("入户申请已通过", "您已加入这一户。"),
            Text("You joined the household", "Your request was approved."),
            wechat="review_result",
        ),
    ),
    "membership.rejected": (
        Template(
            "person",
            Text("入户申请未通过", "请查看原因,或联系社区。"),
            Text("Your request was rejected", "See why, or ask the community."),
            wechat="review_result",
        ),
    ),
    "membership.withdrawn": NOBODY,
    "membership.left": NOBODY,
    "person.enrolled": NOBODY,
    "preferences.changed": NOBODY,
    "takeover.asked": (
        Template(
            "staff",
            Text("有人申请并入登记的居民", "请当面核对身份后再通过。"),
            Text("Somebody claims an enrolled account", "Check who they are before you approve."),
            page="pages/staff/takeovers",
        ),
    ),
    "takeover.agreed": (
        Template(
            "person",
            Text("并入申请已通过", "一天后并入这个账号,在此之前可以撤回。"),
            Text("Your claim was approved", "It is joined in a day; until then you may withdraw."),
            wechat="review_result",
        ),
        Template(
            "staff",
            Text("登记的居民将并入账号", "请告知本人;如不同意,一天内可以中止。"),
            Text("An enrolled account is to be joined", "Tell the person; you may stop it today."),
            page="pages/staff/takeovers",
        ),
    ),
    "takeover.rejected": (
        Template(
            "person",
            Text("并入申请未通过", "请查看原因,或联系社区。"),
            Text("Your claim was rejected", "See why, or ask the community."),
            wechat="review_result",
        ),
    ),
    "takeover.withdrawn": NOBODY,
    "takeover.stopped": (
        Template(
            "person",
            Text("账号并入已中止", "请联系社区了解原因。"),
            Text("The joining was stopped", "Ask the community why."),
            wechat="review_result",
        ),
        Template(
            "staff",
            Text("账号并入已中止", "登记的居民保持原样。"),
            Text("A joining was stopped", "The enrolled person stays as they were."),
            page="pages/staff/takeovers",
        ),
    ),
    "takeover.joined": (
        Template(
            "person",
            Text("登记已并入您的账号", "以前代下的订单和地址现在都在这里。"),
            Text("The accounts are joined", "Orders and addresses of before are yours now."),
            wechat="review_result",
        ),
        Template(
            "staff",
            Text("登记的居民已有自己的账号", "以后由本人下单,不再代下。"),
            Text("An enrolled person has an account", "They order for themselves from now on."),
            page="pages/staff/takeovers",
        ),
    ),
    "dependant.proposed": NOBODY,
    "dependant.changed": NOBODY,
    "dependant.widened": NOBODY,
    "dependant.consented": (
        Template(
            "person",
            Text("家人已同意代办", "现在可以为家人下单了。"),
            Text("Your family agreed", "You may order for them now."),
            wechat="review_result",
        ),
    ),
    "dependant.refused": (
        Template(
            "person",
            Text("家人没有同意代办", "可以先和家人商量。"),
            Text("Your family did not agree", "Talk it over with them first."),
            wechat="review_result",
        ),
    ),
    "dependant.ended": NOBODY,
    "dependant_wishes.changed": NOBODY,
    "block.set": NOBODY,
    "block.lifted": NOBODY,
    "place.created": NOBODY,
    "place.changed": NOBODY,
    "runner.applied": (
        Template(
            "staff",
            Text("有新的骑手申请", "请尽快审核。"),
            Text("A new runner has applied", "Please look at the application."),
            page="pages/staff/runners",
        ),
    ),
    "runner.approved": (
        Template(
            "person",
            Text("骑手申请已通过", "上线后就可以接单了。"),
            Text("You are approved as a runner", "Go online to take jobs."),
            page="pages/runner/index",
            wechat="review_result",
        ),
    ),
    "runner.rejected": (
        Template(
            "person",
            Text("骑手申请未通过", "原因:{reason}"),
            Text("Your application was rejected", "Reason: {reason}"),
            page="pages/runner/index",
            wechat="review_result",
            needs="reason",
        ),
        Template(
            "person",
            Text("骑手申请未通过", "可以联系社区了解原因,之后再申请。"),
            Text("Your application was rejected", "Ask the community why, then apply again."),
            page="pages/runner/index",
            wechat="review_result",
        ),
    ),
    "runner.suspended": (
        Template(
            "person",
            Text("接单已暂停", "您暂时不能接单,请联系社区。"),
            Text("You are suspended", "You cannot take jobs. Ask the community why."),
            page="pages/runner/index",
            wechat="review_result",
        ),
    ),
    "runner.reinstated": (
        Template(
            "person",
            Text("可以重新接单了", "上线后就可以接单。"),
            Text("You may take jobs again", "Go online to take them."),
            page="pages/runner/index",
            wechat="review_result",
        ),
    ),
    "runner.tier_changed": (
        Template(
            "person",
            Text("骑手等级有调整", "新等级和权限请看“我的”页面。"),
            Text("Your tier has changed", "See your page for what it allows."),
            page="pages/runner/index",
        ),
    ),
    "runner.rest_due": (
        Template(
            "person",
            Text("该休息一下了", "已到连续工作上限,手上的单送完后请休息。"),
            Text(
                "Time for a rest", "You reached a limit of work. Finish what you carry, then rest."
            ),
            page="pages/runner/index",
            useful_s=HOUR_S,
        ),
    ),
    "runner.withdrawn": NOBODY,
    "runner.application_changed": NOBODY,
    "runner.identity_checked": NOBODY,
    "runner.contact_read": NOBODY,
    "runner.permissions_changed": NOBODY,
    "runner.trained": NOBODY,
    "runner.hours_confirmed": NOBODY,
    "runner.shift_changed": NOBODY,
    "earnings.read": NOBODY,
    "emergency.began": NOBODY,
    "emergency.changed": NOBODY,
    "emergency.ended": NOBODY,
    "upload.kept": NOBODY,
    "upload.claimed": NOBODY,
    "upload.removed": NOBODY,
    "upload.masked": (
        Template(
            "person",
            Text("您的照片做了遮挡", "照片上有他人的人脸、车牌等信息,已作遮挡。"),
            Text("Your photo was masked", "It showed others' faces, plates or the like."),
        ),
    ),
    "upload.original_read": NOBODY,
    "inbox.changed": NOBODY,
}
