"""The versions of a policy: identity, order, findings, and batches in which each row has its own day."""

import datetime
import itertools
import json
import pickle
import random
import threading

import numpy as np
import pytest
from conftest import ROOT

import ectp

DAY = datetime.date
FIRST = """F,self,mentor,path,reason
,in,in,out,note
,"integer [0..5], null","low,high","consolidate,extend",
#id,pathway,,,
#version,1.0.0,,,
#valid,2024-09-01..2025-08-31,,,
r1,>= 4,high,extend,both agree
r2,-,-,consolidate,anything else
"""
SECOND = """F,mentor,self,weeks,path
,in,in,out,out
,"low,mid,high","integer [0..5], null",integer,"consolidate,extend,pause"
#id,pathway,,,
#version,1.1.0,,,
#valid,2025-09-03..,,,
r2,"mid,high",>= 3,2,extend
r1,low,null,4,pause
r3,-,-,6,consolidate
"""
THIRD = """U,self,path
,in,out
,"number [0..9], null","pause,extend"
#id,pathway,
#version,2.0.0,
#valid,2026-01-01..2026-06-30,
r1,< 3,pause
r9,>= 4,extend
"""


def policy(text, file=""):
    return ectp.Policy.from_text(text, name="pathway", file=file)


def three():
    return ectp.PolicyVersions([policy(THIRD, "3.csv"), policy(FIRST, "1.csv"), policy(SECOND, "2.csv")])


# --- identity ---------------------------------------------------------------------------------------


def test_a_policy_says_which_one_it_is():
    first, second = policy(FIRST), policy(SECOND)
    assert (first.id, first.version) == ("pathway", "1.0.0")
    assert first.valid == (DAY(2024, 9, 1), DAY(2025, 8, 31)) and second.valid == (DAY(2025, 9, 3), None)
    none = policy("U,a,o\n,in,out\n,boolean,boolean\n1,-,true\n")
    assert (none.id, none.version, none.valid) == (None, None, None)
    for form, text in (("markdown", first.to_markdown()), ("dmn", first.to_dmn())):
        again = ectp.Policy.from_text(text, form=form)
        assert (again.id, again.version, again.valid, again.sha256) == ("pathway", "1.0.0", first.valid, first.sha256)


def test_the_built_in_policies_have_an_identity():
    policies = [p for p in ectp.policies() if p["kind"] == "policy"]
    assert len(policies) == len(list((ROOT / "src" / "content" / "policies").glob("*.csv")))
    for listed in policies:
        one = ectp.Policy.builtin(listed["name"])
        assert (one.id, one.version, one.valid) == (listed["name"], "1.0.0", None)
        assert (listed["id"], listed["version"], listed["sha256"]) == (one.id, one.version, one.sha256)


def test_answers_name_the_policy_that_gave_them():
    row = {"self": 4, "mentor": "high"}
    for text, said in ((FIRST, ("pathway", "1.0.0")), (FIRST.replace("#id,pathway,,,\n#version,1.0.0,,,\n", ""), (None, None))):
        one = policy(text)
        want = (*said, one.sha256)

        def named(answer):
            return answer["policy_id"], answer["policy_version"], answer["policy_sha256"]

        def call(fn, want=want, **args):
            answer = ectp.call({"ectp": 1, "fn": f"policy_{fn}", "args": {"policy": text, **args}})
            assert answer["ok"], answer
            assert named(answer["result"]) == want, fn

        call("decide", input=row)
        call("decide", rows="self,mentor\n4,high\n")
        call("explain", input=row)
        call("analyse")
        call("suggest")
        call("prove", properties=["total"])
        call("convert", to="dmn")
        assert named(one.explain(row)) == want and named(one.decide(row).explain()) == want
        assert named(one.diff(policy(SECOND))["before"]) == want
    why = ectp.why("DIA-P8")
    pathway = ectp.Policy.builtin("pathway")
    assert (why["policy_id"], why["policy_version"], why["policy_sha256"]) == ("pathway", "1.0.0", pathway.sha256)


# --- versions ---------------------------------------------------------------------------------------


def test_versions_are_in_order_and_known_by_day():
    versions = three()
    assert [p.version for p in versions] == ["1.0.0", "1.1.0", "2.0.0"] and len(versions) == 3
    assert [p.file for p in versions.versions] == ["1.csv", "2.csv", "3.csv"] and versions.id == "pathway"
    for day, want in {
        "2024-08-31": None,
        "2024-09-01": "1.0.0",
        "2025-08-31": "1.0.0",
        "2025-09-01": None,
        "2025-09-02": None,
        "2025-09-03": "1.1.0",
        "2025-12-31": "1.1.0",
        "2026-01-01": "2.0.0",
        "2026-06-30": "2.0.0",
        "2026-07-01": "1.1.0",
        "9999-12-31": "1.1.0",
    }.items():
        for asked in (day, DAY.fromisoformat(day)):
            found = versions.as_of(asked)
            assert (found and found.version) == want, day
    assert versions.as_of("2025-09-03") is versions.versions[1]
    assert "1.0.0, 1.1.0, 2.0.0" in repr(versions)


def test_the_findings():
    versions = three()
    found = [(f.kind, f.level) for f in versions.findings]
    assert not versions.sound
    assert [k for k, level in found if level == "error"] == ["missing_validity", "overlapping_validity"]
    assert [k for k, level in found if level == "note"] == ["changed_columns"] * 2
    gap = versions.findings[0]
    assert gap.box == {"as_of": "[2025-09-01..2025-09-02]"} and gap.witness == {"as_of": "2025-09-01"}
    assert gap.location[:2] == ("1.csv", 6) and "2025-09-02" in gap.suggestion
    assert gap.message in versions.text and gap.message in versions.markdown and versions._repr_markdown_()
    alone = ectp.PolicyVersions([policy(FIRST)])
    assert alone.sound and alone.findings == ()


def test_versions_of_paths_and_of_a_pickle(tmp_path):
    (tmp_path / "a.csv").write_text(SECOND)
    policy(FIRST).save(tmp_path / "b.dmn")
    versions = ectp.PolicyVersions([tmp_path / "a.csv", str(tmp_path / "b.dmn")])
    assert [p.form for p in versions] == ["dmn", "csv"]
    again = pickle.loads(pickle.dumps(versions))
    assert again.versions == versions.versions and again.as_of("2025-09-10").version == "1.1.0"


def test_what_is_no_set_of_versions():
    other = policy(FIRST.replace("#id,pathway", "#id,stance"))
    for wrong in ([], [policy(FIRST), other], [policy(FIRST), policy(FIRST.replace("#id,pathway,,,\n", ""))]):
        with pytest.raises(ectp.Error) as refused:
            ectp.PolicyVersions(wrong)
        assert refused.value.code == "bad_argument"
    for wrong in ("pathway.csv", policy(FIRST), [7], 7):
        with pytest.raises(TypeError):
            ectp.PolicyVersions(wrong)
    with pytest.raises(ectp.FileError):
        ectp.PolicyVersions(["no-such-file.csv"])
    for day in ("2025-02-30", "yesterday", ""):
        with pytest.raises(ectp.Error):
            three().as_of(day)
    with pytest.raises(TypeError):
        three().as_of(7)


# --- batches ----------------------------------------------------------------------------------------


def column(values):
    """The values of a column of either kind, with None for null."""
    if isinstance(values, ectp.CodeColumn):
        return list(values)
    return [None if v != v else v for v in values.tolist()]


def sliced(versions, columns, days, **options):
    """The same, date by date: what each version says of its own rows."""
    rows = len(days)
    first = next(c["name"] for p in versions for c in p._table.columns if c["role"] == "out")
    out = {"version": [None] * rows}
    wanted = ["status", "rule"] + ["near_rule", "near_input"] * bool(options.get("explain")) + ["matched"] * (options.get("explain") == "full")
    for p in versions:
        for name in [o.name for o in p.outputs] + [f"{first}_{w}" for w in wanted]:
            out.setdefault(name, [None] * rows)
    out[f"{first}_status"] = ["no_rule"] * rows
    for day in set(days) - {None}:
        one = versions.as_of(day)
        if one is None:
            continue
        mine = [i for i, d in enumerate(days) if d == day]
        said = one.decide_batch({n: [c[i] for i in mine] for n, c in columns.items()}, **options)
        own = one.outputs[0].name
        for name, values in said.items():
            title = name.replace(f"{own}_", f"{first}_", 1) if name.startswith(f"{own}_") else name
            for i, v in zip(mine, column(values)):
                out[title][i] = v
        for i in mine:
            out["version"][i] = one.version
    return out


def check(versions, columns, days, as_of=None, **options):
    said = versions.decide_batch(columns, as_of=days if as_of is None else as_of, **options)
    options.pop("threads", None)
    want = sliced(versions, columns, days, **options)
    assert set(said) == set(want) and said.rows == len(days)
    for name, values in want.items():
        assert column(said[name]) == values, name
    return said


DAYS = [None, *(DAY.fromisoformat(d) for d in ("2024-08-31", "2024-09-01", "2025-08-31", "2025-09-01", "2025-09-03", "2026-01-01", "2026-06-30", "2026-07-01"))]


@pytest.mark.parametrize("explain", [False, True, "full"])
def test_each_row_is_what_its_version_says(explain):
    """Every day of interest with every input: all combinations."""
    rows = list(itertools.product(DAYS, (None, 0, 2, 3, 4, 5), ("low", "mid", "high")))
    # `mid` is no word of the first version: there it is an invalid input.
    columns = {"self": [r[1] for r in rows], "mentor": [r[2] for r in rows]}
    for threads in (1, 3):
        said = check(three(), columns, [r[0] for r in rows], explain=explain, threads=threads)
    assert list(said)[:4] == ["path", "version", "path_status", "path_rule"]
    assert set(column(said["path_status"])) == {"decided", "no_rule", "invalid_input"}
    assert said["version"].categories == ("1.0.0", "1.1.0", "2.0.0")
    # The ids of all versions, each once, however many versions have it.
    assert sorted(said["path_rule"].categories) == ["r1", "r2", "r3", "r9"]
    assert int((said["path_rule"] == "r2").sum()) == column(said["path_rule"]).count("r2") > 0


def test_many_rows_in_any_order():
    chance = random.Random(7)
    for _ in range(5):
        n = 3000
        days = [chance.choice(DAYS) for _ in range(n)]
        if chance.random() < 0.5:
            days.sort(key=lambda d: d or DAY.min)
        columns = {"self": [chance.choice((None, 0, 1, 2, 3, 4, 5)) for _ in range(n)], "mentor": [chance.choice(("low", "mid", "high")) for _ in range(n)]}
        check(three(), columns, days, explain="full", threads=chance.choice((1, 2)))


LISTS = """{hit},a,{output}
,in,out
,"integer [0..9], null","{domain}"
#id,x,
#version,{version},
#valid,{valid},
{rules}"""


def listed(hit, version, valid, rules, output="out", domain="integer"):
    text = "".join(f"{hit[0].lower()}{i},{test},{value}\n" for i, (test, value) in enumerate(rules))
    return ectp.Policy.from_text(LISTS.format(hit=hit, version=version, valid=valid, rules=text, output=output, domain=domain))


RULES = [(">=3", 1), (">=5", 2), ("<7", 4)]


@pytest.mark.parametrize("hits", [("R", "R"), ("C", "O"), ("C+", "C<"), ("C+", "F"), ("C#", "C#"), ("F", "F"), ("P", "A")])
def test_versions_of_other_hit_policies(hits):
    domain = "2,1,4" if "P" in hits or "O" in hits else "integer"
    rules = [[(t, 1) for t, _ in RULES] if h == "A" else RULES for h in hits]
    versions = ectp.PolicyVersions(
        [listed(hits[0], "1.0.0", "..2025-01-09", rules[0], domain=domain), listed(hits[1], "1.1.0", "2025-01-10..", list(reversed(rules[1])), domain=domain)]
    )
    days = [DAY(2025, 1, d) for d in (1, 9, 10, 20)] + [None]
    rows = list(itertools.product(days, [None, *range(10)]))
    check(versions, {"a": [r[1] for r in rows]}, [r[0] for r in rows], explain="full" if hits != ("C#", "C#") else False)


def test_where_some_versions_answer_with_lists_all_answers_are_tuples():
    versions = ectp.PolicyVersions([listed("R", "1.0.0", "..2025-01-09", RULES), listed("F", "1.1.0", "2025-01-10..", RULES)])
    said = versions.decide_batch({"a": [6, 6, None]}, as_of=["2025-01-09", "2025-01-10", "2025-01-10"])
    assert list(said["out"]) == [(1, 2, 4), (1,), None]


def test_outputs_that_are_days():
    def one(version, valid, day):
        return ectp.Policy.from_text(f"U,a,on\n,in,out\n,boolean,date\n#id,x,\n#version,{version},\n#valid,{valid},\n1,true,{day}\n")

    versions = ectp.PolicyVersions([one("1.0.0", "..2025-01-09", "2025-02-01"), one("1.1.0", "2025-01-10..", "2025-03-01")])
    said = versions.decide_batch({"a": [True, True, False]}, as_of=np.array(["2025-01-09", "2025-01-10", "2025-01-10"], "M8[D]"))
    assert said["on"].dtype == np.dtype("M8[D]") and np.isnat(said["on"][2])
    assert said["on"][:2].astype(str).tolist() == ["2025-02-01", "2025-03-01"]


def test_days_in_many_forms():
    versions = three()
    days = ["2025-08-31", "2025-09-03", None]
    columns = {"self": [4, 4, 4], "mentor": ["high"] * 3}
    dates = [d and DAY.fromisoformat(d) for d in days]
    want = check(versions, columns, dates)
    forms = [
        days,
        tuple(dates),
        np.array(days, "M8[D]"),
        np.array(days, "M8[ns]"),
        np.array(["2025-08-31T23:59:59", "2025-09-03T00:00:01", None], "M8[s]"),
        np.array(dates, object),
        [datetime.datetime(2025, 8, 31, 12), np.datetime64("2025-09-03"), float("nan")],
        np.ma.MaskedArray(np.array(["2025-08-31", "2025-09-03", "2025-09-03"], "M8[D]"), mask=[False, False, True]),
    ]
    for form in forms:
        said = versions.decide_batch(columns, as_of=form)
        assert column(said["version"]) == column(want["version"]) == ["1.0.0", "1.1.0", None], form
    texts = versions.decide_batch({n: c[:2] for n, c in columns.items()}, as_of=np.array(days[:2]))
    assert column(texts["version"]) == ["1.0.0", "1.1.0"]
    # Days further away than any version can say.
    far = versions.decide_batch({n: c[:2] for n, c in columns.items()}, as_of=np.array([-(10**12), 10**12], "M8[D]"))
    assert column(far["version"]) == [None, "1.1.0"]
    assert versions.decide_batch({"self": [], "mentor": []}, as_of=[]).rows == 0


def test_a_version_that_no_row_calls_for_needs_no_columns():
    said = three().decide_batch({"self": [1.5, 9, None]}, as_of=["2026-01-01"] * 3)
    assert list(said["path"]) == ["pause", "extend", None]
    with pytest.raises(ectp.Error) as missing:
        three().decide_batch({"self": [1, 2]}, as_of=["2026-01-01", "2025-10-01"])
    assert missing.value.code == "missing_field" and missing.value.location.path == "/mentor"
    assert "1.1.0" in missing.value.message


def test_codes_of_words_are_those_of_each_versions_list():
    said = three().decide_batch({"self": [4, 4], "mentor": np.array([1, 1], np.uint8)}, as_of=["2025-08-31", "2025-09-03"])
    assert list(said["path_rule"]) == ["r1", "r2"]  # high, and mid


def test_what_is_refused():
    columns = {"self": [4, 4], "mentor": ["high", "high"]}
    days = ["2025-08-31", "2025-09-03"]
    versions = three()

    def refused(code, columns=columns, as_of=days, **options):
        with pytest.raises(ectp.Error) as wrong:
            versions.decide_batch(columns, as_of=as_of, **options)
        assert wrong.value.code == code
        return wrong.value

    assert refused("bad_argument", as_of=["2025-08-31"]).location.path
    assert refused("wrong_type", as_of=["2025-08-31", "2025-02-30"]).location.path == "/as_of/1"
    for wrong in (["2025-08-31", "20250903"], ["2025-08-31", 7], [20250831, 20250903], np.array([1.5, 2.5]), np.array(["2025", "x"])):
        refused("wrong_type", as_of=wrong)
    refused("bad_argument", as_of=np.array([days], "M8[D]"))
    refused("bad_argument", explain="all")
    refused("bad_argument", threads=0)
    with pytest.raises(TypeError):
        versions.decide_batch(columns, as_of=days, progress=3)
    with pytest.raises(TypeError):
        versions.decide_batch([1], as_of=days)
    # One name for inputs of two kinds.
    texts = "U,self,path\n,in,out\n,string,\"pause,extend\"\n#id,pathway,\n#version,3.0.0,\n#valid,2027-01-01..,\n1,-,pause\n"
    versions = ectp.PolicyVersions([policy(FIRST), policy(texts)])
    assert "1.0.0" in refused("bad_argument").message
    # Two columns of one name.
    versions = ectp.PolicyVersions([listed("F", "1.0.0", "2025-01-01..", RULES, output="version")])
    refused("bad_argument", columns={"a": [1]}, as_of=["2025-01-01"])


def test_versions_without_numbers_are_told_apart():
    bare = FIRST.replace("#version,1.0.0,,,\n", "")
    later = bare.replace("2024-09-01..2025-08-31", "2025-09-01..")
    versions = ectp.PolicyVersions([policy(bare, "a.csv"), policy(later, "a.csv")])
    said = versions.decide_batch({"self": [4, 4], "mentor": ["high", "low"]}, as_of=["2025-08-31", "2025-09-01"])
    assert said["version"].categories == ("a.csv", "a.csv (2)") and list(said["version"]) == ["a.csv", "a.csv (2)"]


def test_progress_and_stopping():
    n = 400_000
    columns = {"self": np.full(n, 4, np.uint8), "mentor": np.full(n, 1, np.uint8)}
    days = np.where(np.arange(n) % 2 == 0, np.datetime64("2025-08-31"), np.datetime64("2025-09-03"))
    told = []
    said = three().decide_batch(columns, as_of=days, progress=lambda done, rows: told.append((done, rows)))
    assert told[-1] == (n, n) and told == sorted(told) and said.rows == n and not said.cancelled
    assert said["version"].counts() == {"1.0.0": n // 2, "1.1.0": n // 2}
    said = three().decide_batch(columns, as_of=days, progress=lambda done, rows: False)
    assert said.cancelled and 0 < said.rows < n and all(len(c) == said.rows for c in said.values())

    def fails(done, rows):
        raise KeyError(done)

    with pytest.raises(KeyError):
        three().decide_batch(columns, as_of=days, progress=fails)


def test_threads_may_share_them():
    versions = three()
    columns = {"self": [4] * 1000, "mentor": ["high"] * 1000}
    days = np.resize(np.array(["2025-08-31", "2025-09-03", "2026-01-01"], "M8[D]"), 1000)
    want = column(versions.decide_batch(columns, as_of=days)["path_rule"])
    got = []

    def work():
        for _ in range(5):
            got.append(column(versions.decide_batch(columns, as_of=days, explain=True)["path_rule"]))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(got) == 20 and all(g == want for g in got)


# --- the program ------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    paths = []
    for name, text in (("third.csv", THIRD), ("first.csv", FIRST), ("second.csv", SECOND)):
        (tmp_path / name).write_text(text)
        paths.append(tmp_path / name)
    return paths


def test_the_command(run, files):
    done = run("policy", "versions", *files, "--as-of", "2025-09-10")
    assert done.returncode == 1 and done.stderr == b""
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "pathway: 3 versions" and [line.split()[0] for line in lines[1:4]] == ["1.0.0", "1.1.0", "2.0.0"]
    assert "On 2025-09-10 the version 1.1.0 is valid" in lines[5]
    assert "2 errors, 0 warnings, 2 notes." == lines[-1]
    assert done.stdout.decode().count("suggestion") >= 2
    sound = run("policy", "versions", files[1])
    assert sound.returncode == 0 and sound.stdout.decode().endswith("Nothing to say.\n")
    none = run("policy", "versions", files[1], "--as-of", "2026-01-01")
    assert none.returncode == 0 and "On 2026-01-01 no version is valid." in none.stdout.decode()
    built_in = run("policy", "versions", "pathway", "--format", "markdown")
    assert built_in.returncode == 0 and built_in.stdout.decode().startswith("## pathway: 1 version\n")


def test_the_command_as_json_is_what_a_call_says(run, files):
    done = run("policy", "versions", *files, "--as-of", "2025-09-10", "--format", "json")
    said = json.loads(done.stdout)
    args = {"policies": [THIRD, FIRST, SECOND], "as_of": "2025-09-10"}
    called = ectp.call({"ectp": 1, "fn": "policy_versions", "args": args})["result"]
    assert [v["policy_sha256"] for v in said["versions"]] == [p.sha256 for p in three()]
    assert said["in_force"] == said["versions"][1] and said["policy_id"] == "pathway" and said["sound"] is False
    assert [(v["valid_from"], v["valid_to"]) for v in said["versions"]] == [("2024-09-01", "2025-08-31"), ("2025-09-03", None), ("2026-01-01", "2026-06-30")]
    for v in (*said["versions"], *called["versions"], said["in_force"], called["in_force"]):
        v["file"] = v["policy"] = ""
    assert called["versions"] == said["versions"] and called["in_force"] == said["in_force"]
    assert [f["kind"] for f in called["findings"]] == [f["kind"] for f in said["findings"]]
    assert json.loads(run("policy", "versions", files[1], "--format", "json").stdout).keys() == said.keys() - {"as_of", "in_force"}


def test_what_the_command_refuses(run, files, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(FIRST.replace(">= 4", ">= 9"))
    other = tmp_path / "other.csv"
    other.write_text(FIRST.replace("#id,pathway", "#id,stance"))
    for arguments in (
        [],
        [tmp_path / "no-such-file.csv"],
        [files[0], wrong],
        [files[0], other],
        [files[0], "nope"],
        [files[0], "--as-of", "2025-02-30"],
        [files[0], "--format", "html"],
    ):
        done = run("policy", "versions", *arguments)
        assert done.returncode == 2 and done.stderr and not done.stdout, arguments
    assert b"wrong.csv:7:" in run("policy", "versions", files[0], wrong).stderr
    for args in ({}, {"policies": FIRST}, {"policies": [7]}, {"policies": []}, {"policies": [FIRST], "as_of": "x"}):
        assert ectp.call({"ectp": 1, "fn": "policy_versions", "args": args})["ok"] is False, args
    said = ectp.call({"ectp": 1, "fn": "policy_versions", "args": {"policies": [FIRST, wrong.read_text()]}})
    assert said["error"]["file"] == "policy 2" if "file" in said["error"] else "policy 2" in json.dumps(said["error"])
