#!/usr/bin/env python3
"""The table of 13 rules that bench_policy.cpp decides in batches, as a programmer would write it by
hand, on the same records. Prints nanoseconds a decision, best of five, and a hash of all outcomes, as
JSON. A record is a dictionary, as rows come from JSON or a cursor; `plain` has its values as arguments.
"""

import json
import time

MASK = (1 << 64) - 1
CODES = {"DECLINE": 0, "HIGH": 1, "MEDIUM": 2, "LOW": 3, "VERY LOW": 4}


def splitmix64(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def category_of(existing, application, credit):
    if not existing:
        if application < 120:
            if credit < 590:
                return "HIGH"
            if credit <= 610:
                return "MEDIUM"
            return "LOW"
        if application <= 130:
            if credit < 600:
                return "HIGH"
            if credit <= 625:
                return "MEDIUM"
            return "LOW"
        return "VERY LOW"
    if application <= 100:
        if credit < 580:
            return "HIGH"
        if credit <= 600:
            return "MEDIUM"
        return "LOW"
    if credit < 590:
        return "HIGH"
    if credit <= 615:
        return "MEDIUM"
    return "LOW"


def category(record):
    """The rules one by one, each as its row says it."""
    if not record["existing"] and record["application"] < 120 and record["credit"] < 590:
        return "HIGH"
    if not record["existing"] and record["application"] < 120 and 590 <= record["credit"] <= 610:
        return "MEDIUM"
    if not record["existing"] and record["application"] < 120 and record["credit"] > 610:
        return "LOW"
    if not record["existing"] and 120 <= record["application"] <= 130 and record["credit"] < 600:
        return "HIGH"
    if not record["existing"] and 120 <= record["application"] <= 130 and 600 <= record["credit"] <= 625:
        return "MEDIUM"
    if not record["existing"] and 120 <= record["application"] <= 130 and record["credit"] > 625:
        return "LOW"
    if not record["existing"] and record["application"] > 130:
        return "VERY LOW"
    if record["existing"] and record["application"] <= 100 and record["credit"] < 580:
        return "HIGH"
    if record["existing"] and record["application"] <= 100 and 580 <= record["credit"] <= 600:
        return "MEDIUM"
    if record["existing"] and record["application"] <= 100 and record["credit"] > 600:
        return "LOW"
    if record["existing"] and record["application"] > 100 and record["credit"] < 590:
        return "HIGH"
    if record["existing"] and record["application"] > 100 and 590 <= record["credit"] <= 615:
        return "MEDIUM"
    if record["existing"] and record["application"] > 100 and record["credit"] > 615:
        return "LOW"
    return None


def best_of(times, run):
    best, out = None, None
    for _ in range(times):
        begin = time.process_time_ns()
        out = run()
        spent = time.process_time_ns() - begin
        best = spent if best is None or spent < best else best
    return best, out


def hash_of(outcomes):
    h = 0xCBF29CE484222325
    for outcome in outcomes:
        h = ((h ^ CODES[outcome]) * 0x100000001B3) & MASK
    return str(h)


def main():
    random = splitmix64(2025)
    rows = []
    for _ in range(200_000):
        existing = next(random) % 2 == 1
        application = 60 + next(random) % 201 / 2
        rows.append((existing, application, 540 + next(random) % 241 / 2))
    records = [{"existing": e, "application": a, "credit": c} for e, a, c in rows]
    rules, said = best_of(5, lambda: [category(r) for r in records])
    tree, said_by_tree = best_of(
        5, lambda: [category_of(r["existing"], r["application"], r["credit"]) for r in records])
    plain, said_plainly = best_of(5, lambda: [category_of(e, a, c) for e, a, c in rows])
    assert said == said_by_tree == said_plainly
    print(json.dumps({"rules": rules / len(rows), "tree": tree / len(rows), "plain": plain / len(rows),
                      "hash": hash_of(said)}))


if __name__ == "__main__":
    main()
