"""What the tables of people hold of them."""

from api.kit.personal import Blind, Erase, Hold, Keep, Person, PersonalTable, Sealed

_ANSWER_DAYS = 3

PERSONAL = (
    PersonalTable(
        "users",
        "账号",
        plain=("id", "state", "apart", "version", "created_at"),
        personal=("openid", "nickname"),
        sealed=(Sealed("phone_sealed", "users.phone", index=Blind("phone_index", "users.phone")),),
        people=(
            Person(
                "本人",
                "t.id = $1",
                shows=("nickname", "phone_sealed", "state", "created_at"),
                erases=(
                    Erase(
                        "t.state <> 'closed' OR t.openid IS NOT NULL OR t.phone_index IS NOT NULL"
                        " OR t.nickname <> '已注销'",
                        sets={
                            "state": "'closed'",
                            "nickname": "'已注销'",
                            "openid": "NULL",
                            "phone_sealed": "NULL",
                            "phone_index": "NULL",
                        },
                    ),
                ),
            ),
        ),
        stays="一个编号,别的表以它相连;它不再指向任何人。",
    ),
    PersonalTable(
        "sessions",
        "登录记录",
        plain=("id", "user_id", "created_at", "seen_at", "expires_at", "ended_at"),
        personal=("device",),
        secret=("token_hash", "code_hash"),
        people=(
            Person(
                "本人",
                "t.user_id = $1",
                shows=("device", "created_at", "seen_at", "expires_at", "ended_at"),
                erases=(
                    Erase(
                        "t.device <> '' OR t.code_hash IS NOT NULL",
                        sets={"device": "''", "code_hash": "NULL"},
                    ),
                ),
            ),
        ),
        keeps=(
            Keep(
                "登录记录",
                184,
                "coalesce(t.ended_at, t.expires_at)",
                "网络安全法第二十三条:网络日志不少于六个月",
            ),
        ),
        stays="登录时间,依网络安全法保存六个月;令牌只有摘要。",
    ),
    PersonalTable(
        "grants",
        "角色",
        plain=("id", "user_id", "role", "place_id", "granted_by", "created_at", "revoked_at"),
        people=(
            Person(
                "本人",
                "t.user_id = $1",
                shows=("role", "place_id", "created_at", "revoked_at"),
            ),
        ),
        stays="谁在何时被授予过什么角色,作为审计。",
    ),
    PersonalTable(
        "idempotency_keys",
        "重复请求的答复",
        key=("user_id", "key"),
        plain=("user_id", "key", "status", "created_at"),
        sealed=(
            Sealed(
                "body",
                "idempotency_keys.body|{key}",
                row="user_id",
                # What accepting a job and joining a cycle answer: ids, times, goods and sums,
                # written by the hot statements.
                unless="substring(t.body FROM 1 FOR 10)"
                " IN ('{\"job_id\":'::bytea, '{\"number\":'::bytea)",
            ),
        ),
        secret=("request_hash",),
        people=(
            Person("本人", "t.user_id = $1", erases=(Erase("true"),)),
            # What a runner, a carer or staff were answered about this person, sealed for them. Who
            # enrolled somebody stands in the event, which is still there when the row is not.
            Person(
                "别人收到的答复",
                "t.user_id IN (SELECT l.viewer_id FROM contact_looks AS l WHERE l.person_id = $1"
                " UNION ALL SELECT m.decided_by_id FROM memberships AS m WHERE m.user_id = $1"
                " UNION ALL SELECT d.carer_id FROM dependants AS d WHERE d.person_id = $1"
                " UNION ALL SELECT o.placed_by_id FROM orders AS o"
                " WHERE o.customer_id = $1 AND o.placed_by_id <> $1"
                " UNION ALL SELECT v.actor_id FROM events AS v WHERE v.subject = 'person'"
                " AND v.subject_id = $1)",
                erases=(
                    Erase(
                        "t.created_at <= (SELECT e.requested_at FROM erasures AS e"
                        " WHERE e.user_id = $1)",
                        hold=Hold(
                            f"t.created_at + interval '{_ANSWER_DAYS} days'",
                            "别人重发请求时要得到同一答复,三天后删除",
                        ),
                    ),
                ),
            ),
        ),
        keeps=(Keep("重复请求的答复", _ANSWER_DAYS, "t.created_at", "同一请求重发时给出同一答复"),),
    ),
)
