"""Whole columns: what decide_batch says is what decide and explain say row by row."""

import csv
import datetime
import io
import subprocess
import sys
import threading
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ectp

TABLE = """U,self,mentor,path,weight,reason
,in,in,out,out,note
,integer [0..5],"low,high","consolidate,extend",number,
r1,>=4,high,extend,0.5,both agree
r2,<4,-,consolidate,1,not yet
r3,<2,low,extend,2,overlaps
"""
POLICY = ectp.Policy.from_text(TABLE, name="own")
NAMES = ["path", "path_status", "path_rule", "weight"]


# --- generated tables, generated rows ---------------------------------------------------------------

DAYS = [datetime.date(2025, 8, 31), datetime.date(2025, 9, 1), datetime.date(2026, 1, 5)]
MOMENTS = [datetime.datetime(2025, 9, 1, 8, 45), datetime.datetime(2025, 9, 1, 8, 45, 0, 1000), datetime.datetime(1969, 12, 31, 23)]
SPANS = [datetime.timedelta(minutes=90), datetime.timedelta(days=-1), datetime.timedelta(milliseconds=1)]
TIMES = [datetime.time(0), datetime.time(8, 45), datetime.time(23, 59, 59, 999000)]

# A domain, tests that suit it, values of it and values that are none of it.
KINDS = [
    ("integer [0..5]", ["<3", ">=2", "[1..4]", "3", "not(2)", "0,5"], [0, 1, 2, 3, 4, 5], [6, -1, 2.5]),
    ("number [0..1], null", ["<0.5", "(0.25..1]", "null", "!=0.5"], [0, 0.25, 0.5, 0.75, 1, None, float("nan")], [1.5, -0.1]),
    ("0,0.5,1", ["0.5", ">0"], [0, 0.5, 1], [0.25]),
    ("boolean, null", ["true", "false", "null"], [True, False, None], []),
    ("boolean", ["true", "not(true)"], [True, False], [None]),
    ("low,mid,high", ["low", "low,mid", "not(high)"], ["low", "mid", "high"], ["Low", "", None]),
    ("ordered: low,mid,high, null", [">=mid", "[low..mid]", "null"], ["low", "mid", "high", None], ["other"]),
    ("string, null", ['"a"', 'not("a","b")', "null"], ["a", "b", "\u00e9", "", None], []),
    ("date, null", [">=2025-09-01", "2025-09-01", "null"], [*DAYS, None], []),
    ("date >= 2025-09-01", ["<2026-01-01"], DAYS[1:], DAYS[:1]),
    ("time, null", ["<08:45", ">=23:59:59.999"], [*TIMES, None], []),
    ("date and time, null", [">2025-09-01T08:45", "<1970-01-01T00:00"], [*MOMENTS, None], []),
    ("days and time duration, null", [">PT1H", "<PT0S", "PT0.001S"], [*SPANS, None], []),
    ("years and months duration, null", [">P1Y", "P6M"], ["P1Y", "P13M", "P6M", "-P1M", None], []),
]
TYPES = {
    "integer": [np.int64, np.int8, np.float64, np.int16],
    "number": [np.float64, np.float32],
    "date": ["M8[D]", "M8[ns]", "M8[s]"],
    "date and time": ["M8[ms]", "M8[us]", "M8[ns]"],
    "days and time duration": ["m8[ms]", "m8[ns]"],
}


@st.composite
def policies(draw):
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=4))
    corner = draw(st.sampled_from(["U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#"]))
    one = corner in ("C+", "C<", "C>", "C#")
    outputs = ["plain"] if one else draw(st.sampled_from([["words"], ["words", "number"], ["words", "boolean", "date"]]))
    domains = {"words": "x,y,z, null", "number": "number, null", "boolean": "boolean, null", "date": "date, null", "plain": "number"}
    said = {"plain": ["0.1", "0.2", "3"], "words": ["x", "y", "z", "null"], "number": ["0.1", "0.2", "3"], "boolean": ["true", "false"], "date": ["2025-09-01", "2026-01-05", "null"]}
    names = [f"in {i}" if i else "a.b/c" for i in range(len(kinds))]
    outs = [f"out{i}" for i in range(len(outputs))]
    rows = [
        [corner, *names, *outs],
        ["", *["in"] * len(kinds), *["out"] * len(outs)],
        ["", *[k[0] for k in kinds], *[domains[o] for o in outputs]],
    ]
    if draw(st.booleans()):
        rows.append(["#change", *[draw(st.sampled_from(["fixed", ""])) for _ in kinds], *[""] * len(outs)])
    if draw(st.booleans()) and not one:
        rows.append(["#default", *[""] * len(kinds), *[draw(st.sampled_from(said[o])) for o in outputs]])
    for r in range(draw(st.integers(1, 7))):
        rows.append([f"r{r}", *[draw(st.sampled_from(["-", *k[1]])) for k in kinds], *[draw(st.sampled_from(said[o])) for o in outputs]])
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    policy = ectp.Policy.from_text(text.getvalue(), name="made")
    sound = draw(st.booleans())
    values = [st.sampled_from(k[2] if sound or not k[3] else k[2] + k[3]) for k in kinds]
    cases = draw(st.lists(st.tuples(*values), min_size=1, max_size=30))
    return policy, cases


def null(value):
    return value is None or value != value


def arrays_of(column, values):
    """The same column in every form that can hold it."""
    made = [list(values), np.array([*values, object()], dtype=object)[:-1]]
    with_null = any(null(v) for v in values)
    plain = [None if null(v) else v for v in values]
    if column.type == "boolean":
        made.append(np.array([-1 if v is None else int(v) for v in plain], np.int8))
        made.append(np.array([255 if v is None else int(v) for v in plain], np.uint8))
        if not with_null:
            made.append(np.array(plain, bool))
    elif column.type == "string":
        if column.values is not None and not set(plain) - {None, *column.values}:
            made += [np.array([-1 if v is None else column.values.index(v) for v in plain], t) for t in (np.int8, np.int32, np.int64)]
        if not with_null:
            made.append(np.array(plain, str))
        words = sorted({v for v in plain if v is not None})
        if words:
            made.append(ectp.CodeColumn(np.array([-1 if v is None else words.index(v) for v in plain], np.int16), words))
        made.append(np.ma.array([v or "" for v in plain], str, mask=[v is None for v in plain]))
    elif column.type in ("integer", "number"):
        numbers = [np.nan if v is None else v for v in plain]
        whole = not with_null and all(v == int(v) for v in plain)
        for t in TYPES[column.type]:
            if np.dtype(t).kind == "f" or whole:
                if t is not np.float32 or all(null(v) or v == np.float32(v) for v in plain):
                    made.append(np.array(numbers, t))
        made.append(np.ma.array([v or 0 for v in plain], float, mask=[v is None for v in plain]))
    elif column.type in TYPES:
        made += [np.array([np.datetime64("NaT") if v is None and t[0] == "M" else np.timedelta64("NaT") if v is None else v for v in plain], t)
                 for t in TYPES[column.type]]  # fmt: skip
    elif column.type == "time":
        day = datetime.date(1970, 1, 1)
        made.append(np.array([np.timedelta64("NaT") if v is None else datetime.datetime.combine(day, v) - datetime.datetime(1970, 1, 1)
                              for v in plain], "m8[ms]"))  # fmt: skip
    elif column.type == "years and months duration" and not with_null:
        months = {"P1Y": 12, "P13M": 13, "P6M": 6, "-P1M": -1}
        made.append(np.array([months[v] for v in plain], "m8[M]"))
        made.append(np.array([months[v] for v in plain], np.int32))
    return made


def answer(policy, values):
    """What decide says, as a row of a batch: the values by output, the status, the rule."""
    none = dict.fromkeys(c.name for c in policy.outputs)
    try:
        outcome = policy.decide(values)
    except ectp.Error as e:
        assert e.code in ("wrong_type", "out_of_range") and e.location.path
        return none, "invalid_input", None
    value = outcome.value
    names = list(none)
    if isinstance(value, list):
        value = {n: tuple(v[n] if len(names) > 1 else v for v in value) for n in names}
    elif value is None or len(names) == 1:
        value = dict.fromkeys(names, value)
    return value, outcome.status, outcome.rule


def same(there, here):
    """A value of a column of a batch, and that of an outcome."""
    if isinstance(there, np.datetime64):
        return here is None if np.isnat(there) else there == np.datetime64(here)
    if isinstance(there, float) and np.isnan(there):
        return here is None
    return there == here and (here is None) == (there is None)


@settings(max_examples=250, deadline=None)
@given(policies())
def test_a_batch_says_what_decide_says_row_by_row(made):
    policy, cases = made
    names = [c.name for c in policy.inputs]
    expected = [answer(policy, dict(zip(names, case))) for case in cases]
    forms = [arrays_of(c, [case[i] for case in cases]) for i, c in enumerate(policy.inputs)]
    for k in range(max(map(len, forms))):
        columns = {n: f[k % len(f)] for n, f in zip(names, forms)}
        batch = policy.decide_batch(columns, threads=1 + k % 3)
        assert batch.rows == len(cases) and not batch.cancelled
        for row, (value, status, rule) in enumerate(expected):
            got = {name: batch[name][row] for name in batch}
            assert (got["out0_status"], got["out0_rule"]) == (status, rule), (columns, row)
            for name, here in value.items():
                assert same(got[name], here), (name, columns, row)


@settings(max_examples=250, deadline=None)
@given(policies())
def test_the_reasons_are_those_of_the_explanation(made):
    policy, cases = made
    names = [c.name for c in policy.inputs]
    columns = {n: [case[i] for case in cases] for i, n in enumerate(names)}
    batch = policy.decide_batch(columns, explain="full")
    assert list(batch)[:6] == ["out0", *(f"out0_{w}" for w in ("status", "rule", "near_rule", "near_input", "matched"))]
    some = policy.decide_batch(columns, explain=True)
    assert list(some) == [n for n in batch if n != "out0_matched"]
    for row, case in enumerate(cases):
        why = policy.explain(dict(zip(names, case)))
        assert batch["out0_status"][row] == why["status"]
        matched = batch["out0_matched"][row]
        if why["status"] == "invalid_input":
            assert matched is None and batch["out0_near_rule"][row] is None and batch["out0_near_input"][row] is None
            continue
        assert set(matched) == {m["rule"] for m in why["matched"]} and len(matched) == len(why["matched"])
        nearest = why["nearest_change"]
        changes = nearest["set"]
        assert nearest["complete"]
        if len(changes) == 1:
            assert (batch["out0_near_input"][row], batch["out0_near_rule"][row]) == (changes[0]["input"], nearest["rule"])
        else:
            assert (batch["out0_near_input"][row], batch["out0_near_rule"][row]) == (None, None)
        for name in ("out0_near_rule", "out0_near_input"):
            assert some[name][row] == batch[name][row]


# --- columns in -------------------------------------------------------------------------------------


def test_a_batch():
    columns = {"self": np.array([5, 1, 4, 3, 9], np.uint8), "mentor": ["high", "low", "low", "high", "low"]}
    batch = POLICY.decide_batch(columns, explain="full")
    assert list(batch["path"]) == ["extend", None, None, "consolidate", None]
    assert list(batch["path_status"]) == ["decided", "conflict", "no_rule", "decided", "invalid_input"]
    assert list(batch["path_rule"]) == ["r1", "r2", None, "r2", None]
    assert list(batch["path_matched"]) == [("r1",), ("r2", "r3"), (), ("r2",), None]
    assert np.array_equal(batch["weight"], [0.5, np.nan, np.nan, 1, np.nan], equal_nan=True)
    assert (len(batch), batch.rows, batch.cancelled) == (7, 5, False)
    assert repr(batch) == "<Batch of 5 rows: path, path_status, path_rule, path_near_rule, path_near_input, path_matched, weight>"
    assert batch._repr_html_().count("<tr>") == 6 and "<td>invalid_input</td>" in batch._repr_html_()
    assert batch["path"].codes.dtype == np.int8 and batch["path"].categories == ("consolidate", "extend")
    assert batch["path_rule"].categories == ("r1", "r2", "r3")
    with pytest.raises(KeyError):
        batch["nope"]


def test_no_rows_at_all():
    batch = POLICY.decide_batch({"self": np.empty(0, int), "mentor": []}, explain="full")
    assert batch.rows == 0 and all(len(c) == 0 for c in batch.values())
    assert np.asarray(batch["path"]).shape == (0,)


def test_columns_of_other_names_are_left_alone():
    batch = POLICY.decide_batch({"teacher_id": ["t-1"], "self": [5], "mentor": ["high"], "path": ["x"]})
    assert batch["path"][0] == "extend"


def test_structs_are_mappings_inside_of_each_other():
    policy = ectp.Policy.from_text("U,a.b,c,y\n,in,in,out\n,integer,boolean,boolean\nr1,>2,true,true\n")
    for columns in ({"a": {"b": [1, 3]}, "c": [True, True]}, {"a.b": np.array([1, 3]), "c": np.array([True, True])}):
        assert list(policy.decide_batch(columns)["y"]) == [None, True]


def test_frames_have_columns_too():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"self": [5, 1, 3], "mentor": ["high", "low", "high"]})
    expected = ["extend", None, "consolidate"]
    assert list(POLICY.decide_batch(frame)["path"]) == expected
    frame["mentor"] = frame["mentor"].astype("category")
    frame["self"] = frame["self"].astype("Int32")
    batch = POLICY.decide_batch(frame)
    assert list(batch["path"]) == expected
    back = pandas.DataFrame(dict(batch))
    assert [v if isinstance(v, str) else None for v in back["path"]] == expected
    words = pandas.Categorical.from_codes(batch["path"].codes, batch["path"].categories)
    assert [v if isinstance(v, str) else None for v in words] == expected
    wide = ectp.Policy.from_text('U,w,d,y\n,in,in,out\n,"low,high, null","date, null",boolean\nr1,low,-,true\nr2,null,null,false\n')
    frame = pandas.DataFrame({"w": ["low", None], "d": pandas.to_datetime(["2025-09-01", None])})
    assert list(wide.decide_batch(frame)["y"]) == [True, False]


def test_series_of_polars():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"self": [5, 1, 3], "mentor": ["high", "low", "high"]})
    assert list(POLICY.decide_batch({n: frame[n] for n in frame.columns})["path"]) == ["extend", None, "consolidate"]
    wide = ectp.Policy.from_text(
        'U,w,d,n,b,y\n,in,in,in,in,out\n,"low,high, null","date, null","integer, null","boolean, null",boolean\n'
        "r1,low,>=2025-09-01,>2,true,true\nr2,null,null,null,null,false\n")  # fmt: skip
    frame = polars.DataFrame({"w": ["low", None], "d": [datetime.date(2025, 9, 1), None], "n": [3, None], "b": [True, None]},
                             schema_overrides={"w": polars.Categorical})  # fmt: skip
    assert list(wide.decide_batch({n: frame[n] for n in frame.columns})["y"]) == [True, False]


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.astype(">i4"),
        lambda a: np.repeat(a, 2)[::2],
        lambda a: a[::-1][::-1],
        lambda a: a.astype(np.float16),
        lambda a: a.astype(np.longdouble),
        lambda a: a.astype(np.uint64),
        lambda a: memoryview(a),
        lambda a: tuple(a.tolist()),
    ],
)
def test_columns_of_any_layout(change):
    column = np.array([5, 1, 4, 3, 9])
    mentor = np.array(["high", "low", "low", "high", "low"])
    batch = POLICY.decide_batch({"self": change(column), "mentor": mentor})
    assert list(batch["path_status"]) == ["decided", "conflict", "no_rule", "decided", "invalid_input"]


def test_codes_that_are_none():
    wide = ectp.Policy.from_text('U,w,y\n,in,out\n,"low,high, null",boolean\nr1,low,true\nr2,null,false\n')
    for values in ([0, -1, 2, 1], [0, -1, -5, 1], [0, -1, 2**40, 1], [0, -1, -(2**62), 1]):
        status = wide.decide_batch({"w": np.array(values, np.int64)})["y_status"]
        assert list(status) == ["decided", "decided", "invalid_input", "no_rule"], values
    assert list(wide.decide_batch({"w": np.array([np.nan, np.nan])})["y"]) == [False, False]


@pytest.mark.parametrize(
    "self, mentor, code, path",
    [
        (None, ["high"], "missing_field", "/self"),
        ([5], None, "missing_field", "/mentor"),
        ([5, 4], ["high"], "bad_argument", "/mentor"),
        (np.array([[5]]), ["high"], "bad_argument", "/self"),
        (5, ["high"], "bad_argument", "/self"),
        (np.array([True]), ["high"], "wrong_type", "/self"),
        (np.array(["5"]), ["high"], "wrong_type", "/self"),
        (np.array([5j]), ["high"], "wrong_type", "/self"),
        (np.array(["2025-09-01"], "M8[D]"), ["high"], "wrong_type", "/self"),
        ([5], np.array([True]), "wrong_type", "/mentor"),
        ([5], np.array([1.0]), "wrong_type", "/mentor"),
        ([5], np.array([b"high"]), "wrong_type", "/mentor"),
        ([5], np.array([3], "m8[s]"), "wrong_type", "/mentor"),
        ([5], ["\ud800"], "encoding", None),
        ([datetime.time(8, tzinfo=datetime.timezone.utc)], ["high"], "wrong_type", "/self/0"),
    ],
)
def test_columns_that_are_refused(self, mentor, code, path):
    columns = {n: c for n, c in {"self": self, "mentor": mentor}.items() if c is not None}
    with pytest.raises(ectp.Error) as refused:
        POLICY.decide_batch(columns)
    assert refused.value.code == code
    assert refused.value.location.path == path


def test_open_texts_have_no_codes():
    policy = ectp.Policy.from_text('U,s,y\n,in,out\n,string,boolean\nr1,"""a""",true\n')
    assert list(policy.decide_batch({"s": np.array(["a", "b", "a\u00e9"])})["y"]) == [True, None, None]
    with pytest.raises(ectp.Error) as refused:
        policy.decide_batch({"s": np.array([0], np.uint8)})
    assert refused.value.code == "wrong_type"


def test_objects_of_no_kind_are_type_errors():
    for column in ([object()], np.array([b"high", None], object)[:1]):
        with pytest.raises(TypeError, match="mentor, row 0"):
            POLICY.decide_batch({"self": [5], "mentor": column})
    with pytest.raises(TypeError):
        POLICY.decide_batch([[5], ["high"]])
    with pytest.raises(TypeError):
        POLICY.decide_batch({"self": [5], "mentor": ["high"]}, progress=7)
    with pytest.raises(TypeError):
        POLICY.decide_batch({"self": [5], "mentor": ["high"]}, out={"path": [0]})
    with pytest.raises(TypeError):
        POLICY.decide_batch({"self": [5], "mentor": ["high"]}, threads="2")


@pytest.mark.parametrize(
    "options, code",
    [
        ({"threads": 0}, "bad_argument"),
        ({"threads": 1000}, "bad_argument"),
        ({"explain": "all"}, "bad_argument"),
        ({"out": {"paths": np.zeros(1, np.int8)}}, "unknown_field"),
        ({"out": {"path_near_rule": np.zeros(1, np.int8)}}, "unknown_field"),
        ({"out": {"path": np.zeros(2, np.int8)}}, "bad_argument"),
        ({"out": {"path": np.zeros((1, 1), np.int8)}}, "bad_argument"),
        ({"out": {"path": np.zeros(4, np.int8)[::2]}}, "bad_argument"),
        ({"out": {"path": np.zeros(1, np.int64)}}, "bad_argument"),
        ({"out": {"path": np.zeros(1, ">i2")}}, "bad_argument"),
        ({"out": {"path": np.zeros(1)}}, "wrong_type"),
        ({"out": {"path": np.frombuffer(b"\0", np.int8)}}, "bad_argument"),
    ],
)
def test_options_that_are_refused(options, code):
    with pytest.raises(ectp.Error) as refused:
        POLICY.decide_batch({"self": [5], "mentor": ["high"]}, **options)
    assert refused.value.code == code


def test_names_that_would_come_twice():
    policy = ectp.Policy.from_text("U,a,y,y_rule\n,in,out,out\n,boolean,boolean,boolean\nr1,true,true,true\n")
    with pytest.raises(ectp.Error) as refused:
        policy.decide_batch({"a": [True]})
    assert (refused.value.code, refused.value.location.path) == ("bad_argument", "/y_rule")


def test_three_hundred_rules_need_wider_codes():
    rows = "".join(f"r{i},{i},{i * 0.5}\n" for i in range(300))
    policy = ectp.Policy.from_text("U,a,y\n,in,out\n,integer [0..400],number\n" + rows)
    batch = policy.decide_batch({"a": np.arange(401)})
    assert batch["y_rule"].codes.dtype == np.int16
    assert list(batch["y_rule"][:300]) == [f"r{i}" for i in range(300)]
    assert np.array_equal(batch["y"][:300], np.arange(300) * 0.5) and np.isnan(batch["y"][300:]).all()
    with pytest.raises(ectp.Error) as refused:
        policy.decide_batch({"a": np.arange(401)}, out={"y_rule": np.zeros(401, np.int8)})
    assert refused.value.code == "too_large"


# --- memory -----------------------------------------------------------------------------------------


def many(rows, seed=1):
    random = np.random.default_rng(seed)
    return {"self": random.integers(0, 7, rows).astype(np.uint8), "mentor": random.integers(0, 2, rows).astype(np.uint8)}


def test_the_callers_arrays_are_written():
    columns = many(100_000)
    out = {
        "path": np.full(100_000, 7, np.uint8),
        "path_rule": np.full(100_000, 7, np.int32),
        "weight": np.full(100_000, 7.0),
    }
    batch = POLICY.decide_batch(columns, out=out)
    plain = POLICY.decide_batch(columns)
    assert batch["path"].codes is out["path"] and batch["path_rule"].codes is out["path_rule"] and batch["weight"] is out["weight"]
    assert np.array_equal(np.asarray(batch["path"]), np.asarray(plain["path"]))
    assert set(out["path"]) == {0, 1, 255} and set(out["path_rule"]) == {-1, 0, 1}
    assert np.array_equal(out["weight"], plain["weight"], equal_nan=True)
    assert list(batch) == NAMES
    half = POLICY.decide_batch({n: c[:10] for n, c in columns.items()}, out={"weight": np.zeros(10, np.int8)})
    assert isinstance(half["weight"], ectp.CodeColumn) and half["weight"].categories == (0.5, 1.0, 2.0)


def test_inputs_that_fit_are_not_copied():
    rows = 1_000_000
    columns = many(rows)
    out = {name: np.full(rows, 1, np.float64 if name == "weight" else np.int8) for name in NAMES}
    tracemalloc.start()  # NumPy tells it of every array
    try:
        POLICY.decide_batch(columns, out=out)
        at_most = tracemalloc.get_traced_memory()[1]
        POLICY.decide_batch({**columns, "self": columns["self"][::-1]}, out=out)
        assert at_most < 100_000 < rows < tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_threads_change_nothing():
    columns = many(300_000)
    one = POLICY.decide_batch(columns, explain="full")
    for threads in (2, 3, 16):
        more = POLICY.decide_batch(columns, explain="full", threads=threads)
        for name, column in one.items():
            if isinstance(column, ectp.CodeColumn):
                assert np.array_equal(column.codes, more[name].codes) and column.categories == more[name].categories
            else:
                assert np.array_equal(column, more[name], equal_nan=True)


def test_many_threads_of_python_share_a_policy():
    from concurrent.futures import ThreadPoolExecutor

    policy = ectp.Policy.from_text(TABLE)
    columns = many(50_000)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda k: policy.decide_batch(columns, explain=k % 2 == 1)["path"].codes.tobytes(), range(24)))
    assert len(set(found)) == 1


# --- progress and stopping --------------------------------------------------------------------------


def test_progress_is_told():
    steps = []
    batch = POLICY.decide_batch(many(1_000_000), progress=lambda done, rows: steps.append((done, rows)), threads=2)
    assert steps[-1] == (1_000_000, 1_000_000) and steps.count(steps[-1]) == 1
    done = [d for d, _ in steps]
    assert done == sorted(done) and {r for _, r in steps} == {1_000_000} and not batch.cancelled


def test_progress_may_stop_it():
    rows = 2_000_000
    columns = many(rows)
    batch = POLICY.decide_batch(columns, progress=lambda done, _: done < 500_000)
    assert batch.cancelled and 500_000 <= batch.rows < rows
    whole = POLICY.decide_batch(columns)
    for name in NAMES:
        assert len(batch[name]) == batch.rows
    assert np.array_equal(batch["path"].codes, whole["path"].codes[: batch.rows])
    assert "stopped early" in repr(batch)


def test_what_progress_raises_comes_out():
    class Enough(Exception):
        pass

    def stop(done, rows):
        raise Enough

    with pytest.raises(Enough):
        POLICY.decide_batch(many(1_000_000), progress=stop)


SLOW = """
import signal, sys, time
import numpy as np
import ectp
# A test that names another input is decided row by row.
policy = ectp.Policy.from_text("F,a,b,y\\n,in,in,out\\n,number,number,boolean\\n" + "".join(f"r{i},> b,{i},true\\n" for i in range(60)))
a = np.random.default_rng(1).random(1_000_000)
begun = time.perf_counter()
policy.decide_batch({"a": a, "b": a})
whole = time.perf_counter() - begun
a = np.tile(a, 1 + int(8 / whole))  # about eight seconds
signal.setitimer(signal.ITIMER_REAL, 0.3)
signal.signal(signal.SIGALRM, signal.default_int_handler)
begun = time.perf_counter()
try:
    policy.decide_batch({"a": a, "b": a})
except KeyboardInterrupt:
    print("stopped", time.perf_counter() - begun < 4)
"""


def test_ctrl_c_stops_it():
    done = subprocess.run([sys.executable, "-c", SLOW], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("stopped True\n", "")


def test_other_threads_run_meanwhile():
    ticks = 0
    stop = threading.Event()

    def tick():
        nonlocal ticks
        while not stop.is_set():
            ticks += 1
            time.sleep(0.0005)

    thread = threading.Thread(target=tick)
    columns = many(12_000_000)
    thread.start()
    try:
        for _ in range(50):  # a busy machine may let the other thread wait
            before = ticks
            POLICY.decide_batch(columns, explain=True)
            if ticks > before + 3:
                break
        assert ticks > before + 3
    finally:
        stop.set()
        thread.join()


# --- columns out ------------------------------------------------------------------------------------


def test_a_column_of_codes():
    column = ectp.CodeColumn(np.array([0, 1, -1, 0], np.int8), ["a", "b"])
    assert list(column) == ["a", "b", None, "a"] and len(column) == 4
    assert [column[0], column[-2], column[np.int64(1)]] == ["a", None, "b"]
    assert list(column[1:]) == ["b", None, "a"] and list(column[np.array([True, False, False, True])]) == ["a", "a"]
    assert (column == "a").tolist() == [True, False, False, True]
    assert (column != "a").tolist() == [False, True, True, False]
    assert (column == None).tolist() == [False, False, True, False]  # noqa: E711
    assert (column == "c").tolist() == [False] * 4
    assert (column == ectp.CodeColumn(np.array([0, 0, -1, 1]), ["b", "a"])).tolist() == [False, True, True, True]
    assert column.counts() == {"a": 2, "b": 1, None: 1}
    assert column.null.tolist() == [False, False, True, False]
    assert np.asarray(column).dtype == object and np.asarray(column, dtype=str).tolist() == ["a", "b", "None", "a"]
    assert repr(column) == "<CodeColumn of 4: 'a', 'b', None, 'a'>"
    with pytest.raises(TypeError):
        hash(column)
    with pytest.raises(TypeError):
        ectp.CodeColumn([0.5], ["a"])
    with pytest.raises(IndexError):
        column[4]
    numbers = ectp.CodeColumn(np.array([0, 255], np.uint8), [2])
    assert np.array_equal(np.asarray(numbers), [2.0, np.nan], equal_nan=True)
    assert ectp.CodeColumn(np.empty(0, np.int8), []).counts() == {}


def test_batches_travel():
    import copy
    import pickle

    batch = POLICY.decide_batch(many(100), explain=True)
    for other in (copy.deepcopy(batch), pickle.loads(pickle.dumps(batch))):
        assert repr(other) == repr(batch) and list(other) == list(batch)
        assert (other["path"] == batch["path"]).all() and other["path_near_input"].counts() == batch["path_near_input"].counts()


def test_importing_the_package_leaves_numpy_out():
    code = "import sys, ectp; ectp.Policy.builtin('pathway'); print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
    assert ectp.Batch.__module__ == "ectp._batch"
    with pytest.raises(AttributeError):
        ectp.Batches  # noqa: B018


def test_the_pathway_in_columns():
    pathway = ectp.Policy.builtin("pathway")
    random = np.random.default_rng(7)
    columns = {
        c.name: random.integers(0, len(c.values), 2_000).astype(np.int8) if c.values else random.integers(max(c.low, -5), min(c.high, 100) + 1, 2_000)
        for c in pathway.inputs
    }
    batch = pathway.decide_batch(columns, explain=True)
    assert list(batch) == ["path", "path_status", "path_rule", "path_near_rule", "path_near_input", "provisional"]
    for row in range(0, 2_000, 97):
        values = {c.name: c.values[columns[c.name][row]] if c.values else int(columns[c.name][row]) for c in pathway.inputs}
        outcome = pathway.decide(values)
        assert outcome.value == {"path": batch["path"][row], "provisional": batch["provisional"][row]}
        assert outcome.rule == batch["path_rule"][row]
    assert set(batch["path_status"].counts()) == {"decided"} and len(batch["path"].counts()) >= 4
