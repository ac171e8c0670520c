"""HTTP of the ledger: its published rules, and the accounts of a community."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.errors import malformed
from api.identity.caller import MANAGERS
from api.identity.edge import AnonymousEdge, Edge, InSession, SignedIn
from api.kit.http.routing import FeatureRouter
from api.ledger import queries, views
from api.ledger.rules import KINDS, RULES, AccountKind
from api.ledger.schemas import (
    AccountKindOut,
    BalanceOut,
    BalancesOut,
    CommunityStatementQuery,
    LedgerRulesOut,
    RuleOut,
    StatementOut,
)
from api.places.service import community_of_staff

public = FeatureRouter(prefix="/v1/ledger", route_class=AnonymousEdge, tags=["账本"])
router = FeatureRouter(prefix="/v1/ledger", route_class=Edge, tags=["账本"])


@public.get("/rules", summary="资金规则", response_model=LedgerRulesOut)
async def read_rules() -> LedgerRulesOut:
    """公开的资金规则:有哪些账户,每一步钱从哪里到哪里;规则之外钱不会流动。"""
    return LedgerRulesOut(
        kinds=[AccountKindOut.model_validate(k) for k in KINDS.values()],
        rules=[RuleOut.model_validate(r) for r in RULES.values()],
    )


@router.get("/places/{place_id}/balances", summary="社区账户余额", response_model=BalancesOut)
async def read_balances(place_id: UUID, session: InSession, caller: SignedIn) -> BalancesOut:
    """本社区的微信在途、服务费和赔付账户,供管理人员查看。"""
    community = await community_of_staff(session, place_id=place_id, roles=MANAGERS, caller=caller)
    kinds: list[AccountKind] = [k for k, row in KINDS.items() if row.owner == "community"]
    found = await queries.balances(session, kinds=kinds, owner_id=community.id)
    return BalancesOut(items=[BalanceOut(kind=k, balance_fen=found.get(k, 0)) for k in kinds])


@router.get("/places/{place_id}/statement", summary="社区账户明细", response_model=StatementOut)
async def read_statement(
    place_id: UUID,
    query: Annotated[CommunityStatementQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> StatementOut:
    """本社区一个账户的逐笔明细,新的在前,供管理人员查看。"""
    community = await community_of_staff(session, place_id=place_id, roles=MANAGERS, caller=caller)
    if KINDS[query.kind].owner != "community":
        raise malformed("kind", "not an account of a community")
    return await views.statement(session, kind=query.kind, owner_id=community.id, query=query)
