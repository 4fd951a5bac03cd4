"""Policies, against a small reference that reads the CSV by itself."""

import csv
import hashlib
import io
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ectp


# --- the reference: a decision table in the plainest Python ---------------------------------------


def cells(text):
    """The items of a cell or domain, split at the commas that no quotes enclose."""
    return [item.strip() for item in next(csv.reader([text], skipinitialspace=True))]


def bare(word):
    return {"null": None, "true": True, "false": False}.get(word, word)


def equal(value, written):
    written = bare(written)
    if value is None or written is None or isinstance(value, bool) or isinstance(written, bool):
        return value is written
    return value == (int(written) if isinstance(value, int) else written)


def holds(test, value):
    if test in ("", "-"):
        return True
    negated = re.fullmatch(r"not\((.*)\)", test)
    if negated:
        return not holds(negated[1], value)
    compared = re.fullmatch(r"(>=|<=|>|<)(-?\d+)", test)
    if compared:
        n = int(compared[2])
        return value is not None and {
            ">=": value >= n, "<=": value <= n, ">": value > n, "<": value < n}[compared[1]]
    return any(equal(value, item) for item in cells(test))


class Reference:
    """A FIRST table: the first row whose tests all hold."""

    def __init__(self, text):
        names, roles, _, *rows = csv.reader(io.StringIO(text))
        assert names[0] == "F"
        self.inputs = [(i, n) for i, n in enumerate(names) if roles[i] == "in"]
        self.outputs = [(i, n) for i, n in enumerate(names) if roles[i] == "out"]
        self.rows = rows

    def decide(self, values):
        for row in self.rows:
            if all(holds(row[i].strip(), values[n]) for i, n in self.inputs):
                out = {n: bare(row[i].strip()) if row[i].strip() else None for i, n in self.outputs}
                return row[0], out
        return None, {}


BUILTIN = ["pathway", "stance", "focus", "level", "itt_view", "self_view"]


def column_values(column):
    if column.values is not None:
        made = st.sampled_from(column.values)
    elif column.type == "boolean":
        made = st.booleans()
    else:
        assert column.type == "integer"
        ends = st.integers(int(column.low), int(column.high))
        near = [n for n in (-1, 0, 1, 2, 3, 39, 40, 41, 69, 70, 71, 500, 800) if column.low <= n <= column.high]
        made = st.one_of(st.sampled_from(near), ends)
    return st.one_of(made, st.none()) if column.nullable else made


def rows_of(policy):
    return st.fixed_dictionaries({c.name: column_values(c) for c in policy.inputs})


@pytest.mark.parametrize("name", BUILTIN)
def test_a_policy_decides_as_the_reference_does(name):
    policy = ectp.Policy.builtin(name)
    reference = Reference(policy.text)
    seen = set()

    @settings(max_examples=400, deadline=None)
    @given(rows_of(policy))
    def check(values):
        outcome = policy.decide(values)
        rule, outputs = reference.decide(values)
        assert (outcome.rule, outcome.values) == (rule, outputs)
        assert bool(outcome) == (rule is not None)
        why = policy.explain(values)
        assert why["status"] == outcome.status and why["inputs"] == values
        selected = [m for m in why["matched"] if m["selected"]]
        assert [m["rule"] for m in selected] == ([rule] if rule else [])
        assert {m["rule"] for m in why["matched"]} | {r["rule"] for r in why["rejected"]} == {r.id for r in policy.rules}
        for m in why["matched"]:
            assert all(c["holds"] and holds(c["test"], values[c["input"]]) for c in m["cells"])
        for r in why["rejected"]:
            assert not holds(r["first_failed"]["test"], values[r["first_failed"]["input"]])
        seen.add(outcome.rule)

    check()
    assert len(seen) >= 3  # the random rows do reach more than the last rule


@pytest.mark.parametrize("name", BUILTIN + ["words"])
def test_a_policy_describes_itself(name):
    policy = ectp.Policy.builtin(name)
    rows = list(csv.reader(io.StringIO(policy.text)))
    assert [c.name for c in policy.inputs] == [n for n, r in zip(rows[0], rows[1]) if r == "in"]
    assert [c.name for c in policy.outputs] == [n for n, r in zip(rows[0], rows[1]) if r == "out"]
    assert [r.id for r in policy.rules] == [r[0] for r in rows[3:]]
    lines = policy.text.splitlines()
    for rule in policy.rules:
        assert lines[rule.location.line - 1].startswith(rule.id + ",")
        assert rule.location.file == policy.file
        assert list(rule.when) == [c.name for c in policy.inputs]
        assert rule.notes["reason"] and rule.notes["source"]
    assert policy.sha256 == hashlib.sha256(policy.text.encode()).hexdigest()
    listed = {t["name"]: t for t in ectp.policies()}[name]
    assert listed["sha256"] == policy.sha256 and listed["rules"] == len(policy.rules)
    assert repr(policy) == f"<Policy {name}: FIRST, {len(policy.rules)} rules>"
    assert policy.hit_policy == "FIRST" and policy.name == name


def test_columns_say_what_they_hold():
    pathway = {c.name: c for c in ectp.Policy.builtin("pathway").inputs}
    percent = pathway["secure_percent"]
    assert (percent.type, percent.low, percent.high, percent.nullable) == ("integer", 0, 100, True)
    assert (percent.values, percent.ordered) == (None, True)
    view = pathway["itt_view"]
    assert (view.type, view.values, view.nullable) == ("string", ("secured", "not_secured", "unknown"), False)
    assert pathway["current_path"].nullable


TABLE = """U,self,mentor,path,weight,reason
,in,in,out,out,note
,integer [0..5],"low,high","consolidate,extend",number,
r1,>=4,high,extend,0.5,both agree
r2,<4,-,consolidate,1,not yet
r3,<2,low,extend,2,overlaps
"""


def test_an_outcome():
    policy = ectp.Policy.from_csv(TABLE, name="own")
    outcome = policy.decide({"mentor": "high", "self": 5})
    assert outcome == ectp.Outcome("decided", "r1", {"path": "extend", "weight": 0.5}, {"reason": "both agree"})
    assert outcome.value == {"path": "extend", "weight": 0.5} and outcome
    conflict = policy.decide({"self": 1, "mentor": "low"})
    assert (conflict.status, conflict.rule, conflict.other) == ("conflict", "r2", "r3")
    assert conflict.value is None and conflict.values == {} and not conflict
    nothing = policy.decide({"self": 4, "mentor": "low"})
    assert (nothing.status, nothing.rule, nothing.value) == ("no_rule", None, None) and not nothing
    one = ectp.Policy.builtin("itt_view").decide({"itt_records": 0, "itt_below_secure": 0})
    assert one.value == "unknown" and one.notes["source"] == "POLICY"


@pytest.mark.parametrize("four", [4, 4.0, Decimal(4), Fraction(8, 2)])
def test_any_number_will_do(four):
    policy = ectp.Policy.from_csv(TABLE)
    assert policy.decide({"self": four, "mentor": "high"}).rule == "r1"


@pytest.mark.parametrize(
    "values, code, path",
    [
        ({"self": 1}, "missing_field", "mentor"),
        ({"self": 1, "mentor": "low", "more": 1}, "unknown_field", "more"),
        ({"self": 6, "mentor": "low"}, "out_of_range", "self"),
        ({"self": 0.5, "mentor": "low"}, "out_of_range", "self"),
        ({"self": float("inf"), "mentor": "low"}, "out_of_range", "self"),
        ({"self": 10**400, "mentor": "low"}, "out_of_range", "self"),
        ({"self": "1", "mentor": "low"}, "wrong_type", "self"),
        ({"self": True, "mentor": "low"}, "wrong_type", "self"),
        ({"self": None, "mentor": "low"}, "out_of_range", "self"),
        ({"self": float("nan"), "mentor": "low"}, "out_of_range", "self"),
        ({"self": 1, "mentor": "Low"}, "out_of_range", "mentor"),
        ({"self": 1, "mentor": 1}, "wrong_type", "mentor"),
        ({"self": 1, "mentor": "\ud800"}, "encoding", ""),
    ],
)
def test_inputs_that_are_refused(values, code, path):
    policy = ectp.Policy.from_csv(TABLE, name="own")
    with pytest.raises(ectp.Error) as refused:
        policy.decide(values)
    assert refused.value.code in (code, "wrong_type" if code == "out_of_range" else code)
    assert path in (refused.value.location.path or "")


def test_inputs_of_no_kind_are_type_errors():
    policy = ectp.Policy.from_csv(TABLE)
    for values in ({"self": 1, "mentor": object()}, {"self": 1, "mentor": b"low"}, {1: 1, "mentor": "low"}, 7):
        with pytest.raises(TypeError):
            policy.decide(values)


@pytest.mark.parametrize(
    "change, code",
    [
        (("U,", "X,"), "bad_table"),
        (("in,in", "in,inn"), "bad_table"),
        (("[0..5]", "[5..0]"), "bad_domain"),
        ((">=4", ">=9"), "bad_cell"),
        (("r2,<4", "r1,<4"), "duplicate_id"),
        (("extend,0.5", "expand,0.5"), "bad_cell"),
        (("high,extend", "hihg,extend"), "bad_cell"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_its_place(tmp_path, change, code):
    text = TABLE.replace(*change, 1)
    assert text != TABLE
    file = tmp_path / "own.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ectp.Error) as refused:
        ectp.Policy.load(file)
    location = refused.value.location
    assert refused.value.code == code
    assert location.file == str(file) and location.line and location.column


def test_where_a_policy_comes_from(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text(TABLE, encoding="utf-8")
    for path in (file, str(file)):
        policy = ectp.Policy.load(path)
        assert (policy.name, policy.file, policy.text) == ("own", str(file), TABLE)
    assert ectp.Policy.from_csv(TABLE.encode(), name="own") == policy
    with pytest.raises(ectp.FileError):
        ectp.Policy.load(tmp_path)
    with pytest.raises(ectp.Error) as refused:
        ectp.Policy.builtin("nope")
    assert "pathway" in refused.value.expected
    with pytest.raises(ectp.Error) as refused:
        ectp.Policy.from_csv(b"F,\xff\n")
    assert refused.value.code == "encoding"
    with pytest.raises(TypeError):
        ectp.Policy()
    with pytest.raises(TypeError):
        ectp.Policy.from_csv(7)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_table_is_refused_or_decides(data):
    text = list(data.draw(st.sampled_from([TABLE, ectp.Policy.builtin("stance").text])))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at] = data.draw(st.sampled_from(["", ",", '"', "\n", "-", "9", "..", "[", "not(", "null", "\0", "\u00e9", "x"]))
    try:
        policy = ectp.Policy.from_csv("".join(text))
    except ectp.Error as e:
        assert e.code != "internal" and e.message
    else:
        assert policy.rules is not None and policy.sha256
