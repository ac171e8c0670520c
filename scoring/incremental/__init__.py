"""One fact after another: the same points and quality as a replay of all, in constant time each.

    from scoring.incremental import Engine

    engine = Engine(rules)
    for fact in facts:
        engine.apply(fact)
    engine.points("r1"), engine.quality("r1", as_of=1772467199)

A fact touches its own buckets only (its day, its week, its household's week), and what a bucket is
worth is decided by the very functions of the replay. Facts may arrive in any order and twice, but
for a reversal, which comes after what it reverses.
"""

from scoring.incremental.engine import Engine

__all__ = ["Engine"]
