"""The published schema of a record: valid itself, true of the examples, strict about the rest."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/schema/record.schema.json").read_text(encoding="utf-8"))
EXAMPLES = sorted((ROOT / "examples/records").glob("*.json"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def example(name="close-to-extend"):
    return json.loads((ROOT / f"examples/records/{name}.json").read_text(encoding="utf-8"))


def first(record, kind, /, **having):
    """The first entry of a kind with these values."""
    return next(
        e
        for e in record["entries"]
        if e["kind"] == kind and all(e.get(k) == v for k, v in having.items())
    )


def test_the_schema_is_valid():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"].endswith("2020-12/schema")


def test_every_field_says_what_it_means_and_whether_it_is_personal():
    for name, entry in SCHEMA["$defs"].items():
        assert entry.get("description"), name
        if not name.startswith("entry_"):
            continue
        assert entry["additionalProperties"] is False
        for field, schema in entry["properties"].items():
            if field == "kind":
                continue
            assert schema.get("description"), (name, field)
            assert schema["x-personal-data"] in ("pseudonym", "about a person's work", "none")


def test_the_examples_say_they_are_invented():
    assert len(EXAMPLES) == 4
    for path in EXAMPLES:
        record = json.loads(path.read_text(encoding="utf-8"))
        assert record["invented"] is True
        assert "Invented" in record["about"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_examples_are_valid(path):
    VALIDATOR.validate(json.loads(path.read_text(encoding="utf-8")))


def test_the_examples_together_have_every_kind_of_entry():
    seen = {e["kind"] for p in EXAMPLES for e in json.loads(p.read_text())["entries"]}
    assert seen == set(SCHEMA["properties"]["entries"]["items"]["properties"]["kind"]["enum"])


def top(**fields):
    def change(record):
        record.update(fields)

    return change


def without(field):
    def change(record):
        del record[field]

    return change


def entry(kind, having=None, /, **fields):
    def change(record):
        first(record, kind, **(having or {})).update(fields)

    return change


def entry_without(kind, field):
    def change(record):
        del first(record, kind)[field]

    return change


QUIZ = {"source": "quiz"}
SELF = {"source": "self_audit"}
DROP_IN = {"source": "structured_observation"}

GOOD = {
    "with its schema named": top(**{"$schema": "urn:ectp:schema:record:1"}),
    "no mentor yet": without("mentor_id"),
    "null for an absent field": entry("evidence", DROP_IN, where=None),
    "no scale: three levels": entry("evidence", DROP_IN, scale=None),
    "a score not given": entry("evidence", DROP_IN, score=None),
    "no entries": top(entries=[]),
    "text of four hundred characters": entry("step", what="é" * 400),
}

BAD = {
    "a later format": top(ectp_record=2),
    "no format": without("ectp_record"),
    "no teacher": without("teacher_id"),
    "no edition": without("edition"),
    "entries that are no list": top(entries={}),
    "a name for an id": top(teacher_id="Some One"),
    "an id of 65 characters": top(mentor_id="m" * 65),
    "an id with a line break": top(mentor_id="men-022\n"),
    "a note": top(notes="late twice"),
    "a reason for leave": entry("service", leave_reason="x"),
    "an absence": entry("session", absence=True),
    "an unknown kind": entry("wish", kind="absence"),
    "the fields of another kind": entry("wish", kind="session"),
    "an entry without an id": entry_without("evidence", "id"),
    "an entry without a day": entry_without("evidence", "on"),
    "a day in another order": entry("evidence", observed_on="27/06/2025"),
    "a day with a time": entry("evidence", observed_on="2025-06-27T09:00"),
    "month thirteen": entry("evidence", observed_on="2025-13-01"),
    "a bare code": entry("wish", statement="4n"),
    "a code as a number": entry("wish", statement=2.10),
    "a score above one": entry("evidence", DROP_IN, score=1.5),
    "a score between the levels": entry("evidence", DROP_IN, score=0.7),
    "a score as text": entry("evidence", DROP_IN, score="1"),
    "no score": entry_without("evidence", "score"),
    "evidence by the head": entry("evidence", DROP_IN, role="head"),
    "an observation by the ECT": entry("evidence", DROP_IN, role="ect"),
    "an observation by nobody": entry("evidence", DROP_IN, role=None),
    "a self-audit by the mentor": entry("evidence", SELF, role="mentor"),
    "a quiz with a rater": entry("evidence", QUIZ, role="mentor"),
    "evidence for induction": entry("evidence", DROP_IN, purpose="induction"),
    "no full-time equivalent at all": entry("service", fte=0),
    "more than full time": entry("service", fte=1.2),
    "an empty text": entry("step", what=""),
    "a text of 401 characters": entry("step", what="x" * 401),
    "a text with a line break": entry("step", what="one\ntwo"),
    "a text that reverses what follows": entry("step", what="one \u202e two"),
    "a place of 61 characters": entry("wish", where="x" * 61),
    "a statement twice": entry("block", statements=["ittecf-2024:4n"] * 2),
    "minutes of a planned session": entry("session", {"status": "planned"}, minutes=30),
    "a meeting of no length": entry("session", planned_minutes=0),
    "half a minute": entry("session", planned_minutes=50.5),
    "an unknown status": entry("step_moved", status="done"),
    "a yes for a flag": entry("step_tried", met="yes"),
    "an accepted path that was not the advice": entry(
        "decision", {"response": "accepted"}, chosen="extend"
    ),
    "an override without a reason": entry(
        "decision", {"response": "accepted"}, response="overridden", chosen="extend"
    ),
    "an override of an open question": entry(
        "decision", {"response": "chosen"}, response="overridden", reason="other"
    ),
    "a deferred decision with a path": entry(
        "decision", {"response": "chosen"}, response="deferred", because=None
    ),
    "a reason that is a sentence": entry("decision", reason="we would rather"),
    "half a hash": entry("decision", policy_sha256="3f" * 16),
    "a hash in capitals": entry("decision", policy_sha256="3F" * 32),
    "an assessment nobody knows": entry("notice", what="capability"),
    "an entitlement in words": entry("entitlement", item="Reduced timetable"),
}


@pytest.mark.parametrize("name", GOOD)
def test_accepts(name):
    record = example()
    before = copy.deepcopy(record)
    GOOD[name](record)
    assert record != before
    VALIDATOR.validate(record)


@pytest.mark.parametrize("name", BAD)
def test_refuses(name):
    record = example()
    before = copy.deepcopy(record)
    BAD[name](record)
    assert record != before
    assert not VALIDATOR.is_valid(record)
