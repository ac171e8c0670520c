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
)  # fmt: skip
