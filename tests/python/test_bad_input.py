"""What is wrong is refused: one clear error with its place, exit status 2, bounded memory, and never a
part of a plan; by the program and by Python alike."""

import copy
import json
import os
import pathlib
import re
import subprocess

import pytest
from conftest import ROOT, TODAY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ectp

RECORD = ROOT / "examples" / "records" / "close-to-extend.json"
TEXT = RECORD.read_text(encoding="utf-8")
CODES = set(re.findall(r'return "(\w+)";', (ROOT / "include/ectp/core/error.hpp").read_text(encoding="utf-8")))


def changed(old, new):
    """The record with the first `old` replaced, and the line on which `new` stands."""
    assert old in TEXT
    at = TEXT.index(old)
    text = TEXT[:at] + new + TEXT[at + len(old):]
    return text.encode("utf-8", "surrogatepass"), 1 + text[: at + len(new)].rstrip("\n").count("\n")


def statement(code):
    return changed('"ittecf-2024:4i"', f'"{code}"')


def entry(members):
    """The record with members put into its first entry."""
    return changed('"id": "e-01",', f'"id": "e-01", {members},')


# name: (bytes and line of the fault, the code)
BAD = {
    "empty": ((b"", 1), "syntax"),
    "blank": ((b" \n\n", 3), "syntax"),
    "not JSON": ((b"{\n  nope", 2), "syntax"),
    "cut off": ((TEXT[: len(TEXT) // 2].encode(), 1 + TEXT[: len(TEXT) // 2].count("\n")), "syntax"),
    "more after the end": ((TEXT.encode() + b"{}", 1 + TEXT.count("\n")), "syntax"),
    "comment": ((b"{ // no\n}", 1), "syntax"),
    "single quotes": ((b"{'ectp_record': 1}", 1), "syntax"),
    "NaN": (changed('"score": 0.5', '"score": NaN'), "syntax"),
    "an array": ((b"[]", 1), "wrong_type"),
    "a number": ((b"7", 1), "wrong_type"),
    "an empty object": ((b"{}", 1), "missing_field"),
    "wrong type": (changed('"score": 0.5', '"score": "0.5"'), "wrong_type"),
    "entries of the wrong type": ((b'{"ectp_record": 1, "edition": "ittecf-2024", "teacher_id": "t", "entries": {}}', 1), "wrong_type"),
    "unknown field": (entry('"scroe": 1'), "unknown_field"),
    "missing field": ((changed('"observed_on": "2025-06-27",\n', "")[0], 9), "missing_field"),
    "unknown code": (statement("ittecf-2024:4z"), "unknown_code"),
    "unknown edition": (changed('"edition": "ittecf-2024"', '"edition": "ittecf-2099"'), "unknown_edition"),
    "unknown edition of a code": (statement("nope-2024:4i"), "unknown_edition"),
    "code of another edition": (statement("ecf-2019:4.1"), "wrong_edition"),
    "score too high": (changed('"score": 0.5', '"score": 1.5'), "out_of_range"),
    "score below": (changed('"score": 0.5', '"score": -0.5'), "out_of_range"),
    "score between the levels": (changed('"score": 0.5', '"score": 0.4'), "out_of_range"),
    "huge score": (changed('"score": 0.5', '"score": 1e999'), "out_of_range"),
    "unknown word": (changed('"itt_record"', '"rumour"'), "out_of_range"),
    "future date": (changed('"on": "2025-09-01"', '"on": "2025-11-25"'), "future_date"),
    "future sighting": (changed('"observed_on": "2025-06-27"', '"observed_on": "2025-11-25"'), "future_date"),
    "no such day": (changed('"on": "2025-09-01"', '"on": "2025-02-30"'), "bad_date"),
    "duplicate entry": (changed('"id": "e-02"', '"id": "e-01"'), "duplicate_id"),
    "duplicate field": (entry('"id": "e-01"'), "duplicate_id"),
    "a name as id": (changed('"teacher_id": "ect-0417"', '"teacher_id": "A. Person"'), "bad_id"),
    "later format": (changed('"ectp_record": 1', '"ectp_record": 2'), "newer_version"),
    "lone surrogate": (changed('"about": "Invented', '"about": "\\ud800'), "encoding"),
    "invalid UTF-8": ((changed('"about": "Invented', '"about": "@@')[0].replace(b"@@", b"\xff\xfe"), 4), "encoding"),
    "deep": ((b"[" * 100_000 + b"]" * 100_000, 1), "too_deep"),
    "deep objects": ((b'{"a":' * 100_000, 1), "too_deep"),
    "deep inside": (entry('"note": ' + "[" * 100_000), "too_deep"),
    # People's absences, health and leave are no input: there is no word for them in a record.
    "absence": (entry('"absence": "2025-10-01"'), "not_allowed"),
    "sick leave": (entry('"sick_leave": true'), "not_allowed"),
    "absence reason": (entry('"absenceReason": "x"'), "not_allowed"),
    "maternity": (entry('"maternity": true'), "not_allowed"),
    "health": (entry('"health": "x"'), "not_allowed"),
    "a head's judgement": (changed('"score": 0.5', '"score": 0.5, "role": "headteacher"'), "not_allowed"),
}


def one_clear_error(shown, file):
    """The parts of what the program printed about an error in that file."""
    assert shown.returncode == 2
    assert shown.stdout == b""
    text = shown.stderr.decode()
    assert "Traceback" not in text and "terminate" not in text
    first, *rest = text.splitlines()
    assert first.startswith(f"ectp: {file}")
    assert all(line.startswith(("  expected: ", "  hint: ")) for line in rest)
    found = re.fullmatch(r"(?::(\d+))?(?::(\d+))?(?: \((/.*?)\))?: (\w+): (.+)", first[len(f"ectp: {file}"):])
    assert found, first
    line, column, path, code, message = found.groups()
    assert code in CODES and code != "internal" and message
    return int(line or 0), int(column or 0), path, code


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_record(run, tmp_path, name):
    (data, line), code = BAD[name]
    file = tmp_path / "bad.json"
    file.write_bytes(data)
    shown = one_clear_error(run("plan", file, "--today", TODAY), file)
    assert (shown[3], shown[0]) == (code, line)
    assert shown[1] > 0
    for operation in (ectp.plan, ectp.check):
        for record in (file, str(file), data):
            with pytest.raises(ectp.Error) as refused:
                operation(record, TODAY)
            e = refused.value
            assert (e.code, e.location.line, e.location.column, e.location.path or None) == (
                code, line, shown[1], shown[2])
            assert e.location.file == ("record" if record is data else str(file))
            assert isinstance(e, ectp.NotFoundError) == (code in ("unknown_code", "unknown_edition", "wrong_edition"))
            assert isinstance(e, ectp.NotAllowedError) == (code == "not_allowed")


def test_a_bad_record_in_json(run, tmp_path):
    file = tmp_path / "bad.json"
    file.write_bytes(BAD["unknown code"][0][0])
    shown = run("plan", file, "--today", TODAY, "--format", "json")
    assert (shown.returncode, shown.stdout) == (2, b"")
    error = json.loads(shown.stderr)["error"]
    assert (error["code"], error["file"], error["line"]) == ("unknown_code", str(file), BAD["unknown code"][0][1])
    assert error["path"] == "/entries/0/statement" and error["expected"] and "4a" in error["hint"]


def test_a_mapping_has_a_path_and_no_lines():
    record = json.loads(TEXT)
    record["entries"][3]["statement"] = "ittecf-2024:9z"
    with pytest.raises(ectp.Error) as refused:
        ectp.plan(record, TODAY)
    assert refused.value.location == ("record", None, None, "/entries/3/statement")


def deep(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value, code",
    [(float("nan"), "out_of_range"), (float("inf"), "out_of_range"), (10**5000, "out_of_range"), (deep(100), "too_deep"),
     (deep(100_000), "too_deep"), ("\ud800", "encoding"), ({"a": {1, 2}}, TypeError), (b"x", TypeError)],
    ids=["nan", "inf", "huge", "deep", "deeper", "surrogate", "set", "bytes"],
)
def test_a_mapping_that_is_no_json(value, code):
    for record in ({"about": value}, {**json.loads(TEXT), "about": value}):
        if code is TypeError:
            with pytest.raises(TypeError):
                ectp.plan(record, TODAY)
            continue
        with pytest.raises(ectp.Error) as refused:
            ectp.plan(record, TODAY)
        assert refused.value.code == code
    # Taken apart in a loop: the interpreter's own way is recursive.
    while isinstance(value, list) and value:
        value = value.pop()


def test_a_mapping_that_holds_itself():
    record = json.loads(TEXT)
    record["about"] = record
    with pytest.raises(ectp.Error):
        ectp.plan(record, TODAY)


# --- files that are no records -------------------------------------------------------------------


def odd_files(folder):
    large = folder / "large.json"
    with open(large, "wb") as f:
        f.write(b'{"ectp_record": 1, "about": "')
        f.truncate(200_000_000)
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    loop = folder / "loop"
    loop.symlink_to(loop)
    return {
        "missing": (folder / "missing.json", "io"),
        "directory": (folder, "io"),
        "pipe": (pipe, "io"),
        "device": (pathlib.Path("/dev/zero"), "io"),
        "loop": (loop, "io"),
        "below a file": (large / "x.json", "io"),
        "long name": (folder / ("x" * 400), "io"),
        "200 MB": (large, "too_large"),
    }


ODD = ["missing", "directory", "pipe", "device", "loop", "below a file", "long name", "200 MB"]


@pytest.mark.parametrize("kind", ODD)
def test_a_file_that_is_no_record(program, tmp_path, kind):
    file, code = odd_files(tmp_path)[kind]
    # 400 MB of address space, the interpreter's own included: nothing reads the file whole.
    limited = ["sh", "-c", 'ulimit -v 400000 && exec "$@"', "sh", program, "plan", str(file), "--today", TODAY]
    shown = subprocess.run(limited, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    assert one_clear_error(shown, file)[3] == code
    with pytest.raises(ectp.Error) as refused:
        ectp.plan(file, TODAY)
    assert refused.value.code == code
    assert isinstance(refused.value, OSError) == (code == "io")
    policy = tmp_path / "policy.csv"
    policy.symlink_to(file)
    for opened in (lambda: ectp.Policy.load(policy), lambda: ectp.plan(file, TODAY, tables={"pathway": policy})):
        with pytest.raises(ectp.Error) as refused:
            opened()
        assert refused.value.code == code


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(run, tmp_path):
    file = tmp_path / "shut.json"
    file.write_text(TEXT, encoding="utf-8")
    file.chmod(0)
    assert one_clear_error(run("plan", file, "--today", TODAY), file)[3] == "io"


@pytest.mark.parametrize("arguments", [["plan", "-", "--today", TODAY], ["call"], ["call", "--lines"]])
def test_200_mb_of_standard_input(program, tmp_path, arguments):
    large = odd_files(tmp_path)["200 MB"][0]
    limited = ["sh", "-c", 'ulimit -v 500000 && exec "$@"', "sh", program, *arguments]
    with open(large, "rb") as source:
        shown = subprocess.run(limited, capture_output=True, stdin=source, timeout=120)
    if "--lines" in arguments:  # one line was too large; the conversation goes on
        answer = json.loads(shown.stdout)
        assert (shown.returncode, answer["ok"], answer["error"]["code"]) == (0, False, "too_large")
    else:
        assert (shown.returncode, shown.stdout) == (2, b"")
        assert b"too_large" in shown.stderr


def test_names_that_are_no_file_names():
    for path in ("", "a\0b", "\udcff"):
        with pytest.raises(ectp.FileError):
            ectp.plan(path, TODAY)


def test_a_file_name_that_is_not_utf8(run, tmp_path):
    name = os.fsencode(tmp_path) + b"/\xff.json"
    with open(name, "wb") as f:
        f.write(b"{")
    shown = run("plan", name, "--today", TODAY)
    assert (shown.returncode, shown.stdout) == (2, b"") and b"syntax" in shown.stderr
    with pytest.raises(ectp.Error) as refused:
        ectp.plan(os.fsdecode(name), TODAY)
    assert refused.value.location.file.endswith("/\\xff.json")
    str(refused.value).encode()


def test_folders_of_tables_that_are_none(run, tmp_path):
    for folder in (tmp_path, tmp_path / "missing", RECORD):
        shown = run("plan", RECORD, "--today", TODAY, "--tables", folder)
        assert (shown.returncode, shown.stdout) == (2, b"") and b"io: " in shown.stderr
        with pytest.raises(ectp.FileError):
            ectp.plan(RECORD, TODAY, tables=folder)
    (tmp_path / "nope.csv").write_text("a,b\n", encoding="utf-8")
    shown = run("plan", RECORD, "--today", TODAY, "--tables", tmp_path)
    with pytest.raises(ectp.Error) as refused:
        ectp.plan(RECORD, TODAY, tables=tmp_path)
    assert shown.stderr.decode() == f"ectp: {refused.value}\n"


@pytest.mark.parametrize(
    "options, code",
    [
        ({"today": "24/11/2025"}, "bad_date"),
        ({"today": "2025-11-31"}, "bad_date"),
        ({"today": ""}, "bad_date"),
        ({"today": "2025-11-23"}, "future_date"),
        ({"minutes": 4}, "out_of_range"),
        ({"minutes": 241}, "out_of_range"),
        ({"minutes": 2**70}, "out_of_range"),
        ({"minutes": "50"}, "wrong_type"),
        ({"minutes": 50.5}, "wrong_type"),
        ({"topic": "weather"}, "out_of_range"),
        ({"topic": ""}, "out_of_range"),
        ({"failed_probes": -1}, "out_of_range"),
        ({"risk": "no"}, "wrong_type"),
        ({"tables": {"nope": "a,b\n"}}, None),
        ({"tables": {"pathway": "a,b\n"}}, "bad_table"),
        ({"tables": {"parameters": "name,value\nwindow,many\n"}}, None),
    ],
)
def test_options_that_are_wrong(options, code):
    today = options.pop("today", "2025-11-24") if "today" in options else TODAY
    record = TEXT.replace('"on": "2025-11-20"', f'"on": "{TODAY}"') if code == "future_date" else TEXT
    with pytest.raises(ectp.Error) as refused:
        ectp.plan(record, today, **options)
    assert refused.value.code != "internal"
    assert code is None or refused.value.code == code


# --- any record at all ---------------------------------------------------------------------------

ANY = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20),
        st.sampled_from(["2025-11-24", "2025-02-30", "ittecf-2024:4n", "ittecf-2024:S4", "4n", "ecf-2019:4.1", "evidence",
                         "decision", "session", "step", "extend", "e-01", "", "-", 0, 0.5, 1, -1, 2**63, 1e308]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=10), inner, max_size=3)),
    max_leaves=8,
)


def places(value, found):
    """Every (container, key) of a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found.append((value, key))
        places(inner, found)
    return found


def planned_or_refused(record):
    try:
        plan = ectp.plan(record, TODAY)
    except ectp.Error as e:
        assert e.code in CODES and e.code != "internal" and e.message
        return None
    # A plan that there is, is whole.
    assert plan.text.endswith("\n") and plan.to_dict()["ectp_plan"] == 1 and len(plan.standards) == 8
    return plan


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_mutated_record_is_planned_or_refused(data):
    source = data.draw(st.sampled_from(sorted((ROOT / "examples/records").glob("*.json"))))
    record = json.loads(source.read_text(encoding="utf-8"))
    for _ in range(data.draw(st.integers(1, 3))):
        found = places(record, [])
        if not found:
            break
        container, key = found[data.draw(st.integers(0, len(found) - 1))]
        how = data.draw(st.sampled_from(["replace", "drop", "copy", "swap", "key"]))
        if how == "replace":
            container[key] = data.draw(ANY)
        elif how == "drop":
            del container[key]
        elif how == "copy" and isinstance(container, list):
            container.insert(data.draw(st.integers(0, len(container))), copy.deepcopy(container[key]))
        elif how == "swap":
            other, at = found[data.draw(st.integers(0, len(found) - 1))]
            container[key] = copy.deepcopy(other[at])
        elif how == "key" and isinstance(container, dict):
            container[data.draw(st.text(max_size=12))] = container.pop(key)
    if isinstance(record, dict):
        planned_or_refused(record)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_bytes_are_planned_or_refused(data):
    text = bytearray(TEXT.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        to = at + data.draw(st.integers(0, 30))
        text[at:to] = data.draw(st.binary(max_size=6))
    planned_or_refused(bytes(text))


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=60), ANY.map(lambda v: json.dumps(v).encode())))
def test_any_bytes_are_refused(data):
    assert planned_or_refused(data) is None


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["ectp", "id", "fn", "args", "x"]), st.one_of(ANY, st.just(1), st.sampled_from(
    [op["name"] for op in ectp.operations()])), max_size=5))
def test_any_call_is_answered(envelope):
    answer = ectp.call(envelope)
    assert answer["ectp"] == 1
    assert ("result" in answer) if answer["ok"] else answer["error"]["code"] in CODES - {"internal"}
