"""What people are told about merchants and their goods."""

from api.notifications.templates.shape import NOBODY, Template, Text

_PAGE = "pages/merchant/index"

MERCHANTS: dict[str, tuple[Template, ...]] = {
    "merchant.applied": (
        Template(
            "staff",
            Text("有新的商户申请", "请核对执照并审核。"),
            Text("A new merchant has applied", "Please look at the licence."),
            page="pages/staff/merchants",
        ),
    ),
    "merchant.approved": (
        Template(
            "person",
            Text("商户申请已通过", "可以上架商品了。"),
            Text("Your shop is approved", "You may put goods on the shelf."),
            page=_PAGE,
            wechat="review_result",
        ),
    ),
    "merchant.rejected": (
        Template(
            "person",
            Text("商户申请未通过", "原因:{reason}"),
            Text("Your shop was rejected", "Reason: {reason}"),
            page=_PAGE,
            wechat="review_result",
            needs="reason",
        ),
        Template(
            "person",
            Text("商户申请未通过", "可以联系社区了解原因,改好后再申请。"),
            Text("Your shop was rejected", "Ask the community why, then apply again."),
            page=_PAGE,
            wechat="review_result",
        ),
    ),
    "merchant.suspended": (
        Template(
            "person",
            Text("商户已停用", "您的店暂时不显示,请联系社区。"),
            Text("Your shop is suspended", "It is not shown. Ask the community why."),
            page=_PAGE,
            wechat="review_result",
        ),
    ),
    "merchant.reinstated": (
        Template(
            "person",
            Text("商户已恢复", "您的店可以继续营业了。"),
            Text("Your shop is back", "It is shown again."),
            page=_PAGE,
            wechat="review_result",
        ),
    ),
    "merchant.withdrawn": NOBODY,
    "merchant.changed": NOBODY,
    "merchant.contact_read": NOBODY,
    # The role that comes with it is told by itself.
    "merchant_member.founded": NOBODY,
    "merchant_member.invited": NOBODY,
    "merchant_member.joined": NOBODY,
    "merchant_member.lapsed": NOBODY,
    "merchant_member.ended": NOBODY,
    "product.added": NOBODY,
    "product.changed": NOBODY,
    "product.shown": NOBODY,
    "product.hidden": NOBODY,
    "product.removed": NOBODY,
    "lot.recorded": NOBODY,
    "lot.recalled": (
        Template(
            "person",
            Text("有批次被召回", "请停止售卖这一批,并查看原因。"),
            Text("A lot is recalled", "Stop selling it, and see why."),
            page=_PAGE,
            is_urgent=True,
        ),
        Template(
            "staff",
            Text("有批次被召回", "请确认商户已停止售卖。"),
            Text("A lot is recalled", "Make sure that it is not sold any more."),
            page="pages/staff/merchants",
            is_urgent=True,
        ),
    ),
}
