"""`ectp policy decide` and `ectp policy explain`, beside the calls and Python."""

import csv
import io
import json

import numpy as np
import pytest

import ectp

TABLE = """U,self,mentor,seen,path,weight,due,reason
,in,in,in,out,out,out,note
,integer [0..5],"low,high, null","date, null","consolidate,extend",number,"date, null",
r1,>=4,high,-,extend,0.5,2025-09-02,"both agree, at last"
r2,<4,-,-,consolidate,1,null,not yet
r3,<2,low,>2025-09-01,extend,2,2025-12-24,overlaps
"""
POLICY = ectp.Policy.from_text(TABLE, name="own")
CASES = [
    {"self": 5, "mentor": "high", "seen": None},
    {"self": 3, "mentor": None, "seen": "2025-09-01"},
    {"self": 1, "mentor": "low", "seen": "2025-09-02"},
    {"self": 4, "mentor": "low", "seen": None},
]
# As a spreadsheet has it: other columns, other order, quotes, a line end of its own.
ROWS = '''\ufeffid,seen,mentor,note,self\r
t-1,,high,"a, ""b""",5\r
t-2,2025-09-01,,,3\r
t-3,2025-09-02,"low","two
lines",1\r
t-4,,low, blank ,4\r
'''


@pytest.fixture
def own(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text(TABLE, encoding="utf-8")
    return file


def shown(run, *arguments, status=0, **options):
    done = run("policy", *arguments, **options)
    assert done.returncode == status, done.stderr
    return done.stdout.decode(), done.stderr.decode()


def called(fn, **args):
    answer = ectp.call({"ectp": 1, "fn": fn, "args": args})
    assert answer["ok"], answer
    return answer["result"]


# --- one case ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_every_door_decides_alike(run, own, case):
    outcome = POLICY.decide(case)
    text, _ = shown(run, "decide", own, "--input", json.dumps(case), "--format", "json")
    answer = json.loads(text)
    assert (answer["status"], answer["rule"], tuple(answer["rules"]), answer["other"], answer["notes"]) == (
        outcome.status, outcome.rule, outcome.rules, outcome.other, outcome.notes)  # fmt: skip
    value = outcome.value and {n: v if isinstance(v, (str, float, type(None))) else v.isoformat() for n, v in outcome.value.items()}
    assert answer["value"] == value
    assert (answer["policy"], answer["policy_sha256"]) == ("own", POLICY.sha256)
    by_call = called("policy_decide", policy=TABLE, input=case)
    assert by_call.pop("policy") == "policy" and answer.pop("policy") == "own"
    assert by_call == answer
    page, errors = shown(run, "decide", own, "--input", json.dumps(case))
    assert errors == "" and page.splitlines()[0].startswith("Decided by r" if outcome else "No decision: ")
    for said in (outcome.rules or (outcome.rule or "no rule of own",)):
        assert said in page


@pytest.mark.parametrize("case", CASES)
def test_every_door_explains_alike(run, own, case):
    why = ectp.Policy.load(own).explain(case)
    arguments = ["explain", own, "--input", json.dumps(case)]
    assert shown(run, *arguments) == (why.text, "")
    assert shown(run, *arguments, "--format", "markdown") == (why.markdown, "")
    text, _ = shown(run, *arguments, "--format", "json")
    assert json.loads(text) == why.to_dict() and list(json.loads(text)) == list(why)
    assert called("policy_explain", policy=TABLE, input=case)["matched"] is not None
    assert set(called("policy_explain", policy=TABLE, input=case, text=True, markdown=True)) == {*why, "text", "markdown"}


def test_a_page_of_each_kind(run, own):
    page, _ = shown(run, "decide", own, "--input", json.dumps(CASES[0]))
    assert page == f"""Decided by r1 ({own}:4)
  path     extend
  weight   0.5
  due      2025-09-02
  because  both agree, at last
"""
    page, _ = shown(run, "decide", own, "--input", json.dumps(CASES[2]))
    assert page == f"No decision: r2 ({own}:5) and r3 ({own}:6) both match, and own is UNIQUE.\n"
    page, _ = shown(run, "decide", own, "--input", json.dumps(CASES[3]))
    assert page == "No decision: no rule of own matches.\n"
    own.write_text('R,a,y,z\n,in,out,out\n,integer,"low,high",integer\nr1,>1,low,1\nr2,>2,high,2\n', encoding="utf-8")
    page, _ = shown(run, "decide", own, "--input", '{"a": 3}')
    assert page == f'Decided by r1 ({own}:4), r2 ({own}:5)\n  answer  [{{y: "low", z: 1}}, {{y: "high", z: 2}}]\n'
    own.write_text("U,a,y\n,in,out\n,integer,integer\n#default,,7\nr1,>1,1\n", encoding="utf-8")
    page, _ = shown(run, "decide", own, "--input", '{"a": 0}')
    assert page == "No rule matches: this is the default\n  y  7\n"


def test_an_input_may_come_from_anywhere(run, own, tmp_path):
    case = json.dumps(CASES[0])
    file = tmp_path / "case.json"
    file.write_text("\n" + case, encoding="utf-8")
    pages = {
        shown(run, "decide", own, "--input", case)[0],
        shown(run, "decide", own, "--input", f"@{file}")[0],
        shown(run, "decide", own, "--input", "-", input=case.encode())[0],
    }
    assert len(pages) == 1
    file.write_text('{"self": 5,\n "mentor": "hi", "seen": null}', encoding="utf-8")
    for given, name, options in ((f"@{file}", str(file), {}), (file.read_text(), "--input", {}), ("-", "standard input", {"input": file.read_bytes()})):
        _, errors = shown(run, "decide", own, "--input", given, status=2, **options)
        assert errors.startswith(f"ectp: {name}:2:12 (/mentor): out_of_range: ")


def test_a_file_goes_by_its_ending_and_a_name_by_none(run, tmp_path):
    always = "U,itt_records,itt_below_secure,itt_view\n,in,in,out\n,integer,integer,boolean\nr1,-,-,true\n"
    (tmp_path / "itt_view").write_text(always, encoding="utf-8")
    case = ["--input", '{"itt_records": 0, "itt_below_secure": 0}', "--format", "json"]
    text, _ = shown(run, "decide", "itt_view", *case, cwd=tmp_path)
    assert json.loads(text)["value"] == "unknown"
    (tmp_path / "itt_view.csv").write_text(always, encoding="utf-8")
    text, _ = shown(run, "decide", "itt_view.csv", *case, cwd=tmp_path)
    assert json.loads(text)["value"] is True
    (tmp_path / "OWN.MD").write_text("Ours:\n\n" + ectp.Policy.from_text(always).to_markdown(), encoding="utf-8")
    text, _ = shown(run, "decide", "OWN.MD", *case, cwd=tmp_path)
    assert (json.loads(text)["value"], json.loads(text)["policy"]) == (True, "OWN")
    (tmp_path / "own.dmn").write_text(ectp.Policy.from_text(always, name="own").to_dmn(), encoding="utf-8")
    text, _ = shown(run, "decide", "own.dmn", *case, "--decision", "own", cwd=tmp_path)
    assert json.loads(text)["value"] is True
    for name in ("own.json", "itt_view.txt", "./itt_view", "nope"):
        _, errors = shown(run, "decide", name, *case[:2], cwd=tmp_path, status=2)
        assert "bad_argument: " in errors and ".csv, .md, .dmn or .xml" in errors


def test_builtin_policies_decide(run):
    pathway = ectp.Policy.builtin("pathway")
    values = {c.name: c.values[0] if c.values else 3 for c in pathway.inputs}
    text, _ = shown(run, "decide", "pathway", "--input", json.dumps(values), "--format", "json")
    answer = json.loads(text)
    assert answer["value"] == pathway.decide(values).value and answer["policy_sha256"] == pathway.sha256
    assert shown(run, "explain", "pathway", "--input", json.dumps(values))[0] == pathway.explain(values).text


def test_all_errors_of_a_table_are_told(run, own):
    own.write_text(TABLE.replace(">=4,high", ">=9,hihg").replace("r2,<4", "r1,<x"), encoding="utf-8")
    _, errors = shown(run, "decide", own, "--input", "{}", status=2)
    with pytest.raises(ectp.Error) as refused:
        ectp.Policy.load(own)
    all_of_them = [refused.value, *refused.value.others]
    assert errors == "".join(f"ectp: {e}\n" for e in all_of_them)
    assert [f"{own}:{at}: " in errors for at in ("4:6", "4:8", "5:1", "5:5")] == [True] * 4
    _, errors = shown(run, "decide", own, "--input", "{}", "--format", "json", status=2)
    assert [json.loads(line)["error"]["code"] for line in errors.splitlines()] == [e.code for e in all_of_them]
    answer = ectp.call({"ectp": 1, "fn": "policy_decide", "args": {"policy": own.read_text(encoding="utf-8"), "input": {}}})
    assert [answer["error"]["line"], *(e["line"] for e in answer["error"]["more"])] == [4, 4, 5, 5]


@pytest.mark.parametrize(
    "args, code, path",
    [
        ({"policy": TABLE}, "missing_field", "/args"),
        ({"policy": TABLE, "input": {}, "rows": "a\n"}, "bad_argument", "/args"),
        ({"policy": TABLE, "input": {"self": 5}}, "missing_field", "/args/input/mentor"),
        ({"policy": TABLE, "input": {**CASES[0], "more": 1}}, "unknown_field", "/args/input/more"),
        ({"policy": TABLE, "input": {**CASES[0], "self": 9}}, "out_of_range", "/args/input/self"),
        ({"policy": TABLE, "input": {**CASES[0], "self": "5"}}, "wrong_type", "/args/input/self"),
        ({"policy": TABLE, "input": {**CASES[0], "seen": "1 September"}}, "wrong_type", "/args/input/seen"),
        ({"policy": TABLE, "input": [1]}, "wrong_type", "/args/input"),
        ({"policy": {}, "input": CASES[0]}, "wrong_type", "/args/policy"),
        ({"policy": TABLE, "form": "xlsx", "input": CASES[0]}, "bad_argument", "/args/form"),
        ({"policy": TABLE, "form": "dmn", "input": CASES[0]}, "syntax", ""),
        ({"policy": "nope", "input": CASES[0]}, "bad_argument", ""),
        ({"policy": "X,a\n", "input": CASES[0]}, "bad_table", ""),
        ({"policy": TABLE, "form": "markdown", "input": CASES[0]}, "bad_table", ""),
        ({"policy": TABLE, "rows": "id\n", "on_error": "drop"}, "bad_argument", "/args/on_error"),
        ({"policy": TABLE, "input": CASES[0], "explain": True}, "bad_argument", "/args/explain"),
        ({"policy": TABLE, "input": CASES[0], "on_error": "raise"}, "bad_argument", "/args/on_error"),
    ],
)
def test_calls_that_are_refused(args, code, path):
    answer = ectp.call({"ectp": 1, "fn": "policy_decide", "args": args})
    assert not answer["ok"] and (answer["error"]["code"], answer["error"]["path"]) == (code, path)


def test_a_call_may_give_markdown():
    text = POLICY.to_markdown()
    assert called("policy_decide", policy=text, form="markdown", input=CASES[0])["rule"] == "r1"


# --- rows -------------------------------------------------------------------------------------------


def test_rows_are_answered_behind_their_own_columns(run, own, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text(ROWS, encoding="utf-8", newline="")
    text, errors = shown(run, "decide", own, "--rows", file, "--explain")
    assert errors == ""
    assert text == '''id,seen,mentor,note,self,path,path_status,path_rule,path_near_rule,path_near_input,weight,due
t-1,,high,"a, ""b""",5,extend,decided,r1,r2,self,0.5,2025-09-02
t-2,2025-09-01,,,3,consolidate,decided,r2,,,1,
t-3,2025-09-02,low,"two
lines",1,,conflict,r2,r2,self,,
t-4,,low," blank ",4,,no_rule,,r2,self,,
'''
    assert shown(run, "decide", own, "--rows", "-", "--explain", input=file.read_bytes())[0] == text
    plain, _ = shown(run, "decide", own, "--rows", file)
    assert plain.splitlines()[0] == "id,seen,mentor,note,self,path,path_status,path_rule,weight,due"
    answers = called("policy_decide", policy=TABLE, rows=ROWS, explain=True)
    assert (answers["rows"], answers["other_columns"], answers["left_out"]) == (4, ["id", "note"], [])
    assert answers["columns"] == text.splitlines()[0].split(",")[5:]
    read = list(csv.DictReader(io.StringIO(text)))
    for row, answer in zip(read, answers["answers"]):
        assert list(answer) == answers["columns"]
        for name, value in answer.items():
            assert row[name] == ("" if value is None else f"{value:g}" if isinstance(value, (int, float)) else value)


def test_rows_say_what_decide_and_decide_batch_say(run, own, tmp_path):
    random = np.random.default_rng(3)
    cases = [
        {"self": int(random.integers(0, 6)), "mentor": [None, "low", "high"][random.integers(3)], "seen": [None, "2025-09-01", "2025-09-02"][random.integers(3)]}
        for _ in range(500)
    ]  # fmt: skip
    file = tmp_path / "rows.csv"
    with open(file, "w", encoding="utf-8", newline="") as f:
        rows = csv.DictWriter(f, ["self", "mentor", "seen"])
        rows.writeheader()
        rows.writerows(cases)
    text, _ = shown(run, "decide", own, "--rows", file, "--explain")
    batch = POLICY.decide_batch({n: [c[n] for c in cases] for n in cases[0]}, explain=True)
    said = list(csv.DictReader(io.StringIO(text)))
    assert len(said) == 500
    for k, (case, row) in enumerate(zip(cases, said)):
        outcome = POLICY.decide(case)
        assert (row["path_status"], row["path_rule"]) == (outcome.status, outcome.rule or "")
        assert row["path"] == (outcome.value["path"] if outcome else "")
        assert row["due"] == (str(outcome.value["due"] or "") if outcome else "")
        for name in ("path", "path_near_rule", "path_near_input"):
            assert row[name] == (batch[name][k] or "")


def test_lists_counts_and_moments_in_cells(run, own, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text("a,b\n0,\n\n2,\n3,\n", encoding="utf-8")  # an empty line is no row

    def answers(text):
        own.write_text(text, encoding="utf-8")
        return [row[2:] for row in csv.reader(io.StringIO(shown(run, "decide", own, "--rows", file)[0]))][1:]

    def values(text):
        return [answer[0] for answer in answers(text)]

    rules = "r1,>1,{}\nr2,>2,{}\n"
    head = "{},a,y\n,in,out\n,integer,{}\n"
    assert values(head.format("R", '"low,high"') + rules.format("low", "high")) == ["", '["low"]', '["low","high"]']
    assert values(head.format("C", "integer") + rules.format("1", "2")) == ["[]", "[1]", "[1,2]"]
    assert answers(head.format("C#", "integer") + rules.format("5", "7")) == [
        ["0", "decided", ""], ["1", "decided", "r1"], ["2", "decided", "r1"]]  # fmt: skip
    assert values(head.format("C+", "number") + rules.format("0.1", "0.2")) == ["", "0.1", "0.3"]
    assert values(head.format("C>", "time") + rules.format("08:45", "09:00:00.5")) == ["", "08:45", "09:00:00.5"]
    assert values(head.format("F", '"years and months duration"') + rules.format("P1Y6M", "P1M")) == ["", "P1Y6M", "P1Y6M"]
    assert values(head.format("F", "boolean") + rules.format("true", "false")) == ["", "true", "true"]


GOOD = "self,mentor,seen\n5,high,\n"


@pytest.mark.parametrize(
    "rows, code, place",
    [
        ("", "bad_table", "1:1"),
        ("self,mentor\n", "missing_field", "1:1"),
        ("self,mentor,seen,self\n", "duplicate_id", "1:18"),
        ("self,path,mentor,seen\n", "bad_table", "1:6"),
        ("path_rule,self,mentor,seen\n", "bad_table", "1:1"),
        (GOOD + "5,high\n", "bad_table", "3:1"),
        (GOOD + "5,high,,\n", "bad_table", "3:1"),
        (GOOD + "9,high,\n", "out_of_range", "3:1"),
        (GOOD + "2.5,high,\n", "out_of_range", "3:1"),
        (GOOD + "five,high,\n", "wrong_type", "3:1"),
        (GOOD + "inf,high,\n", "wrong_type", "3:1"),
        (GOOD + "0x3,high,\n", "wrong_type", "3:1"),
        (GOOD + "+5,high,\n", "wrong_type", "3:1"),
        (GOOD + "-,high,\n", "wrong_type", "3:1"),
        (GOOD + " 5,high,\n", "wrong_type", "3:1"),
        (GOOD + ",high,\n", "wrong_type", "3:1"),
        (GOOD + "5,High,\n", "out_of_range", "3:3"),
        (GOOD + "5,NA,\n", "out_of_range", "3:3"),
        (GOOD + '5,"hi""gh",\n', "out_of_range", "3:3"),
        (GOOD + "5,high,31/10/2025\n", "wrong_type", "3:8"),
        (GOOD + "5,high,2025-02-29\n", "wrong_type", "3:8"),
        (GOOD + '5,"high,\n', "syntax", "3:3"),
        (GOOD + '5,hi"gh,\n', "syntax", "3:5"),
    ],
)
def test_rows_that_are_wrong(run, own, tmp_path, rows, code, place):
    file = tmp_path / "rows.csv"
    file.write_text(rows, encoding="utf-8")
    text, errors = shown(run, "decide", own, "--rows", file, status=2)
    assert text == "" and errors.startswith(f"ectp: {file}:{place}: {code}: ")
    if "NA" in rows:
        assert "an empty cell is null" in errors


def test_bad_rows_are_left_out_and_listed_on_request(run, own, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text(GOOD + "9,high,\n3,,\n5,hihg,\n5\n4,high,NULL\n4,high,\n", encoding="utf-8")
    text, errors = shown(run, "decide", own, "--rows", file, "--on-error", "report")
    assert [row["path_rule"] for row in csv.DictReader(io.StringIO(text))] == ["r1", "r2", "r1"]
    listed = [line.split(": ")[1:3] for line in errors.splitlines() if line.startswith("ectp: ")]
    assert listed == [[f"{file}:{at}", code] for at, code in (
        ("3:1", "out_of_range"), ("5:3", "out_of_range"), ("6:1", "bad_table"), ("7:8", "wrong_type"))]  # fmt: skip
    text, errors = shown(run, "decide", own, "--rows", file, "--on-error", "report", "--format", "json")
    answer = json.loads(text)
    assert errors == "" and answer["rows"] == len(answer["answers"]) == 3
    assert [(p["row"], p["column"], p["code"], p["value"]) for p in answer["left_out"]] == [
        (2, "self", "out_of_range", "9"), (4, "mentor", "out_of_range", "hihg"), (5, None, "bad_table", ""), (6, "seen", "wrong_type", "NULL")]
    assert all(p["expected"] and p["at"].startswith(f"{file}:") for p in answer["left_out"])
    assert answer["left_out"][3]["hint"] == "an empty cell is null"


def test_no_rows_at_all(run, own, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text("self,mentor,seen", encoding="utf-8")
    assert shown(run, "decide", own, "--rows", file) == ("self,mentor,seen,path,path_status,path_rule,weight,due\n", "")


def test_many_rows(run, own, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text("self,mentor,seen\n" + "5,high,2025-09-01\n1,low,2025-09-01\n" * 100_000, encoding="utf-8")
    text, _ = shown(run, "decide", own, "--rows", file)
    assert text.count("\n") == 200_001 and text.count(",extend,decided,r1,") == 100_000
