"""A meeting, the balance and the place, through the program."""

import json

import pytest
from conftest import ROOT, TODAY

CLOSE = ROOT / "examples" / "records" / "close-to-extend.json"
SECOND_YEAR = ROOT / "examples" / "records" / "second-year.json"
STEP = {"what": "Count four before a name.", "when_where": "9K on Tuesday", "criterion": "four counts", "named_by": "ect"}


@pytest.fixture
def call(run):
    def ask(fn, **args):
        done = run("call", input=json.dumps({"ectp": 1, "id": "t", "fn": fn, "args": args}).encode())
        assert done.stderr == b""
        answer = json.loads(done.stdout)
        assert answer["id"] == "t"
        return answer

    return ask


@pytest.fixture
def walk(call):
    """Walks: walk(record, "look", ("turn", {...}), ...) -> all answers."""

    def go(path, *moves, today=TODAY):
        record = json.loads(path.read_text("utf-8"))
        first = call("coach", record=record, today=today)
        assert first["ok"], first
        answers = [first["result"]]
        for move in moves:
            event, said = move if isinstance(move, tuple) else (move, {})
            answer = call("coach", record=record, today=today, run=answers[-1]["run"], event=event, **{"with": said})
            assert answer["ok"], (move, answer)
            answers.append(answer["result"])
        return answers

    return go


TO_STEP = ["look", "ask", "way_in", ("agree", {"gap": "Few pupils get to think."}), ("step", STEP)]


def test_a_meeting_from_arriving_to_the_record(walk):
    answers = walk(CLOSE, *TO_STEP, "practise", "shown", "run", "run",
                   ("practised_keep", {"level": 3, "kept": "Silence is ordinary."}), "planned", ("end", {"minutes": 48}))
    assert [a["state"] for a in answers] == [
        "arrive", "look_together", "probe", "agree_gap", "agree_step", "agree_step", "model", "rehearse", "rehearse",
        "rehearse", "plan", "close", "closed"]
    for a in answers:
        assert all(len(line) <= 92 for line in a["text"].splitlines())
        assert a["done"] == (a["state"] == "closed") == bool(a["entries"])
        assert bool(a["choices"]) != a["done"]
    # The ECT named the last two steps and they worked: the meeting asks more than the stance policy would.
    assert [a["manner"]["word"] for a in answers[:3]] == ["listen", "ask", "ask"]
    assert [a["manner"]["faded_by"] for a in answers[:4]] == [None, "COA-F11", "COA-F11", "COA-F11"]
    assert any(e["statement"] == "ittecf-2024:4n" for e in answers[1]["evidence"])
    assert answers[1]["evidence"][0]["entry"] in answers[1]["text"]
    session, step, rehearsed = answers[-1]["entries"]
    assert session == {
        "kind": "session", "session": "s-17", "session_kind": "mentor_meeting", "status": "held", "held_on": TODAY,
        "planned_minutes": 50, "minutes": 48, "slot": "period 5", "touched": ["ittecf-2024:4n"], "cycle": "support",
        "stance": "facilitative", "stance_rule": "COA-F11", "step_named_by": "ect"}
    assert step["what"] == STEP["what"] and step["check_on"] == "2025-12-01" and step["named_by"] == "ect"
    assert rehearsed == {"kind": "rehearsed", "script": "dp-4n-secondary-1", "held_on": TODAY, "level": 3,
                         "kept": "Silence is ordinary."}
    before = json.loads(CLOSE.read_text("utf-8"))
    after = answers[-1]["record"]
    assert after["entries"][: len(before["entries"])] == before["entries"]
    assert [e["kind"] for e in after["entries"][len(before["entries"]) :]] == ["session", "step", "rehearsed"]


def test_the_record_that_a_meeting_leaves_plans_on(walk, call):
    record = walk(CLOSE, *TO_STEP, "skip_practice", "planned", "end")[-1]["record"]
    assert call("plan", record=record, today="2025-11-25")["ok"]
    counts = call("balance", record=record, today="2025-11-25")["result"]["half_terms"]
    assert counts[-1]["stances"] == {"directive": 0, "dialogic": 0, "facilitative": 1}


@pytest.mark.parametrize("live", ["hard_day", "be_heard"])
@pytest.mark.parametrize("at", range(len(TO_STEP) + 1))
def test_distress_leaves_no_trace(walk, live, at):
    rest = ["skip_practice", "planned", "end"]
    plain = walk(CLOSE, *TO_STEP, *rest)[-1]
    answers = walk(CLOSE, *TO_STEP[:at], live, "resume", *TO_STEP[at:], *rest)
    paused = answers[at + 1]
    assert paused["manner"]["stance"] == "listening" and paused["manner"]["rule"] is None
    assert {c["event"] for c in paused["choices"]} >= {"resume", "leave_it", "safeguarding"}
    assert answers[-1] == plain
    for a in answers[at + 2 :]:
        assert "before" not in a["run"]
        assert "COA-R2" not in json.dumps(a)


def test_a_turn_of_topic_and_questions_without_a_way_in_leave_no_trace(walk):
    rest = ["way_in", ("agree", {}), ("step", STEP), "skip_practice", "planned", "end"]
    plain = walk(CLOSE, "look", "ask", *rest)
    other = walk(CLOSE, "look", "ask", "no_way_in", "no_way_in", ("turn", {"topic": "workload"}), ("turn", {"topic": "technique"}), *rest)
    assert other[5]["manner"] == {"stance": "listening", "word": "listen", "next": "induction_tutor", "rule": "COA-R3a", "faded_by": None}
    assert other[-1] == plain[-1]


def test_leaving_it_there_is_like_running_out_of_time(walk):
    assert walk(CLOSE, "look", "hard_day", "leave_it", "end")[-1] == walk(CLOSE, "look", "time_up", "end")[-1]
    entries = walk(CLOSE, "be_heard", "leave_it", "end")[-1]["entries"]
    assert entries == walk(CLOSE, "time_up", "end")[-1]["entries"]
    assert "stance" not in entries[0] and entries[0]["touched"] == []


def test_safeguarding_stops_at_once_and_keeps_nothing(walk):
    at_once = walk(CLOSE, "safeguarding")[-1]
    assert at_once["done"] and at_once["entries"] == [] and at_once["choices"] == []
    assert "safeguarding lead" in at_once["text"] and at_once["run"] == {"state": "stopped"}
    assert at_once["manner"] == {"stance": None, "word": None, "next": "safeguarding_lead", "rule": None, "faded_by": None}
    assert at_once["record"] == walk(CLOSE, "time_up", "end")[-1]["record"] | {"entries": json.loads(CLOSE.read_text("utf-8"))["entries"]}
    for moves in (["look", "ask", "no_way_in"], ["hard_day"], [*TO_STEP, "practise", "shown", "run"]):
        stopped = walk(CLOSE, *moves, "safeguarding")[-1]
        assert {k: v for k, v in stopped.items() if k != "prompt"} == {k: v for k, v in at_once.items() if k != "prompt"}


def test_opting_out_and_no_step(walk):
    skipped = walk(CLOSE, *TO_STEP, "practise", "shown", "run", "skip_practice", "planned", "end")[-1]
    assert skipped["entries"] == walk(CLOSE, *TO_STEP, "skip_practice", "planned", "end")[-1]["entries"]
    none = walk(CLOSE, "look", "way_in", ("agree", {}), "no_step", "end")[-1]
    assert [e["kind"] for e in none["entries"]] == ["session"] and "step_named_by" not in none["entries"][0]


def test_a_move_out_of_turn_lists_the_legal_ones(walk, call):
    record = json.loads(CLOSE.read_text("utf-8"))
    at = walk(CLOSE, "look")[-1]
    for event in [c["event"] for c in walk(CLOSE)[0]["choices"]] + ["end", "resume", "practised", "step"]:
        answer = call("coach", record=record, today=TODAY, run=at["run"], event=event)
        if event in {c["event"] for c in at["choices"]}:
            continue
        assert not answer["ok"]
        assert answer["error"]["code"] == "not_allowed"
        for c in at["choices"]:
            assert c["event"] in answer["error"]["expected"]
    # The run still holds.
    assert call("coach", record=record, today=TODAY, run=at["run"], event="ask")["ok"]


@pytest.mark.parametrize(
    "said, code, place",
    [
        ({}, "missing_field", "/with/what"),
        ({**STEP, "what": ""}, "missing_field", "/with/what"),
        ({**STEP, "when_where": "   "}, "missing_field", "/with/when_where"),
        ({**STEP, "criterion": "x" * 10_000_000}, "too_large", "/with/criterion"),
        ({**STEP, "what": 7}, "wrong_type", "/with/what"),
        ({**STEP, "named_by": "head"}, "out_of_range", "/with/named_by"),
        ({**STEP, "statement": "4zz"}, "unknown_code", "/with/statement"),
        ({**STEP, "grade": 2}, "unknown_field", "/with/grade"),
        ({**STEP, "minutes": -1}, "out_of_range", "/with/minutes"),
    ],
)
def test_what_comes_with_a_move_is_checked(walk, call, said, code, place):
    record = json.loads(CLOSE.read_text("utf-8"))
    at = walk(CLOSE, *TO_STEP[:4])[-1]
    answer = call("coach", record=record, today=TODAY, run=at["run"], event="step", **{"with": said})
    assert not answer["ok"], answer
    assert answer["error"]["code"] == code
    assert answer["error"]["path"].endswith(place), answer


@pytest.mark.parametrize(
    "run_, code, place",
    [
        ({"state": "lunch"}, "out_of_range", "/run/state"),
        ({"state": 3}, "wrong_type", "/run/state"),
        ({"state": "paused", "before": ""}, "out_of_range", "/run/before"),
        ({"runs": 1000}, "out_of_range", "/run/runs"),
        ({"mood": "low"}, "unknown_field", "/run/mood"),
        ({"step": {"what": "x"}}, "missing_field", "/run/step"),
        ({"practised": {"script": "a b", "level": 9}}, "bad_id", "/run/practised/script"),
    ],
)
def test_a_run_from_outside_is_checked(call, run_, code, place):
    record = json.loads(CLOSE.read_text("utf-8"))
    answer = call("coach", record=record, today=TODAY, run=run_)
    assert not answer["ok"], answer
    assert answer["error"]["code"] == code
    assert place in answer["error"]["path"], answer


@pytest.mark.parametrize("text", ["先数到四", "انتظر قليلاً", "Arhoswch 🙂", "a" * 400, "x\u0301\u200d"])
def test_any_script_and_language(walk, text):
    done = walk(CLOSE, *TO_STEP[:3], ("agree", {"gap": text}), ("step", {**STEP, "what": text}), "skip_practice", "planned", "end")
    assert done[-1]["entries"][1]["what"] == text
    assert done[-1]["record"]["entries"][-1]["what"] == text


def test_minutes_and_the_day_reach_the_page(call):
    record = json.loads(CLOSE.read_text("utf-8"))
    short = call("coach", record=record, today=TODAY, minutes=25)["result"]
    assert "25 min" in short["text"]
    at = call("coach", record=record, today=TODAY, run=short["run"], event="look", minutes=25, **{"with": {"minutes": 4}})["result"]
    assert at["minutes"]["left"] == at["minutes"]["to"] - 4
    assert call("coach", record=record)["error"]["code"] == "missing_field"
    assert call("coach", today=TODAY)["error"]["code"] == "missing_field"
    assert call("coach", record=record, today=TODAY, minutes=3)["error"]["code"] == "out_of_range"


def test_every_example_can_be_walked(walk, example):
    answers = walk(example, "look", "ask", "no_way_in", "no_way_in", "no_way_in", "way_in", ("agree", {}),
                   ("step", {**STEP, "statement": "ittecf-2024:4n"}), "practise", "shown", "run", "run", "practised", "planned", "end")
    rungs = [a["rung"] for a in answers[2:6]]
    order = ["open", "narrowed", "shown", "told"]
    assert all(r in order for r in rungs) and rungs == sorted(rungs, key=order.index) and rungs[-1] == "told"
    for a in answers:
        assert a["state"] == "closed" or a["words"]


def test_the_balance(run, call):
    page = run("balance", SECOND_YEAR, "--today", TODAY)
    assert (page.returncode, page.stderr) == (0, b"")
    record = json.loads(SECOND_YEAR.read_text("utf-8"))
    answer = call("balance", record=record, today=TODAY)["result"]
    assert answer["text"] == page.stdout.decode()
    held = [e for e in record["entries"] if e["kind"] == "session" and e.get("session_kind") == "mentor_meeting"
            and e["status"] == "held" and e["held_on"] <= TODAY]
    assert sum(h["meetings"] for h in answer["half_terms"]) == len({e["session"] for e in held})
    noted = [e for e in held if e.get("stance") in ("directive", "dialogic", "facilitative")]
    assert sum(sum(h["stances"].values()) for h in answer["half_terms"]) == len(noted)
    # A stance whose rule tells of distress counts as none.
    told = json.loads(json.dumps(record))
    for e in told["entries"]:
        if e.get("stance") == "dialogic" and e["session"] == "s-05":
            e["stance_rule"] = "COA-R2a"
    after = call("balance", record=told, today=TODAY)["result"]
    assert sum(h["stances"]["dialogic"] for h in after["half_terms"]) == sum(h["stances"]["dialogic"] for h in answer["half_terms"]) - 1
    assert "COA-R2" not in json.dumps(after) and "listen" not in json.dumps(after)


def test_the_place(run, call, example):
    page = run("place", example, "--today", TODAY)
    assert (page.returncode, page.stderr) == (0, b"")
    text = page.stdout.decode()
    assert all(len(line) <= 92 for line in text.splitlines())
    record = json.loads(example.read_text("utf-8"))
    answer = call("place", record=record, today=TODAY)["result"]
    assert answer["text"] == text
    plan = call("plan", record=record, today=TODAY)["result"]
    assert answer["focus"]["statement"] == plan["focus"]["statement"]
    now = [c for c in answer["coverage"] if c["now"]]
    assert len(now) == 1
    assert {c["theme"] for c in plan["coverage"] if c["looked_at"]} == {t for t, n in now[0]["days"].items() if n}
    for c in answer["touched"]:
        assert 0 <= c["touched"] <= c["statements"]


def test_year_two_and_the_handover(call):
    record = json.loads(SECOND_YEAR.read_text("utf-8"))
    answer = call("place", record=record, today=TODAY)["result"]
    assert answer["year"] == 2
    assert answer["agenda"]["leader"] == "ect" and answer["agenda"]["block"] == "inquiry"
    # The inquiry stands where the block was, for the focus too.
    assert answer["focus"]["from"] == "block" and answer["focus"]["statement"] in answer["inquiry"]["statements"]
    assert answer["inquiry"]["question"] in " ".join(answer["text"].split())
    came = [c for s in answer["handover"]["standards"] for c in s["came"]]
    written = next(e for e in record["entries"] if e["kind"] == "handover")
    assert {c["from"] for c in came} == {*written["secure"], *written["growing"]}
    for c in came:
        assert c["secure"] == (c["from"] in written["secure"])
        if c["standing"] != "exact" and c["to"]:
            assert c["says"] in " ".join(answer["text"].split())


def test_a_meeting_in_the_terminal(run, tmp_path):
    out = tmp_path / "after.json"
    said = "look\nask\nway_in\nagree\nFew get to think.\nstep\nCount four.\n9K, Tuesday\nfour counts\nect\npractise\nshown\nrun\nend\nrun\n" \
           "practised_keep\n3\nSilence is fine.\nplanned\nend\n48\n"
    done = run("coach", CLOSE, "--today", TODAY, "--out", out, input=said.encode())
    assert done.returncode == 0, done
    assert b"not_allowed" in done.stderr  # `end` while rehearsing
    added = json.loads(out.read_text("utf-8"))["entries"][-3:]
    assert [e["kind"] for e in added] == ["session", "step", "rehearsed"]
    assert (added[0]["minutes"], added[2]["level"], added[2]["kept"]) == (48, 3, "Silence is fine.")
    stopped = run("coach", CLOSE, "--today", TODAY, input=b"look\nsafeguarding\n")
    assert stopped.returncode == 0 and b"safeguarding lead" in stopped.stdout
