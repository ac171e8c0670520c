"""Events of blocks. Nobody but the owner ever reads them: they name no other side."""

from api.events.registry import declare

BLOCK_SET = declare("block.set", "stance")
BLOCK_LIFTED = declare("block.lifted")
