"""The same answers through every door: the program, `ectp call`, and Python."""

import datetime
import json
import subprocess
import sys

import pytest
from conftest import ROOT, TODAY
from hypothesis import given, settings
from hypothesis import strategies as st

import ectp
from test_framework import OWN


def relative(path):
    return str(path.relative_to(ROOT))


def answered(fn, **args):
    answer = ectp.call({"ectp": 1, "id": "t", "fn": fn, "args": args})
    assert answer["ok"], answer
    assert (answer["ectp"], answer["id"]) == (1, "t")
    return answer["result"]


def test_program_and_python_give_the_same_plan(run, example, monkeypatch):
    monkeypatch.chdir(ROOT)
    plan = ectp.plan(relative(example), TODAY)
    text = run("plan", relative(example), "--today", TODAY)
    assert (text.returncode, text.stderr) == (0, b"")
    assert text.stdout.decode() == plan.text
    json_text = run("plan", relative(example), "--today", TODAY, "--format", "json")
    assert (json_text.returncode, json_text.stderr) == (0, b"")
    assert json.loads(json_text.stdout) == plan.to_dict()
    assert list(json.loads(json_text.stdout)) == list(plan)


def test_every_form_of_a_record_gives_the_same_plan(example):
    text = example.read_text(encoding="utf-8")
    plan = ectp.plan(example, TODAY)
    day = datetime.date.fromisoformat(TODAY)
    noon = datetime.datetime(day.year, day.month, day.day, 12)
    for record in (str(example), text, "\n " + text, text.encode(), bytearray(text.encode()), json.loads(text)):
        for today in (TODAY, day, noon):
            assert ectp.plan(record, today) == plan
    assert answered("plan", record=json.loads(text), today=TODAY) == plan.to_dict()


def test_options_of_a_plan_reach_both_doors(run, example):
    options = ["--minutes", "25", "--topic", "workload", "--failed-probes", "2", "--format", "json"]
    shown = run("plan", example, "--today", TODAY, *options)
    plan = ectp.plan(example, TODAY, minutes=25, topic="workload", failed_probes=2)
    assert json.loads(shown.stdout) == plan.to_dict()
    assert plan != ectp.plan(example, TODAY)
    assert plan.meeting["minutes"] == 25


def test_the_script_of_the_quickstart_prints_the_plan(run, example):
    script = [sys.executable, "examples/python/plan.py", relative(example), TODAY]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == run("plan", relative(example), "--today", TODAY).stdout


def test_check_why_and_the_lists_are_the_same(run, example):
    assert run("check", example, "--today", TODAY).stdout.decode() == ectp.check(example, TODAY).text
    plan = ectp.plan(example, TODAY)
    for id in ("DIA-P8", "DLP-02", "4n", plan.focus["why"]["rule"], plan.path["why"]["rule"]):
        assert run("why", id).stdout.decode() == ectp.why(id).text
        assert json.loads(run("why", id, "--format", "json").stdout)["id"] == ectp.why(id).id
        here = run("why", id, "--record", example, "--today", TODAY, "--format", "json")
        answer = json.loads(here.stdout)
        assert answer.pop("text") == ectp.why(id, example, TODAY).text
        assert answer == ectp.why(id, example, TODAY).to_dict()


def test_a_rule_that_fired_is_found_by_the_name_beside_the_line(example):
    plan = ectp.plan(example, TODAY)
    rule = plan.path["why"]["rule"]
    assert f"[{rule} " in plan.text
    here = ectp.why(rule, example, TODAY)["here"]
    assert plan.path["standard"] in [h["about"] for h in here if h["fired"]]


def test_operations_are_the_ones_that_call_takes(run):
    table = ectp.operations()
    names = [op["name"] for op in table]
    assert {"plan", "why", "decide", "check", "framework_show", "policies", "practice"} <= set(names)
    assert json.loads(run("operations").stdout) == table
    help_text = run("--help").stdout.decode()
    for op in table:
        assert op["summary"] and op["command"].split()[0] in help_text
        assert op["command"] == op["name"].replace("_", " ")
        # An operation that needs something says what; no other needs anything.
        answer = ectp.call({"ectp": 1, "fn": op["name"]})
        needed = [p["name"] for p in op["parameters"] if p["required"]]
        one_of = EITHER.get(op["name"], [])
        assert answer["ok"] == (not needed and not one_of), op["name"]
        if one_of:
            assert answer["error"]["code"] == "missing_field"
            assert answer["error"]["path"] in [f"/{name}" for name in one_of]
            assert all(name in answer["error"]["expected"] for name in one_of)
        elif needed:
            assert answer["error"]["code"] == "missing_field"
            assert f"'{needed[0]}'" in answer["error"]["message"]


# Operations that take what they need in one of several forms, none of which is required by itself.
EITHER = {"step_lint": ["step", "what"], "step_rank": ["statements", "steps"], "opening_lint": ["opening", "parts"]}


HOLE = """U,itt_records,itt_below_secure,itt_view,reason
,in,in,out,note
,integer [0..9999],integer [0..9999],"secured,not_secured,unknown",
r1,0,-,unknown,nothing came
r2,>=1,>=1,not_secured,some were not
"""
ROWS = "itt_records,itt_below_secure,id\n0,0,a\n3,1,b\n4,0,c\n"


SCRIPT = "dp-4n-secondary-1"
CLAIMS = ["conclusions", "limitations", "applicability", "independence", "methods", "source"]


def every_call(record):
    """One good call of every operation."""
    return {
        "plan": {"record": record, "today": TODAY},
        "why": {"id": "DIA-P8", "record": record, "today": TODAY},
        "decide": {"record": record, "today": TODAY, "set": "path=S4:extend", "because": "tried it"},
        "check": {"record": record, "today": TODAY},
        "framework_list": {},
        "framework_show": {"code": "4n"},
        "framework_find": {"words": ["wait time"], "edition": "ittecf-2024", "limit": 3},
        "framework_crosswalk": {"from": "ecf-2019", "to": "ittecf-2024", "code": "3f"},
        "framework_diff": {"from": "ecf-2019", "to": OWN, "text": True, "markdown": True},
        "framework_export": {"edition": json.dumps(OWN), "to": "csv"},
        "framework_import": {"framework": OWN, "to": "case"},
        "framework_reconcile": {"official": "- 1.1 Invented.\n- 1a Invented too.\n", "text": True, "markdown": True},
        "framework_audit": {"edition": OWN, "text": True, "markdown": True},
        "policies": {"name": "pathway"},
        "policy_decide": {"policy": "itt_view", "input": {"itt_records": 0, "itt_below_secure": 0}},
        "policy_explain": {"policy": "itt_view", "input": {"itt_records": 0, "itt_below_secure": 0}},
        "policy_analyse": {"policy": "stance", "text": True, "markdown": True},
        "policy_suggest": {"policy": HOLE, "out": "markdown", "text": True, "markdown": True},
        "policy_prove": {"policy": HOLE, "properties": ["total", "refines"], "base": "itt_view", "text": True, "markdown": True},
        "policy_diff": {"policy": HOLE, "other": "itt_view", "cohort": ROWS, "where": {"itt_records": "<5"}, "text": True, "markdown": True},
        "policy_convert": {"policy": "pathway", "to": "dmn"},
        "policy_versions": {"policies": ["pathway", ectp.Policy.builtin("pathway").text], "as_of": TODAY, "text": True, "markdown": True},
        "policy_decisions": {"file": ectp.Policy.builtin("level").to_dmn()},
        "practice": {"id": ectp.practice()[0]["id"]},
        "coach": {"record": record, "today": TODAY, "minutes": 25},
        "balance": {"record": record, "today": TODAY},
        "place": {"record": record, "today": TODAY},
        "step_lint": {"what": "Count four silently before you name a pupil.", "record": record, "today": TODAY},
        "step_rank": {"statements": ["4n", "7h"], "record": record, "today": TODAY},
        "step_move": {"status": "reviewed", "event": "carry_forward", "carries": 1},
        "step_offer": {"record": record, "today": TODAY},
        "practise": {"script": SCRIPT, "today": TODAY, "expertise": "novice", "record": record},
        "script_check": {"script": (ROOT / f"src/content/practice/{SCRIPT}.json").read_text(encoding="utf-8")},
        "converse": {"today": TODAY, "opened_by": "ect", "topic": "mentoring"},
        "opening_lint": {"parts": {"name_issue": "How our Thursday meetings start."}},
        "opening_model": {},
        "appraise": {"today": TODAY, "record": record},
        "appraisal_verdict": {"answers": dict.fromkeys(CLAIMS, "ok"), "conclusion": "I would use it, and look."},
        "appraisal_model": {},
        "cycle": {"record": record, "today": TODAY},
        "feedback_lint": {"feedback": {"from": "mentor", "about": TODAY, "given_on": TODAY, "seen": "You counted four before the name."}},
        "mirror": {"record": record, "today": TODAY, "role": "mentor"},
        "calibrate": {},
        "watch": {"record": record, "today": TODAY},
        "operations": {},
        "version": {},
    }


def test_call_line_by_line_is_call_in_python(run, example):
    calls = every_call(json.loads(example.read_text(encoding="utf-8")))
    assert set(calls) == {op["name"] for op in ectp.operations()}
    envelopes = [{"ectp": 1, "id": str(i), "fn": fn, "args": a} for i, (fn, a) in enumerate(calls.items())]
    envelopes.append({"ectp": 1, "id": "wrong", "fn": "nope"})
    lines = "".join(json.dumps(e) + "\n" for e in envelopes).encode()
    done = run("call", "--lines", input=lines)
    assert (done.returncode, done.stderr) == (0, b"")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers == [ectp.call(e) for e in envelopes]
    assert [a["id"] for a in answers] == [e["id"] for e in envelopes]
    assert [a["ok"] for a in answers] == [True] * len(calls) + [False]


@pytest.mark.parametrize(
    "envelope, code",
    [
        ({}, "missing_field"),
        ({"fn": "version"}, "missing_field"),
        ({"ectp": 1}, "missing_field"),
        ({"ectp": 2, "fn": "version"}, "newer_version"),
        ({"ectp": "1", "fn": "version"}, "wrong_type"),
        ({"ectp": 1, "id": 7, "fn": "version"}, "wrong_type"),
        ({"ectp": 1, "fn": 7}, "wrong_type"),
        ({"ectp": 1, "fn": "nope"}, "bad_argument"),
        ({"ectp": 1, "fn": "version", "more": 1}, "unknown_field"),
        ({"ectp": 1, "fn": "version", "args": []}, "wrong_type"),
        ({"ectp": 1, "fn": "version", "args": {"x": 1}}, "unknown_field"),
        ({"ectp": 1, "fn": "plan", "args": {"record": [], "today": TODAY}}, "wrong_type"),
        ({"ectp": 1, "fn": "plan", "args": {"record": {}, "today": "soon"}}, "bad_date"),
        ({"ectp": 1, "fn": "plan", "args": {"record": {}, "today": TODAY, "risk": "no"}}, "wrong_type"),
    ],
)
def test_a_wrong_call_is_answered(run, envelope, code):
    answer = ectp.call(envelope)
    assert answer["ok"] is False
    assert answer["error"]["code"] == code
    assert answer["error"]["message"]
    assert json.loads(run("call", input=json.dumps(envelope).encode()).stdout) == answer


def test_people_decide_and_both_are_kept(example):
    record = json.loads(example.read_text(encoding="utf-8"))
    before = json.dumps(record)
    for advice in ectp.plan(record, TODAY).standards:
        standard = advice["standard"].split(":")[1]
        for path in ("consolidate", "extend"):
            recommended = advice["recommended"]
            overriding = recommended in ("consolidate", "extend") and recommended != path
            if overriding:
                with pytest.raises(ectp.Error) as refused:
                    ectp.decide(record, TODAY, standard, path)
                assert refused.value.code == "missing_field"
                assert "reason" in refused.value.message
            because = "we looked at the books again" if recommended != path else None
            new = ectp.decide(record, TODAY, standard, path, because=because)
            entry = new["entries"][-1]
            assert new["entries"][:-1] == record["entries"]
            assert (entry["kind"], entry["chosen"]) == ("decision", path)
            assert entry["recommended"] == recommended
            assert entry["rule"] == advice["why"]["rule"]
            assert ("reason" in entry) == overriding
            assert ectp.check(new, TODAY)["entries"] == len(record["entries"]) + 1
    assert json.dumps(record) == before


def test_an_override_through_the_program(run, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    record = "examples/records/close-to-extend.json"
    advice = ectp.plan(record, TODAY).path
    assert advice["recommended"] == "consolidate"
    set_path = f"path={advice['standard']}:extend"
    refused = run("decide", record, "--today", TODAY, "--set", set_path)
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert b"reason" in refused.stderr
    out = tmp_path / "new.json"
    kept = run("decide", record, "--today", TODAY, "--set", set_path, "--because", "seen twice", "--out", out)
    assert (kept.returncode, kept.stderr) == (0, b"")
    new = ectp.decide(record, TODAY, advice["standard"], "extend", because="seen twice")
    assert json.loads(out.read_text(encoding="utf-8")) == new
    assert new["entries"][-1]["because"] == "seen twice"
    in_force = ectp.plan(new, TODAY).path["in_force"]
    assert (in_force["chosen"], in_force["response"]) == ("extend", "overridden")


@pytest.mark.parametrize("reason", ["absence", "sick_leave", "maternity", "Illness", "nope"])
def test_a_reason_that_is_no_word_of_the_list_is_refused(run, reason):
    record = ROOT / "examples/records/close-to-extend.json"
    assert ectp.plan(record, TODAY).path["recommended"] == "consolidate"
    with pytest.raises(ectp.Error) as refused:
        ectp.decide(record, TODAY, "S4", "extend", reason=reason, because="x")
    assert refused.value.code in ("out_of_range", "not_allowed")
    options = ["--set", "path=S4:extend", "--reason", reason, "--because", "x"]
    shown = run("decide", record, "--today", TODAY, *options)
    assert (shown.returncode, shown.stdout) == (2, b"")
    assert shown.stderr.decode() == f"ectp: {refused.value}\n"
    record = json.loads(record.read_text(encoding="utf-8"))
    answer = ectp.call({"ectp": 1, "fn": "decide", "args": {
        "record": record, "today": TODAY, "set": "path=S4:extend", "reason": reason, "because": "x"}})
    assert (answer["ok"], answer["error"]["code"]) == (False, refused.value.code)


def test_live_inputs_leave_no_trace_in_the_plan(run, example):
    live = ("risk", "distress", "asked_to_be_heard")
    stance = ectp.Policy.builtin("stance")
    live_rules = {r.id for r in stance.rules if r.notes["live_only"]}
    assert live_rules
    for name in live:
        plan = ectp.plan(example, TODAY, **{name: True})
        shown = json.dumps(plan.to_dict())
        assert plan != ectp.plan(example, TODAY)
        flag = "--" + name.replace("_", "-")
        program = run("plan", example, "--today", TODAY, flag, "--format", "json").stdout.decode()
        assert json.loads(program) == plan.to_dict()
        for text in (shown, program, repr(plan)):
            for rule in live_rules:
                assert rule not in text
            for word in live:
                assert word not in text


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_any_sentence_is_kept_as_it_is_or_refused(sentence):
    record = ROOT / "examples/records/close-to-extend.json"
    try:
        new = ectp.decide(record, TODAY, "S4", "extend", because=sentence)
    except ectp.Error as e:
        # No sentence at all, or one that is no line of text.
        assert not sentence.strip() or not sentence.isprintable()
        assert e.code in ("missing_field", "out_of_range", "encoding")
    else:
        assert new["entries"][-1]["because"] == sentence
        assert ectp.check(new, TODAY)


@pytest.mark.parametrize("kind", ["folder", "text", "path", "policy", "call"])
def test_own_tables_replace_ours(run, tmp_path, example, kind):
    # A pathway that always extends, with a source of its own.
    rows = ectp.Policy.builtin("pathway").text.splitlines()
    always = ",".join(["OWN-1", *"---------", "extend", "null", "always", "our own", "default_policy", "POLICY"])
    text = "\n".join([*rows[:3], always, ""])
    (tmp_path / "pathway.csv").write_text(text, encoding="utf-8")
    if kind == "call":
        record = json.loads(example.read_text(encoding="utf-8"))
        plan = answered("plan", record=record, today=TODAY, tables={"pathway": text})
    else:
        tables = {
            "folder": tmp_path,
            "text": {"pathway": text},
            "path": {"pathway": tmp_path / "pathway.csv"},
            "policy": {"pathway": ectp.Policy.load(tmp_path / "pathway.csv")},
        }[kind]
        plan = ectp.plan(example, TODAY, tables=tables).to_dict()
    assert {a["why"]["rule"] for a in plan["standards"]} == {"OWN-1"}
    if kind == "folder":
        shown = run("plan", example, "--today", TODAY, "--tables", tmp_path, "--format", "json")
        assert json.loads(shown.stdout) == plan
        assert ectp.why("OWN-1", tables=tmp_path)["policy"] == "pathway"
