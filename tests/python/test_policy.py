"""Policies, against a small reference that reads the CSV by itself."""

import collections.abc
import csv
import datetime
import io
import pickle
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
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
        self.rows = [row for row in rows if not row[0].startswith("#")]

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
        said = list(outputs.values())
        assert (outcome.rule, outcome.value) == (rule, (said[0] if len(said) == 1 else outputs) if rule else None)
        assert bool(outcome) == (rule is not None)
        assert outcome.rules == ((rule,) if rule else ())
        why = outcome.explain()
        assert why == policy.explain(values)
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
    assert [r.id for r in policy.rules] == [r[0] for r in rows[3:] if not r[0].startswith("#")]
    lines = policy.text.splitlines()
    for rule in policy.rules:
        assert lines[rule.location.line - 1].startswith(rule.id + ",")
        assert rule.location.file == policy.file
        assert list(rule.when) == [c.name for c in policy.inputs]
        assert rule.notes["reason"] and rule.notes["source"]
    assert policy.sha256 == ectp.Policy.from_text(policy.text.replace("\n", "\r\n")).sha256
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
    policy = ectp.Policy.from_text(TABLE, name="own")
    outcome = policy.decide({"mentor": "high", "self": 5})
    assert (outcome.status, outcome.rule, outcome.rules, outcome.other) == ("decided", "r1", ("r1",), None)
    assert outcome.value == {"path": "extend", "weight": 0.5} and outcome
    assert outcome.notes == {"reason": "both agree"}
    assert outcome == policy.decide({"self": 4, "mentor": "high"}) != policy.decide({"self": 0, "mentor": "high"})
    assert repr(outcome) == "<Outcome decided: {'path': 'extend', 'weight': 0.5} (r1)>"
    conflict = policy.decide({"self": 1, "mentor": "low"})
    assert (conflict.status, conflict.rule, conflict.other) == ("conflict", "r2", "r3")
    assert conflict.value is None and conflict.rules == () and conflict.notes == {} and not conflict
    assert repr(conflict) == "<Outcome conflict (r2, r3)>"
    nothing = policy.decide({"self": 4, "mentor": "low"})
    assert (nothing.status, nothing.rule, nothing.value) == ("no_rule", None, None) and not nothing
    assert repr(nothing) == "<Outcome no_rule>"
    with pytest.raises(TypeError):
        hash(outcome)
    one = ectp.Policy.builtin("itt_view").decide({"itt_records": 0, "itt_below_secure": 0})
    assert one.value == "unknown" and one.notes["source"] == "POLICY"


@pytest.mark.parametrize("four", [4, 4.0, Decimal(4), Fraction(8, 2)])
def test_any_number_will_do(four):
    policy = ectp.Policy.from_text(TABLE)
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
    policy = ectp.Policy.from_text(TABLE, name="own")
    with pytest.raises(ectp.Error) as refused:
        policy.decide(values)
    assert refused.value.code in (code, "wrong_type" if code == "out_of_range" else code)
    assert path in (refused.value.location.path or "")


def test_inputs_of_no_kind_are_type_errors():
    policy = ectp.Policy.from_text(TABLE)
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
    assert ectp.Policy.from_text(TABLE.encode(), name="own") == policy
    for missing in (tmp_path / "none.csv", tmp_path / "own.csv" / "none.md"):
        with pytest.raises(ectp.FileError) as refused:
            ectp.Policy.load(missing)
        assert refused.value.filename == str(missing)
    with pytest.raises(ectp.Error) as refused:
        ectp.Policy.builtin("nope")
    assert "pathway" in refused.value.expected
    with pytest.raises(ectp.Error) as refused:
        ectp.Policy.from_text(b"F,\xff\n")
    assert refused.value.code == "encoding"
    with pytest.raises(TypeError):
        ectp.Policy()
    with pytest.raises(TypeError):
        ectp.Policy.from_text(7)
    with pytest.raises(ectp.Error) as refused:
        ectp.Policy.from_text(TABLE, form="xlsx")
    assert (refused.value.code, refused.value.expected) == ("bad_argument", "csv, markdown or dmn")
    with pytest.raises(ectp.Error) as refused:
        ectp.Policy.from_text(TABLE, form="dmn")
    assert refused.value.code == "syntax"


@pytest.mark.parametrize("name", ["own.txt", "own", "own.json"])
def test_a_file_of_another_ending_is_refused(tmp_path, name):
    file = tmp_path / name
    file.write_text(TABLE, encoding="utf-8")
    with pytest.raises(ectp.Error) as refused:
        ectp.Policy.load(file)
    assert (refused.value.code, refused.value.location.file) == ("bad_argument", str(file))
    assert ".csv, .md, .dmn or .xml" in refused.value.expected


def test_a_decision_is_not_picked_out_of_a_file_that_holds_one(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text(TABLE, encoding="utf-8")
    with pytest.raises(ectp.Error) as refused:
        ectp.Policy.load(file, decision="path")
    assert refused.value.code == "bad_argument" and "'path'" in refused.value.message


def test_markdown_is_a_form_of_the_same_policy(tmp_path):
    csv_policy = ectp.Policy.from_text(TABLE, name="own")
    text = "# Ours\n\nA word before it.\n\n" + csv_policy.to_markdown() + "\nAnd one behind.\n"
    file = tmp_path / "own.MD"
    file.write_text(text, encoding="utf-8")
    policy = ectp.Policy.load(file)
    assert policy == csv_policy and hash(policy) == hash(csv_policy)
    assert (policy.form, policy.text, policy.name) == ("markdown", text, "own")
    assert policy.rules[0].location == (str(file), 9, 3, None)
    assert policy.to_csv() == csv_policy.to_csv() == ectp.Policy.from_text(csv_policy.to_csv()).to_csv()
    assert policy.decide({"self": 5, "mentor": "high"}) == csv_policy.decide({"self": 5, "mentor": "high"})
    back = pickle.loads(pickle.dumps(policy))
    assert (back, back.form, back.text, back.file, back.rules) == (policy, "markdown", text, str(file), policy.rules)


def test_policies_are_equal_when_they_say_the_same():
    policy = ectp.Policy.from_text(TABLE, name="own")
    spaced = TABLE.replace("r1,>=4,high", '"r1",>=4 ,"high"').replace("\n", "\r\n")
    assert spaced != TABLE
    assert ectp.Policy.from_text(spaced, name="own") == policy
    assert ectp.Policy.from_text(TABLE, name="other") != policy
    assert ectp.Policy.from_text(TABLE.replace(">=4", ">=3"), name="own") != policy
    assert len({policy, ectp.Policy.from_text(spaced, name="own")}) == 1
    assert policy != "own"


def test_all_errors_of_a_table_come_at_once():
    text = TABLE.replace(">=4,high", ">=9,hihg").replace("r2,<4", "r1,<x")
    with pytest.raises(ectp.Error) as refused:
        ectp.Policy.from_text(text, file="own.csv")
    first = refused.value
    found = [first, *first.others]
    assert [e.code for e in found] == ["bad_cell", "bad_cell", "duplicate_id", "bad_cell"]
    assert [(e.location.line, e.location.column) for e in found] == [(4, 6), (4, 8), (5, 1), (5, 5)]
    assert all(isinstance(e, ectp.Error) and e.location.file == "own.csv" for e in found)
    back = pickle.loads(pickle.dumps(first))
    assert [str(e) for e in back.others] == [str(e) for e in first.others]


def test_what_notebooks_show():
    policy = ectp.Policy.from_text(TABLE.replace("not yet", "<not & yet>"), name="own")
    shown = policy._repr_html_()
    assert shown.count("<tr>") == 5 and "&lt;not &amp; yet&gt;" in shown and "<not" not in shown
    assert policy._repr_markdown_() == policy.to_markdown()
    long = TABLE + "".join(f"s{i},0,low,extend,{i},\n" for i in range(200))
    assert "and 103 more" in ectp.Policy.from_text(long)._repr_html_()
    why = policy.decide({"self": 5, "mentor": "high"}).explain()
    assert why._repr_markdown_() == why.markdown and "r1" in why.markdown and "r1" in why.text
    assert str(why) == why.text and why.status == "decided"
    assert repr(why) == "<Explanation own: decided (r1)>"


HEADER = """U,on,days,path
,in,in,out
,date,integer >= 0,"a,b"
#label,The day,Days in post,The path
#unit,,school days,
#source,calendar,,
#change,fixed,actionable,
#default,,,b
r1,>=2025-09-01,>10,a
"""


def test_the_header_of_a_table():
    policy = ectp.Policy.from_text(HEADER)
    on, days = policy.inputs
    assert (on.label, on.unit, on.source, on.fixed, on.type) == ("The day", "", "calendar", True, "date")
    assert (days.label, days.unit, days.source, days.fixed) == ("Days in post", "school days", "", False)
    assert policy.defaults == {"path": "b"} and ectp.Policy.from_text(TABLE).defaults is None
    outcome = policy.decide({"on": datetime.date(2025, 8, 31), "days": 3})
    assert (outcome.status, outcome.value, outcome.rule, outcome.rules, outcome.notes) == ("decided", "b", None, (), {})
    bounded = ectp.Policy.from_text("U,t,o\n,in,out\n,time [08:00..18:00),date >= 2025-09-01\nr,-,2025-09-01\n")
    assert (bounded.inputs[0].low, bounded.inputs[0].high) == (datetime.time(8), datetime.time(18))
    assert bounded.outputs[0].low == datetime.date(2025, 9, 1)


def hits(corner, outputs='"low,high"'):
    return f"""{corner},x,y
,in,out
,integer [0..9],{outputs}
r1,<=2,low
r2,[1..4],high
r3,>=4,low
"""


@pytest.mark.parametrize(
    "corner, name, values",
    [
        ("U", "UNIQUE", {0: "low", 1: None, 3: "high", 4: None, 9: "low"}),
        ("A", "ANY", {0: "low", 1: None, 3: "high"}),
        ("P", "PRIORITY", {1: "low", 3: "high", 4: "low"}),
        ("F", "FIRST", {1: "low", 3: "high", 4: "high"}),
        ("R", "RULE ORDER", {0: ["low"], 1: ["low", "high"], 4: ["high", "low"]}),
        ("O", "OUTPUT ORDER", {0: ["low"], 1: ["low", "high"], 4: ["low", "high"]}),
        ("C", "COLLECT", {1: ["low", "high"]}),
        ("C#", "COLLECT COUNT", {0: 1, 1: 2, 3: 1, 4: 2}),
    ],
)
def test_the_value_of_every_hit_policy(corner, name, values):
    policy = ectp.Policy.from_text(hits(corner))
    assert policy.hit_policy == name
    for x, value in values.items():
        outcome = policy.decide({"x": x})
        assert outcome.value == value and type(outcome.value) is type(value)
        assert (outcome.status == "conflict") == (value is None)
        if value is not None:
            assert outcome.rule == outcome.rules[0]


@pytest.mark.parametrize("corner, value", [("C+", 0.3), ("C<", 0.1), ("C>", 0.2)])
def test_collected_numbers_are_one_number(corner, value):
    text = hits(corner, "number").replace("low", "0.1").replace("high", "0.2")
    outcome = ectp.Policy.from_text(text).decide({"x": 1})
    assert outcome.value == value and set(outcome.rules) == {"r1", "r2"}


def test_contexts_and_lists_of_them():
    text = TABLE.replace("U,", "R,", 1)
    policy = ectp.Policy.from_text(text)
    assert policy.decide({"self": 1, "mentor": "low"}).value == [
        {"path": "consolidate", "weight": 1.0}, {"path": "extend", "weight": 2.0}]
    assert policy.decide({"self": 4, "mentor": "low"}).value is None
    assert ectp.Policy.from_text(text.replace("R,", "C,", 1)).decide({"self": 4, "mentor": "low"}).value == []


MOMENTS = """F,on,at,when,span,age,go
,in,in,in,in,in,out
,"date, null","time, null","date and time, null","days and time duration, null","years and months duration, null",GO
r1,>2025-09-01,-,-,-,-,A
r2,-,>08:45,-,-,-,B
r3,-,-,>2025-09-01T08:45:30.5,-,-,C
r4,-,-,-,>PT1H30M,-,D
r5,-,-,-,-,>P1Y6M,E
"""
UTC = datetime.timezone.utc


@pytest.mark.parametrize(
    "input, value, rule",
    [
        ("on", datetime.date(2025, 9, 2), "r1"),
        ("on", datetime.date(2025, 9, 1), None),
        ("on", "2025-09-02", "r1"),
        ("on", datetime.datetime(2025, 9, 2), "r1"),
        ("on", np.datetime64("2025-09-02"), "r1"),
        ("on", np.datetime64("2025-09-02T00:00", "ns"), "r1"),
        ("on", np.datetime64("NaT"), None),
        ("at", datetime.time(8, 45, 0, 1), "r2"),
        ("at", datetime.time(8, 45), None),
        ("at", "08:45:00.001", "r2"),
        ("when", datetime.datetime(2025, 9, 1, 8, 45, 30, 500001), "r3"),
        ("when", datetime.datetime(2025, 9, 1, 8, 45, 30, 500000), None),
        ("when", "2025-09-01T08:45:30.501", "r3"),
        ("when", np.datetime64("2025-09-01T08:45:30.501"), "r3"),
        ("when", np.datetime64("2025-09-01T08:45:30.500"), None),
        ("span", datetime.timedelta(minutes=90, microseconds=1), "r4"),
        ("span", datetime.timedelta(minutes=90), None),
        ("span", datetime.timedelta.max, "r4"),
        ("span", "PT1H31M", "r4"),
        ("span", np.timedelta64(91, "m"), "r4"),
        ("span", np.timedelta64("NaT"), None),
        ("age", "P19M", "r5"),
        ("age", "P1Y6M", None),
        ("age", np.timedelta64(19, "M"), "r5"),
        ("age", np.timedelta64(2, "Y"), "r5"),
    ],
)
def test_moments_in_many_forms(input, value, rule):
    policy = ectp.Policy.from_text(MOMENTS.replace("GO", '"A,B,C,D,E"'))
    none = dict.fromkeys(("on", "at", "when", "span", "age"))
    outcome = policy.decide({**none, input: value})
    assert outcome.rule == rule
    assert policy.explain({**none, input: value})["status"] == outcome.status


@pytest.mark.parametrize(
    "input, value",
    [
        ("on", datetime.datetime(2025, 9, 1, 8)),
        ("on", datetime.time(8)),
        ("on", 3),
        ("on", "1 September"),
        ("at", datetime.time(8, tzinfo=UTC)),
        ("at", datetime.timedelta(hours=8)),
        ("when", datetime.datetime(2025, 9, 1, 8, tzinfo=UTC)),
        ("when", datetime.date(2025, 9, 1)),
        ("span", np.timedelta64(3, "M")),
        ("span", "P1Y"),
        ("age", datetime.timedelta(days=400)),
        ("age", "P1D"),
    ],
)
def test_moments_of_another_kind_are_refused(input, value):
    policy = ectp.Policy.from_text(MOMENTS.replace("GO", '"A,B,C,D,E"'))
    none = dict.fromkeys(("on", "at", "when", "span", "age"))
    with pytest.raises(ectp.Error) as refused:
        policy.decide({**none, input: value})
    assert (refused.value.code, refused.value.location.path) == ("wrong_type", f"/{input}")


@pytest.mark.parametrize(
    "domain, literal, value",
    [
        ("date", "2025-09-01", datetime.date(2025, 9, 1)),
        ("time", "08:45:30.5", datetime.time(8, 45, 30, 500000)),
        ("date and time", "1969-12-31T23:59:59.999", datetime.datetime(1969, 12, 31, 23, 59, 59, 999000)),
        ("days and time duration", "-PT0.001S", -datetime.timedelta(milliseconds=1)),
        ("years and months duration", "P1Y6M", "P1Y6M"),
        ("integer", "3", 3),
        ("number", "3", 3.0),
        ("boolean", "true", True),
        ("string", "caf\u00e9", "caf\u00e9"),
    ],
)
def test_outputs_are_objects_of_python(domain, literal, value):
    policy = ectp.Policy.from_text(f"U,x,y\n,in,out\n,boolean,{domain}\nr1,true,{literal}\n")
    outcome = policy.decide({"x": True})
    assert outcome.value == value and type(outcome.value) is type(value)
    assert policy.rules[0].then == {"y": value}
    batch = policy.decide_batch({"x": [True, False]})
    first = batch["y"][0]
    if domain == "years and months duration":
        assert first == np.timedelta64(18, "M")
    else:
        assert first == (np.timedelta64(value) if isinstance(value, datetime.timedelta) else value)


STRUCT = """U,a.b,a.c d/e,f,y
,in,in,in,out
,boolean,integer,boolean,boolean
r1,true,>2,true,true
"""


class Other(collections.abc.Mapping):
    def __init__(self, values):
        self.values_ = values

    def __getitem__(self, key):
        return self.values_[key]

    def __iter__(self):
        return iter(self.values_)

    def __len__(self):
        return len(self.values_)


def test_structs_are_mappings_inside_of_each_other():
    policy = ectp.Policy.from_text(STRUCT)
    for values in (
        {"a.b": True, "a.c d/e": 3, "f": True},
        {"a": {"b": True, "c d/e": 3}, "f": True},
        {"a": {"b": True}, "a.c d/e": 3, "f": True},
        Other({"a": Other({"b": True, "c d/e": 3}), "f": True}),
    ):
        assert policy.decide(values).value is True
        assert policy.explain(values)["status"] == "decided"
    for values, code, path in (
        ({"a": {"b": True}, "f": True}, "missing_field", "/a.c d~1e"),
        ({"a": {"b": True, "c d/e": 3, "g": 1}, "f": True}, "unknown_field", "/a.g"),
        ({"a": {"b": True, "c d/e": 3}, "a.b": True, "f": True}, "bad_argument", "/a.b"),
        ({"a": {"b": True, "c d/e": "3"}, "f": True}, "wrong_type", "/a.c d~1e"),
    ):
        with pytest.raises(ectp.Error) as refused:
            policy.decide(values)
        assert (refused.value.code, refused.value.location.path) == (code, path)
    deep = {}
    for _ in range(100):
        deep = {"a": deep}
    with pytest.raises(ectp.Error) as refused:
        policy.decide(deep)
    assert refused.value.code == "too_deep"


def test_an_explanation_is_of_the_values_at_the_time():
    policy = ectp.Policy.from_text(TABLE)
    values = {"self": 5, "mentor": "high"}
    outcome = policy.decide(values)
    values["self"] = 0
    assert outcome.explain()["inputs"] == {"self": 5, "mentor": "high"}


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_table_is_refused_or_decides(data):
    text = list(data.draw(st.sampled_from([TABLE, ectp.Policy.builtin("stance").text])))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at] = data.draw(st.sampled_from(["", ",", '"', "\n", "-", "9", "..", "[", "not(", "null", "\0", "\u00e9", "x"]))
    try:
        policy = ectp.Policy.from_text("".join(text))
    except ectp.Error as e:
        assert e.code != "internal" and e.message
    else:
        assert policy.rules is not None and policy.sha256
