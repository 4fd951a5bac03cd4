"""The practice scripts in src/content/practice: shape, codes, arithmetic, wording, variety."""

import copy
import csv
import json
import re
from itertools import combinations
from pathlib import Path

import pytest

CONTENT = Path(__file__).resolve().parents[2] / "src" / "content"
PRACTICE = CONTENT / "practice"
FRAMEWORK = CONTENT / "framework" / "ittecf-2024.json"
PATHS = sorted(PRACTICE.glob("*.json"))

PHASES = {"early_years", "primary", "secondary", "send_setting"}
PRACTISABLE = {"enact", "make", "converse"}
STANDARDS = {f"S{n}" for n in range(1, 9)}
TIERS = {"not_doing", "doing_needs_improvement", "doing_well_needs_stretch"}
PARTS = [
    "model",
    "decompose",
    "script",
    "rehearse",
    "feedback",
    "redo",
    "complicate",
    "plan_transfer",
]
VAGUE = re.compile(
    r"\b(improv\w*|develop\w*|work(ing|s)? on|be more|build(s|ing)?|ensur\w*"
    r"|understand\w*|familiaris\w*|try|tries|trying)\b",
    re.I,
)
GRADING = re.compile(r"\b(grad(e|es|ed|ing)|scor(e|es|ed|ing)|ratings?|out of (ten|\d+))\b", re.I)
MAX_STEP_WORDS, MAX_EXTRACT_LINES, MAX_EXTRACT_CHARS, MAX_PROMPT_CHARS = 30, 10, 90, 95
SHINGLE = 8

NOT_A_NAME = {"Year", "Week", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}

TEXT, FLAG, COUNT = "text", "flag", "count"
TEXTS = [TEXT]
# One shape for every script: a dict names all its keys ("key?" may be absent), a one-item list
# means "one or more of these".
SHAPE = {
    "schema": COUNT,
    "id": TEXT,
    "standard": TEXT,
    "title": TEXT,
    "version": TEXT,
    "kind": TEXT,
    "audience?": TEXT,
    "invented": FLAG,
    "edition": TEXT,
    "statement_codes": {"main": TEXTS, "also": TEXTS, "why": TEXTS},
    "phase": TEXT,
    "example_class": TEXT,
    "variants": TEXTS,
    "tier": TEXT,
    "start_level": {"novice": COUNT, "developing": COUNT, "secure": COUNT},
    "purpose": {"for_pupils": TEXT, "for_teacher": TEXT, "not_for": TEXT},
    "before_you_start": {"ask_permission": TEXT, "bring": TEXTS, "choose_question": TEXT},
    "moves": [{"n": COUNT, "name": TEXT, "do": TEXT, "looks_like": TEXT}],
    "model": {
        "mentor_shows_well": [{"who": TEXT, "line": TEXT, "name?": TEXT}],
        "mentor_shows_too_fast": [{"who": TEXT, "line": TEXT, "name?": TEXT}],
        "then_ask": TEXT,
    },
    "what_good_looks_like": TEXTS,
    "lines_to_say": None,
    "rehearsal": {
        "first_run": [{"who": TEXT, "line": TEXT, "name?": TEXT, "cue?": TEXT, "do?": TEXT}],
        "mentor_notes": TEXT,
    },
    "success_criteria": [{"id": TEXT, "seen_by": TEXT, "text": TEXT}],
    "complications": {
        level: [{"id": TEXT, "mentor_does": TEXT, "good_handling": TEXT, "avoid": TEXT}]
        for level in ("3", "4", "5")
    },
    "feedback_prompts": {
        "rule": TEXT,
        "ask": TEXTS,
        "offer": TEXTS,
        "affirm": TEXTS,
        "never_say": TEXTS,
    },
    "access": {"send": TEXT, "eal": TEXT, "oracy": TEXT, "dignity": TEXT},
    "phase_changes": None,
    "if_role_play_is_not_for_today": TEXTS,
    "transfer_plan": {
        "where": TEXT,
        "cue": TEXT,
        "if_then": TEXT,
        "self_check": TEXT,
        "mentor_check": TEXT,
        "fade": TEXT,
    },
    "time_box": {
        "total_minutes": COUNT,
        "hard_stop_minutes": COUNT,
        "parts": [{"part": TEXT, "minutes": COUNT}],
    },
    "kept_in_record": TEXTS,
    "not_kept": TEXTS,
    "action_step": {
        "what": TEXT,
        "why": TEXT,
        "when_where": TEXT,
        "success_criteria": TEXTS,
        "look_for_next_time": TEXT,
        "whom_might_it_miss": TEXT,
        "statement_codes": TEXTS,
    },
    "alternatives": [{"what": TEXT, "statement_codes": TEXTS}],
    "plan_extract": [{"who": TEXT, "line": TEXT, "do?": TEXT}],
    "one_point_of_feedback": TEXT,
    "twist": TEXT,
    "words": {"ask": TEXTS, "dialogue": TEXTS, "guide": TEXTS, "listen": TEXTS},
    "tip": TEXT,
    "sources": [{"for": TEXT, "source": TEXT, "confidence": TEXT, "status": TEXT}],
}
# A script for mentors belongs to no standard, and needs no codes.
CODES_OR_NONE = ("main", "also", "why")
MENTOR_SHAPE = {name: inner for name, inner in SHAPE.items() if name != "standard"} | {
    "statement_codes": {name: None for name in CODES_OR_NONE},
    "action_step": SHAPE["action_step"] | {"statement_codes": None},
    "alternatives": [{"what": TEXT, "statement_codes": None}],
}
# Said the same way in every script on purpose, so left out when scripts are compared.
SHARED_ON_PURPOSE = {"kept_in_record", "not_kept", "sources"}


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def read_kinds():
    with (PRACTICE / "kinds.csv").open(encoding="utf-8", newline="") as f:
        return {row["code"]: row["kind"] for row in csv.DictReader(f)}


def read_codes():
    """Every statement code of the framework file with its gist, wherever in the tree it stands."""
    found = {}

    def walk(node):
        if isinstance(node, dict):
            if "code" in node and "gist" in node:
                found[node["code"]] = node["gist"]
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(read(FRAMEWORK))
    return found


KINDS = read_kinds()
CODES = read_codes()
SCRIPTS = {path.stem: read(path) for path in PATHS}


def shape_problems(value, shape, where):
    if shape == TEXT:
        ok = isinstance(value, str) and value.strip() == value != ""
        return [] if ok else [f"{where}: text expected"]
    if shape == COUNT:
        ok = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return [] if ok else [f"{where}: whole number expected"]
    if shape == FLAG:
        return [] if isinstance(value, bool) else [f"{where}: true or false expected"]
    if isinstance(shape, list):
        if not isinstance(value, list) or not value:
            return [f"{where}: a list with something in it expected"]
        return [
            p for i, v in enumerate(value) for p in shape_problems(v, shape[0], f"{where}[{i}]")
        ]
    if not isinstance(value, dict):
        return [f"{where}: object expected"]
    required = {k for k in shape if not k.endswith("?")}
    allowed = {k.rstrip("?") for k in shape}
    out = [f"{where}.{k}: missing" for k in sorted(required - value.keys())]
    out += [f"{where}.{k}: unknown field" for k in sorted(value.keys() - allowed)]
    for k, v in value.items():
        inner = shape.get(k, shape.get(k + "?"))
        if inner is not None:
            out += shape_problems(v, inner, f"{where}.{k}")
    return out


def words_of(text):
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower())


def sentences_of(text):
    return [s for s in re.split(r"(?<=[.?!])\s+", text.strip()) if s]


def texts_of(node, skip=frozenset()):
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, child in node.items():
            if key not in skip:
                yield from texts_of(child, skip)
    elif isinstance(node, list):
        for child in node:
            yield from texts_of(child, skip)


def spoken_turns(script):
    model = script["model"]
    shown = model["mentor_shows_well"] + model["mentor_shows_too_fast"]
    return shown + script["rehearsal"]["first_run"]


def names_of(script):
    """Invented people of a script; the mentor as a colleague is not one of them."""
    speaking = {t["name"] for t in spoken_turns(script) if "name" in t}
    in_twists = set(
        re.findall(r"\bAs ([A-Z][a-z]+)\b", " ".join(texts_of(script["complications"])))
    )
    return (speaking | in_twists) - {"Mentor"}


def shingles_of(texts):
    out = set()
    for text in texts:
        w = words_of(text)
        out |= {tuple(w[i : i + SHINGLE]) for i in range(len(w) - SHINGLE + 1)}
    return out


def prose_of(script):
    body = {k: v for k, v in script.items() if k not in SHARED_ON_PURPOSE}
    return list(texts_of(body, skip={"rule"}))


def step_problems(step, where):
    what, codes = step["what"], step["statement_codes"]
    out = []
    if len(words_of(what)) > MAX_STEP_WORDS:
        out.append(f"{where}: over {MAX_STEP_WORDS} words")
    if VAGUE.search(what):
        out.append(f"{where}: vague verb '{VAGUE.search(what).group()}'")
    if len(sentences_of(what)) != 1 or not what.endswith(".") or ";" in what:
        out.append(f"{where}: one sentence expected")
    if re.search(
        r",? (and|then) (\w+ly )?(ask|say|show|give|tell|count|write|walk|name|use|check)\b", what
    ):
        out.append(f"{where}: joins two behaviours")
    if not re.match(r"[A-Z][a-z]+ ", what) or what.split()[0] in {
        "You",
        "The",
        "Pupils",
        "To",
        "Be",
    }:
        out.append(f"{where}: should open with a doing word")
    out += [f"{where}: {c} cannot be practised" for c in codes if KINDS.get(c) not in PRACTISABLE]
    return out


def problems(script, stem):
    """All that is wrong with one script, as sentences; empty when it may ship."""
    for_mentor = script.get("audience", "ect") == "mentor"
    out = shape_problems(script, MENTOR_SHAPE if for_mentor else SHAPE, stem)
    if out:
        return out

    s, codes, phase = script, script["statement_codes"], script["phase"]

    def need(ok, message):
        if not ok:
            out.append(f"{stem}: {message}")

    # Identity
    need(s["schema"] == 1, "schema is not 1")
    need(s["id"] == stem, "id and file name differ")
    need(s.get("audience", "mentor") == "mentor", "an audience only where it is mentors")
    if for_mentor:
        need(re.fullmatch(r"dp-mentor-[a-z]+-1", s["id"]), "id is not dp-mentor-WORD-1")
    else:
        main = codes["main"][0]
        need(s["id"] == f"dp-{main}-{phase}-1", "id is not dp-CODE-PHASE-1")
        need(
            s["standard"] in STANDARDS and s["standard"] == f"S{main[0]}",
            "standard and main code differ",
        )
    need(re.fullmatch(r"\d+\.\d+\.\d+", s["version"]), "version is not x.y.z")
    need(s["edition"] == "ittecf-2024", "unknown edition")
    need(s["invented"] is True, "must say that it is invented")
    need(phase in PHASES, "unknown phase")
    need(s["tier"] in TIERS, "unknown tier")

    # Codes
    for code in codes["main"]:
        need(KINDS.get(code) in PRACTISABLE, f"{code} cannot be practised")
        need(KINDS.get(code) == s["kind"], f"kind of {code} is {KINDS.get(code)}, not {s['kind']}")
    for code in codes["main"] + codes["also"] + codes["why"]:
        need(code in CODES, f"{code} is not in the framework")
        need("not recovered" not in CODES.get(code, ""), f"{code} is an empty slot")
    need(
        all(re.fullmatch(r"[1-8][a-z]", c) for c in codes["main"] + codes["also"]),
        "main/also: learn how to",
    )
    need(all(re.fullmatch(r"[1-8]\.\d+", c) for c in codes["why"]), "why: learn that")
    need(not set(codes["main"]) & set(codes["also"]), "a code is both main and also")
    need(s["action_step"]["statement_codes"] == codes["main"], "the step leaves the main code")

    # Variants
    need(set(s["variants"]) == PHASES - {phase}, "variants are the three other phases")
    need(
        isinstance(s["phase_changes"], dict) and set(s["phase_changes"]) == PHASES - {phase},
        "phase_changes has one part for each other phase",
    )
    need(
        isinstance(s["lines_to_say"], dict) and len(s["lines_to_say"]) >= 4,
        "lines_to_say: four sets",
    )
    for field in ("phase_changes", "lines_to_say"):
        if isinstance(s[field], dict):
            inner = TEXT if field == "phase_changes" else TEXTS
            out.extend(
                p
                for k, v in s[field].items()
                for p in shape_problems(v, inner, f"{stem}.{field}.{k}")
            )

    # Levels, moves, lines
    level = s["start_level"]
    need(
        0 <= level["novice"] <= level["developing"] <= level["secure"] <= 5,
        "start levels 0..5, rising",
    )
    need(
        [m["n"] for m in s["moves"]] == list(range(1, len(s["moves"]) + 1)),
        "moves are numbered from 1",
    )
    need(4 <= len(s["moves"]) <= 6, "four to six moves")
    for turn in spoken_turns(s):
        need(
            turn["who"] in {"mentor" if for_mentor else "teacher", "pupil", "adult", "action"},
            f"who is {turn['who']}?",
        )
        need(
            (turn["who"] in {"pupil", "adult"}) == ("name" in turn),
            f"name of {turn['who']}: {turn['line']}",
        )
    need(len(s["rehearsal"]["first_run"]) >= 6, "a first run of six turns or more")
    need(any(t["who"] in {"pupil", "adult"} for t in s["rehearsal"]["first_run"]), "nobody answers")
    need(s["model"]["then_ask"].endswith("?"), "then_ask is a question")

    # Criteria and complications
    criteria = s["success_criteria"]
    need(
        [c["id"] for c in criteria] == [f"c{i}" for i in range(1, len(criteria) + 1)],
        "criteria c1, c2 ...",
    )
    need(
        {c["seen_by"] for c in criteria} == {"mentor", "lesson"},
        "criteria for the mentor and the lesson",
    )
    for key, least in (("3", 2), ("4", 2), ("5", 1)):
        ids = [c["id"] for c in s["complications"][key]]
        need(len(ids) >= least, f"level {key}: at least {least} complications")
        need(ids == [f"k{key}{i}" for i in range(1, len(ids) + 1)], f"level {key}: ids k{key}1 ...")

    # Feedback, time, transfer
    prompts = s["feedback_prompts"]
    need(
        all(len(prompts[k]) >= 2 for k in ("ask", "offer", "affirm", "never_say")),
        "two prompts of each",
    )
    need(all(q.rstrip().endswith("?") for q in prompts["ask"]), "ask prompts are questions")
    box = s["time_box"]
    need([p["part"] for p in box["parts"]] == PARTS, "time box parts, in the order of the protocol")
    need(all(p["minutes"] >= 1 for p in box["parts"]), "a part without a minute")
    need(
        sum(p["minutes"] for p in box["parts"]) == box["total_minutes"], "time box does not add up"
    )
    need(10 <= box["total_minutes"] <= box["hard_stop_minutes"] <= 15, "ten to fifteen minutes")
    need(
        re.match(r"If .+, then I .+\.$", s["transfer_plan"]["if_then"]),
        "if_then: If ..., then I ...",
    )
    need(len(s["if_role_play_is_not_for_today"]) >= 2, "two other ways than role play")

    # Action step and its neighbours
    step = s["action_step"]
    out.extend(step_problems(step, f"{stem}.action_step"))
    need(2 <= len(step["success_criteria"]) <= 3, "two or three step criteria")
    for key in ("why", "look_for_next_time", "whom_might_it_miss"):
        need(len(sentences_of(step[key])) == 1, f"action_step.{key}: one sentence")
    need(len(s["alternatives"]) <= 2, "one or two alternatives")
    for i, other in enumerate(s["alternatives"]):
        out.extend(step_problems(other, f"{stem}.alternatives[{i}]"))

    # The one-page plan's pieces
    extract, practiser = s["plan_extract"], "Mentor" if for_mentor else "ECT"
    need(len(extract) <= MAX_EXTRACT_LINES, "plan_extract is too long")
    for row in extract:
        need(row["who"] in names_of(s) | {practiser, "adult"}, f"plan_extract: who is {row['who']}?")
        need(
            len(row["line"]) <= MAX_EXTRACT_CHARS and len(row.get("do", "")) <= MAX_EXTRACT_CHARS,
            f"plan_extract line too long: {row['line']}",
        )
    need(any(row["who"] == practiser for row in extract), "plan_extract without the ECT")
    need(any(row["who"] != practiser for row in extract), "plan_extract without an answer")
    question = s["one_point_of_feedback"]
    need(question.endswith("?") and question.count("?") == 1, "one_point_of_feedback: one question")
    for key in ("twist", "tip"):
        need(len(sentences_of(s[key])) == 1, f"{key}: one sentence")
    for stance, n in (("ask", 2), ("dialogue", 2), ("guide", 2), ("listen", 1)):
        need(len(s["words"][stance]) == n, f"words.{stance}: {n} expected")
        need(
            all(len(w) <= MAX_PROMPT_CHARS for w in s["words"][stance]), f"words.{stance}: too long"
        )
    need(
        all(w.endswith("?") for w in s["words"]["ask"] + s["words"]["listen"]),
        "ask and listen: questions",
    )

    # Honesty and dignity
    need(any(r["status"] == "default_policy" for r in s["sources"]), "no source says what is ours")
    for row in s["sources"]:
        need(
            row["status"] in {"public", "general_knowledge", "default_policy"},
            f"status {row['status']}",
        )
        need(row["confidence"] in {"high", "medium", "low"}, f"confidence {row['confidence']}")
    for text in texts_of(s, skip={"never_say", "not_kept"}):
        need(not GRADING.search(text), f"grades something: {text}")
    return out


def capitals_of(script):
    """Capitalised words inside a sentence: people and places, whether or not they speak."""
    return {w for text in prose_of(script) for w in re.findall(r"(?<=[a-z,] )[A-Z][a-z]+\b", text)}


def names_used_too_often(scripts, most=2):
    owners = {}
    for stem, script in scripts.items():
        for name in names_of(script) | (capitals_of(script) - NOT_A_NAME):
            owners.setdefault(name, []).append(stem)
    return {n: o for n, o in owners.items() if len(o) > most}


def shared_shingles(scripts):
    seen = {stem: shingles_of(prose_of(script)) for stem, script in scripts.items()}
    return [
        (a, b, " ".join(x))
        for a, b in combinations(sorted(seen), 2)
        for x in sorted(seen[a] & seen[b])
    ]


def test_kinds_agree_with_the_framework():
    counts = {k: list(KINDS.values()).count(k) for k in sorted(set(KINDS.values()))}
    assert counts == {
        "converse": 11,
        "do_instead": 14,
        "enact": 57,
        "make": 35,
        "placeholder": 3,
        "scenario_only": 2,
    }
    assert set(KINDS) <= set(CODES)


@pytest.mark.parametrize("stem", sorted(SCRIPTS))
def test_script_is_sound(stem):
    assert problems(SCRIPTS[stem], stem) == []


def test_every_standard_has_a_script():
    assert {s["standard"] for s in SCRIPTS.values() if "standard" in s} == STANDARDS


def test_mentors_have_scripts_of_their_own():
    found = {stem for stem, s in SCRIPTS.items() if s.get("audience") == "mentor"}
    assert found == {f"dp-mentor-{w}-1" for w in ("stance", "step", "opening", "claim")}
    for stem in found:
        assert SCRIPTS[stem]["statement_codes"] == {"main": [], "also": [], "why": []}


def test_all_phases_and_kinds_are_met():
    assert {s["phase"] for s in SCRIPTS.values()} == PHASES
    assert {s["kind"] for s in SCRIPTS.values()} == PRACTISABLE


def test_names_are_varied():
    assert names_used_too_often(SCRIPTS) == {}


def test_no_two_scripts_share_eight_words_in_a_row():
    assert shared_shingles(SCRIPTS) == []


def test_action_steps_differ():
    steps = [s["action_step"]["what"] for s in SCRIPTS.values()]
    assert len(set(steps)) == len(steps)


# Each damage must be noticed: otherwise the checks above would prove nothing.
DAMAGES = {
    "field missing": (lambda s: s.pop("access"), "access: missing"),
    "unknown field": (lambda s: s.update(rank=1), "rank: unknown field"),
    "wrong type": (lambda s: s.update(title=3), "title: text expected"),
    "empty list": (lambda s: s["words"].update(listen=[]), "words.listen: a list"),
    "optional field of a wrong type": (
        lambda s: s["plan_extract"][0].update(do=4),
        "do: text expected",
    ),
    "unknown code": (
        lambda s: s["statement_codes"]["also"].append("4z"),
        "4z is not in the framework",
    ),
    "empty slot": (lambda s: s["statement_codes"]["why"].append("3.10"), "3.10 is an empty slot"),
    "not practisable": (
        lambda s: s["alternatives"][0].update(statement_codes=["8p"]),
        "8p cannot be practised",
    ),
    "wrong kind": (lambda s: s.update(kind="make"), "kind of 4n is enact"),
    "wrong standard": (lambda s: s.update(standard="S3"), "standard and main code differ"),
    "time": (lambda s: s["time_box"].update(total_minutes=13), "does not add up"),
    "vague verb": (
        lambda s: s["action_step"].update(what="Improve your wait after questions."),
        "vague verb",
    ),
    "long step": (
        lambda s: s["action_step"].update(what="Count " + "very " * 30 + "slowly."),
        "over 30 words",
    ),
    "two behaviours": (
        lambda s: s["action_step"].update(what="Count to four, then name a pupil."),
        "joins two",
    ),
    "long line": (lambda s: s["plan_extract"][0].update(line="x" * 91), "line too long"),
    "stranger": (lambda s: s["plan_extract"][1].update(who="Nobody"), "who is Nobody?"),
    "long prompt": (lambda s: s["words"].update(listen=["x" * 95 + "?"]), "words.listen: too long"),
    "grading": (lambda s: s.update(tip="Give the wait a score."), "grades something"),
    "status": (lambda s: s["sources"][0].update(status="official"), "status official"),
    "no phase change": (lambda s: s["phase_changes"].pop("primary"), "phase_changes has one part"),
    "if-then": (lambda s: s["transfer_plan"].update(if_then="I will wait longer."), "if_then"),
}


@pytest.mark.parametrize("damage", sorted(DAMAGES))
def test_damage_is_noticed(damage):
    spoil, expected = DAMAGES[damage]
    script = copy.deepcopy(SCRIPTS["dp-4n-secondary-1"])
    spoil(script)
    assert any(expected in p for p in problems(script, "dp-4n-secondary-1"))


def test_copied_lines_and_names_are_noticed():
    one = SCRIPTS["dp-4n-secondary-1"]
    assert shared_shingles({"a": one, "b": one})
    assert set(names_used_too_often({"a": one, "b": one, "c": one})) == {"Ros", "Tam", "Idris"}
