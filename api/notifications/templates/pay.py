"""What people are told about what they are owed and paid."""

from api.notifications.templates.shape import DAY_S, NOBODY, Template, Text

WALLET_PAGE = "pages/wallet/index"

PAY: dict[str, tuple[Template, ...]] = {
    "settlement.made": (
        Template(
            "person",
            Text("一天的收入已结算", "收入{amount_yuan}元,已计入余额,可随时提现。"),
            Text("A day was settled", "You earned {amount_yuan} yuan; withdraw it at any time."),
            page=WALLET_PAGE,
            needs="amount_yuan",
        ),
    ),
    "tax_report.exported": NOBODY,
    "receiver.asked": NOBODY,
    "receiver.added": (
        Template(
            "person",
            Text("分账已开通", "订单完成一周后,货款由微信分到您的商户号。"),
            Text("You are paid by WeChat", "A week after an order its goods are paid to you."),
            page=WALLET_PAGE,
        ),
    ),
    "receiver.refused": (
        Template(
            "staff",
            Text("分账商户号被拒绝", "请核对商户号和执照名称后重新设置。"),
            Text("WeChat refused a receiver", "Compare number and name, and set it again."),
        ),
    ),
    "receiver.ended": NOBODY,
    "share.asked": NOBODY,
    "share.unneeded": NOBODY,
    "share.succeeded": NOBODY,
    "share.failed": (
        Template(
            "staff",
            Text("有分账没有成功", "货款仍欠商户,已记入对账单,请查看原因。"),
            Text("A share failed", "It is still owed and on the statement: look why."),
        ),
    ),
    "share.refused": (
        Template(
            "staff",
            Text("微信拒绝了分账", "货款仍欠商户,已记入对账单,请核对分账比例和权限。"),
            Text("WeChat refused a share", "It is still owed: look at limit and permission."),
        ),
    ),
    "share.released": NOBODY,
    "share_return.asked": NOBODY,
    "share_return.succeeded": (
        Template(
            "person",
            Text("一笔货款已退回", "缺货或变质的货款已从您的商户号退回。"),
            Text("A share was given back", "For goods that were missing or spoilt."),
            page=WALLET_PAGE,
        ),
    ),
    "share_return.failed": (
        Template(
            "staff",
            Text("分账没有退回", "退款已由平台垫付,请与商户协商。"),
            Text("A share was not given back", "The platform bore the refund: ask the merchant."),
        ),
    ),
    # Only the runner's own client waits for it, and it follows `/v1/sync`.
    "withdrawal.asked": NOBODY,
    "withdrawal.offered": (
        Template(
            "person",
            Text("请确认收款", "您的提现{amount_yuan}元,请在24小时内确认,过时退回余额。"),
            Text("Please confirm", "{amount_yuan} yuan wait: confirm within 24 hours."),
            needs="amount_yuan",
            page=WALLET_PAGE,
            is_urgent=True,
            useful_s=DAY_S,
        ),
    ),
    "withdrawal.confirmed": NOBODY,
    "withdrawal.delayed": (
        Template(
            "person",
            Text("提现稍有延迟", "平台正在处理,款项仍是您的,会自动再发。"),
            Text("Your withdrawal is late", "We are on it; the money is yours, it is sent again."),
            page=WALLET_PAGE,
        ),
        Template(
            "staff",
            Text("提现发不出去", "请查看运营账户余额和微信支付配置。"),
            Text("Withdrawals are stuck", "Look at the operating account and the settings."),
        ),
    ),
    "withdrawal.unfit": (
        Template(
            "staff",
            Text("提现与微信不符", "微信的答复与一笔提现不符,未改账,请看对账差异。"),
            Text("A withdrawal differs", "WeChat answered otherwise; look at the differences."),
            is_urgent=True,
        ),
    ),
    "withdrawal.retried": NOBODY,
    "withdrawal.taken_back": NOBODY,
    "withdrawal.succeeded": (
        Template(
            "person",
            Text("提现已到账", "{amount_yuan}元已到您的微信零钱。"),
            Text("Your money arrived", "{amount_yuan} yuan are in your WeChat wallet."),
            needs="amount_yuan",
            page=WALLET_PAGE,
        ),
    ),
    "withdrawal.failed": (
        Template(
            "person",
            Text("提现没有成功", "金额已退回余额,可重新提现。"),
            Text("The withdrawal failed", "It is back in your balance; you may ask again."),
            page=WALLET_PAGE,
        ),
        Template(
            "staff",
            Text("有提现没有成功", "请在社区提现中查看原因。"),
            Text("A withdrawal failed", "Look at the reason in the withdrawals of the community."),
        ),
    ),
    "withdrawal.cancelled": (
        Template(
            "person",
            Text("提现已撤销", "金额已退回余额。"),
            Text("The withdrawal is off", "It is back in your balance."),
            page=WALLET_PAGE,
        ),
    ),
}
