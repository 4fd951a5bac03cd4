"""Challenging conversations and appraisals, through the program."""

import json

import pytest
from conftest import ROOT, TODAY

RECORD = ROOT / "examples" / "records" / "close-to-extend.json"
CLAIMS = ["conclusions", "limitations", "applicability", "independence", "methods", "source"]
SHEET = {"issue": "How we start our Thursday meetings.", "notice": "On Tuesday", "privacy": "Room 12", "follow_up": "In a fortnight"}


@pytest.fixture
def call(run):
    def answered(fn, **args):
        done = run("call", input=json.dumps({"ectp": 1, "id": "t", "fn": fn, "args": args}).encode())
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return answered


@pytest.fixture
def ok(call):
    def result(fn, **args):
        answer = call(fn, **args)
        assert answer["ok"], answer
        for line in answer["result"].get("text", "").splitlines():
            assert len(line) <= 92, line
        return answer["result"]

    return result


@pytest.fixture
def refused(call):
    def error(fn, **args):
        answer = call(fn, **args)
        assert not answer["ok"], answer
        return answer["error"]

    return error


@pytest.fixture
def good(ok):
    return {p["part"]: p["example"] for p in ok("opening_model")["parts"]}


class Walk:
    def __init__(self, ok, fn, **args):
        self.ok, self.fn, self.args = ok, fn, args
        self.at = ok(fn, **args)

    def go(self, event, with_=None, **more):
        self.at = self.ok(self.fn, **{**self.args, "topic": None, **more} if self.fn == "converse" else {**self.args, **more},
                          run=self.at["run"], event=event, **({"with": with_} if with_ else {}))
        return self.at


def to_agreement(walk, good):
    walk.go("prepare", SHEET)
    walk.go("write", good)
    for event in ("say", "inquire", "paraphrase", "understood"):
        walk.go(event)
    return walk.go("agree", {"what": "We begin at half past.", "check_on": "2025-12-08"})


def test_the_model_shows_its_source_and_how_sure_it_is(ok, refused, run):
    m = ok("opening_model")
    assert (m["basis"], m["confidence"], len(m["parts"])) == ("inferred", "low", 7)
    assert "Andy Buck" in m["text"] and "confidence low" in m["text"]
    assert [len(m[s]) for s in ("preparation", "interaction", "resolution")] == [9, 3, 3]
    assert refused("opening_model", model="nope")["code"] == "unknown_reference"
    shown = run("opening", "model")
    assert (shown.returncode, shown.stdout.decode()) == (0, m["text"])


def test_lint_takes_an_opening_in_every_form(ok, refused, good, run, tmp_path):
    lines = "\n".join(good.values())
    listed = [{"part": p, "text": t} for p, t in good.items()]
    forms = [{"opening": lines}, {"parts": good}, {"parts": dict(reversed(good.items()))}, {"opening": json.dumps(good)},
             {"opening": json.dumps(list(good.values()))}, {"opening": json.dumps(listed)}]
    answers = [ok("opening_lint", **form, sheet=SHEET) for form in forms]
    assert all(a == answers[0] for a in answers)
    assert answers[0]["sound"] and answers[0]["findings"] == [] and answers[0]["sheet_checked"]
    listed[1], listed[2] = listed[2], listed[1]
    [finding] = ok("opening_lint", opening=json.dumps(listed))["findings"]
    assert (finding["rule"], finding["severity"]) == ("CNV-L1b", "error")
    assert refused("opening_lint")["code"] == "missing_field"
    assert refused("opening_lint", opening="x", parts={})["code"] == "bad_argument"
    assert refused("opening_lint", opening="[1]")["code"] == "wrong_type"
    assert refused("opening_lint", opening="a" * 10_000_000)["code"] == "too_large"
    assert refused("opening_lint", parts={"name_issue": "a" * 10_000_000})["code"] == "too_large"
    assert not ok("opening_lint", opening="")["sound"]

    file = tmp_path / "opening.txt"
    file.write_text(lines, "utf-8")
    assert run("opening", "lint", file).returncode == 0
    file.write_text(lines + "\nAnd your induction?", "utf-8")
    assert run("opening", "lint", file).returncode == 1


def test_lint_locates_bytes_in_any_script(ok, good):
    text = "Wir müssen 🙂 reden, and you are always late."
    found = {f["rule"]: f for f in ok("opening_lint", parts={**good, "name_issue": text})["findings"]}
    f = found["CNV-L3a"]
    assert f["field"] == "parts/1"
    assert text.encode()[f["from"] : f["to"]].decode() == f["found"] == "always"
    arabic = {p: "أريد أن نتحدث" for p in good} | {"invite_response": "ما رأيك؟"}
    assert [f["rule"] for f in ok("opening_lint", parts=arabic)["findings"]] == ["CNV-L11"]


def test_who_opens_decides_what_talk_of_assessment_is(ok, good):
    parts = {**good, "stakes": "I worry about passing my induction."}
    mentor, ect = (ok("opening_lint", parts=parts, opened_by=by) for by in ("mentor", "ect"))
    assert not mentor["sound"] and {f["rule"] for f in mentor["findings"]} == {"CNV-L8a"}
    assert ect["sound"] and {f["rule"] for f in ect["findings"]} == {"CNV-L8b"}


@pytest.mark.parametrize("topic, to", [("safeguarding", "safeguarding_lead"), ("conduct", "head"), ("capability", "induction_tutor"),
                                       ("assessment", "induction_tutor"), ("workload", "induction_tutor")])
def test_the_boundary_ends_a_conversation_before_it_begins(ok, good, topic, to):
    lint = ok("opening_lint", parts=good, topic=topic)
    assert not lint["sound"] and lint["boundary"]["goes_to"] == to
    end = ok("converse", topic=topic, today=TODAY)
    assert (end["state"], end["done"], end["entries"], end["choices"]) == ("escalated", True, [], [])
    assert end["boundary"]["goes_to"] == to and end["boundary"]["says"] in " ".join(end["text"].split())
    # What is left says neither what it was about nor where it went.
    assert end["run"] == {"walk": "converse", "state": "escalated"}


def test_a_conversation_from_the_sheet_to_the_follow_up(ok, refused, good):
    for by in ("mentor", "ect"):
        walk = Walk(ok, "converse", today=TODAY, opened_by=by, topic="mentoring")
        assert walk.at["state"] == "prepared" and "low" in walk.at["text"]
        asked = {c["event"]: c["asks"] for c in walk.at["choices"]}
        assert asked["prepare"][0] == "issue" and "write" not in asked
        assert refused("converse", today=TODAY, run=walk.at["run"], event="say")["code"] == "not_allowed"
        assert refused("converse", today=TODAY, run=walk.at["run"], event="prepare", **{"with": {"notice": "x"}})["path"] == "/with/issue"
        walk.go("prepare", {"issue": "How we start."})
        assert {f["rule"] for f in walk.at["findings"]} == {"CNV-L9a", "CNV-L9b", "CNV-L9c"}
        assert {c["event"]: c["asks"] for c in walk.at["choices"]}["write"] == list(good)
        walk.go("write", {**good, "invite_response": "That is all."})
        assert walk.at["state"] == "prepared" and walk.at["findings"][0]["rule"] == "CNV-L4a"
        walk.go("write", {"parts": list(good.values())})
        assert walk.at["state"] == "opening_ready" and good["stakes"] in " ".join(walk.at["text"].split())
        # No word of the sheet or the opening goes on from here.
        assert set(walk.at["run"]) == {"walk", "state", "model", "opened_by", "sheet", "heard", "agreement"}
        assert refused("converse", today=TODAY, run=walk.at["run"], event="agree")["code"] == "not_allowed"
        for event in ("say", "inquire", "dig", "paraphrase", "understood"):
            walk.go(event)
        run = walk.at["run"]
        for with_, path in (({}, "/with/what"), ({"what": "x"}, "/with/check_on"), ({"what": "x", "check_on": TODAY}, "/with/check_on")):
            assert refused("converse", today=TODAY, run=run, event="agree", **{"with": with_})["path"] == path
        assert refused("converse", today=TODAY, run=run, event="agree", **{"with": {"what": "x", "check_on": "soon"}})["code"] == "bad_date"
        walk.go("agree", {"what": "We begin at half past.", "check_on": "2025-12-08"})
        assert walk.at["entries"] == []
        record = json.loads(RECORD.read_text("utf-8"))
        walk.go("keep", record=record)
        entry = {"kind": "agreement", "what": "We begin at half past.", "check_on": "2025-12-08", "kept": False}
        assert walk.at["done"] and walk.at["entries"] == [entry] and walk.at["choices"] == []
        added = walk.at["record"]["entries"][len(record["entries"]):]
        assert len(added) == 1 and entry.items() <= added[0].items()
        assert {c["event"] for c in ok("converse", today="2025-12-08", run=walk.at["run"])["choices"]} >= {"held", "not_held"}
        walk.go("held", today="2025-12-08")
        assert walk.at["entries"] == [{**entry, "kept": True}]
        assert refused("converse", today=TODAY, run=walk.at["run"], event="stop")["code"] == "not_allowed"


def test_distress_and_a_worry_leave_the_record_as_it_was(ok, good):
    record = json.loads(RECORD.read_text("utf-8"))
    untouched = None
    for steps in range(3):
        ends = {}
        for event, with_ in (("stop", None), ("distress", None), ("escalate", {"topic": "safeguarding"}), ("escalate", {"topic": "workload"})):
            walk = Walk(ok, "converse", today=TODAY, topic="teaching")
            if steps:
                walk.go("prepare", {**SHEET, "background": "The pupil said that she is not safe."})
                assert all(f["rule"] is None for f in walk.at["findings"] if f["live_only"])
                assert any(f["live_only"] for f in walk.at["findings"])
            if steps == 2:
                to_agreement(walk, good)
            end = walk.go(event, with_, record=record)
            assert end["done"] and end["entries"] == []
            untouched = untouched or end["record"]
            assert end["record"] == untouched and len(end["record"]["entries"]) == len(record["entries"])
            ends[event, json.dumps(with_)] = end
        runs = [e["run"] for e in ends.values()]
        assert runs[0] == runs[1] and runs[2] == runs[3]
        assert ends["stop", "null"]["text"] == ends["distress", "null"]["text"]
        assert "safeguarding" not in json.dumps(runs)


def test_a_topic_on_the_way_ends_it_too(ok, refused):
    walk = Walk(ok, "converse", today=TODAY, topic="teaching")
    end = ok("converse", today=TODAY, run=walk.at["run"], topic="safeguarding", event="prepare", **{"with": SHEET})
    assert end["state"] == "escalated"
    assert refused("converse", today=TODAY, run=walk.at["run"], event="escalate", **{"with": {"topic": "teaching"}})["code"] == "not_allowed"
    assert refused("converse", today=TODAY, run=walk.at["run"], event="escalate")["path"] == "/with/topic"


@pytest.mark.parametrize("run_", [{}, {"walk": "appraise", "state": "claim"}, {"walk": "converse"}, {"walk": "converse", "state": "nope"},
                                  {"walk": "converse", "state": "agreed"}, {"walk": "converse", "state": "prepared", "secret": 1},
                                  {"walk": "converse", "state": "prepared", "sheet": "yes"}])
def test_a_run_that_cannot_be_is_refused(refused, run_):
    assert refused("converse", today=TODAY, run=run_)["code"] in {"missing_field", "out_of_range", "unknown_field", "wrong_type"}


def test_five_parts_of_ones_own(ok):
    table = "model_id,n,part,title,prompt,opening,role,basis,confidence,source\n" + "".join(
        f"ours,{n},{p},{p},{p}?,,,default_policy,medium,POLICY\n" for n, p in enumerate(["ask", "fact", "effect", "hope", "over"], 1))
    tables = {"conversation_models": table}
    assert len(ok("opening_model", tables=tables)["parts"]) == 5
    lines = "I would like to talk.\nThe bell had gone.\nThe class stood in the rain.\nI would like the door open.\n"
    assert ok("opening_lint", tables=tables, opening=lines + "What do you think?")["findings"] == []
    walk = Walk(ok, "converse", tables=tables, today=TODAY)
    walk.go("prepare", SHEET)
    walk.go("write", {"parts": lines + "What do you think?"})
    assert walk.at["state"] == "opening_ready"


# --- appraisals


def test_the_appraisal_models_mark_what_is_provisional(ok):
    m = ok("appraisal_model")
    assert [c["criterion"] for c in m["criteria"]] == CLAIMS
    assert [p["criterion"] for p in m["provisional"]] == ["methods", "source"]
    assert m["text"].count("provisional") >= 4
    assert ok("appraisal_model", model="willingham")["provisional"] == []


def test_a_verdict_needs_every_answer_and_a_conclusion(ok, refused, run):
    answers = dict.fromkeys(CLAIMS, "ok")
    v = ok("appraisal_verdict", answers={**answers, "methods": {"answer": "concern", "because": "no comparison"}, "independence": "concern"}, conclusion="Not yet.")
    assert (v["verdict"], v["rule"], v["rests_on_provisional"]) == ("do_not_rely", "CLM-R2", True)
    assert v["text"].index("Not yet.") < v["text"].index("do not rely")
    assert v["explanation"]["matched"]
    assert "provisional" in ok("appraisal_verdict", answers=answers, conclusion="Yes.")["text"]
    e = refused("appraisal_verdict", answers={"methods": "ok"}, conclusion="Yes.")
    assert e["code"] == "missing_field" and all(c in e["message"] for c in CLAIMS if c != "methods")
    assert refused("appraisal_verdict", answers=answers)["code"] == "missing_field"
    assert refused("appraisal_verdict", answers=answers, conclusion=" ")["code"] == "missing_field"
    assert refused("appraisal_verdict", answers={**answers, "nope": "ok"}, conclusion="x")["code"] == "unknown_reference"
    assert refused("appraisal_verdict", answers={**answers, "source": "fine"}, conclusion="x")["code"] == "out_of_range"
    shown = run("appraisal", "verdict", "--answers", json.dumps(answers), "--conclusion", "Yes.")
    assert shown.returncode == 0 and b"use it, and check" in shown.stdout


def test_a_reading_from_the_claim_to_the_record(ok, refused):
    record = json.loads(RECORD.read_text("utf-8"))
    walk = Walk(ok, "appraise", today=TODAY)
    assert walk.at["verdict"] is None and "provisional" in walk.at["text"]
    walk.go("state_claim", {"claim": "Quizzing helps pupils remember", "source": "a blog, 2023"})
    assert walk.at["unanswered"] == CLAIMS
    walk.go("answer", {"criterion": "source", "answer": "unknown", "because": "no link"})
    e = refused("appraise", run=walk.at["run"], event="finish")
    assert e["code"] == "missing_field" and "conclusions, limitations, applicability, independence, methods" in e["message"]
    walk.go("answer", {"answers": dict.fromkeys(CLAIMS[:5], "ok")})
    walk.go("finish")
    assert walk.at["verdict"] is None and "corroborate" not in json.dumps(walk.at)
    assert refused("appraise", run=walk.at["run"], event="conclude")["code"] == "not_allowed"
    assert refused("appraise", run={**walk.at["run"], "state": "verdict"})["code"] == "missing_field"
    walk.go("conclude", {"conclusion": "I would try it with 9K."})
    assert walk.at["verdict"]["verdict"] == "corroborate" and walk.at["verdict"]["rests_on_provisional"]
    assert refused("appraise", run=walk.at["run"], event="attach", **{"with": {"statement": "99z"}})["path"] == "/with/statement"
    dropped = ok("appraise", run=walk.at["run"], event="stop", record=record, today=TODAY)
    assert dropped["entries"] == [] and dropped["run"] == {"walk": "appraise", "state": "closed"}
    walk.go("attach", {"statement": "2.7"})
    walk.go("keep", record=record)
    [entry] = walk.at["entries"]
    assert entry["statement"].endswith(":2.7") and entry["conclusion"] and entry["verdict"] == "corroborate"
    assert entry.items() <= walk.at["record"]["entries"][-1].items()
