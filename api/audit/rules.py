"""What of the event log is an act of staff, in which words, and what is nobody's business. Pure."""

from collections.abc import Iterable, Mapping
from typing import Literal

Group = Literal[
    "orders", "money", "people", "runners", "merchants", "board", "cases", "places", "looks"
]
GROUPS: Mapping[Group, str] = {
    "orders": "订单与任务", "money": "资金", "people": "住户与身份", "runners": "骑手与积分",
    "merchants": "商户与接龙", "board": "邻里喧", "cases": "调解", "places": "社区与授权",
    "looks": "查看个人信息",
}  # fmt: skip
LOOK_AT_CONTACT, LOOK_INTO_CASE = "look.contact", "look.case"
# What staff do as staff. Where residents, runners and shops do the same with what is their own,
# the query leaves out whose own it was.
_ACTS: Mapping[Group, Mapping[str, str]] = {
    "orders": {
        "order.placed": "代为下单", "order.cancelled": "取消订单", "order.completed": "确认完成",
        "order.disputed": "发起争议", "order.resolved": "处理争议", "order.refund_decided": "退款",
        "order.goods_raised": "提高商品上限", "job.assigned": "派单", "job.released": "转单",
        "job.failed": "登记未送成", "job.returned": "登记退回", "job.delivered": "登记送达",
        "job.rescheduled": "改时间",
        "job.proof_judged": "判定补交的凭证", "job.advance_raised": "提高垫付上限",
        "act.held": "替居民提出、等本人确认", "act.dropped": "撤回替居民提出的事",
        "act.done": "执行替居民提出的事", "act.undone": "撤销替居民做的事",
        "incident.acted": "处理途中意外", "incident.resolved": "结束途中意外",
        "goods_report.granted": "同意缺货、变质退款", "goods_report.declined": "拒绝缺货、变质退款",
        "goods_report.settled": "裁定缺货、变质", "lot.recalled": "召回批次",
        "recalled_line.refunded": "召回退款", "recalled_line.withheld": "召回不退款",
        "collection.collected": "登记自提", "consent.agreed": "替居民同意加价",
        "consent.declined": "替居民拒绝加价",
    },
    "money": {
        "withdrawal.asked": "代付无法登录的骑手", "withdrawal.retried": "再问一次微信",
        "difference.explained": "说明对账差异", "difference.settled": "处理对账差异",
        "reconciliation.planned": "要求对账", "reconciliation.repeated": "要求重新对账",
        "receiver.asked": "设分账商户号", "receiver.ended": "停用分账商户号",
        "tax_report.exported": "导出报税表",
    },
    "people": {
        "membership.approved": "同意入户", "membership.rejected": "拒绝入户",
        "membership.left": "移出住户", "real_name.approved": "通过实名",
        "real_name.rejected": "拒绝实名", "real_name.revoked": "撤销实名",
        "person.enrolled": "登记没有手机的居民", "takeover.agreed": "同意接管",
        "takeover.rejected": "拒绝接管", "takeover.stopped": "停止接管",
        "dependant.ended": "结束代办关系", "erasure.requested": "代为申请注销",
        "user.changed": "改资料", "upload.removed": "删除照片",
        "upload.masked": "遮挡照片",
    },
    "runners": {
        "runner.identity_checked": "核对骑手身份", "runner.approved": "通过骑手",
        "runner.rejected": "拒绝骑手", "runner.suspended": "停用骑手",
        "runner.reinstated": "恢复骑手", "runner.tier_changed": "改骑手等级",
        "runner.permissions_changed": "改骑手资格", "runner.hours_confirmed": "核定工时",
        "points_appeal.decided": "答复申诉", "points_entry.reversed": "撤销积分记录",
        "points_finding.cleared": "积分异常:无问题", "points_finding.acted": "积分异常:已处理",
        "points_record.made": "登记积分事实", "points_rules.announced": "公布积分规则",
        "points_mentorship.ended": "结束带教",
    },
    "merchants": {
        "merchant.approved": "通过商户", "merchant.rejected": "拒绝商户",
        "merchant.suspended": "停用商户", "merchant.reinstated": "恢复商户",
        "merchant.changed": "改商户资料", "product.hidden": "下架商品",
        "product.shown": "恢复商品", "cycle.drafted": "起草接龙", "cycle.changed": "改接龙",
        "cycle.opened": "开始接龙", "cycle.closed": "截单", "cycle.cancelled": "取消接龙",
        "cycle.item_arrived": "登记到货", "cycle.lots_noted": "登记批次",
        "cycle.packing_begun": "开始配菜", "cycle.delivery_begun": "开始配送",
        "packing.claimed": "领取配菜", "packing.released": "放回配菜", "packing.packed": "装袋",
        "packing.taken_out": "取出召回的东西",
        "stock_change.made": "改库存", "lot.recorded": "登记批次",
    },
    "board": {
        "post.published": "公开内容", "post.rejected": "拒绝公开", "post.hidden": "隐藏内容",
        "post.kept": "保留内容", "post.restored": "恢复内容", "post.resolved": "标为已解决",
        "post_report.upheld": "举报成立", "post_report.dismissed": "举报不成立",
        "pile.taken": "接手集中反映", "pile.ended": "结束集中反映",
        "outcome.drafted": "起草调解公示", "outcome.published": "公示调解结果",
        "outcome.taken_back": "撤下调解公示",
    },
    "cases": {
        "case.opened": "立案", "case.offered": "征求各方意见", "case.taken": "接手调解案",
        "case.escalated": "移交", "case.archived": "归档", "case.suspended": "暂停调解",
        "case.resumed": "恢复调解", "case.assigned": "指定调解员", "case.replaced": "更换调解员",
        "case.recorded": "写调解记录", "case.reopened": "重新处理", "case.begun": "开始调解",
        "case.agreed": "登记达成协议", "case.failed": "登记未调成",
        "case.withdrawn": "登记退出", "case.followed_up": "登记回访",
        "case.breached": "登记未履行", "case.fulfilled": "登记已履行",
        "case_party.joined": "添加当事人", "case_party.consented": "登记同意调解",
        "case_party.refused": "登记不同意调解", "case_guest.admitted": "准许旁人参加",
        "case_guest.refused": "不准旁人参加", "mediator_ask.asked": "邀请调解员",
        "mediator_ask.dropped": "撤回邀请", "mediator.appointed": "聘任调解员",
        "mediator.changed": "改调解员资料", "mediator.suspended": "暂停调解员",
        "mediator.reinstated": "恢复调解员", "mediator.rejected": "不聘任调解员",
        "mediator.ended": "解聘调解员", "mediator_complaint.upheld": "对调解员的投诉成立",
        "mediator_complaint.dismissed": "对调解员的投诉不成立", "committee.made": "设调委会",
        "organisation.made": "登记单位", "visit.assigned": "安排回访",
        "hearing.proposed": "提议公开调解", "hearing.cancelled": "取消公开调解",
        "hearing.held": "登记公开调解已举行",
        "visit.recorded": "登记回访结果", "visit.voided": "作废回访",
        "agreement.at_court": "登记司法确认", "agreement.ended": "结束协议",
        "agreement.proposed": "起草协议", "agreement.signed": "登记签名",
    },
    "places": {
        "place.created": "新建地点", "place.changed": "改地点或设置", "user.granted": "授权",
        "user.role_revoked": "收回授权", "emergency.began": "宣布突发情况",
        "emergency.changed": "改突发情况", "emergency.ended": "结束突发情况",
    },
    "looks": {
        LOOK_AT_CONTACT: "查看联系方式", LOOK_INTO_CASE: "查看调解案卷",
        "runner.contact_read": "查看骑手联系方式", "merchant.contact_read": "查看商户联系方式",
        "real_name.revealed": "查看身份证号", "upload.original_read": "查看照片原图",
        "earnings.read": "查看骑手收入",
    },
}  # fmt: skip
ACTS: Mapping[str, str] = {name: zh for acts in _ACTS.values() for name, zh in acts.items()}


def names_of(group: Group | None) -> Iterable[str]:
    """The acts of a group, or all."""
    return ACTS if group is None else _ACTS[group]
