"""What the table of blocks holds of people."""

from api.kit.personal import Erase, Person, PersonalTable

PERSONAL = (
    PersonalTable(
        "blocks", "屏蔽和偏爱",
        plain=("id", "owner_id", "target_id", "target_is", "stance", "slot", "version",
               "created_at"),
        # Not to the target: who blocked them is the owner's own affair. The service has lifted
        # both kinds before, which wrote the rows of the other side.
        people=(Person("本人", "t.owner_id = $1", shows=("target_is", "stance", "created_at"),
                       erases=(Erase("true"),)),
                Person("对方", "t.target_id = $1", erases=(Erase("true"),))),
    ),
)  # fmt: skip
