"""What a runner reads of why an offer came to them, by the word that `explaining` found."""

_SENTENCES = {
    "joined": "您正要去这家取货，顺路多带 {bundled} 单",
    "on_the_way": "顺路，约 {pickup_in} 分钟后取货",
    "soonest": "附近 {compared} 人中您能最早取到，约 {pickup_in} 分钟后",
    "balanced": "您近期每小时收入偏低或服务质量好，优先派给您，约 {pickup_in} 分钟后取货",
    "best_for_all": "统筹附近 {compared} 人后，这样大家等得最短，约 {pickup_in} 分钟后取货",
}


def reason_text(code: str, *, bundled: int, compared: int, pickup_in_min: float) -> str:
    """The sentence of a code with its numbers."""
    return _SENTENCES[code].format(
        bundled=bundled, compared=compared, pickup_in=round(pickup_in_min)
    )
