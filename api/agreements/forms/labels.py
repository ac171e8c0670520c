"""Codes in the words of the forms."""

SOURCES = {
    "post": "当事人申请(邻里喧)",
    "request": "当事人申请",
    "order": "当事人申请(订单纠纷)",
    "staff": "人民调解委员会主动调解",
    "police": "公安机关移交",
    "court": "人民法院委派",
}
CATEGORIES = {
    "noise": "噪声",
    "square_dancing": "广场舞",
    "pets": "宠物",
    "parking": "停车",
    "leak": "漏水",
    "corridor": "楼道堆物",
    "decoration": "装修",
    "property_service": "物业服务",
    "merchant": "商户",
    "errand_order": "跑腿订单",
    "other": "邻里",
}
CONTACT_HOW = {
    "visit": "上门",
    "phone": "电话",
    "meeting": "当面",
    "online": "线上",
    "note": "记录",
}
HOWS = {
    "app": "小程序签名",
    "paper": "纸面签名,附照片",
    "word": "口头认可,调解员记录",
    "seal": "盖章,附照片",
}
VISIT_KINDS = {"week": "生效七日回访", "month": "生效三十日回访", "extra": "另行回访"}
ANSWERS = {"solved": "已解决", "unsolved": "未解决", None: "未答"}
SATISFACTIONS = {
    "satisfied": "满意",
    "basically": "基本满意",
    "unsatisfied": "不满意",
    None: "未评价",
}
