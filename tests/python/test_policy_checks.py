"""What can be said of a policy before any record meets it: analysed, proved, compared, converted, mended and
made of functions, in Python and by the program."""

import itertools
import json
import pickle

import numpy as np
import pytest

import ectp

TABLE = """U,seen,percent,view,path,weeks,reason
,in,in,in,out,out,note
,integer [0..40],"integer [0..100], null","lower,agree,higher, null","consolidate,extend",integer,
few,<3,-,-,consolidate,3,a single lesson is weak evidence
low,>=3,<70,-,consolidate,6,not yet secure
calm,>=3,>=70,"lower,agree",extend,6,secure and level-headed
high,>=2,>=70,higher,consolidate,2,look together
"""
OURS = ectp.Policy.from_text(TABLE, name="ours")
LOWER = ectp.Policy.from_text(TABLE.replace(">=70", ">=60").replace("<70", "<60"), name="lower")


def records():
    """Every combination of values that no test of either policy tells apart, and their neighbours."""
    percents = [None, 0, 59, 60, 61, 69, 70, 71, 100]
    for row in itertools.product([0, 1, 2, 3, 4, 40], percents, ["lower", "agree", "higher", None]):
        yield dict(zip(("seen", "percent", "view"), row))


def shown(run, *arguments, status=0, **options):
    done = run("policy", *arguments, **options)
    assert done.returncode == status, done.stderr
    return done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def files(tmp_path):
    for policy in (OURS, LOWER):
        policy.save(tmp_path / f"{policy.name}.csv")
    return tmp_path


# --- analysing --------------------------------------------------------------------------------------


def test_an_analysis_says_where(run, files):
    found = OURS.analyse()
    assert not found and not found.sound and found.conclusive
    for gap in found.gaps:
        assert OURS.decide(gap.witness).status == "no_rule"
        assert set(gap.box) == {"seen", "percent", "view"}
    (overlap,) = found.overlaps
    assert overlap.rules == ("few", "high") and overlap.conflict and not overlap.same_outputs
    assert OURS.decide(overlap.witness).status == "conflict"
    assert found.dead == ()
    assert [f.level for f in found.findings][:3] == ["error"] * 3
    assert found.domain["view"] == "lower,agree,higher; or null"
    assert "no rule matches" in found.text and found.markdown.startswith("## ours")
    # No gap is missed, and none is said twice.
    gaps = 0
    for record in records():
        gaps += OURS.decide(record).status == "no_rule"
    assert gaps and found["gaps_in_all"] == len(found.gaps) == 2
    # The program says the same, and its exit status tells whether anything is an error.
    text, _ = shown(run, "analyse", files / "ours.csv", status=1)
    assert text == ectp.Policy.load(files / "ours.csv").analyse().text
    text, _ = shown(run, "analyse", files / "ours.csv", "--format", "json", status=1)
    said = json.loads(text)
    assert said["gaps"] == found["gaps"] and said["dead"] == []
    assert said["policy_sha256"] == OURS.sha256
    assert shown(run, "analyse", files / "ours.csv", "--format", "markdown", status=1)[0].startswith("## ours")
    assert "0 errors" in shown(run, "analyse", "stance")[0]


def test_what_a_column_is_taken_to_hold_is_said(run, files):
    known = OURS.analyse(null=False)
    assert known.gaps == () and not known.sound and known.domain["percent"] == "integer [0..100]; null left out"
    text, _ = shown(run, "analyse", files / "ours.csv", "--without-null", "--format", "json", status=1)
    assert json.loads(text)["gaps"] == []


def test_a_repair_leaves_no_error(run, files):
    mended = OURS.suggest()
    assert [f.kind for f in mended.steps] == ["gap", "gap", "conflict"] and mended.left == ()
    assert mended.policy.analyse().sound
    for record in records():
        outcome = OURS.decide(record)
        if outcome.status == "decided":
            assert mended.policy.decide(record).value == outcome.value
        assert mended.policy.decide(record).status == "decided"
    for ending in ("csv", "md", "dmn"):
        out = files / f"mended.{ending}"
        text, _ = shown(run, "suggest", files / "ours.csv", "--out", out)
        assert "gap-1" in text and "no error is left" in text
        written = ectp.Policy.load(out)
        assert written.decide({"seen": 5, "percent": None, "view": None}).rule == "gap-2"
        assert written.analyse().sound
    assert "nothing to mend" in shown(run, "suggest", files / "mended.csv")[0]


# --- proving ----------------------------------------------------------------------------------------


def test_proofs_have_counterexamples(run, files):
    proofs = OURS.prove("total", "reachable", "invariant(view)", null=False)
    assert not proofs and [bool(p) for p in proofs.proofs] == [True, True, False]
    (violation,) = proofs.proofs[2].violations
    assert violation.kind == "change"
    assert OURS.decide(violation.record).status != OURS.decide(violation.other).status or (
        OURS.decide(violation.record).value != OURS.decide(violation.other).value
    )
    assert {k for k in violation.record if violation.record[k] != violation.other[k]} == {"view"}
    assert ectp.Policy.builtin("pathway").prove()
    assert OURS.prove("refines", base=OURS) and not OURS.prove("refines", base=LOWER)
    assert OURS.prove("refines(percent: <60)", base=LOWER)
    text, _ = shown(run, "prove", files / "ours.csv", "total", "invariant(view)", status=1)
    assert "violated: total" in text and "violated: invariant(view)" in text
    assert "2 of 2 proved" in shown(run, "prove", "pathway", "total", "no-dead")[0]
    text, _ = shown(run, "prove", files / "ours.csv", "refines", "--base", files / "ours.csv", "--format", "json")
    assert json.loads(text)["proved"] is True


@pytest.mark.parametrize(
    "properties, code",
    [
        (["monoton(view)"], "syntax"),
        (["monotone(view)"], "missing_field"),
        (["monotone(nobody, path)"], "unknown_field"),
        (["refines"], "bad_argument"),
    ],
)
def test_properties_that_are_refused(run, files, properties, code):
    with pytest.raises(ectp.Error) as refused:
        OURS.prove(*properties)
    assert refused.value.code == code
    _, errors = shown(run, "prove", files / "ours.csv", *properties, status=2)
    assert errors.startswith("ectp: ")


# --- comparing --------------------------------------------------------------------------------------


def test_a_difference_is_what_deciding_says():
    found = OURS.diff(LOWER)
    assert not found.equivalent and found.complete and found.changed is None
    assert OURS.diff(OURS).equivalent and LOWER.diff(LOWER).changes == ()
    assert OURS.diff(LOWER, where={"percent": "<60"}).equivalent
    for change in found.changes:
        before, after = OURS.decide(change.witness), LOWER.decide(change.witness)
        assert (before.value, before.status) != (after.value, after.status)
        assert set(change.rules_before) == set(before.rules or filter(None, (before.rule, before.other)))
    differ = [r for r in records() if _said(OURS, r) != _said(LOWER, r)]
    assert differ
    columns = {
        "seen": np.array([r["seen"] for r in differ]),
        "percent": np.array([np.nan if r["percent"] is None else r["percent"] for r in differ]),
        "view": np.array([r["view"] for r in differ], dtype=object),
    }
    assert len(OURS.diff(LOWER, columns).changed) == len(differ)


def _said(policy, record):
    outcome = policy.decide(record)
    return outcome.status, outcome.value


@pytest.mark.parametrize("threads", [1, 3])
def test_a_cohort_is_counted_and_its_changes_have_reasons(threads):
    rows = list(records()) * 7
    rng = np.random.default_rng(5)
    rng.shuffle(rows)
    columns = {
        "seen": np.array([r["seen"] for r in rows], dtype=np.int8),
        "percent": np.array([np.nan if r["percent"] is None else r["percent"] for r in rows]),
        "view": np.array([r["view"] for r in rows], dtype=object),
    }
    found = OURS.diff(LOWER, columns, threads=threads)
    changed = [i for i, r in enumerate(rows) if _said(OURS, r) != _said(LOWER, r)]
    assert found.changed.tolist() == changed
    assert sum(t.rows for t in found.transitions) == len(rows)
    assert sum(r.rows for r in found.reasons) == len(changed)
    for reason in found.reasons:
        record = rows[reason.first_row]
        before = OURS.decide(record)
        assert set(reason.rules_before) == set(before.rules or filter(None, (before.rule, before.other)))
    with pytest.raises(TypeError):
        OURS.diff(LOWER, [1, 2])
    with pytest.raises(TypeError):
        OURS.diff("lower")
    with pytest.raises(ectp.Error):
        OURS.diff(LOWER, {"seen": columns["seen"]})


def test_the_program_compares(run, files):
    (files / "cohort.csv").write_text("seen,percent,view,id\n5,65,agree,a\n5,75,agree,b\n5,,lower,c\n2,65,higher,d\n")
    text, _ = shown(run, "diff", files / "ours.csv", files / "lower.csv", "--cohort", files / "cohort.csv")
    assert "In the cohort 2 rows of 4 change" in text
    text, _ = shown(run, "diff", files / "ours.csv", files / "lower.csv", "--cohort", files / "cohort.csv", "--format", "json")
    said = json.loads(text)
    assert said["cohort"]["changed_rows"] == [1, 4] and said["equivalent"] is False
    assert said["before"]["policy_sha256"] == OURS.sha256
    same, _ = shown(run, "diff", files / "ours.csv", files / "lower.csv", "--where", '{"percent": "<60"}')
    assert "Proved: both give every record the same answer." in same
    (files / "cohort.csv").write_text("seen,percent,view\n5,many,agree\n")
    _, errors = shown(run, "diff", files / "ours.csv", files / "lower.csv", "--cohort", files / "cohort.csv", status=2)
    assert ":2:3: wrong_type: " in errors


def test_rows_that_no_policy_takes_are_not_passed_over(run, files):
    (files / "rows.csv").write_text("seen,percent,view\n5,65,agree\n5,300,agree\n,65,agree\n5,65,Agree\n")
    where = [files / "ours.csv", files / "lower.csv", "--cohort", files / "rows.csv"]
    for form in ("text", "markdown"):
        text, _ = shown(run, "diff", *where, "--format", form)
        assert "1 row of 4 changes" in text
        assert "3 rows hold a value that an input of one policy or of both does not take." in text
    (files / "rows.csv").write_text("seen,percent,view\n5,300,agree\n")
    assert "\nNote: 1 row holds a value" in shown(run, "diff", *where)[0]
    (files / "rows.csv").write_text("seen,percent,view\n5,65,agree\n")
    assert "does not take" not in shown(run, "diff", *where)[0]


def test_errors_of_tests_and_texts_have_their_place(run, files):
    both = [files / "ours.csv", files / "lower.csv"]
    _, said = shown(run, "diff", *both, "--where", '{"seen": ">=3", "nope": "1"}', status=2)
    assert "--where:1:25 (/nope): bad_argument" in said
    _, said = shown(run, "diff", *both, "--where", '{"seen": "99"}', status=2)
    assert "--where:1:10 (/seen): bad_cell" in said
    arguments = {"policy": TABLE, "other": TABLE.replace("<3", "<three")}
    answer = run("call", input=json.dumps({"ectp": 1, "fn": "policy_diff", "args": arguments}).encode())
    assert json.loads(answer.stdout)["error"]["at"].startswith("other:4:")


@pytest.mark.parametrize(
    "arguments",
    [("diff", "ours.csv", "lower.csv", "--cohort", ""), ("diff", "ours.csv", "lower.csv", "--where", "")]
    + [("suggest", "ours.csv", "--out", ""), ("prove", "ours.csv", "total", "--base", ""), ("convert", "ours.csv", "")],
)
def test_an_empty_argument_is_no_missing_one(run, files, arguments):
    out, said = shown(run, *(files / a if a.endswith(".csv") else a for a in arguments), status=2)
    assert out == "" and "bad_argument: '" in said and "is empty" in said


def test_a_comparison_that_was_stopped_says_so():
    rows = 200_000
    cohort = {"seen": np.full(rows, 5), "percent": np.full(rows, 65.0), "view": np.zeros(rows, np.int8)}
    stopped = OURS.diff(LOWER, cohort, progress=lambda done, rows: False)
    assert stopped.cancelled and "stopped early" in repr(stopped) and len(stopped.changed) < rows
    assert pickle.loads(pickle.dumps(stopped)).cancelled
    whole = OURS.diff(LOWER, cohort, progress=lambda done, rows: None)
    assert not whole.cancelled and "stopped" not in repr(whole) and len(whole.changed) == rows
    assert not OURS.diff(LOWER).cancelled


def test_arguments_of_another_kind_are_named():
    for wrong in (lambda: OURS.prove(["total"]), lambda: OURS.prove("refines", base="lower.csv")):
        with pytest.raises(TypeError, match="a property is a str|is a Policy, not str"):
            wrong()
    for where in ("seen", [1], {"seen": 3}, {3: "-"}):
        with pytest.raises(TypeError, match="`where`"):
            OURS.diff(LOWER, where=where)


# --- forms ------------------------------------------------------------------------------------------


def test_all_forms_are_one_policy(run, files):
    hashes = set()
    for ending in ("csv", "md", "dmn", "xml"):
        out = files / f"other.{ending}"
        text, _ = shown(run, "convert", files / "ours.csv", out)
        assert text.endswith(": 4 rules\n")
        read = ectp.Policy.load(out)
        hashes.add(read.sha256)
        assert [r.when for r in read.rules] == [r.when for r in OURS.rules]
        assert pickle.loads(pickle.dumps(read)) == read
        back = files / f"back-{ending}.csv"
        shown(run, "convert", out, back)
        assert back.read_text() == OURS.to_csv()
    assert hashes == {OURS.sha256}
    assert OURS.sha256 != LOWER.sha256
    shuffled = "".join(TABLE.splitlines(True)[:3] + TABLE.splitlines(True)[:2:-1])
    assert ectp.Policy.from_text(shuffled, name="ours").sha256 == OURS.sha256
    assert ectp.Policy.decisions(files / "other.dmn") == ["ours"]
    assert shown(run, "decisions", files / "other.dmn")[0] == "ours\n"
    _, errors = shown(run, "analyse", files / "other.dmn", "--decision", "nope", status=2)
    assert "unknown_reference" in errors and "'ours'" in errors
    _, errors = shown(run, "convert", files / "ours.csv", files / "ours.txt", status=2)
    assert ".dmn or .xml" in errors and not (files / "ours.txt").exists()
    with pytest.raises(ectp.Error):
        OURS.save(files / "ours.txt")


# --- functions --------------------------------------------------------------------------------------


def test_a_function_is_asked_once_for_every_combination():
    asked = []

    def path(row):
        asked.append(tuple(row.values()))
        if row["mentor"] is None:
            return None
        return "extend" if row["self"] >= 4 and row["mentor"] == "high" else "consolidate"

    policy = ectp.Policy.from_callable(path, {"self": range(6), "mentor": ["low", "high", None], "again": bool})
    assert asked == list(itertools.product(range(6), ["low", "high", None], [False, True]))
    assert policy.name == "path" and policy.outputs[0].name == "outcome"
    for row in list(asked):
        record = dict(zip(("self", "mentor", "again"), row))
        outcome = policy.decide(record)
        assert outcome.value == (None if row[1] is None else path(record))
        assert outcome.status == ("no_rule" if row[1] is None else "decided")
    analysis = policy.analyse()
    assert [g.box["mentor"] for g in analysis.gaps] == ["null"] and analysis.overlaps == ()
    assert policy.prove("invariant(again)") and policy.prove("deterministic")


def test_a_function_of_columns_is_called_once():
    calls = []

    def columns(c):
        calls.append(c)
        return {
            "path": np.where((c["share"] > 0.4) & c["again"], "extend", "consolidate"),
            "weeks": np.where(np.isnan(c["share"]), 2, 6),
        }

    policy = ectp.Policy.from_callable(
        columns, {"share": [0, 0.5, 1, None], "again": bool}, outputs={"path": "ordered: consolidate,extend", "weeks": None},
        name="mine", vectorized=True,
    )
    assert len(calls) == 1 and policy.name == "mine"
    assert policy.decide({"share": 0.5, "again": True}).value == {"path": "extend", "weeks": 6}
    assert policy.decide({"share": None, "again": True}).value == {"path": "consolidate", "weeks": 2}
    assert policy.outputs[0].ordered and policy.prove("monotone(again, path)")


@pytest.mark.parametrize(
    "function, domain, code",
    [
        (lambda row: 1, {"x": "integer"}, "bad_argument"),
        (lambda row: 1, {"x": "integer [0..9]", "y": "integer [0..999999]"}, "too_large"),
        (lambda row: 1, {"x": int}, "bad_argument"),
        (lambda row: 1, {"x": []}, "bad_argument"),
        (lambda row: 1, {"x": ["a", 1]}, "wrong_type"),
        (lambda row: 1, {"x": "integer [0.."}, "bad_domain"),
        (lambda row: None, {"x": bool}, "bad_argument"),
        (lambda row: "a" if row["x"] else 1, {"x": bool}, "wrong_type"),
        (lambda row: {"a": 1} if row["x"] else {"b": 1}, {"x": bool}, "bad_argument"),
    ],
)
def test_functions_that_are_refused(function, domain, code):
    with pytest.raises(ectp.Error) as refused:
        ectp.Policy.from_callable(function, domain)
    assert refused.value.code == code


def test_a_function_without_end_decides_and_no_more():
    share = ectp.CallablePolicy(lambda r: "a" if r["x"] > 0.5 else "b", {"x": "number [0..1]"}, name="share")
    assert share.decide({"x": 0.7}) == "a" and share.decide_batch({"x": [0.1, 0.9]}) == ["b", "a"]
    with pytest.raises(ectp.Error) as refused:
        share.decide_batch({"x": [0.1, 3]})
    assert (refused.value.code, refused.value.location.path) == ("out_of_range", "/x/1")
    with pytest.raises(ectp.Error):
        share.decide({"y": 1})
    with pytest.raises(ectp.Error):
        share.decide_batch({"y": [1]})
    columns = ectp.CallablePolicy(lambda c: np.where(c["x"] > 0.5, "a", "b"), {"x": "number [0..1]"}, vectorized=True)
    assert columns.decide_batch({"x": np.array([0.1, 0.9])}).tolist() == ["b", "a"] and columns.decide({"x": 1}) == "a"
    assert not hasattr(share, "analyse")
    with pytest.raises(TypeError):
        ectp.CallablePolicy("a", {"x": bool})


def test_values_of_numpy_are_values():
    numbers = {"a": np.array([1, 2]), "b": np.array([0.5, np.nan]), "c": np.array([True, False])}
    policy = ectp.Policy.from_callable(lambda row: "x", numbers)
    assert [c.domain for c in policy.inputs] == ["1,2", "0.5, null", "boolean"]
    with pytest.raises(ectp.Error, match="infinite"):
        ectp.Policy.from_callable(lambda row: 1, {"a": [float("inf")]})


def test_columns_of_a_function_are_looked_at():
    def made(function, **more):
        return ectp.Policy.from_callable(function, {"a": bool}, vectorized=True, **more)

    masked = made(lambda columns: np.ma.array([1, 2], mask=[False, True]))
    assert [masked.decide({"a": a}).value for a in (False, True)] == [1, None]
    with pytest.raises(ectp.Error, match="no column"):
        made(lambda columns: {})
    for outputs in ([], [3], ["x", "x"]):
        with pytest.raises(ectp.Error):
            made(lambda columns: columns["a"], outputs=outputs)
    for domain in (None, [("a", bool)], {3: bool}):
        with pytest.raises(TypeError, match="domains are a mapping|the name of an input"):
            ectp.Policy.from_callable(lambda row: 1, domain)


def test_a_function_without_end_takes_what_a_policy_takes():
    inner = ectp.CallablePolicy(lambda row: row["a.b"], {"a.b": "number"})
    assert inner.decide({"a": {"b": 1}}) == inner.decide({"a.b": 1}) == 1
    assert ectp.CallablePolicy(lambda row: row["outcome"], {"outcome": "number"}).decide({"outcome": 2}) == 2
    two = ectp.CallablePolicy(lambda row: row["s"], {"s": "number", "t": "number"})
    for columns in ({"s": [1, 2], "t": [1]}, {"s": [1], "t": [1, 2]}, {"s": 1, "t": 1}, {"s": [[1]], "t": [1]}):
        with pytest.raises(ectp.Error, match="shape"):
            two.decide_batch(columns)
