"""A school year of three invented ECTs, played through the program by examples/year/play.py."""

import csv
import json
import os
import re
import subprocess
import sys

import pytest
from conftest import ROOT, programs

YEAR = ROOT / "examples" / "year"
NAMES = ["september-starter", "part-timer", "returner"]
SCENARIOS = {name: json.loads((YEAR / f"{name}.json").read_text("utf-8")) for name in NAMES}
# What a record must not tell of, whoever wrote it and in whatever field.
FORBIDDEN = re.compile(r"distress|upset|safeguard|opted|opt_out|hard_day|be_heard|workload|absence|maternity|illness|\bleave\b", re.I)


def played(out, *arguments):
    # One program is enough: the other tests run both. The package's is the faster one.
    program = next(p for p in programs().values() if p)
    jobs = str(min(3, os.cpu_count() or 1))
    return subprocess.run(
        [sys.executable, YEAR / "play.py", "--program", program, "--out", out, "--jobs", jobs, *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=900,
    )


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """The folder of a whole year, played once."""
    out = tmp_path_factory.mktemp("year")
    done = played(out)
    # Every command held, `ectp check` before every meeting among them, and every plan had the focus that was expected.
    assert (done.returncode, done.stderr) == (0, "")
    return out, done.stdout


def record_of(folder, name):
    return json.loads((folder / name / "record.json").read_text("utf-8"))


def plans_of(folder, name):
    return {p.name[:10]: p.read_text("utf-8") for p in sorted((folder / name).glob("*-plan.txt"))}


def entries_on(record, kind):
    return [e for e in record["entries"] if e["kind"] == kind]


def test_the_days_are_school_days_of_one_year():
    with open(ROOT / "src" / "content" / "tables" / "calendar.csv", encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    terms = [r for r in rows if r["kind"] == "half_term" and r["label"].startswith("2025-26/")]
    closed = [r for r in rows if r["kind"] == "closed"]
    for name, scenario in SCENARIOS.items():
        days = [m["on"] for m in scenario["meetings"]]
        assert days == sorted(set(days)) and len(days) == {"september-starter": 39, "part-timer": 21, "returner": 18}[name]
        for day in days:
            assert any(t["from"] <= day <= t["to"] for t in terms), (name, day)
            assert not any(c["from"] <= day <= c["to"] for c in closed), (name, day)
        first = {t["label"] for t in terms for day in days if t["from"] <= day <= t["to"]}
        assert len(first) == (3 if name == "returner" else 6)
        manners = {m["manner"] for m in scenario["meetings"]}
        assert manners == {"step", "opt_out", "no_step", "heard_first", "hard_day", "workload", "time_up"}


@pytest.mark.parametrize("name", NAMES)
def test_a_year_plays_through(year, name):
    out, table = year
    told = json.loads((out / name / "played.json").read_text("utf-8"))
    record, meetings = record_of(out, name), SCENARIOS[name]["meetings"]
    assert re.search(rf"^{name} +{len(meetings)} ", table, re.M)
    assert told["failures"] == [] and told["odd"] == []
    held = [e for e in entries_on(record, "session") if e["status"] == "held"]
    assert [e["held_on"] for e in held] == [m["on"] for m in meetings]
    # The steps are those that were agreed, each in the words of whoever worded it, and all came to an end.
    steps = entries_on(record, "step")
    assert [s["what"] for s in steps] == [m["step"]["what"] for m in meetings if "step" in m]
    ended = {e["step"]: e["status"] for e in entries_on(record, "step_moved")}
    assert set(ended) == {s["step"] for s in steps}
    assert list(ended.values()).count("embedded") == told["steps_embedded"] >= len(steps) - 1
    assert len(entries_on(record, "decision")) == told["paths_decided"] == sum("decide" in t for m in meetings for t in m.get("then", []))
    asked = sum("appraise" in t for m in meetings for t in m.get("then", []))
    assert len(entries_on(record, "appraisal")) == asked >= 1
    # A rehearsal is noted where the ECT wanted it, and nowhere else.
    noted = [m["on"] for m in meetings if "kept" in m] + [m["on"] for m in meetings for t in m.get("then", []) if "practise" in t]
    assert sorted(e["held_on"] for e in entries_on(record, "rehearsed")) == sorted(noted)


@pytest.mark.parametrize("name", NAMES)
def test_each_plan_can_be_used(year, name):
    plans = plans_of(year[0], name)
    assert list(plans) == [m["on"] for m in SCENARIOS[name]["meetings"]]
    before = None
    for day, text in plans.items():
        assert all(len(line) <= 92 for line in text.splitlines()), day
        top = text.split("\n---")[0]
        assert re.search(r"^Focus +\d(?:\.\d+|[a-z])\b.*\[FOC-R\d+ [PIKD]\]$", top, re.M), (day, top)
        assert re.search(r"^Path +S[1-8] .*\[DIA-\w+ [PIKD]\]$", top, re.M), (day, top)
        # Why this path, by name: the standard of the top comes back with what was seen.
        standard = re.search(r"^Path +(S[1-8])", top, re.M)[1]
        assert re.search(rf"^Why {standard} ", text, re.M), day
        # No plan is the one before it, with another day.
        said = [line for line in text.splitlines()[1:] if not re.match(r"(NEXT TIME|Check|Entitled)", line)]
        assert said != before, day
        before = said
    # The focus moves: no statement is on the page more than five meetings running.
    foci = [f[1] for f in json.loads((year[0] / name / "played.json").read_text("utf-8"))["foci"]]
    assert all(foci) and len(set(foci)) >= 5
    assert not any(len(set(foci[i : i + 6])) == 1 for i in range(len(foci) - 5))


@pytest.mark.parametrize("name", NAMES)
def test_no_record_tells_what_it_must_not(year, name):
    record = record_of(year[0], name)
    assert not FORBIDDEN.search(json.dumps(record["entries"], ensure_ascii=False))
    by_day = {}
    for e in record["entries"]:
        by_day.setdefault(e["on"], []).append(e)
    for m in SCENARIOS[name]["meetings"]:
        session = [e for e in by_day[m["on"]] if e["kind"] == "session" and e["status"] == "held"]
        assert len(session) == 1
        if m["manner"] == "hard_day":
            assert session[0]["touched"] == [] and not {"stance", "stance_rule", "step_named_by"} & set(session[0])
            assert not [e for e in by_day[m["on"]] if e["kind"] in ("step", "rehearsed")]
        if m["manner"] == "opt_out":
            assert not [e for e in by_day[m["on"]] if e["kind"] == "rehearsed"]


def test_hard_days_and_opting_out_leave_the_record_of_a_plain_year(year, tmp_path):
    # Up to a day that has a hard day, somebody heard first, an opting out and a talk about workload behind it.
    name, day = "september-starter", "2025-11-20"
    manners = {m["manner"] for m in SCENARIOS[name]["meetings"] if m["on"] <= day}
    assert {"hard_day", "heard_first", "opt_out", "workload"} <= manners
    done = played(tmp_path, "--plain", "--until", day, YEAR / f"{name}.json")
    assert (done.returncode, done.stderr) == (0, "")
    plain, whole = record_of(tmp_path, name)["entries"], record_of(year[0], name)["entries"]
    assert len(plain) > 50 and whole[: len(plain)] == plain


def test_a_worry_about_safety_leaves_the_record_as_it_was(year, tmp_path, run):
    before = record_of(year[0], "returner")
    path = tmp_path / "record.json"
    path.write_text(json.dumps(before), "utf-8")
    moves = b'{"event": "look"}\n{"event": "ask"}\n{"event": "safeguarding"}\n'
    done = run("coach", path, "--today", "2026-07-16", "--lines", "--out", path, input=moves)
    assert done.returncode == 0, done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["done"] and last["entries"] == [] and "safeguarding lead" in last["text"]
    assert json.loads(path.read_text("utf-8")) == before


# -- nobody loses by working part time or by being away -----------------------------------------------------------


def lessons(days):
    levels = ["secure", "developing", "secure", "secure"]
    scores = {"secure": 1, "developing": 0.5}
    out = []
    for n, day in enumerate(days):
        for k, code in enumerate(["4n", "4i", "2a", "6h"]):
            out.append({"id": f"e-{n}{k}", "on": day, "by": "men-1", "kind": "evidence", "observed_on": day, "statement": f"ittecf-2024:{code}",
                        "source": "structured_observation", "scale": "three_level", "score": scores[levels[(n + k) % 4]],
                        "rater": "men-1", "role": "mentor", "where": "8D"})
    return out


def advice(call_plan, stretches, days):
    start = {"id": "e-start", "on": "2025-09-01", "by": "men-1", "kind": "start", "started_on": "2025-09-01", "phase": "secondary",
             "intake": "september", "programme_type": "provider-led", "cohort": 2025}
    service = [{"id": f"e-s{i}", "on": s["from"], "by": "men-1", "kind": "service", **s} for i, s in enumerate(stretches)]
    record = {"ectp_record": 1, "invented": True, "edition": "ittecf-2024", "teacher_id": "ect-1", "mentor_id": "men-1",
              "entries": sorted([start, *service, *lessons(days)], key=lambda e: e["on"])}
    plan = call_plan(record, days[-1])
    keep = ("occasions", "statements", "secure", "developing", "emerging", "secure_percent", "secure_lead", "gating_emerging_n")
    return [(s["standard"], s["recommended"], s["provisional"], s["why"]["rule"], *(s["diagnosis"][k] for k in keep))
            for s in plan["standards"]]


def test_the_same_lessons_give_the_same_advice_whatever_the_pattern(run, tmp_path):
    def call_plan(record, day):
        path = tmp_path / "record.json"
        path.write_text(json.dumps(record), "utf-8")
        done = run("plan", path, "--today", day, "--format", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    close = ["2025-09-16", "2025-10-07", "2025-11-11", "2025-11-25"]
    # The last two lessons three months later, with nothing in post between.
    apart = ["2025-09-16", "2025-10-07", "2026-03-03", "2026-03-17"]
    full = advice(call_plan, [{"from": "2025-09-01", "fte": 1}], close)
    part = advice(call_plan, [{"from": "2025-09-01", "fte": 0.6}], close)
    back = advice(call_plan, [{"from": "2025-09-01", "until": "2025-10-10", "fte": 1}, {"from": "2026-02-23", "fte": 1}], apart)
    assert full == part == back
    assert {a[1] for a in full} >= {"insufficient_evidence"} and {a[1] for a in full} != {"insufficient_evidence"}
