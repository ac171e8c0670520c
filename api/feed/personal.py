"""What the feed holds of people."""

from api.kit.personal import Erase, Keep, Person, PersonalTable

PERSONAL = (
    PersonalTable("feeds", "变动", key=("user_id",), plain=("user_id", "n", "forgotten_n"),
                  people=(Person("本人", "t.user_id = $1", shows=("n",),
                                 erases=(Erase("true"),)),)),
    PersonalTable(
        "changes", "变动",
        key=("user_id", "n"),
        plain=("user_id", "n", "event_seq", "subject", "subject_id", "version", "state", "at"),
        people=(Person("本人", "t.user_id = $1", shows=("subject", "state", "at"),
                       erases=(Erase("true"),)),),
        keeps=(Keep("变动", 7, "t.at", "给手机补上没看到的变动", has_own_sweep=True),),
    ),
    # Of things, not of people: who acted stands in the events.
    PersonalTable("place_feed", "社区变动", key=("is_only",),
                  plain=("is_only", "n", "forgotten_n")),
    PersonalTable(
        "place_changes", "社区变动",
        key=("n",),
        plain=("n", "community_id", "place_path", "event_seq", "subject", "subject_id", "version",
               "state", "at"),
        keeps=(Keep("社区变动", 7, "t.at", "给工作人员补上没看到的变动", has_own_sweep=True),),
    ),
)  # fmt: skip
