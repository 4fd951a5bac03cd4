#!/usr/bin/env python3
"""Plays a school year of mentor meetings through the program `ectp`, one command after another.

    python3 play.py [--program PATH] [--out FOLDER] [--jobs N] [--plain] [--until DAY] [SCENARIO.json ...]

A scenario says what people did and saw: see docs/year.md. Before each meeting its entries are added to the record,
which is then checked and planned from; the meeting is held with `ectp coach`, and whatever else was done that day
follows. Everything is written below FOLDER (default: year-played): the record, and a page for each plan and each other
command. Without scenarios it plays the three beside this file.

Exit status: 0; 1 where a command failed or something is not as the scenario has it; 2 if it could not be played at all.

All days come from the scenarios: nothing here reads a clock. `--plain` plays the same year in which no day was hard,
nobody asked to be heard, no talk turned to workload and nobody left practice out. The records must be the same.
"""
import argparse
import concurrent.futures
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
EDITION = "ittecf-2024"
SCORES = {"emerging": 0, "developing": 0.5, "secure": 1}
# What a sighting is called in a scenario: its source, and who saw it.
SIGHTINGS = {
    "lesson": ("structured_observation", "mentor"),
    "work": ("work_sample", "mentor"),
    "view": ("mentor_rating", "mentor"),
    "own_view": ("self_audit", "ect"),
    "training": ("itt_record", None),
}
WALKED = ["look", "ask", "way_in"]
PRACTISED = ["practise", "shown", "run", "run"]


class Failed(Exception):
    pass


def ref(code):
    return code if ":" in code else f"{EDITION}:{code}"


def day_before(day):
    return (datetime.date.fromisoformat(day) - datetime.timedelta(days=1)).isoformat()


def is_live(status):
    return status in ("agreed", "rehearsed", "in_use", "carried_forward")


class Play:
    def __init__(self, path, program, out, plain, until):
        self.scenario = json.loads(path.read_text("utf-8"))
        self.name, self.program, self.plain, self.until = path.stem, program, plain, until
        self.folder = out / path.stem
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.file = self.folder / "record.json"
        self.record = dict(self.scenario["record"], entries=[])
        self.ect, self.mentor = self.record["teacher_id"], self.record["mentor_id"]
        self.commands, self.failures, self.odd = 0, [], []
        self.meetings = self.agreed = self.decided = 0
        self.foci, self.kinds = [], {}

    # -- the program -------------------------------------------------------------------------------------------

    def run(self, *arguments, said=None, may_fail=False):
        """One command, as its own process. Returns what it printed."""
        self.commands += 1
        done = subprocess.run(
            [self.program, *arguments], input=said, stdin=None if said is not None else subprocess.DEVNULL,
            capture_output=True, text=True, encoding="utf-8", timeout=120,
        )
        if done.returncode != 0 and not may_fail:
            words = " ".join(a if len(a) < 90 else a[:90] + "..." for a in arguments)
            raise Failed(f"ectp {words}\n    exit status {done.returncode}: {(done.stderr or done.stdout).strip()[:900]}")
        return done.stdout

    def page(self, name, text):
        (self.folder / name).write_text(text, "utf-8")

    def walk(self, *arguments, moves):
        """A walk from its beginning, one move a line. Returns its last answer; the record has its entries."""
        lines = "".join(json.dumps({"event": e, "with": w}) + "\n" for e, w in moves)
        answers = [json.loads(a) for a in self.run(*arguments, "--lines", said=lines).splitlines()]
        refused = [a for a in answers if "error" in a]
        if refused or not answers or not answers[-1]["done"]:
            raise Failed(f"ectp {' '.join(arguments)}\n    not finished: {(refused or answers[-1:])}"[:900])
        return answers[-1]

    # -- the record --------------------------------------------------------------------------------------------

    def save(self):
        self.file.write_text(json.dumps(self.record, ensure_ascii=False, indent=1) + "\n", "utf-8")

    def load(self):
        self.record = json.loads(self.file.read_text("utf-8"))

    def add(self, on, by, **entry):
        ids = {e["id"] for e in self.record["entries"]}
        n = len(ids) + 1
        while f"e-{n:03}" in ids:
            n += 1
        said = {k: v for k, v in entry.items() if v is not None}
        self.record["entries"].append({"id": f"e-{n:03}", "on": on, "by": by, **said})

    def live_step(self):
        steps = {}
        for e in self.record["entries"]:
            if e["kind"] in ("step", "step_moved"):
                steps[e["step"]] = e["status"]
        live = [s for s, status in steps.items() if is_live(status)]
        return live[-1] if live else None

    def write_down(self, item, day):
        """Adds what one item of a scenario says."""
        item = dict(item)
        on = item.pop("on", None)
        for word, (source, role) in SIGHTINGS.items():
            if word in item:
                rater = {"mentor": self.mentor, "ect": self.ect, None: None}[role]
                for code, level in item["seen"].items():
                    self.add(
                        on or max(item[word], self.first), rater or self.mentor, kind="evidence", observed_on=item[word],
                        statement=ref(code), source=source, scale="three_level", score=SCORES[level], rater=rater,
                        role=role, where=item.get("where"),
                    )
                return
        if "tried" in item:
            self.add(
                on or item["tried"], self.ect, kind="step_tried", step=self.live_step(), lesson_on=item["tried"],
                met=item["met"], seen_by=item.get("seen_by", "ect"),
            )
        elif "moved" in item:
            self.add(on or day, self.ect, kind="step_moved", step=self.live_step(), status=item["moved"])
        elif "wish" in item:
            # Said before the meeting, so it is for this one.
            where = item.get("where")
            self.add(on or day_before(day), self.ect, kind="wish", statement=ref(item["wish"]), where=where)
        else:
            if item["kind"] == "feedback":
                sheet = {k: v for k, v in item.items() if k not in ("kind", "statement", "by")}
                self.run("feedback", "lint", "--feedback", json.dumps(sheet))
                by = self.ect if item["from"] == "ect" else self.mentor
            else:
                by = self.mentor
            self.add(on or day, item.pop("by", by), **item)

    def plan_session(self, meeting, n):
        """Puts a meeting in the diary, unless it is there."""
        name = f"m-{n + 1:02}"
        if any(e.get("session") == name for e in self.record["entries"]):
            return
        usual = self.scenario["meetings_are"]
        self.add(
            self.scenario["meetings"][max(0, n - 1)]["on"], self.mentor, kind="session", session=name,
            session_kind="mentor_meeting", status="planned", held_on=meeting["on"],
            planned_minutes=meeting.get("minutes", usual["minutes"]), slot=usual["slot"], touched=[],
        )

    # -- a meeting ---------------------------------------------------------------------------------------------

    def moves_of(self, meeting):
        """The moves of a meeting, by its manner."""
        manner, usual = meeting["manner"], self.scenario["meetings_are"]
        end = ("end", {"minutes": meeting.get("lasted", meeting.get("minutes", usual["minutes"]))})
        gap = ("agree", {"gap": meeting.get("gap", "The step goes on.")})
        step = meeting.get("step")
        if step:
            said = {k: step[k] for k in ("what", "when_where", "criterion", "named_by")}
            worded = WALKED + [gap, ("step", said)]
            noted = {k: meeting[k] for k in ("level", "kept") if k in meeting}
            practised = PRACTISED + [("practised_keep", noted) if "kept" in noted else "practised"]
        heard = [] if self.plain else ["be_heard", "resume"]
        opted_out = ["practise", "shown", "skip_practice"]
        turned = [] if self.plain else [("turn", {"topic": "workload"})]
        moves = {
            "step": lambda: worded + practised + ["planned", end],
            "opt_out": lambda: worded + (practised if self.plain else opted_out) + ["planned", end],
            "heard_first": lambda: heard + worded + practised + ["planned", end],
            "no_step": lambda: WALKED + [gap, "no_step", end],
            "time_up": lambda: ["look", "ask", "time_up", end],
            "hard_day": lambda: (["time_up"] if self.plain else ["hard_day", "leave_it"]) + [end],
            "workload": lambda: ["look", "ask"] + turned + ["time_up", end],
        }
        return [m if isinstance(m, tuple) else (m, {}) for m in moves[manner]()]

    def hold(self, n, meeting):
        day, step = meeting["on"], meeting.get("step")
        for item in meeting.get("since", []):
            self.write_down(item, day)
        for k in range(n, min(n + 2, len(self.scenario["meetings"]))):
            self.plan_session(self.scenario["meetings"][k], k)
        self.save()
        file = str(self.file)
        self.run("check", file, "--today", day)
        plan = self.run("plan", file, "--today", day)
        self.page(f"{day}-plan.txt", plan)
        at = (re.search(r"^Focus +(\d\.\d+|\d[a-z])\b", plan, re.M) or ["", ""])[1]
        self.foci.append((day, at))
        if "focus" in meeting and meeting["focus"] != at:
            self.odd.append(f"{day}: the plan is about {at}, the scenario about {meeting['focus']}")
        if step:
            if step["for"] != at:
                self.odd.append(f"{day}: the step is for {step['for']}, the plan about {at}")
            check = self.scenario["meetings"][min(n + 1, len(self.scenario["meetings"]) - 1)]["on"]
            self.run(
                "step", "lint", step["what"], step["criterion"], "--when-where", step["when_where"],
                "--statement", step["for"], "--check-on", check,
            )
            self.agreed += 1
        last = self.walk("coach", file, "--today", day, "--out", file, moves=self.moves_of(meeting))
        self.page(f"{day}-meeting.txt", last["text"])
        self.load()
        self.meetings += 1
        for item in meeting.get("then", []):
            self.do(item, day)

    # -- what else was done that day -----------------------------------------------------------------------------

    def do(self, item, day):
        file = str(self.file)
        if "show" in item:
            words = {"mirror": ["--role", item.get("role", "mentor")]}.get(item["show"], [])
            self.page(f"{day}-{item['show']}.txt", self.run(item["show"], file, "--today", day, *words))
        elif "decide" in item:
            words = [w for k in ("because", "reason", "by") if k in item for w in (f"--{k}", item[k])]
            self.run("decide", file, "--today", day, "--set", item["decide"], *words, "--out", file)
            self.decided += 1
        elif "practise" in item:
            moves = ["go_on"] * 5 + ["all_there", "point", "all_there", "complicate", "all_there", "plan", "go_on"]
            self.walk(
                "practise", item["practise"], "--today", day, "--expertise", item.get("expertise", "unknown"),
                "--record", file, "--out", file,
                moves=[(m, {}) for m in moves] + [("finish", {k: item[k] for k in ("kept",) if k in item})],
            )
        elif "appraise" in item:
            moves = [("state_claim", {k: item[k] for k in ("claim", "source")})]
            for criterion, (answer, because) in item["answers"].items():
                moves.append(("answer", {"criterion": criterion, "answer": answer, "because": because}))
            moves += [("finish", {}), ("conclude", {"conclusion": item["conclusion"]})]
            moves += [("attach", {"statement": ref(item["for"])}), ("keep", {})]
            words = [item["appraise"], "--today", day, "--record", file, "--out", file]
            last = self.walk("appraise", *words, moves=moves)
            self.page(f"{day}-appraisal.txt", last["text"])
        elif "converse" in item:
            moves = [("prepare", item["sheet"]), ("write", {"parts": item["parts"]})]
            moves += [(m, {}) for m in ("say", "inquire", "dig", "paraphrase", "understood")]
            moves += [("agree", item["agree"]), ("keep", {})]
            self.walk(
                "converse", "--opened-by", item["converse"], "--topic", item["topic"], "--today", day,
                "--record", file, "--out", file, moves=moves,
            )
        else:
            self.write_down(item, day)
            self.save()
            return
        self.load()

    # -- the year --------------------------------------------------------------------------------------------------

    def play(self):
        self.first = self.scenario["meetings"][0]["on"]
        for item in self.scenario["before"]:
            self.write_down(item, item.get("on", self.first))
        for n, meeting in enumerate(self.scenario["meetings"]):
            if self.until and meeting["on"] > self.until:
                break
            try:
                self.hold(n, meeting)
            except Failed as failure:
                self.failures.append(f"{self.name} {meeting['on']}: {failure}")
                self.load()
        try:
            self.run("check", str(self.file), "--today", self.record["entries"][-1]["on"])
        except Failed as failure:
            self.failures.append(f"{self.name} at the end: {failure}")
        steps = {}
        for e in self.record["entries"]:
            self.kinds[e["kind"]] = self.kinds.get(e["kind"], 0) + 1
            if e["kind"] in ("step", "step_moved"):
                steps[e["step"]] = e["status"]
        self.embedded = sum(s == "embedded" for s in steps.values())
        told = {
            "meetings": self.meetings, "steps_agreed": self.agreed, "steps_embedded": self.embedded,
            "paths_decided": self.decided, "entries": len(self.record["entries"]), "kinds": self.kinds,
            "commands": self.commands, "foci": self.foci, "odd": self.odd, "failures": self.failures,
        }
        self.page("played.json", json.dumps(told, indent=1) + "\n")
        return self


def main():
    parser = argparse.ArgumentParser(description="Play a school year of mentor meetings through the program ectp.")
    parser.add_argument("scenarios", nargs="*", type=pathlib.Path, metavar="SCENARIO",
                        help="scenarios to play; else the three beside this file")
    parser.add_argument("--program", default=os.environ.get("ECTP_PROGRAM") or "ectp",
                        help="the program; else $ECTP_PROGRAM, else ectp on PATH")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("year-played"),
                        help="folder for records and pages")
    parser.add_argument("--jobs", type=int, default=3, help="years played at once")
    parser.add_argument("--plain", action="store_true", help="leave out everything that must leave no trace")
    parser.add_argument("--until", default="", metavar="DAY", help="the last day to play, YYYY-MM-DD")
    args = parser.parse_args()
    program = shutil.which(args.program)
    if not program:
        print(f"play.py: there is no program {args.program}", file=sys.stderr)
        return 2
    try:
        paths = args.scenarios or sorted(HERE.glob("*.json"))
        plays = [Play(path, program, args.out, args.plain, args.until) for path in paths]
    except (OSError, ValueError, KeyError) as problem:
        print(f"play.py: {type(problem).__name__}: {problem}", file=sys.stderr)
        return 2
    with concurrent.futures.ThreadPoolExecutor(max(1, args.jobs)) as pool:
        played = list(pool.map(Play.play, plays))
    heads = ("meetings", "steps agreed", "embedded", "paths decided", "entries", "commands")
    print(" " * 20, *(f"{h:>{len(h) + 1}}" for h in heads))
    for p in played:
        counts = (p.meetings, p.agreed, p.embedded, p.decided, len(p.record["entries"]), p.commands)
        print(f"{p.name:20}", *(f"{c:>{len(h) + 1}}" for c, h in zip(counts, heads)))
    wrong = [w for p in played for w in p.failures + [f"{p.name} {o}" for o in p.odd]]
    for w in wrong:
        print(w, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
