"""The points calculator: facts of one runner in, exact points and their reasons out.

Pure: values in, values out; integers only; nothing here reads a clock, a database or a setting.
Points are centipoints (`_cp`, 100 = 1.00 shown), times are unix seconds (`_s`, `at`), days are
days at +08:00.

The stored ledger uses it like this, once per scored event:

    from scoring.explain import explain
    from scoring.parsing import parse_fact
    from scoring.postings import LIFELONG_KINDS, facts_needed_from, posting
    from scoring.rules import load_rules, shipped_rules

    rules = load_rules(shipped_rules("2026.1"))              # once, at start
    new = parse_fact({
        "id": "event:8812", "kind": "order.completed", "runner": "r1", "at": 1772420000,
        "household": "h7", "data": {"late_s": 1500, "weather": 1, "weight_g": 2000,
                                    "excuses": [{"cause": "merchant_wait", "min": 12}]},
    })
    since = facts_needed_from(rules, new.at)                 # and the orders of ratings since
    before = [parse_fact(body) for body in stored_facts(runner, since, LIFELONG_KINDS)]
    posted = posting(rules, before, new)                     # the same facts, the same answer
    store(delta_cp=posted.delta_cp, lines=posted.as_json())  # one entry per source event
    sentence = explain(posted.lines[0]).zh                   # also from `line_from_json(stored)`

A new fact about an older one (an excuse, a rating, an appeal, a reversal) needs the facts since
`facts_needed_from(rules, at)` with the `at` of the oldest fact it leads to. Whoever is in doubt
passes all facts of the runner: more facts never change the answer.

Context: opinions, caps and late corrections make a running sum depend on the order of arrival.
Decision: a total is a function of a *set* of facts, and an entry is the difference that one more
fact makes. Consequence: entries of a history sum to its total, however it was cut or shuffled.
Enforced by: the properties in `tests/scoring/`.
"""
