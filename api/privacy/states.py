"""The state machine of an erasure."""

from api.kit.state import Machine

# While the law holds something back, the rest is gone and what is held is only stored (个保法 47).
ERASURE = Machine(
    "erasure",
    [
        (None, "request", "restricted", "resident"),
        ("restricted", "finish", "erased", "system"),
    ],
    final=("erased",),
)
