"""Shapes of WeChat's calls to us."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_Hex = Annotated[str, Field(max_length=40, pattern=r"^[0-9a-f]*$")]


class Signed(BaseModel):
    """What stands in the address of every push. WeChat may add more, which is ignored."""

    model_config = ConfigDict(extra="ignore")

    signature: _Hex = Field(description="SHA-1(排序后的 token、timestamp、nonce)。")
    timestamp: str = Field(pattern=r"^[0-9]{1,12}$", description="Unix 秒,前后 5 分钟内有效。")
    nonce: str = Field(min_length=1, max_length=64, description="随机串。")


class Echo(Signed):
    """The check of the address, when it is entered at WeChat."""

    echostr: str = Field(min_length=1, max_length=200, description="原样返回。")


class Pushed(Signed):
    """A push; in AES mode signed a second time, over what is sealed."""

    msg_signature: _Hex = Field(default="", description="安全模式下对密文的签名。")
