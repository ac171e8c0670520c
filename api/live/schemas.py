"""Shapes of tickets."""

from pydantic import Field

from api.kit.http.fields import Answer


class TicketOut(Answer):
    """A ticket for one line."""

    ticket: str = Field(
        description="放在 `/v1/live?ticket=` 里,只能用一次。",
        examples=["Vb3x0k5mQ3yq0p9d2n8s7r6t5u4w3x2y1z0a9b8c7d6"],
    )
    valid_s: int = Field(description="多少秒内有效。", examples=[30])
