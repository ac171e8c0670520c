"""The privacy rules as people read them; lists of data and periods come from the declarations."""

from dataclasses import dataclass

from api.consents.purposes import PURPOSES

# The rules are versioned with the consent that is asked to them.
VERSION = PURPOSES["privacy_rules"].version


@dataclass(frozen=True, slots=True)
class Part:
    """One section, in both languages."""

    title_zh: str
    text_zh: str
    title_en: str
    text_en: str


PARTS = (
    Part(
        "谁在处理",
        "由开通本服务的街道或社区运营方处理,联系方式见小程序“关于”页。数据和日志都存放在境内。",
        "Who",
        "The street office or community that runs this service; see the page “About” for how to"
        " reach it. Data and logs stay in the mainland.",
    ),
    Part(
        "提供给谁",
        "接单的骑手在送单期间看到门牌和遮盖的电话;社区工作人员说明原因后才能看到完整的联系方式,"
        "每次查看都有记录,您可以看到是谁。支付由微信支付处理。不向其他人提供,不公开。",
        "Who receives it",
        "The runner of your order sees door and masked phone while it lasts. Staff see a whole"
        " contact only after saying why; each look is noted and shown to you. WeChat Pay handles"
        " payments. Nobody else, and nothing is published.",
    ),
    Part(
        "怎样保护",
        "电话、门牌、姓名加密保存,密钥定期更换;日志和操作流水里没有这些内容。",
        "How it is guarded",
        "Phones, doors and names are encrypted under keys that are replaced; logs and histories"
        " hold none of them.",
    ),
    Part(
        "您的权利",
        "随时查看同意和撤回(和同意一样方便)、查看谁看过联系方式、导出全部数据、更正、注销账号。"
        "导出当场给出;更正和注销最迟十五个工作日内完成,依法须保存的部分只存储、不再使用,到期删除。"
        "派单和积分由系统自动计算,您可以要求说明并由人工复核。",
        "Your rights",
        "See and withdraw consents as easily as you gave them, see who looked, export everything,"
        " correct, close your account. Exports are immediate; corrections and closing take fifteen"
        " working days at most. What the law has us keep is only stored, then deleted. Dispatch"
        " and points are computed; you may ask why, and for a person to review it.",
    ),
    Part(
        "日志和限流",
        "访问日志保存不少于六个月(网络安全法),只有编号和时间。限流计数在一分钟后消失。",
        "Logs and limits",
        "Access logs are kept for six months at least, as the law asks, with ids and times only."
        " Counters of rate limits vanish within a minute.",
    ),
    Part(
        "未成年人",
        "不满十四周岁须由监护人同意;骑手和调解员须年满十八周岁。",
        "Minors",
        "Under fourteen a guardian must consent; runners and mediators are adults.",
    ),
)

LEFT_OUT = (
    "会话令牌和请求的摘要:只用于核对,还原不出内容。",
    "取件码和收货码:交接的凭证。",
    "微信登录标识:只在本服务内有意义,从不显示。",
    "别人的信息:例如送过的单的收货人。",
)
