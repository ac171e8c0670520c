"""An offer as its runner sees it."""

import orjson

from api.offers.queries.offers import Live
from api.offers.rules import why_text
from api.offers.schemas import OfferedJob, OfferOut, WhyOut


def offer_out(live: Live) -> OfferOut:
    """The jobs by their cards, and why they came to this runner."""
    jobs = [OfferedJob.model_validate(orjson.loads(card)) for card in live.cards]
    return OfferOut(
        id=live.id,
        jobs=jobs,
        fee_fen=sum(job.fee_fen for job in jobs),
        why=WhyOut(
            code=live.reason["code"],
            compared=live.reason["compared"],
            text=why_text(live.reason),
        ),
        pickup_at=live.pickup_at,
        done_at=live.done_at,
        made_at=live.made_at,
        until=live.until,
    )
