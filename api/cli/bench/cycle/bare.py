"""pgbench joining: the two statements of the API, made from its constants, driven bare."""

from api.cli.bench.cycle.town import ITEM_PREFIX, ITEMS, ORDER_PREFIX, cycle_id
from api.cli.bench.pgbench import Round, run_script, with_variables
from api.cli.bench.world import FIRST, TOKEN_PREFIX
from api.cycles.queries.joining import JOIN_READ_SQL, JOIN_WRITE_SQL
from api.kinds import VEGETABLES

# Which household joins, and which three items it wants, none twice.
_CHOOSE = f"""\\set i :i + 1
\\set n :first + :i * :clients + :client_id
\\set buyer {FIRST} + :n % :households
\\set order {FIRST} + :n
\\set a random(0, {ITEMS // 3 - 1})
\\set item_a :first_item + :a
\\set item_b :item_a + {ITEMS // 3}
\\set item_c :item_b + {ITEMS // 3}
"""
_ITEMS = "ARRAY[" + ", ".join(f"('{ITEM_PREFIX}' || :item_{c}::text)::uuid" for c in "abc") + "]"
_READ = {
    1: f"sha256(('{TOKEN_PREFIX}' || :buyer::text)::bytea)",
    2: ":cycle",
    3: ":order",
    4: _ITEMS,
    5: ":slot",
}
# What the API works out between the two statements is given ready-made, of the same size.
_WRITE = {
    1: ":order",
    2: ":read_user_id",
    3: ":cycle",
    4: _ITEMS,
    5: ":counts",
    6: ":read_now",
    7: ":slot",
    8: f"('{ORDER_PREFIX}' || :order::text)::uuid",
    9: ":read_community_id",
    10: ":read_place_path",
    11: ":read_user_id",
    12: ":read_fee_fen",
    13: ":read_fee_share_percent",
    14: ":item",
    15: ":read_title",
    16: ":read_building",
    17: ":sealed",
    18: ":read_closes_at",
    19: ":read_closes_at",
    20: ":read_household_id",
    21: ":read_building_id",
    22: ":way",
    23: ":on_short",
    24: ":actor",
    25: ":read_user_id",
    26: ":data",
    27: ":request_hash",
    28: ":answer",
    29: "NULL::uuid",
}
# Of the sizes that the API writes: only they matter.
_CONSTANTS = {
    "counts": "{1,1,1}",
    "item": "蔬菜3×1、蔬菜13×1、蔬菜23×1",
    "sealed": "\\x" + "5a" * 120,
    "way": "delivery",
    "on_short": "refund",
    "actor": "user",
    "data": f'{{"kind":"{VEGETABLES}","fee_fen":200,"goods_fen":690,"beneficiary_id":null}}',
    "request_hash": "\\x" + "5a" * 32,
    "answer": "\\x" + "5a" * 760,
}


def join_script() -> str:
    """pgbench's script for one order."""
    read = with_variables(JOIN_READ_SQL, _READ).replace(":slot", "NULL")
    write = with_variables(JOIN_WRITE_SQL, _WRITE).replace(":slot", "NULL::uuid")
    return f"{_CHOOSE}{read.strip()}\n\\gset read_\n{write.strip()};\n"


def run_bare(url: str, *, clients: int, each: int, first: int, households: int) -> Round:
    """Let ``clients`` × ``each`` orders join the cycle that has enough, from number ``first`` on.

    Raises:
        RuntimeError: pgbench failed, or not every order was placed.
    """
    variables = {
        **_CONSTANTS,
        "cycle": str(cycle_id(1)),
        "first_item": FIRST + ITEMS,
        "clients": clients,
        "first": first,
        "households": households,
        "i": -1,
    }
    return run_script(url, join_script(), variables, clients=clients, each=each)
