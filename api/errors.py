"""Refusals: one class, one catalogue of codes with their status and their titles."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal that clients may branch on: status, and titles for a toast (≤ 14 characters)."""

    status: int
    zh: str
    en: str


CATALOGUE: dict[str, Refusal] = {
    # The edge.
    "malformed_request": Refusal(422, "填写的内容有误", "The request is malformed"),
    "malformed_json": Refusal(400, "请求格式有误", "The body is not valid JSON"),
    "malformed_http": Refusal(400, "请求格式有误", "This is not HTTP"),
    "body_too_large": Refusal(413, "内容太长了", "The body is too large"),
    "body_too_deep": Refusal(422, "内容嵌套太深", "The body is nested too deeply"),
    "headers_too_large": Refusal(431, "请求头太大", "The headers are too large"),
    "body_too_slow": Refusal(408, "网络太慢,请重试", "The body arrived too slowly"),
    "unsupported_media_type": Refusal(415, "请用JSON格式", "Send application/json"),
    "not_found": Refusal(404, "没有找到", "Not found"),
    "method_not_allowed": Refusal(405, "不支持这个操作", "Method not allowed"),
    "not_signed_in": Refusal(401, "请先登录", "Sign in first"),
    "account_closed": Refusal(401, "账号已停用", "This account is closed"),
    "role_missing": Refusal(403, "没有权限", "Your role does not allow this"),
    "form_forged": Refusal(403, "请刷新页面再试", "This form was not sent by its page"),
    "rate_limited": Refusal(429, "操作太快,请稍候", "Too many requests"),
    "busy": Refusal(503, "系统繁忙,请稍候", "Busy, try again shortly"),
    "internal_error": Refusal(500, "系统出错了", "Something went wrong"),
    "idempotency_key_required": Refusal(400, "缺少幂等键", "Idempotency-Key is required"),
    "idempotency_key_malformed": Refusal(400, "幂等键格式有误", "Idempotency-Key is malformed"),
    "idempotency_key_reused": Refusal(
        422, "幂等键已被使用", "Idempotency-Key was used with another request"
    ),
    "request_in_flight": Refusal(409, "正在处理,请稍候", "The same request is still in flight"),
    "version_changed": Refusal(412, "内容已被他人修改", "It was changed by somebody else"),
    "version_required": Refusal(428, "请先刷新再修改", "Send If-Match with the ETag you read"),
    # Identity.
    "login_code_invalid": Refusal(401, "登录码无效", "The login code is not valid"),
    "nickname_refused": Refusal(422, "昵称不合规", "This nickname cannot be used"),
    "login_unavailable": Refusal(503, "登录暂不可用", "Sign-in is not available"),
    "login_blocked": Refusal(403, "暂时无法登录", "Sign-in is not possible"),
    "login_too_old": Refusal(403, "请重新登录后再试", "Sign in again first"),
    "phone_code_invalid": Refusal(409, "验证已失效,请重试", "The phone code is not valid"),
    "phone_unavailable": Refusal(503, "暂时无法验证手机", "Phone numbers cannot be checked now"),
    "phone_not_mainland": Refusal(409, "仅支持大陆手机号", "Only mainland numbers are taken"),
    "phone_taken": Refusal(409, "手机号已被使用", "The number belongs to another account"),
    # What WeChat pushes.
    "push_not_signed": Refusal(403, "签名不正确", "Not signed by WeChat"),
    # Privacy.
    "consent_needed": Refusal(409, "请先同意授权", "Your consent is needed first"),
    "consent_outdated": Refusal(409, "内容已更新,请重看", "The text has changed, read it again"),
    "console_code_invalid": Refusal(409, "二维码已失效", "The code of the console is not valid"),
    "fresh_login_needed": Refusal(401, "请重新登录后再试", "Sign in again first"),
    # Places.
    "place_parent_wrong": Refusal(409, "上级地点不对", "This place cannot stand below that one"),
    "place_name_taken": Refusal(409, "名称已被使用", "A place of this name stands there already"),
    "addresses_full": Refusal(409, "地址太多了", "Too many addresses"),
    "emergency_on": Refusal(409, "已在应急状态", "An emergency is on already"),
    "outside_community": Refusal(409, "不在服务范围内", "Outside the community"),
    "outside_china": Refusal(422, "坐标不在中国", "The point is not in China"),
    # People.
    "id_number_invalid": Refusal(422, "身份证号有误", "This is no identity number"),
    "id_number_used": Refusal(409, "身份证号已被使用", "Another account holds this number"),
    "already_submitted": Refusal(409, "已经提交过了", "Already submitted"),
    "already_member": Refusal(409, "已在这一户", "Already in this household"),
    "own_decision": Refusal(409, "不能审核自己", "Nobody decides about themselves"),
    # Masks.
    "area_outside": Refusal(409, "遮挡区域超出照片", "An area is not within the picture"),
    "evidence_needed": Refusal(409, "有纠纷,须留存原图", "It is disputed: keep the original"),
    # Takeovers.
    "takeover_differs": Refusal(409, "与登记的不一致", "Not what was enrolled of this person"),
    "number_differs": Refusal(409, "手机号对不上", "The verified number is not the enrolled one"),
    "person_taken": Refusal(409, "已并入其他账号", "This person is another account's already"),
    # Carers.
    "dependants_full": Refusal(409, "家人数量已满", "Too many dependants"),
    "consent_missing": Refusal(409, "家人尚未同意", "The dependant has not consented"),
    "consent_by_phone": Refusal(409, "请本人确认", "They consent on their own phone"),
    "kind_not_allowed": Refusal(409, "不在代办范围内", "This kind is not allowed for them"),
    "cap_exceeded": Refusal(409, "超出本月额度", "Over the cap of this month"),
    # Runners.
    "already_applied": Refusal(409, "已经申请过了", "Already applied"),
    "runner_not_approved": Refusal(409, "尚未通过审核", "The runner is not approved"),
    "runner_offline": Refusal(409, "请先上线", "Go online first"),
    "runner_has_jobs": Refusal(409, "还有未完成的单", "Finish the jobs at hand first"),
    "position_missing": Refusal(409, "请打开定位", "Report a position first"),
    "position_stale": Refusal(409, "定位已过期", "The position is too old"),
    "kind_not_permitted": Refusal(409, "没有该类任务资格", "This kind of job is not permitted"),
    "capacity_full": Refusal(409, "手上的单已满", "No capacity left"),
    "under_age": Refusal(409, "须年满18周岁", "Runners must be 18 or older"),
    "statement_outdated": Refusal(409, "声明已更新,请重读", "The statement has a newer version"),
    "application_closed": Refusal(409, "申请已结束", "The application is closed"),
    "checks_missing": Refusal(409, "审核材料不全", "Checks are missing"),
    "training_attempts_used": Refusal(409, "今天次数已用完", "No more attempts today"),
    "weight_not_permitted": Refusal(409, "超过可接重量", "Too heavy for your tier"),
    "floors_not_permitted": Refusal(409, "超过可爬楼层", "Too many stairs for your tier"),
    "day_jobs_full": Refusal(409, "今日单数已满,明天再接", "No more jobs today for your tier"),
    "fee_not_permitted": Refusal(409, "超过可接金额", "Above the fee limit of your tier"),
    "rest_needed": Refusal(409, "连续工作太久,请休息", "Worked too long without a pause"),
    "day_confirm_needed": Refusal(
        409, "今天很久了,请先确认", "Confirm that you want to go on today"
    ),
    "day_limit_reached": Refusal(409, "今天工时已到上限", "No more work today"),
    "rest_day_needed": Refusal(409, "请先休息一天", "A day of rest is due"),
    "hours_not_due": Refusal(409, "还不需要确认", "There is nothing to confirm yet"),
    "decision_made": Refusal(409, "已经审核过了", "Already decided"),
    # Orders.
    "quote_expired": Refusal(409, "报价已过期", "The quote has expired"),
    "quote_used": Refusal(409, "报价已被使用", "The quote was used already"),
    "dropoff_missing": Refusal(409, "请填写送货地点", "Say where it is to be brought"),
    "trip_too_long": Refusal(409, "路程太远了", "Pickup and drop-off are too far apart"),
    "too_heavy": Refusal(409, "物品太重了", "Too heavy for one runner"),
    "window_past": Refusal(409, "时间已过", "The window is in the past"),
    "window_too_far": Refusal(409, "时间太远了", "The window is too far ahead"),
    "ceiling_too_high": Refusal(409, "预付上限太高", "The ceiling for goods is too high"),
    "goods_forbidden": Refusal(409, "物品禁止代送", "This may not be carried"),
    "consent_not_needed": Refusal(409, "无需同意", "The money in front suffices"),
    "consent_pending": Refusal(409, "已请求,等待答复", "The customer was asked already"),
    "nothing_to_consent": Refusal(409, "没有待同意的请求", "There is nothing to consent to"),
    "repeats_full": Refusal(409, "重复任务太多了", "Too many repeating errands"),
    "repeat_moved_on": Refusal(409, "重复任务已变化", "The repeating errand has moved on"),
    "order_moved_on": Refusal(409, "订单状态已变化", "The order has moved on"),
    "cancel_not_possible": Refusal(409, "现在不能取消", "It cannot be cancelled now"),
    "cancel_cost_changed": Refusal(409, "取消费用已变化", "The cost of cancelling has changed"),
    "cancel_token_expired": Refusal(409, "费用已过期,请重查", "Ask for the cost again"),
    "cancel_reason_unfit": Refusal(409, "这个原因不适用", "This reason does not apply here"),
    "evidence_missing": Refusal(409, "请补充说明或照片", "Say what happened, with evidence"),
    "dispute_too_late": Refusal(409, "争议期限已过", "The time for disputing is over"),
    "outcome_unfit": Refusal(409, "未送达,不能完成", "It was not delivered"),
    "split_wrong": Refusal(409, "金额分配不对", "The parts do not make what is left"),
    "refund_too_much": Refusal(409, "退款超过剩余金额", "More than what is left"),
    "already_rated": Refusal(409, "已经评价过了", "Already rated"),
    "rating_too_early": Refusal(409, "完成后才能评价", "Rate it once it is completed"),
    "rating_too_late": Refusal(409, "评价时间已过", "The time for rating is over"),
    "tip_too_early": Refusal(409, "完成后才能打赏", "Tip it once it is completed"),
    "tip_too_late": Refusal(409, "打赏时间已过", "The time for tipping is over"),
    "already_tipped": Refusal(409, "已经打赏过了", "Already tipped"),
    # Vegetables.
    "cycle_not_open": Refusal(409, "接龙还没开始", "The cycle is not open yet"),
    "cycle_closed": Refusal(409, "接龙已截止", "The cycle takes no more orders"),
    "cycle_moved_on": Refusal(409, "接龙状态已变化", "The cycle has moved on"),
    "cycle_still_open": Refusal(409, "接龙还没截单", "The cycle is not closed yet"),
    "packing_own": Refusal(409, "不能配自己的订单", "Not one's own order"),
    "packing_claimed": Refusal(409, "别人正在配", "Somebody else packs it"),
    "packing_moved_on": Refusal(409, "装袋状态已变化", "The bag has moved on"),
    "arrived_too_few": Refusal(409, "少于已装袋的数量", "More than that is in bags already"),
    "item_recalled": Refusal(409, "这批已召回,请换批次", "It may be of a lot that was recalled"),
    "lot_recalled": Refusal(409, "这个批次已召回", "The lot was recalled"),
    "over_share": Refusal(409, "超过可分到的数量", "More than its fair share"),
    "buyer_to_call": Refusal(409, "请先打电话问买家", "Call the buyer first"),
    "substitute_unwanted": Refusal(409, "买家不要替换", "The buyer wants no substitute"),
    "substitute_gone": Refusal(409, "替换的商品不够", "Not so many are left as a substitute"),
    "building_left": Refusal(409, "这栋楼已出库", "This building's bags have left"),
    "count_differs": Refusal(409, "清点不一致", "Not the bags that the sheet says"),
    "not_collected": Refusal(409, "这一单送货上门", "This order is brought to the door"),
    "collection_moved_on": Refusal(409, "已取走或已过期", "It was fetched, or waits no more"),
    "collect_too_early": Refusal(409, "还没到自提时段", "The slot has not begun"),
    "collect_too_late": Refusal(409, "已过自提时间", "It waits no more"),
    "stop_kept_back": Refusal(409, "先别交,等商家处理", "It is kept back for the moment"),
    "stop_not_kept_back": Refusal(409, "这一站照常交付", "Nothing of this stop is kept back"),
    "bag_kept_back": Refusal(409, "有召回商品,先取出", "Recalled goods have to be taken out"),
    "bag_not_kept_back": Refusal(409, "这袋没有要取出的", "Nothing has to be taken out of it"),
    "code_needed": Refusal(409, "请报自提码", "Whoever fetches it says its code"),
    "too_many_labels": Refusal(409, "标签太多,请按楼栋打印", "Too many labels at once"),
    "cycle_empty": Refusal(409, "请先添加商品", "Add items first"),
    "cycle_times_wrong": Refusal(409, "接龙时间不对", "The times of the cycle cannot be"),
    "household_needed": Refusal(409, "请先加入住户", "Join your household first"),
    "out_of_scope": Refusal(409, "不在接龙范围内", "Your building is not in this cycle's scope"),
    "stock_gone": Refusal(409, "库存不足", "Not so many are left"),
    "stock_taken": Refusal(409, "不能少于已订数量", "So many are taken already"),
    "household_limit": Refusal(409, "超过每户限购", "More than a household may take"),
    "alerts_full": Refusal(409, "提醒太多了", "Too many alerts"),
    "report_too_early": Refusal(409, "还没收到,不能反映", "It was not delivered yet"),
    "report_too_late": Refusal(409, "反映时间已过", "The time for reporting is over"),
    "already_reported": Refusal(409, "已经反映过了", "This line was reported already"),
    "nothing_left": Refusal(409, "这项已全部退款", "All of this line was refunded"),
    "report_decided": Refusal(409, "已经处理过了", "This report was decided"),
    "standing_exists": Refusal(409, "已有常订", "You have a standing order there"),
    "standing_moved_on": Refusal(409, "常订状态已变化", "The standing order has moved on"),
    "slot_full": Refusal(409, "时段已约满", "Nobody else can come at this time"),
    # Jobs and matching.
    "job_taken": Refusal(409, "已被抢走", "Another runner has taken it"),
    "offer_over": Refusal(409, "派单已失效", "The offer is over"),
    "offer_broken": Refusal(409, "有任务已被抢走", "Some of its jobs are gone"),
    "job_not_open": Refusal(409, "任务不可接", "The job is not open"),
    "job_moved_on": Refusal(409, "任务状态已变化", "The job has moved on"),
    "out_of_range": Refusal(409, "距离太远,接不了", "Too far from the pickup"),
    "same_runner": Refusal(409, "已经是这名骑手", "This runner has it already"),
    "own_job": Refusal(409, "不能接自己的单", "You cannot take your own job"),
    "code_wrong": Refusal(409, "验证码不对", "The code is wrong"),
    "code_locked": Refusal(409, "输错太多,稍后再试", "Too many wrong codes, wait a while"),
    "proof_token_invalid": Refusal(409, "补传凭据无效", "The proof token is not valid"),
    "act_held": Refusal(409, "上一步还可撤回", "Another act is still held"),
    "undo_too_late": Refusal(409, "已生效,不能撤回", "It is too late to undo"),
    "proof_missing": Refusal(409, "缺少凭证", "A proof that this kind asks for is missing"),
    "spent_over_ceiling": Refusal(409, "超出预付上限", "More was spent than was paid in front"),
    "stop_closed": Refusal(409, "这一站已结束", "This stop is closed already"),
    # Incidents.
    "incidents_full": Refusal(409, "问题太多,请先处理", "Too many unresolved incidents"),
    "incident_resolved": Refusal(409, "问题已处理完", "The incident is resolved"),
    # The board.
    "phone_needed": Refusal(409, "请先验证手机号", "Verify your phone number first"),
    "author_resting": Refusal(409, "请休息一天再发", "Several texts were not fit, rest for a day"),
    "board_day_used": Refusal(429, "今天次数已用完", "No more of these today"),
    "post_repeated": Refusal(409, "刚发过同样的内容", "You said the very same already"),
    "post_moved_on": Refusal(409, "内容状态已变化", "The post has moved on"),
    "post_edits_used": Refusal(409, "修改次数太多了", "It was changed too often"),
    "comments_closed": Refusal(409, "不能评论", "It takes no comments"),
    "own_post": Refusal(409, "这是您自己的内容", "This is your own"),
    "reports_open": Refusal(409, "举报处理完才能删", "Reports of it are not decided yet"),
    "already_appealed": Refusal(409, "已经申诉过了", "Already appealed"),
    "appeal_too_late": Refusal(409, "申诉期限已过", "The time for appeals is over"),
    "another_must_decide": Refusal(409, "须由另一人复核", "Somebody else has to decide"),
    "pile_moved_on": Refusal(409, "预警已受理或结束", "Somebody looks after it, or it is over"),
    # Mediators.
    "committee_there": Refusal(409, "委员会已登记", "This committee is there already"),
    "organisation_there": Refusal(409, "单位已登记", "This organisation is there already"),
    "organisation_unknown": Refusal(409, "没有这个单位", "There is no such organisation"),
    "mediator_moved_on": Refusal(409, "调解员状态已变化", "The mediator's state has changed"),
    "committee_unfit": Refusal(409, "委员会不在此地", "This committee does not cover the place"),
    "term_unfit": Refusal(409, "聘期最长三年", "A term begins today and lasts three years at most"),
    "mediator_not_adult": Refusal(
        409, "须成年并已实名", "Mediators are adults with a verified name"
    ),
    "complaint_decided": Refusal(409, "投诉已处理", "The complaint is decided"),
    # Mediation.
    "not_a_dispute": Refusal(409, "不是公开的纠纷", "Only a dispute on the board leads to a case"),
    "cases_day_used": Refusal(429, "今天申请已满", "No more cases today"),
    "case_moved_on": Refusal(409, "调解状态已变化", "The case has moved on"),
    "parties_full": Refusal(409, "当事人太多了", "Too many parties"),
    "already_party": Refusal(409, "已经是当事人", "Already a party of this case"),
    "party_unknown": Refusal(409, "没有这位当事人", "No such person here"),
    "answers_themselves": Refusal(409, "须由本人答复", "They answer by themselves"),
    "sides_missing": Refusal(409, "请先添加对方", "Both sides have to be there first"),
    "own_case": Refusal(409, "自己的案件须他人办", "Nobody handles a case of their own"),
    "mediator_unknown": Refusal(409, "不能担任调解", "This person may not mediate"),
    "mediator_conflict": Refusal(409, "须回避", "There is a conflict of interest"),
    "mediator_full": Refusal(409, "手上案件已满", "Too many cases in hand"),
    "objection_needs_reason": Refusal(409, "再次申请须说明", "A second objection needs reasons"),
    "records_full": Refusal(409, "记录太多了", "Too many records"),
    "guests_full": Refusal(409, "邀请的人太多了", "Too many people were proposed"),
    "guest_unfit": Refusal(
        409, "不能请这个人", "This person has a part in it, or is there already"
    ),
    "guest_moved_on": Refusal(409, "邀请状态已变化", "This was answered already"),
    "guest_unknown": Refusal(409, "未经各方同意到场", "Not every side wants them there"),
    "not_yet_happened": Refusal(409, "时间还没有到", "This lies in the future"),
    # Points.
    "rules_unknown": Refusal(409, "没有这个版本", "There is no such version of the rules"),
    "rules_malformed": Refusal(422, "规则格式有误", "This is no complete version of the rules"),
    "rules_too_soon": Refusal(409, "须7天后生效", "New rules need seven days of notice"),
    "rules_taken": Refusal(409, "版本或时间已有", "That version or time is taken"),
    "mentor_not_needed": Refusal(409, "新人才需要带教", "Only newcomers have a mentor"),
    "mentor_asked": Refusal(409, "已经申请或有带教", "You asked already, or have a mentor"),
    "lead_required": Refusal(409, "领跑员才能带教", "Only lead runners take newcomers along"),
    "mentees_full": Refusal(409, "带教人数已满", "You take as many along as one may"),
    "mentee_of_own_home": Refusal(409, "不能带教自家人", "Not somebody of your own household"),
    "mentoring_moved_on": Refusal(409, "带教状态已变", "It has moved on meanwhile"),
    "nothing_to_appeal": Refusal(409, "这一笔没有扣分", "Nothing is taken for this entry"),
    "appeal_moved_on": Refusal(409, "申诉已有结果", "The appeal was answered already"),
    "penalty_not_lower": Refusal(409, "须比原来扣得少", "It has to be less than before"),
    "already_reversed": Refusal(409, "这一笔已撤销", "This entry was reversed already"),
    "finding_moved_on": Refusal(409, "线索已处理", "Somebody looked at it already"),
    # Uploads.
    "form_expected": Refusal(415, "请用表单上传", "Send multipart/form-data"),
    "malformed_form": Refusal(400, "上传格式有误", "The form is malformed"),
    "image_too_large": Refusal(413, "图片不能超过10MB", "The image has more than 10 MB"),
    "image_kind_unknown": Refusal(415, "请传JPG或PNG图片", "Only JPEG, PNG and WebP are taken"),
    "image_unreadable": Refusal(422, "图片无法识别", "The image cannot be read"),
    "image_animated": Refusal(422, "不支持动图", "The image has more than one frame"),
    "image_too_many_pixels": Refusal(422, "图片尺寸太大", "The image has too many pixels"),
    "upload_in_flight": Refusal(429, "请等上一张传完", "Other uploads of yours are still running"),
    "upload_quota_used": Refusal(429, "今天传得太多了", "No more uploads today"),
    "upload_unknown": Refusal(
        409, "照片已失效,请重传", "A photo is not yours or not there any more"
    ),
    "link_expired": Refusal(403, "链接已过期", "The link is wrong or has expired"),
    # Merchants.
    "credit_code_invalid": Refusal(422, "信用代码有误", "This is no unified social credit code"),
    "credit_code_used": Refusal(409, "该商户已入驻", "Another shop here holds this code"),
    "merchants_full": Refusal(409, "商户数量已满", "Too many merchants of yours"),
    "merchant_not_approved": Refusal(409, "商户未通过审核", "The merchant is not approved"),
    "merchant_closed": Refusal(409, "商户已关闭", "The merchant has closed"),
    "members_full": Refusal(409, "店员已满", "Too many people work there"),
    "already_member_there": Refusal(409, "已经是店员", "You work there already"),
    "owner_stays": Refusal(409, "负责人不能退出", "The owner stays, or closes the shop"),
    "products_full": Refusal(409, "商品太多了", "Too many products"),
    "product_removed": Refusal(409, "商品已删除", "The product was removed"),
    "lots_full": Refusal(429, "今天登记太多了", "Too many lots today"),
    # What changed for me.
    "cursor_unknown": Refusal(409, "请重新同步", "Start again without a cursor"),
    # Blocks.
    "blocks_full": Refusal(409, "名额已满", "No room for another one"),
    "runner_only_blocks": Refusal(409, "骑手只能屏蔽", "A runner may block, not prefer"),
    # Payments.
    "payment_unavailable": Refusal(503, "支付暂不可用", "Payment is not available"),
    "nothing_to_pay": Refusal(409, "无需支付", "There is nothing to pay"),
    # Reconciliation.
    "bill_not_ready": Refusal(409, "账单还没有出", "The bill of that day is not there yet"),
    "bill_too_old": Refusal(409, "账单已过期", "WeChat keeps bills for three months"),
    "difference_closed": Refusal(
        409, "差异已经处理过", "The difference is closed, or closes itself"
    ),
    # The ledger.
    "balance_too_low": Refusal(409, "账户余额不足", "The account does not hold so much"),
    "transfer_id_reused": Refusal(409, "转账编号已用过", "The id stands for another transfer"),
    "transfer_resolved": Refusal(409, "转账已有结果", "The transfer has another outcome already"),
    # Withdrawals.
    "withdrawal_open": Refusal(409, "上一笔提现未完成", "The last withdrawal has no end yet"),
    "withdrawal_too_small": Refusal(409, "低于最低提现额", "Less than may be withdrawn"),
    "withdrawal_too_large": Refusal(409, "超过单笔提现上限", "More than one withdrawal may be"),
    "withdrawals_used_up": Refusal(409, "今天的提现额度已满", "No more withdrawals today"),
    "withdrawal_moved_on": Refusal(409, "提现状态已变化", "The withdrawal has moved on"),
    "real_name_needed": Refusal(409, "大额提现请先实名", "So much needs a verified real name"),
    "statement_too_long": Refusal(409, "内容太多,无法导出", "Too many lines for one file"),
    "runner_can_ask": Refusal(409, "请由本人提现", "They can sign in and ask themselves"),
    # Agreements.
    "agreement_open": Refusal(409, "已有待签的协议", "A text is to be signed already"),
    "agreement_moved_on": Refusal(409, "协议状态已变化", "The agreement has moved on"),
    "agreement_unclear": Refusal(409, "约定不够明确", "A term is not clear enough"),
    "no_agreement": Refusal(409, "没有生效的协议", "No agreement is in force"),
    "text_differs": Refusal(409, "不是这份文本", "This is not the text that is to be signed"),
    "already_signed": Refusal(409, "已经签过了", "This name is there already"),
    "paper_needed": Refusal(409, "请附照片", "Show the paper or the seal"),
    "court_too_late": Refusal(409, "已过三十日期限", "The thirty days are over"),
    "court_not_together": Refusal(409, "须各方共同申请", "All parties have to apply together"),
    "day_wrong": Refusal(409, "日期不对", "This day cannot be"),
    "visits_full": Refusal(409, "回访次数太多", "Too many visits"),
    "visit_moved_on": Refusal(409, "回访状态已变化", "The visit has moved on"),
    "visit_too_early": Refusal(409, "还没到回访日", "The day of the visit has not come"),
    "visitor_unfit": Refusal(409, "须由他人回访", "Somebody else of the place has to visit"),
    "items_unfit": Refusal(409, "事项不对", "Not what is due, or not yet"),
    # Outcomes.
    "hearing_open": Refusal(409, "已有公开调解", "Open talks are planned, or were too often"),
    "hearing_time": Refusal(409, "时间太近或太远", "Open talks are a day ahead, or up to sixty"),
    "hearing_moved_on": Refusal(409, "公开调解已变化", "These open talks have moved on"),
    "hearing_unfit": Refusal(409, "您本来就参加", "You are there anyway"),
    "hearing_full": Refusal(409, "旁听席已满", "No seat is left"),
    "listener_unknown": Refusal(409, "有人没有报名", "Somebody did not sign up"),
    "outcome_open": Refusal(409, "已有拟公开的文字", "A text is there already, or were too many"),
    "outcome_moved_on": Refusal(409, "公开状态已变化", "The text has moved on"),
    "outcome_unchecked": Refusal(409, "内容检查未通过", "The text has not passed its check"),
    "outcome_tells": Refusal(409, "能看出是谁的事", "Somebody could be known by this text"),
    "consents_missing": Refusal(409, "还缺书面同意", "Not everybody has consented in writing"),
    "period_wrong": Refusal(409, "时间段不对", "This is no period of at most a year"),
    # The clock of tests and demonstrations.
    "clock_not_simulated": Refusal(409, "未启用模拟时钟", "The simulated clock is off"),
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that is wrong: where, and what (never the value itself)."""

    field: str
    message: str


class AppError(Exception):
    """A named refusal. Nothing has changed, but see `CountedRefusal`."""

    code: str

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        fields: tuple[FieldError, ...] = (),
        retry_after_s: int | None = None,
    ) -> None:
        assert code in CATALOGUE, code
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.fields = fields
        self.retry_after_s = retry_after_s

    @property
    def refusal(self) -> Refusal:
        """Status and titles of this refusal."""
        return CATALOGUE[self.code]


def malformed(field: str, message: str) -> AppError:
    """The refusal of one field whose value cannot be meant: `malformed_request`.

    `field` is its path as the client wrote it, e.g. `lines.0.count`.
    """
    return AppError(
        "malformed_request", f"{field}: {message}", fields=(FieldError(field, message),)
    )


class CountedRefusal(AppError):
    """A refusal whose count must survive it, as a wrong code: the edge commits, then refuses."""
