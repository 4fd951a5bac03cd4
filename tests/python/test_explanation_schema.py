"""The published schema of an explanation: valid itself, true of the committed ones, strict about the rest."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/schema/explanation.schema.json").read_text(encoding="utf-8"))
GOLDEN = sorted((ROOT / "tests/golden").glob("*.explanation.json"))
PLANS = sorted((ROOT / "tests/golden").glob("*.plan.json"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def explanation(name):
    return json.loads((ROOT / f"tests/golden/{name}.explanation.json").read_text(encoding="utf-8"))


def test_the_schema_is_valid():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"].endswith("2020-12/schema")


def members(schema, path=""):
    """Every member that an object of the schema may have, with its place."""
    for name, member in schema.get("properties", {}).items():
        yield f"{path}/{name}", member
        yield from members(member.get("items", {}), f"{path}/{name}")


def test_every_member_says_what_it_means():
    found = list(members(SCHEMA))
    for name, part in SCHEMA["$defs"].items():
        assert part.get("description"), name
        found += members(part, name)
    assert len(found) > 40
    assert [place for place, member in found if not member.get("description")] == []


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.name.split(".")[0])
def test_the_committed_explanations_are_valid(path):
    VALIDATOR.validate(json.loads(path.read_text(encoding="utf-8")))


def test_the_committed_explanations_show_everything():
    seen = [json.loads(p.read_text(encoding="utf-8")) for p in GOLDEN]
    assert {e["status"] for e in seen} == {"decided", "no_rule", "conflict"}
    assert any(e["defaulted"] for e in seen) and any(e["missing"] for e in seen)
    assert any(e["aggregation"] for e in seen) and any(len(e["selected"]) > 1 for e in seen)
    assert {c["first_failed"]["holds"] for e in seen for c in e["rejected"]} == {False, None}
    assert any(not e["nearest_change"]["complete"] for e in seen)


@pytest.mark.parametrize("path", PLANS, ids=lambda p: p.name.split(".")[0])
def test_the_explanation_in_a_plan_is_one_of_these(path):
    plan = json.loads(path.read_text(encoding="utf-8"))["path"]
    VALIDATOR.validate(plan["explanation"])
    assert plan["explanation"]["policy_id"] == "pathway" and plan["explanation"]["policy_version"] == "1.0.0"


def at(place, value):
    def change(e):
        *before, last = place
        for key in before:
            e = e[key]
        e[last] = value

    return change


def without(*place):
    def change(e):
        *before, last = place
        for key in before:
            e = e[key]
        del e[last]

    return change


@pytest.mark.parametrize(
    "change",
    [
        at(["schema"], 2),
        at(["hit_policy"], "F"),
        at(["policy_version"], 1),
        at(["policy_sha256"], "0123"),
        without("policy_id"),
        at(["status"], "undecided"),
        at(["answer"], [["x"]]),
        at(["inputs", "autonomy"], [3]),
        at(["units", "autonomy"], 3),
        at(["selected"], "r3"),
        at(["matched", 0, "cells", 0, "holds"], "yes"),
        at(["matched", 0, "cells", 0, "margin"], "0.1"),
        at(["matched", 0, "colour"], "red"),
        at(["rejected", 0, "first_failed", "at"], None),
        at(["nearest_change", "set", 0, "steps"], -1),
        at(["nearest_change", "complete"], None),
        without("answer"),
        without("matched", 0, "cells"),
        without("nearest_change", "rule"),
    ],
)
def test_anything_else_is_refused(change):
    wrong = copy.deepcopy(explanation("stance"))
    VALIDATOR.validate(wrong)
    change(wrong)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(wrong)
