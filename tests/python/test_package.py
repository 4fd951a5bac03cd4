"""The package itself: what is public, documented, picklable and readable."""

import copy
import datetime
import inspect
import os
import pickle
import subprocess
import sys

import pytest
from conftest import ROOT, TODAY

import ectp
import ectp._core
import ectp._errors


def members(cls):
    """The class's own public callables and properties."""
    for name, member in vars(cls).items():
        if not name.startswith("_"):
            yield f"{cls.__name__}.{name}", member


def documented():
    for module in (ectp, ectp._core):
        for name in getattr(module, "__all__", None) or vars(module):
            thing = getattr(module, name)
            if name.startswith("_") or not callable(thing):
                continue
            yield f"{module.__name__}.{name}", thing
            if inspect.isclass(thing):
                yield from members(thing)


def doc_of(member):
    if isinstance(member, (staticmethod, classmethod)):
        member = member.__func__
    return inspect.getdoc(member) or ""


def test_everything_public_is_documented_in_python_words():
    seen = dict(documented())
    assert len(seen) > 80
    fields = {f for c in (ectp.Column, ectp.Rule, ectp.Location, ectp.Link, ectp.Hit) for f in c.__annotations__}
    for name, thing in seen.items():
        if name.split(".")[-1] in fields and not callable(thing):
            continue  # a field of a dataclass, documented beside it
        doc = doc_of(thing)
        assert doc.strip(), f"{name} has no docstring"
        assert "::" not in doc, name
        assert "::" not in repr(thing), name
        try:
            signature = str(inspect.signature(thing))
        except (TypeError, ValueError):
            continue
        assert "::" not in signature, name
        # pybind11's way to say that it does not know a name.
        assert "arg0" not in doc and "arg0" not in signature, name


def test_special_methods_of_the_core_are_documented_too():
    for cls in (ectp.Framework, ectp.Node, ectp.Outcome):
        for name in ("__bool__", "__getitem__", "__contains__", "__eq__", "__hash__", "__repr__", "__len__", "__lt__"):
            if name in vars(cls):
                assert "::" not in doc_of(vars(cls)[name])


def test_all_is_sorted_and_complete():
    assert ectp.__all__ == sorted(ectp.__all__)
    public = {n for n, v in vars(ectp).items() if not n.startswith("_") and not inspect.ismodule(v)}
    public -= {"annotations", "Any", "Mapping", "Optional", "TYPE_CHECKING"}
    lazy = {"Batch", "CodeColumn"}  # they bring NumPy along
    assert public | lazy | {"__version__"} == set(ectp.__all__)


def test_the_version_is_the_one_of_the_headers():
    header = (ROOT / "include/ectp/core/version.hpp").read_text(encoding="utf-8")
    assert f'#define ECTP_VERSION "{ectp.__version__}"' in header
    assert ectp.call({"ectp": 1, "fn": "version"})["result"]["ectp"] == ectp.__version__


def test_types_are_shipped():
    folder = os.path.dirname(ectp.__file__)
    assert os.path.exists(os.path.join(folder, "py.typed"))
    with open(os.path.join(folder, "_core.pyi"), encoding="utf-8") as f:
        stub = f.read()
    for name, thing in vars(ectp._core).items():
        if not name.startswith("__"):
            assert f"class {name}:" in stub or f"def {name}(" in stub or f"{name}: " in stub, name
            if inspect.isclass(thing):
                body = stub.split(f"class {name}:")[1].split("\nclass ")[0]
                for member in vars(thing):
                    if not member.startswith("_"):
                        assert f"def {member}(" in body, f"{name}.{member}"


def test_importing_needs_nothing_else():
    """No third-party module, no file, no clock: a fresh interpreter with only the package."""
    code = (
        "import sys, ectp\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in"
        " ('numpy', 'pandas', 'polars', 'pyarrow', 'hypothesis', 'pytest')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("[]\n", "")


# --- plans ---------------------------------------------------------------------------------------


def test_a_plan_reads_like_a_mapping(example):
    plan = ectp.plan(example, TODAY)
    assert plan["focus"] == plan.focus and "focus" in plan and plan.get("no such") is None
    assert list(plan) == list(plan.to_dict()) and len(plan) == len(plan.to_dict())
    for name in ("meeting", "focus", "path", "standards", "agenda", "step", "practice", "findings"):
        assert getattr(plan, name) == plan[name]
    assert (plan.teacher_id, plan.mentor_id) == (plan["teacher_id"], plan["mentor_id"])
    assert "text" not in plan
    assert [a["standard"] for a in plan.standards] == [f"ittecf-2024:S{n}" for n in range(1, 9)]
    assert str(plan) == plan.text
    with pytest.raises(KeyError):
        plan["no such"]
    with pytest.raises(TypeError):
        hash(plan)


def test_a_plan_shows_itself(example):
    plan = ectp.plan(example, TODAY)
    assert repr(plan).startswith(f"<Plan {plan.teacher_id} on 2025-11-2")
    assert plan.focus["statement"] in repr(plan) and "\n" not in repr(plan)
    html = plan._repr_html_()
    assert "<pre>" in html and "&quot;" in html
    assert html.count("<") == len(["<details>", "<summary>", "</summary>", "<pre>", "</pre>", "</details>"])


def test_html_is_escaped(example):
    text = example.read_text(encoding="utf-8").replace('"period 5"', '"<b>&5"').replace('"after school"', '"<b>&5"')
    text = text.replace('"period 3"', '"<b>&5"')
    plan = ectp.plan(text, TODAY)
    assert plan.meeting["slot"] == "<b>&5" and "<b>&5" in plan.text
    assert "<b>" not in plan._repr_html_() and "&lt;b&gt;&amp;5" in plan._repr_html_()


def test_to_dict_is_a_copy(example):
    plan = ectp.plan(example, TODAY)
    plan.to_dict()["focus"]["statement"] = "changed"
    assert plan.focus["statement"] != "changed"


def test_what_is_no_record_is_a_type_error():
    for record in (None, 7, ["x"], open):
        with pytest.raises(TypeError):
            ectp.plan(record, TODAY)
        with pytest.raises(TypeError):
            ectp.check(record, TODAY)
    for today in (None, 20251124, datetime.time()):
        with pytest.raises(TypeError):
            ectp.plan("{}", today)
    for tables in (7, ["pathway.csv"], {"pathway": 7}):
        with pytest.raises(TypeError):
            ectp.plan("{}", TODAY, tables=tables)
    with pytest.raises(TypeError):
        ectp.plan({"x": object()}, TODAY)


# --- the framework -------------------------------------------------------------------------------


def test_the_framework_is_a_tree():
    tree = ectp.framework()
    assert tree.edition == ectp.default_edition == "ittecf-2024"
    assert [s.code for s in tree.standards] == [f"S{n}" for n in range(1, 9)]
    node = tree["4n"]
    assert node == tree["ittecf-2024:4n"] and node.ref == "ittecf-2024:4n" and str(node) == node.ref
    assert (node.kind, node.statement_kind, node.standard.code) == ("statement", "learn_how_to", "S4")
    assert tree["2.10"].statement_kind == "learn_that" and tree["2.1"] != tree["2.10"]
    assert tree["2.2"] < tree["2.10"] and sorted([tree["2.10"], tree["2.2"]])[0].code == "2.2"
    assert node.parent in tree["S4"] and node in tree["S4"] and node not in tree["S5"]
    assert node.ancestors == (node.parent, *node.parent.ancestors) and node.ancestors[-1] == tree.root
    assert node.parent in tree.root.descendants and node in node.parent.children
    assert "4n" in tree and node in tree and "9z" not in tree and 7 not in tree
    assert len(tree) == len(list(tree)) == len(tree.nodes) == 1 + len(tree.root.descendants)
    assert [n for n in tree if n.depth == 1] == list(tree.root.children) == list(tree.standards)
    for n in tree:
        assert all(c.parent == n for c in n.children)
        assert n.display
        if n.kind == "statement":
            assert n.basis and n.confidence and (n.gist is None) == n.placeholder
            assert n.text is None
            assert all(s["key"] for s in n.sources)
    assert sum(n.placeholder for n in tree.statements) == 6
    assert tree.root.parent is None and tree.root.standard is None and tree.root.confidence is None
    assert "4n" in repr(node) and node.gist in repr(node)
    assert any("send" in n.tags for n in tree.statements)
    assert tree.info["licence"] and tree.info["id"] == "ittecf-2024"
    assert "ittecf-2024" in [e["id"] for e in ectp.editions()]


def test_the_framework_is_what_the_program_prints(run):
    import json

    shown = json.loads(run("framework", "show", "--format", "json").stdout)["nodes"]
    tree = ectp.framework()
    assert [n["ref"] for n in shown] == [n.ref for n in tree][1:]
    assert [n.get("gist") for n in shown] == [n.gist for n in tree][1:]
    assert [n.get("title") for n in shown] == [n.title for n in tree][1:]
    assert [n.get("placeholder", False) for n in shown] == [n.placeholder for n in tree][1:]


def test_official_wording_is_laid_over():
    tree = ectp.framework()
    words = tree.with_text({"4n": "An official sentence.", "ittecf-2024:2.10": "Another."})
    assert words["4n"].text == words["4n"].display == "An official sentence."
    assert words["4n"].gist == tree["4n"].gist and tree["4n"].text is None
    assert words.wording == {"4n": "An official sentence.", "2.10": "Another."} and tree.wording == {}
    assert words != tree and words["4n"] == tree["4n"]
    more = words.with_text({"4n": "Newer."})
    assert more.wording == {"4n": "Newer.", "2.10": "Another."}
    node = more["4n"]
    del more, words
    assert node.text == "Newer."  # a node keeps its framework alive
    for wrong, code in (({"9z": "x"}, "unknown_code"), ({"4n": ""}, "missing_field"), ({"4n": "a", "ittecf-2024:4n": "b"}, "duplicate_id")):
        with pytest.raises(ectp.Error) as refused:
            tree.with_text(wrong)
        assert refused.value.code == code


@pytest.mark.parametrize(
    "code, expected",
    [("9z", "unknown_code"), ("2.1 ", "unknown_code"), ("", "unknown_code"), ("ecf-2019:2.10", "wrong_edition"),
     ("nope-1:4n", "unknown_edition"), ("4n\0", "unknown_code"), ("\u00e9" * 100, "unknown_code")],
)
def test_a_code_that_is_not_there(code, expected):
    tree = ectp.framework()
    with pytest.raises(LookupError) as refused:
        tree[code]
    assert isinstance(refused.value, ectp.NotFoundError) and refused.value.code == expected
    assert refused.value.hint
    assert code not in tree


def test_an_edition_that_is_not_there():
    for id in ("nope", "", "ITTECF-2024"):
        with pytest.raises(ectp.NotFoundError) as refused:
            ectp.framework(id)
        assert refused.value.code == "unknown_edition" and "ittecf-2024" in str(refused.value)
    with pytest.raises(ectp.Error) as refused:
        ectp.framework("\ud800")
    assert refused.value.code == "encoding"
    with pytest.raises(TypeError):
        ectp.framework(7)


def test_practice_scripts():
    scripts = ectp.practice()
    assert len(scripts) >= 8
    for script in scripts:
        whole = ectp.practice(script["id"])
        assert whole["id"] == script["id"] and whole["title"] == script["title"]
        assert all(code in ectp.framework() for code in script["statements"])
    with pytest.raises(ectp.NotFoundError):
        ectp.practice("dp-nope-1")


# --- errors --------------------------------------------------------------------------------------


def test_errors_have_the_usual_bases():
    assert issubclass(ectp.Error, ValueError)
    assert issubclass(ectp.NotFoundError, LookupError)
    assert issubclass(ectp.FileError, OSError)
    assert issubclass(ectp.NotAllowedError, ectp.Error)
    with pytest.raises(OSError) as missing:
        ectp.plan("no/such/file.json", TODAY)
    assert missing.value.filename == "no/such/file.json"
    assert (missing.value.code, missing.value.location) == ("io", ("no/such/file.json", None, None, None))


def test_an_error_shows_what_the_program_prints(run, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text('{\n  "ectp_record": 1,\n  "edition": "ittecf-2099"\n}\n', encoding="utf-8")
    with pytest.raises(ectp.Error) as refused:
        ectp.plan(bad, TODAY)
    shown = run("plan", bad, "--today", TODAY)
    assert (shown.returncode, shown.stdout) == (2, b"")
    assert shown.stderr.decode() == f"ectp: {refused.value}\n"


@pytest.mark.parametrize("code", ["io", "syntax", "unknown_code", "not_allowed", "internal", "of_the_future"])
def test_errors_pickle_and_copy(code):
    error = ectp._errors.make(code, "m", "f.json", 3, 5, "/a/0", "e", "h")
    assert str(error) == f"f.json:3:5 (/a/0): {code}: m\n  expected: e\n  hint: h"
    fields = ("message", "code", "location", "expected", "hint")
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        for other in (pickle.loads(pickle.dumps(error, protocol)), copy.copy(error), copy.deepcopy(error)):
            assert type(other) is type(error) and str(other) == str(error)
            assert [getattr(other, f) for f in fields] == [getattr(error, f) for f in fields]
    assert repr(error) == f"<{type(error).__name__} {code} at f.json:3:5 (/a/0): m>"


@pytest.mark.parametrize(
    "location, text",
    [((), ""), (("f",), "f"), (("f", 3), "f:3"), (("f", 3, 5), "f:3:5"), ((None, 3, 5), "line 3:5"),
     (("f", None, None, "/a"), "f (/a)"), ((None, None, None, "/a"), "(/a)")],
)
def test_a_location_reads_like_a_compilers(location, text):
    assert str(ectp.Location(*location)) == text


# --- values travel -------------------------------------------------------------------------------


def values():
    tree = ectp.framework()
    words = tree.with_text({"4n": "An official sentence."})
    record = ROOT / "examples/records/close-to-extend.json"
    pathway = ectp.Policy.builtin("pathway")
    return {
        "plan": ectp.plan(record, TODAY),
        "reason": ectp.why("DIA-P8", record, TODAY),
        "check": ectp.check(record, TODAY),
        "framework": tree,
        "worded framework": words,
        "node": tree["2.10"],
        "root": tree.root,
        "worded node": words["4n"],
        "policy": pathway,
        "own policy": ectp.Policy.from_text("F,a,b\n,in,out\n,boolean,boolean\nr1,-,true\n", name="own", file="x/own.csv"),
        "outcome": ectp.Policy.builtin("itt_view").decide({"itt_records": 0, "itt_below_secure": 0}),
        "rule": pathway.rules[0],
        "column": pathway.inputs[0],
        "location": pathway.rules[0].location,
    }


@pytest.mark.parametrize("kind", list(values()))
def test_values_pickle_and_copy(kind):
    value = values()[kind]
    others = [copy.copy(value), copy.deepcopy(value)]
    others += [pickle.loads(pickle.dumps(value, p)) for p in range(2, pickle.HIGHEST_PROTOCOL + 1)]
    for other in others:
        assert type(other) is type(value)
        assert other == value and not other != value
        assert repr(other) == repr(value) and str(other) == str(value)
        for name in ("text", "wording", "file", "name"):
            assert getattr(other, name, None) == getattr(value, name, None)
    if kind in ("framework", "node", "policy", "location"):
        assert hash(others[0]) == hash(value)


def test_a_pickle_of_another_layout_is_refused():
    for value in (ectp.framework(), ectp.framework()["4n"]):
        with pytest.raises(ectp.Error) as refused:
            type(value).__new__(type(value)).__setstate__((99, "ittecf-2024", {}))
        assert refused.value.code == "newer_version"


def test_a_plan_made_in_threads_is_the_same():
    from concurrent.futures import ThreadPoolExecutor

    record = (ROOT / "examples/records/close-to-extend.json").read_bytes()
    with ThreadPoolExecutor(8) as pool:
        texts = set(pool.map(lambda _: ectp.plan(record, TODAY).text, range(32)))
    assert len(texts) == 1
