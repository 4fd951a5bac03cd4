"""Rehearsals and scripts through the program: the walk, what it keeps, and the published schema of a script."""

import copy
import json
import pathlib
import subprocess

import jsonschema
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRACTICE = ROOT / "src" / "content" / "practice"
SCRIPTS = {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in sorted(PRACTICE.glob("*.json"))}
SCHEMA = json.loads((ROOT / "docs/schema/script.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
RECORD = ROOT / "examples" / "records" / "september-starter.json"
TODAY = "2025-11-24"
GOOD, MENTORS = "dp-4n-secondary-1", "dp-mentor-opening-1"


@pytest.fixture
def call(program):
    """Answers of `ectp call --lines`, one after another: call("practise", script=...) -> envelope."""
    with subprocess.Popen([program, "call", "--lines"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as running:

        def ask(fn, **arguments):
            envelope = json.dumps({"ectp": 1, "id": "1", "fn": fn, "args": arguments}) + "\n"
            running.stdin.write(envelope.encode())
            running.stdin.flush()
            return json.loads(running.stdout.readline())

        yield ask
        running.stdin.close()


def walk(call, events, script=GOOD, **arguments):
    """The answer after these events; an event is a word, or a word and what goes with it."""
    base = {"script": script, "today": TODAY, **arguments}
    now = call("practise", **base)["result"]
    for event in events:
        word, given = (event, {}) if isinstance(event, str) else event
        answer = call("practise", run=now["run"], event=word, **({"with": given} if given else {}), **base)
        assert answer["ok"], answer
        now = answer["result"]
    return now


TO_A_RUN = ["go_on"] * 5
WHOLE = [*TO_A_RUN, "not_yet", "point", "all_there", "complicate", "all_there", "plan", "go_on"]


def test_a_rehearsal_from_beginning_to_end(call):
    begun = walk(call, [], expertise="novice")
    assert (begun["state"], begun["done"], begun["entries"]) == ("ready", False, [])
    assert [c["event"] for c in begun["choices"]] == ["go_on", "opt_out", "time_up"]
    assert all(set(c) == {"event", "says", "asks", "next"} for c in begun["choices"])
    assert "ask_permission" not in begun["text"] and "Shall we try this on our feet" in begun["text"]
    ended = walk(call, [*WHOLE, ("finish", {"kept": "Count, then name."})], expertise="novice")
    assert ended["done"] and ended["choices"] == []
    assert ended["entries"] == [
        {"kind": "rehearsed", "script": GOOD, "held_on": TODAY, "level": 1, "kept": "Count, then name."}
    ]
    assert set(ended["run"]) == set(begun["run"])


def test_expertise_chooses_the_level(call):
    levels = {e: walk(call, [], expertise=e)["level"] for e in ("novice", "developing", "secure", "unknown")}
    assert levels == {"novice": 1, "developing": 3, "secure": 4, "unknown": 1}
    assert call("practise", script=GOOD, today=TODAY, expertise="hero")["error"]["code"] == "out_of_range"


def test_a_refused_move_lists_the_legal_ones(call):
    now = walk(call, [*TO_A_RUN, "all_there"])
    answer = call("practise", script=GOOD, today=TODAY, run=now["run"], event="plan")
    assert answer["error"]["code"] == "not_allowed"
    assert "point" in answer["error"]["expected"] and "redo" in answer["error"]["hint"]
    assert call("practise", script=GOOD, today=TODAY, run=now["run"], event="point")["ok"]


def test_opting_out_and_time_leave_no_trace(call):
    for way in ("leave", "swap"):
        events = ["go_on", "opt_out", way, *([] if way == "leave" else ["go_on", "finish"])]
        ended = walk(call, events)
        assert ended["done"] and ended["entries"] == []
    plain = walk(call, [*TO_A_RUN, "all_there", "point", "all_there", "plan", "go_on", "finish"])
    for events in (
        ["all_there", "opt_out", "leave"],
        ["not_yet", "opt_out", "swap", "go_on", "finish"],
        ["not_yet", "time_up", "go_on", "finish"],
        [("not_yet", {"minutes": 13}), "go_on", "finish"],
        [("not_yet", {"minutes": 20}), "finish"],
        ["not_yet", "point", "not_yet", "plan", "go_on", "finish"],
    ):
        ended = walk(call, [*TO_A_RUN, *events])
        assert ended["entries"] == plain["entries"] != []
        assert ended["run"] == plain["run"]


def test_minutes_stop_it(call):
    assert walk(call, [("go_on", {"minutes": 12})])["state"] == "plan_transfer"
    assert walk(call, [("go_on", {"minutes": 15})])["state"] == "check"
    for wrong in (-1, 1.5, "soon", 10**9):
        answer = call("practise", script=GOOD, today=TODAY, run=walk(call, [])["run"], event="go_on", **{"with": {"minutes": wrong}})
        assert answer["error"]["path"].endswith("/with/minutes")


def test_a_complication_is_chosen(call):
    events = [*TO_A_RUN, "all_there", "point", "all_there", "complicate"]
    assert walk(call, events)["run"]["twist"] == "k31"
    assert walk(call, events, choose="k42")["run"]["twist"] == "k42"
    assert walk(call, [*events[:-1], ("complicate", {"choose": "k51"})])["run"]["twist"] == "k51"
    assert "k42" in walk(call, events[:-1], expertise="secure")["text"]
    run = walk(call, events[:-1])["run"]
    answer = call("practise", script=GOOD, today=TODAY, run=run, event="complicate", choose="k99")
    assert answer["error"]["code"] == "unknown_reference"


def test_the_entry_goes_into_a_record(call):
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    ended = walk(call, [*WHOLE, ("finish", {"kept": "Wait."})], record=record)
    added = ended["record"]["entries"][len(record["entries"]) :]
    assert [{k: e[k] for k in ("kind", "script", "held_on", "kept")} for e in added] == [
        {"kind": "rehearsed", "script": GOOD, "held_on": TODAY, "kept": "Wait."}
    ]
    unchanged = walk(call, ["opt_out", "leave"], record=record)
    assert len(unchanged["record"]["entries"]) == len(record["entries"])


def test_what_a_mentor_rehearses_is_in_nobodys_record(call):
    for stem in (s for s in SCRIPTS if s.startswith("dp-mentor")):
        ended = walk(call, [*WHOLE, "finish"], script=stem)
        assert ended["done"] and ended["entries"] == []
        assert not {"ECT"} & {line["who"] for line in walk(call, TO_A_RUN, script=stem, expertise="novice")["lines"]}


def test_a_script_of_ones_own(call, run, tmp_path):
    own = copy.deepcopy(SCRIPTS[GOOD])
    own["id"] = "my-own-1"
    assert walk(call, [], script=own)["run"]["script"] == "my-own-1"
    file = tmp_path / "own.json"
    file.write_text(json.dumps(own), encoding="utf-8")
    assert run("script", "check", file).returncode == 0
    del own["tip"], own["access"]["eal"]
    own["time_box"]["total_minutes"] = 13
    file.write_text(json.dumps(own, indent=1), encoding="utf-8")
    done = run("script", "check", file)
    page = done.stdout.decode()
    assert done.returncode == 1
    assert all(path in page for path in ("/tip", "/access/eal", "/time_box/total_minutes")) and "3 errors." in page
    assert str(file) in page
    answer = call("practise", script=own, today=TODAY)
    assert answer["error"]["code"] == "missing_field"
    assert call("practise", script="nope", today=TODAY)["error"]["code"] == "unknown_code"
    other = walk(call, [])["run"]
    assert call("practise", script="dp-1f-secondary-1", today=TODAY, run=other)["error"]["path"].endswith("/run/script")


RUN_DAMAGES = {
    "state": "asleep",
    "level": 6,
    "reached": -1,
    "in_hand": "crib",
    "met": 10,
    "missed": "two",
    "minutes": 1000,
    "twist": "k99",
    "practised": "yes",
    "kept": 3,
}


@pytest.mark.parametrize("field", RUN_DAMAGES)
def test_a_damaged_run_is_refused_by_field(call, field):
    good = walk(call, ["go_on"])["run"]
    for damaged in ({**good, field: RUN_DAMAGES[field]}, {k: v for k, v in good.items() if k != field}):
        answer = call("practise", script=GOOD, today=TODAY, run=damaged, event="go_on")
        assert "/run" in answer["error"]["path"]
    assert call("practise", script=GOOD, today=TODAY, run={**good, "more": 1})["error"]["code"] == "unknown_field"


def test_a_sentence_of_any_script_is_kept_and_a_bad_one_refused(call):
    almost = walk(call, [*TO_A_RUN, "all_there", "time_up", "go_on"])["run"]

    def finish(kept):
        return call("practise", script=GOOD, today=TODAY, run=almost, event="finish", **{"with": {"kept": kept}})

    # A record has no empty texts: without a sentence the field is left out.
    assert "kept" not in finish("")["result"]["entries"][0]
    for kept in ("انتظر ثم اسأل", "等四秒", "wait \U0001f552"):
        assert finish(kept)["result"]["entries"][0]["kept"] == kept
    for kept in ("   ", "x" * 201, "x" * 10_000_000, 3):
        assert not finish(kept)["ok"]


# The schema and the reader.


def test_the_schema_is_valid_and_true_of_every_script():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for stem, script in SCRIPTS.items():
        assert not list(VALIDATOR.iter_errors(script)), stem


def fields(node, path=()):
    if isinstance(node, dict):
        for key, child in node.items():
            yield (*path, key)
            yield from fields(child, (*path, key))
    elif isinstance(node, list):
        for i, child in enumerate(node):
            yield from fields(child, (*path, i))


def with_value(script, path, value):
    changed = copy.deepcopy(script)
    node = changed
    for key in path[:-1]:
        node = node[key]
    if value is ...:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return changed


def paths_to_damage(stem):
    """The first of every list stands for the rest; of mentors' scripts only what differs."""
    differs = {"audience", "statement_codes", "action_step", "alternatives"}
    for path in fields(SCRIPTS[stem]):
        if all(not isinstance(key, int) or key == 0 for key in path) and (stem == GOOD or path[0] in differs):
            yield path


# What the schema cannot say, by its own description: numbers that have to agree, and phases.
READER_ONLY = {"time_box", "moves", "start_level", "phase_changes", "variants"}
WRONG = [None, True, 7, "", "  ", "x" * 1001, "a\x1bb", {}]


@pytest.mark.parametrize("stem", [GOOD, MENTORS])
def test_schema_and_reader_agree(call, stem):
    """Fields missing, of another type, empty, too long, unknown: both refuse it, or neither does."""
    script = SCRIPTS[stem]
    refused = kept = 0
    for n, path in enumerate(paths_to_damage(stem)):
        old = script
        for key in path:
            old = old[key]
        values = [..., [], *(WRONG[(3 * n + i) % len(WRONG)] for i in range(3))]
        if isinstance(old, dict):
            values.append({**old, "rank": 1})
        for value in values:
            changed = with_value(script, path, value)
            by_schema = VALIDATOR.is_valid(changed)
            by_reader = call("script_check", script=json.dumps(changed))["result"]["sound"]
            if by_schema and not by_reader and path[0] in READER_ONLY:
                continue
            assert by_schema == by_reader, (path, value if value is not ... else "missing")
            refused += not by_reader
            kept += by_reader
    assert refused > (400 if stem == GOOD else 40) and kept > 2


def test_every_error_of_a_script_comes_at_once(call):
    changed = copy.deepcopy(SCRIPTS[GOOD])
    for field in ("tip", "twist", "access", "words"):
        del changed[field]
    found = call("script_check", script=json.dumps(changed))["result"]
    assert not found["sound"] and found["id"] is None
    assert {e["path"] for e in found["errors"]} == {"/tip", "/twist", "/access", "/words"}
    assert len(call("script_check", script="{}")["result"]["errors"]) > 30
    for text in ("", "[]", "{", "x" * (2 << 20)):
        assert len(call("script_check", script=text)["result"]["errors"]) == 1
