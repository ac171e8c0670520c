"""What people are told about the board; never what was written, and never by whom."""

from api.notifications.templates.shape import NOBODY, POST_PAGE, Template, Text

_DANGER = Template(
    "staff",
    Text("有内容提到危险", "邻里喧有内容提到危险,请马上查看。"),
    Text("Words of danger", "A post speaks of danger. Please look at once."),
    page=POST_PAGE,
    is_urgent=True,
    needs="danger",
)

BOARD: dict[str, tuple[Template, ...]] = {
    "post.submitted": (_DANGER,),
    "post.edited": (_DANGER,),
    "post.held": (
        Template(
            "person",
            Text("正在等人工审核", "您发的内容由工作人员审核,原因请看详情。"),
            Text("A person will look", "Staff check what you wrote; see why."),
            page=POST_PAGE,
        ),
        Template(
            "staff",
            Text("有内容待审核", "邻里喧有内容需要人工审核。"),
            Text("A post waits", "Something on the board needs a person's look."),
            page=POST_PAGE,
        ),
    ),
    "post.published": (
        Template(
            "person",
            Text("您发的内容已公开", "邻居们现在可以看到了。"),
            Text("Your post is public", "Your neighbours can read it now."),
            page=POST_PAGE,
            wechat="review_result",
        ),
        Template(
            "host",
            Text("有新的评论", "有邻居评论了您发的内容。"),
            Text("A new comment", "A neighbour wrote below your post."),
            page=POST_PAGE,
        ),
    ),
    "post.rejected": (
        Template(
            "person",
            Text("您发的内容未通过", "请查看原因,可以修改或申诉。"),
            Text("Your post was not approved", "See why; you may change it or appeal."),
            page=POST_PAGE,
            wechat="review_result",
        ),
    ),
    "post.hidden": (
        Template(
            "person",
            Text("您发的内容被隐藏", "请查看原因,可以申诉。"),
            Text("Your post is hidden", "See why; you may appeal."),
            page=POST_PAGE,
            wechat="review_result",
        ),
    ),
    "post.restored": (
        Template(
            "person",
            Text("您发的内容已恢复", "邻居们又可以看到了。"),
            Text("Your post is back", "Your neighbours can read it again."),
            page=POST_PAGE,
            wechat="review_result",
        ),
    ),
    "post.appealed": (
        Template(
            "staff",
            Text("有内容申诉", "邻里喧有一件申诉,请另一名同事复核。"),
            Text("An appeal", "An author appeals; somebody else has to decide."),
            page=POST_PAGE,
        ),
    ),
    "post.resolved": (
        Template(
            "person",
            Text("已标记为解决", "工作人员把您发的内容标记为已解决。"),
            Text("It counts as settled", "Staff say that what you wrote about is settled."),
            page=POST_PAGE,
        ),
    ),
    # Nothing changes for its author; who reported it is told below.
    "post.kept": NOBODY,
    "post.withdrawn": NOBODY,
    "post.deleted": NOBODY,
    "post_report.filed": (
        Template(
            "staff",
            Text("有内容被举报", "邻里喧有一件举报,请按时处理。"),
            Text("A post was reported", "Please decide about it in time."),
            page=POST_PAGE,
        ),
    ),
    "post_report.upheld": (
        Template(
            "person",
            Text("举报已处理", "您举报的内容已不再公开。"),
            Text("Your report was decided", "What you reported is no longer shown."),
            wechat="review_result",
        ),
    ),
    "post_report.dismissed": (
        Template(
            "person",
            Text("举报已处理", "经查看,您举报的内容予以保留。"),
            Text("Your report was decided", "Staff looked at it and leave it."),
            wechat="review_result",
        ),
    ),
    # Its author took it away.
    "post_report.closed": NOBODY,
    "me_too.given": NOBODY,
    "me_too.taken_back": NOBODY,
    "pile.raised": (
        Template(
            "staff",
            Text("同一件事多人提起", "一小时内同地多人反映同一件事,请尽早介入。"),
            Text("A trouble piles up", "Several people speak of one trouble at one place."),
            is_urgent=True,
        ),
    ),
    "pile.taken": NOBODY,
    "pile.ended": NOBODY,
    "media_answer.received": NOBODY,
}
