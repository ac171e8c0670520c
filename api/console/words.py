"""The Chinese of the console: states, reasons, and what to do when something is refused."""

from collections.abc import Mapping

from api.kinds import KINDS, VEGETABLES
from api.places.settings import CommunitySettings, QuietHours, Rest, Tariff

_ORDER = {
    "awaiting_payment": "待支付", "active": "进行中", "completed": "已完成", "cancelled": "已取消",
    "disputed": "争议中",
}  # fmt: skip
_JOB = {
    "waiting": "未到时间", "open": "待接单", "accepted": "已接单", "picked_up": "配送中",
    "delivered": "已送达", "failed": "未送成", "returned": "已退回", "expired": "无人接单",
    "cancelled": "已取消",
}  # fmt: skip
_CATEGORY = {
    "noise": "噪音", "square_dancing": "广场舞", "pets": "宠物", "parking": "停车",
    "leak": "漏水", "corridor": "楼道", "decoration": "装修", "property_service": "物业服务",
    "merchant": "商户", "errand_order": "跑腿单", "other": "其他",
}  # fmt: skip
_POST_KIND = {
    "dispute": "纠纷", "suggestion": "建议", "help": "求助", "lost_found": "失物招领",
    "praise": "表扬", "comment": "评论",
}  # fmt: skip
_POST = {
    "pending_review": "待审核", "published": "已公开", "rejected": "未通过", "resolved": "已解决",
    "hidden": "已隐藏", "withdrawn": "已撤回", "deleted": "已删除",
}  # fmt: skip
_CASE = {
    "opened": "新开", "offered": "征求意见", "accepted": "待调解员", "assigned": "已有调解员",
    "in_session": "调解中", "suspended": "暂停", "agreed": "已达成", "performing": "履行中",
    "fulfilled": "已履行", "breached": "未履行", "followed_up": "已回访", "failed": "未调成",
    "refused": "不同意调解", "withdrawn": "已退出", "escalated": "已移交", "archived": "已归档",
}  # fmt: skip
_EVENT = {
    "order.placed": "下单", "order.activated": "已支付", "order.completed": "完成",
    "order.cancelled": "取消", "order.disputed": "发起争议", "order.resolved": "争议已处理",
    "order.refund_decided": "退款", "order.rated": "评价", "order.goods_raised": "提高了商品上限",
    "order.goods_settled": "商品款已结", "job.made": "生成任务", "job.opened": "进入大厅",
    "job.ready": "已备好", "job.accepted": "接单", "job.assigned": "工作人员派单",
    "job.released": "转单", "job.arrived": "到取货点", "job.picked_up": "已取货",
    "job.delivered": "送达", "job.failed": "未送成", "job.returned": "已退回",
    "job.expired": "无人接单", "job.cancelled": "任务取消", "job.rescheduled": "改时间",
    "job.stop_closed": "一处完成", "job.stop_kept_back": "一处暂不交付",
    "job.stop_freed": "一处恢复交付", "job.proof_judged": "补交的凭证已判定",
    "job.advance_raised": "提高了垫付上限",
}  # fmt: skip
WORDS: Mapping[str, Mapping[str, str]] = {
    "kind_word": {code: kind.title for code, kind in KINDS.items()} | {VEGETABLES: "买菜接龙"},
    "order_word": _ORDER,
    "job_word": _JOB,
    "category_word": _CATEGORY,
    "post_kind_word": _POST_KIND,
    "post_word": _POST,
    "case_word": _CASE,
    "event_word": _EVENT,
    "actor_word": {"user": "本人或工作人员", "system": "系统", "gateway": "微信"},
    "shift_word": {"online": "在线", "break": "休息", "offline": "离线"},
    "risk_word": {"low": "低", "medium": "中", "high": "高", "urgent": "紧急"},
    "source_word": {
        "post": "邻里喧", "request": "本人申请", "order": "跑腿单", "staff": "工作人员排查",
        "police": "公安移送", "court": "法院移送",
    },
    "into_word": {
        "property": "物业", "committee": "上级调委会", "police": "公安", "department": "有关部门",
        "court": "法院",
    },
    "party_word": {
        "invited": "待答复", "consented": "同意", "refused": "不同意", "lapsed": "未答复",
        "left": "已退出",
    },
    "agreement_word": {
        "proposed": "待签名", "in_force": "已生效", "declined": "未接受", "taken_back": "已收回",
        "lapsed": "已失效", "ended": "已终止",
    },
    "side_word": {"party": "当事人", "mediator": "调解员", "committee": "调委会"},
    "replace_word": {
        "illness": "生病", "unreachable": "联系不上", "asked": "本人要求", "other": "其他",
    },
    "relation_word": {
        "owner": "户主", "family": "家人", "tenant": "租户", "carer": "照护人", "other": "其他",
    },
    "membership_reason": {
        "not_living_here": "不住在这里", "door_wrong": "门牌有误", "proof_missing": "缺少证明",
        "moved_out": "已搬走", "other": "其他",
    },
    "missing_word": {
        "identity": "核对身份", "statements": "声明", "adult": "年满18周岁",
        "training": "培训", "emergency_contact": "紧急联系人", "real_name": "实名",
    },
    "runner_word": {
        "applied": "待审核", "approved": "可接单", "rejected": "未通过", "suspended": "已停用",
        "withdrawn": "已退出",
    },
    "tier_word": {"trainee": "见习", "runner": "跑腿员", "lead": "领跑员"},
    "runner_event_word": {
        "runner.applied": "申请", "runner.approved": "通过", "runner.rejected": "拒绝",
        "runner.suspended": "停用", "runner.reinstated": "恢复", "runner.withdrawn": "退出",
        "runner.application_changed": "补充申请", "runner.identity_checked": "核对身份",
        "runner.contact_read": "查看紧急联系人", "runner.tier_changed": "等级改为",
        "runner.permissions_changed": "可接的单有变", "runner.trained": "培训",
        "runner.shift_changed": "班次改为", "runner.hours_confirmed": "确认继续工作",
        "runner.rest_due": "须休息",
    },
    "finding_word": {
        "pair": "总是同一户", "ring": "互评圈", "review_bomb": "集中差评",
        "retaliation": "报复评价", "own_household": "自家单", "relative_decided": "亲属经办",
    },
    "finding_state_word": {"open": "待核查", "cleared": "没有问题", "acted": "已另行处理"},
    "finding_answer_word": {"clear": "没有问题", "act": "已另行处理(如撤销有关的账)"},
    "member_word": {"owner": "店主", "clerk": "店员"},
    "goods_word": {
        "vegetable": "蔬菜", "fruit": "水果", "egg": "蛋", "meat": "肉", "fish": "水产",
        "grain": "粮油", "bean": "豆制品", "packed": "包装食品", "cooked": "熟食",
        "daily": "日用品", "other": "其他",
    },
    "check_word": {
        "identity": "核对身份", "adult": "年满18周岁", "statements": "声明",
        "emergency_contact": "紧急联系人", "training": "培训", "tier": "等级限制",
    },
    "emergency_word": {"heat": "高温", "storm": "暴风雨", "closed": "封控", "other": "其他"},
    "held_word": {
        "appealed": "作者申诉", "danger": "提到危险", "personal_data": "含个人信息",
        "wechat_risky": "微信判有风险", "wechat_review": "微信建议人审",
        "not_checkable": "无法自动检查", "not_configured": "未配置自动检查",
        "check_unavailable": "自动检查不可用", "no_answer": "自动检查未答复",
    },
    "flag_word": {
        "phone": "电话", "id_number": "身份证号", "plate": "车牌", "account": "账号",
        "danger": "危险",
    },
    "decision_word": {
        "personal_data": "含他人信息", "insult": "辱骂", "false_information": "不实信息",
        "illegal": "违法", "advert": "广告", "duplicate": "重复", "not_here": "不属于这里",
        "other": "其他",
    },
    "report_word": {
        "insult": "辱骂", "privacy": "隐私", "minor": "涉未成年人", "false_information": "不实信息",
        "illegal": "违法", "advert": "广告", "other": "其他",
    },
    "case_status_word": {
        "in_mediation": "调解中", "in_session": "正在调解", "settled": "已达成协议",
        "ended": "已结束",
    },
    "about_word": {"penalty": "扣分", "rating": "评价", "tier": "降级"},
    "appeal_word": {
        "filed": "待答复", "upheld": "维持", "reduced": "已减轻", "reversed": "已撤销",
        "lapsed": "逾期未答,按成立",
    },
    "assign_reason": {
        "nobody_took_it": "一直无人接单", "urgent": "情况紧急", "runner_unable": "骑手无法完成",
        "incident": "路上出了问题", "other": "其他",
    },
    "refund_reason": {
        "goodwill": "安抚", "goods_missing": "少送", "late": "晚到", "overcharged": "多收了钱",
        "damaged": "损坏", "other": "其他",
    },
    "cancel_reason": {"staff_decision": "工作人员取消", "emergency": "突发情况"},
    "act_word": {
        "cancel": "取消", "release": "转单", "fail": "未送成", "dispute": "争议",
        "resolve": "处理争议", "refund": "退款", "assign": "派单", "reassign": "改派",
    },
    "cycle_word": {
        "draft": "草稿", "open": "接龙中", "closed": "已截单", "packing": "配菜中",
        "delivering": "配送中", "completed": "已完成", "cancelled": "已取消",
    },
    "packing_word": {"claimed": "在配", "waiting": "待配", "packed": "已装袋"},
    "short_word": {"substitute": "换同类", "refund": "退款", "call": "先打电话"},
    "way_word": {"delivery": "送上门", "collection": "自提"},
    "merchant_word": {
        "applied": "待审核", "approved": "已通过", "rejected": "未通过", "suspended": "已停用",
        "withdrawn": "已退出",
    },
    "withdrawal_word": {
        "asked": "已申请", "offered": "待本人确认", "moving": "到账中", "cancelling": "撤销中",
        "succeeded": "已到账", "failed": "未成,已退回余额", "cancelled": "已撤销",
    },
    "account_word": {
        "wechat_clearing": "微信支付账户", "escrow": "订单托管", "goods_advance": "留给垫付",
        "refunds_due": "待退款", "runner_payable": "应付骑手", "merchant_payable": "应付商户",
        "platform_fee": "平台服务费", "compensation": "平台赔付",
        "orders": "订单上的钱(托管、垫付、待退)",
    },
    "transfer_word": {
        "posted": "已入账", "pending": "冻结中", "voided": "未发生", "expired": "过期未发生",
    },
    "trouble_word": {
        "paid_in_vain": "付款时已不需要,已自动全额退回", "payment_unfit": "微信的付款结果对不上",
        "refund_failed": "微信退款失败,仍欠下单人", "refund_unfit": "微信的退款结果对不上",
        "refund_waiting": "退款超过一小时未到",
    },
    "day_word": {"waiting": "等账单", "compared": "已对", "given_up": "取不到账单"},
    "difference_word": {
        "open": "待处理", "waiting": "等另一天账单", "matched": "已自动核销", "explained": "已说明",
        "settled": "已处理",
    },
    "subject_word": {
        "payment": "收款", "refund": "退款", "movement": "资金流水", "bill": "账单",
        "withdrawal": "提现", "share": "分账", "share_return": "分账退回",
    },
    "role_word": {
        "grid_worker": "网格员", "community_staff": "社区工作人员", "office_staff": "街道工作人员",
        "admin": "平台管理员",
    },
    "thing_word": {
        "order": "订单", "job": "任务", "act": "代办的事", "incident": "途中意外",
        "goods_report": "缺货、变质", "lot": "批次", "recalled_line": "召回", "collection": "自提",
        "consent": "加价", "withdrawal": "提现", "difference": "对账差异", "reconciliation": "对账",
        "receiver": "分账商户号", "tax_report": "报税表", "membership": "住户", "real_name": "实名",
        "person": "居民", "takeover": "接管", "dependant": "家人", "erasure": "注销",
        "user": "账号", "upload": "照片", "runner": "骑手", "points_appeal": "申诉",
        "points_entry": "积分记录", "points_finding": "积分异常", "points_record": "积分事实",
        "points_rules": "积分规则", "points_mentorship": "带教", "merchant": "商户",
        "product": "商品", "cycle": "接龙", "packing": "装袋", "stock_change": "库存",
        "post": "内容", "post_report": "举报", "pile": "集中反映", "outcome": "调解公示",
        "case": "调解案", "case_party": "当事人", "case_guest": "旁人", "mediator_ask": "邀请",
        "hearing": "公开调解",
        "mediator": "调解员", "mediator_complaint": "投诉", "committee": "调委会",
        "organisation": "单位", "visit": "回访", "agreement": "协议", "place": "地点",
        "emergency": "突发情况", "earnings": "收入", "listener": "旁听",
    },
    "look_word": {
        "cannot_reach": "联系不上", "wrong_address": "地址有误", "goods_problem": "物品有问题",
        "dispute": "争议", "safety": "安全", "asked_by_person": "本人要求",
        "case": "案情", "records": "调解记录", "choices": "人选", "guests": "旁人",
        "agreement": "协议", "visits": "回访", "file": "卷宗",
    },
    "rate_word": {
        "response": "响应", "settlement": "解决", "satisfaction": "满意", "agreement": "达成协议",
        "performance": "履行",
    },
}  # fmt: skip
# What was done, said at the top of the page that one comes back to.
DONE = {
    "assigned": "已派单。", "reassigned": "已改派。", "cancelled": "订单已取消,应退的钱自动退回。",
    "refunded": "已退款。", "resolved": "争议已处理。", "approved": "已通过。",
    "rejected": "已拒绝,原因会告知本人。", "checked": "身份核对已登记。", "published": "已公开。",
    "refused": "已拒绝,作者会看到原因。", "hidden": "已隐藏,作者会看到原因。", "kept": "已保留。",
    "case": "已转为调解。", "answered": "已答复申诉。", "taken": "已接手,每次查看都有记录。",
    "offered": "已征求各方意见。", "asked": "已邀请调解员。", "escalated": "已移交。",
    "archived": "已归档。", "claimed": "已领。", "released": "已放回。", "packed": "已装袋。",
    "retried": "马上再问微信,结果稍后可见。", "asked_for_day": "已要求对账,稍后刷新可见。",
    "explained": "已说明并关闭。", "settled": "已登记并关闭。",
    "settings": "设置已生效,改动和原因已记入审计。", "emergency": "已进入应急状态。",
    "emergency_changed": "应急状态已调整。", "emergency_over": "应急状态已结束。",
    "arrived": "实到已登记。", "suspended": "已停用,原因会告知本人。", "reinstated": "已恢复。",
    "tier": "等级已调整。", "reversed": "已撤销,另记了一笔。", "finding": "核查结果已记下。",
    "party": "已添加当事人。", "replaced": "已另请调解员。", "anew": "已重新开始调解。",
    "visit": "已加一次回访。", "opened": "已开始接龙。",
    "cut_off": "已截单,等最后一笔付款有结果后关闭。",
    "called_off": "已取消,所有订单全额退款。", "stock": "库存已调整。",
    "moved": "", "bye": "已退出登录。",
}  # fmt: skip
ADVICE = {
    "not_signed_in": "登录已过期或尚未登录,请重新登录。",
    "version_changed": "别人刚刚改过这一条。请回去看看最新的情况,再决定。",
    "version_required": "请回到页面刷新后再试。",
    "form_forged": "这个表单不是从本页面发出的,或者登录已经换过。请刷新页面后再试。",
    "role_missing": "您的角色不能做这件事。需要的话,请联系社区管理员。",
    "not_found": "没有这一条,或者不属于您负责的地点。",
    "busy": "系统正忙,请过几秒再试。",
    "malformed_request": "请检查填写的内容。",
}
ADVICE_BY_STATUS = {
    409: "情况已经变化,这一步现在做不了。请回去看看最新的情况。",
    422: "请检查填写的内容。",
    429: "请过一会儿再试。",
    503: "请过几秒再试。",
}
_FIELDS = {
    "amount_fen": "金额", "resident_fen": "退给下单人", "runner_fen": "归骑手",
    "platform_fen": "归平台", "reason": "理由", "text": "说明", "runner_id": "骑手",
    "left_cp": "减轻后的扣分", "packed_count": "装了几份", "there_count": "实到几份",
    "day": "日期", "from": "从哪天", "to": "到哪天", "code": "原因",
    "into": "移交给谁", "packed_g": "重量",
}  # fmt: skip

# The settings of a community are called what the API calls them.
_SETTINGS = {
    name: info.description.rstrip("。")
    for shape in (CommunitySettings, Tariff, Rest, QuietHours)
    for name, info in shape.model_fields.items()
    if info.description
}


def say(name: str, code: str | None) -> str:
    """The word for a code; the code itself where there is none yet, so that nothing is hidden."""
    return "" if code is None else WORDS[name].get(code, code)


def reason(said: str | None) -> str:
    """A reason that was chosen, in words; one that was typed, as it is."""
    if said is None:
        return ""
    for name in ("refund_reason", "assign_reason", "cancel_reason", "look_word",
                 "membership_reason"):  # fmt: skip
        if said in WORDS[name]:
            return WORDS[name][said]
    return said


def field(path: str) -> str:
    """What a field is called on the form."""
    name = path.rpartition(".")[2]
    return _FIELDS.get(name) or _SETTINGS.get(name, name)
