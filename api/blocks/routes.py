"""HTTP of blocks and preferences."""

from uuid import UUID

from fastapi import Response

from api.blocks import queries, service
from api.blocks.models import Block
from api.blocks.schemas import BlockList, BlockOut, NewBlock
from api.errors import AppError
from api.identity.edge import Edge, InSession, SignedIn
from api.kit.crypto import mask_name
from api.kit.http.routing import FeatureRouter

router = FeatureRouter(prefix="/v1/me/blocks", route_class=Edge, tags=["账号"])


@router.get("", summary="我屏蔽和优先的人", response_model=BlockList)
async def list_blocks(session: InSession, caller: SignedIn) -> BlockList:
    """我屏蔽的人和优先的骑手,新的在前。"""
    held = await queries.held(session, owner_id=caller.user_id)
    return BlockList(items=[_block(row, name) for row, name in held])


@router.post("", status_code=201, summary="屏蔽或优先", response_model=BlockOut)
async def set_block(body: NewBlock, session: InSession, caller: SignedIn) -> BlockOut:
    """居民屏蔽或优先一名骑手,骑手屏蔽一单的下单人;从下一次请求起生效,对方不会知道。"""
    row = await service.set_block(
        session,
        runner_id=body.runner_id,
        job_id=body.job_id,
        stop=body.stop,
        stance=body.stance,
        caller=caller,
    )
    held = await queries.held(session, owner_id=caller.user_id)
    name = next((n for b, n in held if b.id == row.id), None)
    if name is None:
        raise AppError("not_found")
    return _block(row, name)


@router.delete("/{block_id}", status_code=204, summary="取消屏蔽或优先")
async def lift_block(block_id: UUID, session: InSession, caller: SignedIn) -> Response:
    """取消一条屏蔽或优先。"""
    await service.lift_block(session, block_id=block_id, caller=caller)
    return Response(status_code=204)


def _block(row: Block, name: str) -> BlockOut:
    return BlockOut(
        id=row.id,
        stance=row.stance,  # pyright: ignore[reportArgumentType]
        target_is=row.target_is,  # pyright: ignore[reportArgumentType]
        name=name if row.target_is == "runner" else mask_name(name),
        created_at=row.created_at,
    )
