"""The cycle, feedback, the mirror, calibration and the watch, through the program."""

import json

import pytest
from conftest import ROOT, TODAY

FEEDBACK = {
    "from": "mentor",
    "about": "2025-11-13",
    "given_on": "2025-11-14",
    "seen": "You asked why towns flood and counted to three before a name.",
    "effect": "Ros, who seldom speaks, gave a whole sentence.",
    "question": "What did you notice about who spoke?",
}
RECORD = ROOT / "examples" / "records" / "close-to-extend.json"
SECOND_YEAR = ROOT / "examples" / "records" / "second-year.json"


@pytest.fixture
def answer(run):
    """Calls an operation through `ectp call`: its result, or its error."""

    def call(fn, **args):
        done = run("call", input=json.dumps({"ectp": 1, "id": "t", "fn": fn, "args": args}).encode())
        said = json.loads(done.stdout)
        return said["result"] if said["ok"] else said["error"]

    return call


def record(path=RECORD):
    return json.loads(path.read_text("utf-8"))


def narrow(text):
    return all(len(line) <= 92 and line == line.rstrip() for line in text.splitlines())


def test_every_page_fits_a_terminal(run, example):
    for command in (["cycle", example], ["watch", example], ["mirror", example, "--role", "ect"]):
        done = run(*command, "--today", "2026-11-23" if "second" in example.stem else TODAY)
        assert (done.returncode, done.stderr) == (0, b""), command
        assert narrow(done.stdout.decode()), done.stdout.decode()
    assert narrow(run("calibrate").stdout.decode())


def test_cycle(run, answer):
    c = answer("cycle", record=record(), today=TODAY)
    assert c["next"] in ("diagnose", "agree_path", "support", "feedback", "re_diagnose")
    assert c["rule"].startswith("CYC-D") and c["rule"] in c["text"]
    assert c["workload"]["consolidate"] == c["workload"]["extend"] == 930
    for item in c["workload"]["items"]:
        assert item["consolidate"] == item["extend"]
    assert c["inquiry"] is None
    assert answer("cycle", record=record(), today=TODAY, year=2)["inquiry"]["next"] == "ask"
    assert answer("cycle", record=record(), today=TODAY, year=3)["code"] == "out_of_range"
    shown = run("cycle", RECORD, "--today", TODAY)
    assert shown.stdout.decode() == c["text"]


def test_an_inquiry_counts_from_the_day_it_was_written_down(answer):
    r = {"ectp_record": 1, "edition": "ittecf-2024", "teacher_id": "ect-1", "entries": [
        {"id": "q", "on": "2026-09-14", "kind": "inquiry", "question": "What do quiet pupils do when I wait?", "statements": ["ittecf-2024:4n"]},
    ]}
    first = answer("cycle", record=r, today="2026-10-12", year=2)["inquiry"]
    assert (first["next"], first["weeks"]) == ("look", 4)
    r["entries"].append({**r["entries"][0], "id": "q2", "on": "2026-10-12", "supersedes": "q"})
    assert answer("cycle", record=r, today="2026-10-12", year=2)["inquiry"] == first
    r["entries"][1].pop("supersedes")
    assert answer("cycle", record=r, today="2026-10-12", year=2)["inquiry"]["weeks"] == 0


def test_feedback(run, answer):
    sound = answer("feedback_lint", feedback=FEEDBACK)
    assert (sound["holds"], sound["findings"], sound["school_days"]) == (True, [], 1)
    bad = answer("feedback_lint", feedback={**FEEDBACK, "seen": "An outstanding lesson.", "question": "Good, wasn't it."})
    assert bad["holds"] is False and [f["rule"] for f in bad["findings"]] == ["FBK-L7", "FBK-L15"]
    done = run("feedback", "lint", "--feedback", json.dumps(FEEDBACK))
    assert (done.returncode, done.stderr) == (0, b"")
    late = answer("feedback_lint", feedback={**FEEDBACK, "given_on": "2025-11-24"})
    assert late["holds"] is True and [f["rule"] for f in late["findings"]] == ["FBK-L13"]
    own = "F,check,value,finding,says,expected,rewrite\n,in,in,out,note,note,note\n," + \
        '"seen_words,seen_words_to_mentor,effect_words,effect_words_to_mentor,question_words,question_words_to_mentor,asks,' + \
        'questions,leading,not_seen,offers,early,days,judgement,grade,comparison",integer [0..9999],"error,warning, null",,,\n' + \
        "X-1,days,>30,error,late,sooner,\nX-0,-,-,null,,,\n"
    assert answer("feedback_lint", feedback={**FEEDBACK, "given_on": "2025-11-24"}, tables={"feedback_lint": own})["findings"] == []


@pytest.mark.parametrize("change, code, path", [
    ({"from": "head"}, "out_of_range", "/args/feedback/from"),
    ({"from": None}, None, None),
    ({"about": "13/11/2025"}, "bad_date", "/args/feedback/about"),
    ({"grade": 3}, "unknown_field", "/args/feedback/grade"),
    ({"seen": 3}, "wrong_type", "/args/feedback/seen"),
    ({"seen": "x" * 401}, "too_large", "/args/feedback/seen"),
    ({"offer": "a\nb"}, "out_of_range", "/args/feedback/offer"),
])
def test_feedback_that_cannot_be_read(answer, change, code, path):
    e = answer("feedback_lint", feedback={**FEEDBACK, **change})
    assert "code" in e
    if code:
        assert e["code"] == code
        assert e["path"].endswith(path.removeprefix("/args"))


def test_ten_megabytes_are_an_error(answer):
    e = answer("feedback_lint", feedback={**FEEDBACK, "seen": "x" * 10_000_000})
    assert e["code"] == "too_large"


@pytest.mark.parametrize("role", ["induction_tutor", "headteacher", "appropriate_body", "provider"])
def test_the_mirror_is_for_two(answer, role):
    e = answer("mirror", record=record(), today=TODAY, role=role)
    assert e["code"] == "not_allowed" and e["path"].endswith("/role")
    # Whoever may not look learns nothing of the record, not even whether it is one.
    blind = answer("mirror", record={}, today=TODAY, role=role)
    assert all(blind[k] == e[k] for k in ("code", "message", "expected", "hint", "path"))


def test_mirror(answer):
    m = answer("mirror", record=record(), today=TODAY, role="mentor")
    assert {o["rule"][:4] for o in m["offers"]} <= {"QUA-"}
    assert all(o["try"] and o["would_help"] for o in m["offers"])
    assert not {"score", "severity", "total"} & {key for o in m["offers"] for key in o} | {"score"} & set(m)
    assert answer("mirror", record=record(), today=TODAY, role="somebody")["code"] == "out_of_range"


def test_calibrate(answer):
    listed = answer("calibrate")
    assert len(listed["vignettes"]) == 12
    assert all("secure" not in v and v["basis"] == "default_policy" for v in listed["vignettes"])
    ids = [v["id"] for v in listed["vignettes"]]
    done = answer("calibrate", ratings={ids[0]: "secure", ids[1]: "secure"})
    assert [c["talk"] for c in done["compared"]] == ["much_higher", "agree"]
    assert (done["same"], done["higher"], done["lower"]) == (1, 1, 0)
    assert answer("calibrate", ratings={"vig-99": "secure"})["code"] == "unknown_reference"
    assert answer("calibrate", ratings={ids[0]: "good"})["code"] == "out_of_range"
    assert answer("calibrate", ratings={})["compared"] == []


def test_watch(run, answer):
    w = answer("watch", record=record(), today=TODAY)
    items = {i["item"]: i for i in w["items"]}
    assert items["reduced_timetable"]["due"].startswith("at most 90")
    assert answer("watch", record=record(), today=TODAY, year=2)["items"][0]["due"].startswith("at most 95")
    assert answer("watch", record=record(), today=TODAY, asked=["tea"])["code"] == "unknown_reference"
    shown = run("watch", RECORD, "meetings", "--today", TODAY, "--format", "json")
    assert json.loads(shown.stdout) == answer("watch", record=record(), today=TODAY, asked=["meetings"])
    missed = record()
    missed["entries"].append({"id": "ent-x", "on": TODAY, "kind": "entitlement", "item": "reduced_timetable", "kept": False})
    for asked, to in (None, "induction_tutor"), (["reduced_timetable"], "named_contact"):
        rows = answer("watch", record=missed, today=TODAY, asked=asked)["items"]
        row = next(i for i in rows if i["item"] == "reduced_timetable")
        assert row["next"] == to and row["says"] and "2.20" in row["source"]


def test_the_plan_says_of_the_inquiry_what_the_cycle_says(answer):
    given = record(SECOND_YEAR)
    inquiry = answer("cycle", record=given, today=TODAY)["inquiry"]
    assert inquiry["weeks"] > 0
    lines = [x for x in answer("plan", record=given, today=TODAY)["lines"] if x["label"] == "Inquiry" and x["rule"]]
    assert [(x["rule"], x["text"]) for x in lines] == [(inquiry["rule"], inquiry["says"])]
