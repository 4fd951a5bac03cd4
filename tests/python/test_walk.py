"""Meetings, rehearsals, conversations and appraisals, move by move: `ectp.Walk` and the terminal's two forms."""

import json
import pickle

import ectp
import pytest
from conftest import ROOT, TODAY

CLOSE = ROOT / "examples" / "records" / "close-to-extend.json"
WALKS = {
    "coach": lambda: ectp.coach(CLOSE, TODAY),
    "practise": lambda: ectp.practise("dp-4n-secondary-1", TODAY),
    "converse": lambda: ectp.converse(TODAY, topic="teaching"),
    "appraise": lambda: ectp.appraise(),
}


@pytest.mark.parametrize("name", WALKS)
def test_a_walk_begins_refuses_and_pickles(name):
    walk = WALKS[name]()
    assert not walk.done and walk.text and str(walk) == walk.text
    assert walk.state in repr(walk) and walk.choices
    assert all(c.event and c.says and c.next for c in walk.choices)
    before = walk.data
    with pytest.raises(ectp.Error) as refused:
        walk.step("no_such_move")
    assert refused.value.code in ("out_of_range", "not_allowed")
    assert refused.value.expected
    assert walk.data == before
    again = pickle.loads(pickle.dumps(walk))
    assert again.data == before
    assert (again.record, again.entries) == (None, [])


def test_a_meeting_leaves_what_was_agreed():
    meeting = ectp.coach(str(CLOSE), TODAY)
    meeting.step("look").step("ask").step("way_in").step("agree", gap="Few pupils get to think.")
    with pytest.raises(ectp.Error) as missing:
        meeting.step("step")
    assert missing.value.code == "missing_field"
    meeting.step("step", what="Count four.", when_where="9K", criterion="four counts", named_by="ect")
    meeting.step("skip_practice").step("planned").step("end", minutes=40)
    assert meeting.done and meeting.choices == []
    assert [e["kind"] for e in meeting.entries] == ["session", "step"]
    ectp.check(meeting.record, TODAY)  # raises where it is not sound
    with pytest.raises(ectp.Error):
        meeting.step("look")


def test_a_hard_day_leaves_what_a_short_meeting_leaves():
    def ended(*moves):
        walk = ectp.coach(str(CLOSE), TODAY)
        for m in moves:
            walk.step(m)
        return walk.step("end", minutes=20)

    hard, short = ended("look", "hard_day", "leave_it"), ended("look", "time_up")
    assert hard.record == short.record
    assert "hard" not in json.dumps(hard.entries)
    stopped = ectp.coach(str(CLOSE), TODAY).step("safeguarding")
    assert stopped.done and stopped.entries == []


def test_opting_out_of_a_rehearsal_leaves_nothing():
    out = ectp.practise("dp-4n-secondary-1", TODAY, record=str(CLOSE)).step("opt_out")
    while not out.done:
        out.step(next(c.event for c in out.choices if c.event in ("finish", "leave", "go_on", "time_up")))
    assert out.entries == [] and out.record == ectp.coach(str(CLOSE), TODAY).step("safeguarding").record


def test_a_rehearsal_without_a_sentence_to_keep_goes_into_the_record():
    walk = ectp.practise("dp-4n-secondary-1", TODAY, record=str(CLOSE), expertise="developing")
    for event in ["go_on"] * 5 + ["all_there", "point", "all_there", "time_up", "go_on", "finish"]:
        walk.step(event)
    assert walk.entries == [{"kind": "rehearsed", "script": "dp-4n-secondary-1", "held_on": TODAY, "level": 3}]
    assert walk.record["entries"][-1].items() >= walk.entries[0].items()


def test_lines_for_programs(run):
    lines = [{"event": "look"}, {"event": "dance"}, {"event": "ask", "with": {}}, {"surprise": 1}]
    done = run("coach", CLOSE, "--today", TODAY, "--lines",
               input="".join(json.dumps(x) + "\n" for x in lines).encode() + b"\nno json\n")
    assert (done.returncode, done.stderr) == (0, b"")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [("error" in a) for a in answers] == [False, False, True, False, True, True]
    assert answers[1]["state"] == "look_together" and answers[3]["state"] == "probe"
    assert answers[2]["error"]["code"] in ("out_of_range", "not_allowed")
    assert answers[4]["error"]["code"] == answers[5]["error"]["code"] == "syntax"


def test_one_move_from_the_command_line(run):
    begun = json.loads(run("coach", CLOSE, "--today", TODAY, "--format", "json").stdout)
    moved = run("coach", CLOSE, "--today", TODAY, "--run", json.dumps(begun["run"]), "--event", "look", "--format", "json")
    assert json.loads(moved.stdout)["state"] == "look_together"
    refused = run("coach", CLOSE, "--today", TODAY, "--run", json.dumps(begun["run"]), "--event", "end")
    assert refused.returncode == 2 and b"not_allowed" in refused.stderr


MOVES = {
    "coach": ([CLOSE], [("look", {}), ("ask", {}), ("way_in", {}), ("agree", {"gap": "Few get to think."})]),
    "practise": (["dp-4n-secondary-1"], [("go_on", {}), ("go_on", {}), ("time_up", {"minutes": 3})]),
    "converse": ([], [("prepare", {"issue": "How our meetings start."})]),
    "appraise": ([], [("state_claim", {"claim": "Pauses help.", "source": "a chapter"}),
                      ("answer", {"criterion": "conclusions", "answer": "ok"})]),
}


@pytest.mark.parametrize("name", MOVES)
def test_moves_from_the_command_line_go_on_from_the_run(run, name, tmp_path):
    given, moves = MOVES[name]
    walk = WALKS[name]()
    now = walk.data
    arguments = [] if name != "converse" else ["--topic", "teaching"]
    for event, with_move in moves:
        walk.step(event, **with_move)
        file = tmp_path / "run.json"
        file.write_text(json.dumps(now["run"]), "utf-8")
        done = run(name, *given, "--today", TODAY, *arguments, "--run", f"@{file}", "--event", event,
                   "--with", json.dumps(with_move), "--format", "json")
        assert done.returncode == 0, done
        now = json.loads(done.stdout)
        assert now["run"] == walk.data["run"] and now["state"] == walk.state
    wrong = run(name, *given, "--today", TODAY, *arguments, "--run", "[1]", "--event", moves[0][0])
    assert wrong.returncode == 2 and b"wrong_type" in wrong.stderr
    broken = run(name, *given, "--today", TODAY, *arguments, "--run", "{", "--event", moves[0][0])
    assert broken.returncode == 2 and b"--run:1:" in broken.stderr and b"syntax" in broken.stderr


def test_the_terminal_takes_numbers_beginnings_and_the_end(run, tmp_path):
    said = run("coach", CLOSE, "--today", TODAY, input=b"1\n?\nhard\nq\n")
    assert said.returncode == 0 and b"Left at paused" in said.stdout
    ended = run("coach", CLOSE, "--today", TODAY, "--out", tmp_path / "r.json", input=b"look\n")
    assert ended.returncode == 0 and not (tmp_path / "r.json").exists()
    long = run("coach", CLOSE, "--today", TODAY, input=b"x" * (1 << 20))
    assert long.returncode == 2 and b"too_large" in long.stderr
    alone = run("practise", "dp-4n-secondary-1", "--today", TODAY, "--out", tmp_path / "r.json", input=b"time_up\nfinish\n\nfinish\n\nq\n")
    assert not (tmp_path / "r.json").exists() and alone.returncode in (0, 2)
