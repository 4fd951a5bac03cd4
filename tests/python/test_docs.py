"""The documents are true: code and commands in them run, links lead somewhere, lists are whole.

A shell block behind the comment `<!-- run -->` is executed; `<!-- run, exit status 2 -->` says how
it ends when that is not 0. A block behind `<!-- output -->` right after it must be what the command
printed, standard error included. The blocks of one page run in order in one scratch folder that
has a copy of examples/, with the program on PATH as `ectp` and this Python as `python3`.
"""
import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
PAGES = sorted([README, ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
POLICIES = sorted((ROOT / "src" / "content" / "policies").glob("*.csv"))
LISTS = sorted((ROOT / "src" / "content" / "tables").glob("*.csv"))
RECORDS = sorted((ROOT / "examples" / "records").glob("*.json"))
TODAY = "2025-11-24"

BLOCK = re.compile(
    r"^<!-- run(?:, exit status (?P<status>\d+))? -->\n```sh\n(?P<command>.*?)^```\n"
    r"(?:\n*<!-- output -->\n```\w*\n(?P<output>.*?)^```\n)?",
    re.M | re.S,
)


def text_of(path):
    return path.read_text("utf-8")


def page_id(path):
    return path.relative_to(ROOT).as_posix()


def program():
    """The program of ECTP_PROGRAM, else the one installed beside this Python, else on PATH."""
    beside = pathlib.Path(sys.executable).with_name("ectp")
    path = os.environ.get("ECTP_PROGRAM") or (beside if beside.exists() else shutil.which("ectp"))
    assert path, "no ectp program: pip install . or set ECTP_PROGRAM"
    return pathlib.Path(path).absolute()


def ectp(*arguments):
    done = subprocess.run(
        [program(), *map(str, arguments)], cwd=ROOT, capture_output=True, timeout=60, check=True
    )
    return done.stdout.decode()


def in_backticks(page):
    return set(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", page, flags=re.M | re.S)))


def section(page, heading):
    """What stands under a heading, up to the next one of its level or above."""
    level = heading.split()[0]
    found = re.search(
        rf"^{re.escape(heading)}$(.*?)(?=^#{{1,{len(level)}}} |\Z)", page, re.M | re.S
    )
    assert found, f"no heading '{heading}'"
    return found.group(1)


def scratch_in(tmp_path):
    """A folder with the examples, and an environment in which `ectp` is the program."""
    folder = tmp_path / "here"
    folder.mkdir()
    shutil.copytree(ROOT / "examples", folder / "examples")
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, path in {"ectp": program(), "python3": sys.executable}.items():
        (commands / name).write_text(f"#!/bin/sh\nexec '{path}' \"$@\"\n", "utf-8")
        (commands / name).chmod(0o755)
    path = f"{commands}{os.pathsep}{os.environ['PATH']}"
    return {"cwd": folder, "env": {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"}}


def run_block(block, scratch):
    return subprocess.run(
        ["sh", "-eu", "-c", block["command"]],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=120, **scratch,
    )  # fmt: skip


def refresh(page):
    """Writes what the page's commands print now into the page."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = scratch_in(pathlib.Path(folder))
        text, done = text_of(page), 0
        parts = []
        for block in BLOCK.finditer(text):
            printed = run_block(block, scratch).stdout.decode()
            if block["output"] is not None:
                parts += [text[done : block.start("output")], printed]
                done = block.end("output")
        page.write_text("".join(parts) + text[done:], "utf-8")


# --- the first lines ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cpp/first.cpp", "python/first.py"])
def test_the_readme_shows_the_first_example_as_it_is(name):
    language = name.split("/")[0]
    assert f"```{language}\n{text_of(ROOT / 'examples' / name)}```\n" in text_of(README)


def test_the_first_python_example_prints_what_is_expected():
    done = subprocess.run(
        [sys.executable, "examples/python/first.py"], cwd=ROOT, capture_output=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == text_of(ROOT / "examples/python/first.expected.txt")


def test_both_first_examples_print_the_same():
    expected = [text_of(ROOT / f"examples/{x}/first.expected.txt") for x in ("cpp", "python")]
    assert expected[0] == expected[1]
    assert f"```text\n{expected[0]}```\n" in text_of(README)


# --- tables that the compiler proves ---------------------------------------------------------------


@pytest.mark.parametrize(
    "page, shown", [("checked_policies", "checked_policy"), ("policy_forms", "function_policy")]
)
def test_a_page_shows_its_example_as_it_is(page, shown):
    page = text_of(ROOT / f"docs/{page}.md")
    assert f"```cpp\n{text_of(ROOT / f'examples/cpp/{shown}.cpp')}```\n" in page
    assert f"```text\n{text_of(ROOT / f'examples/cpp/{shown}.expected.txt')}```\n" in page


def test_the_page_about_checked_tables_shows_what_compilers_say():
    said = section(text_of(ROOT / "docs/checked_policies.md"), "## What the compiler says")
    case = text_of(ROOT / "tests/compile_fail/policy_gap.cpp")
    expected = re.findall(r"^// expect(?:-\w+)?: (.+)$", case, re.M)
    assert len(expected) == 3
    for pattern in expected:
        for choice in pattern.split("|"):
            assert re.search(choice, said), choice
    header = text_of(ROOT / "include/ectp/policy/checked.hpp")
    errors = set(re.findall(r"^struct (\w+) : std::false_type", header, re.M))
    assert len(errors) >= 13
    assert errors <= in_backticks(said)


# --- commands -------------------------------------------------------------------------------------


def test_every_run_comment_belongs_to_a_block_that_runs():
    for page in PAGES:
        text = text_of(page)
        assert len(re.findall(r"^\s*<!-- run", text, re.M)) == len(BLOCK.findall(text)), page
        outputs = [b for b in BLOCK.finditer(text) if b["output"] is not None]
        assert len(re.findall(r"^\s*<!-- output", text, re.M)) == len(outputs), page
    assert len(BLOCK.findall(text_of(README))) >= 2


@pytest.mark.parametrize("page", [p for p in PAGES if BLOCK.search(text_of(p))], ids=page_id)
def test_commands_do_what_the_page_says(page, tmp_path):
    scratch = scratch_in(tmp_path)
    for block in BLOCK.finditer(text_of(page)):
        done = run_block(block, scratch)
        printed = done.stdout.decode()
        said = f"{page_id(page)}: {block['command']}{printed}"
        assert done.returncode == int(block["status"] or 0), said
        if block["output"] is not None:
            assert printed == block["output"], said


def test_the_scripts_that_the_readme_names_are_there():
    for script in re.findall(r"^sh (\S+\.sh)$", text_of(README), re.M):
        assert (ROOT / script).is_file()
    assert {"sh examples/quickstart.sh", "sh tests/run.sh"} <= set(text_of(README).splitlines())


# --- links ----------------------------------------------------------------------------------------


def anchors(page):
    """The anchors of a page's headings, as the usual renderers make them."""
    out = set()
    for heading in re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", page, flags=re.M | re.S), re.M):
        words = re.sub(r"[^\w\- ]", "", heading.lower())
        out.add(words.replace(" ", "-"))
    return out


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_relative_link_leads_somewhere(page):
    prose = re.sub(r"^```.*?^```$", "", text_of(page), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page_id(page)}: {target}"
        assert file == ROOT or ROOT in file.parents, f"{page_id(page)}: {target}"
        if anchor:
            assert anchor in anchors(text_of(file)), f"{page_id(page)}: {target}"


def test_every_page_is_reached_from_the_readme():
    reached = {(README.parent / t).resolve() for t in re.findall(r"\]\(([^)\s#]+)", text_of(README))}
    assert {p for p in PAGES if p != README} <= reached


# --- lists that must be whole ---------------------------------------------------------------------


def test_every_error_code_is_explained():
    header = text_of(ROOT / "include/ectp/core/error.hpp")
    enumeration = re.search(r"enum class errc[^{]*\{(.*?)\};", header, re.S).group(1)
    codes = dict(re.findall(r"^\s*(\w+) = (\d+)", enumeration, re.M))
    assert len(codes) >= 26
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (.+?) \| (.+) \|$", text_of(ROOT / "docs/errors.md"), re.M)
    assert {name: number for name, number, _, _ in rows} == codes
    assert len(rows) == len(codes)


def test_every_kind_of_entry_is_explained_field_by_field():
    schema = json.loads(text_of(ROOT / "docs/schema/record.schema.json"))
    page = text_of(ROOT / "docs/record.md")
    entries = {n: d for n, d in schema["$defs"].items() if n.startswith("entry_")}
    assert len(entries) == 19
    head = {"id", "on", "by", "kind", "supersedes"}
    assert head <= in_backticks(section(page, "## The head of an entry"))
    assert set(schema["properties"]) <= in_backticks(section(page, "## The top"))
    for name, definition in entries.items():
        fields = set(definition["properties"]) - head
        assert fields <= in_backticks(section(page, f"### {name.removeprefix('entry_')}")), name


def test_every_column_and_list_of_the_policies_is_explained():
    page = text_of(ROOT / "docs/policies.md")
    for file in POLICIES:
        names, roles = list(csv.reader(text_of(file).splitlines()))[:2]
        about = in_backticks(section(page, f"### {file.stem}"))
        for name, role in zip(names[1:], roles[1:]):
            assert role == "note" or name in about, (file.name, name)
    for file in LISTS:
        assert file.stem in in_backticks(section(page, "## The lists beside them")), file.name
    for row in csv.DictReader(text_of(ROOT / "src/content/tables/parameters.csv").splitlines()):
        assert row["name"] in in_backticks(page), row["name"]


def test_every_member_of_a_plan_and_every_finding_is_explained():
    page = text_of(ROOT / "docs/plan.md")
    explained = in_backticks(section(page, "## The JSON of a plan"))
    for record in RECORDS:
        plan = json.loads(ectp("plan", record, "--today", TODAY, "--format", "json"))
        for members in (plan, *(m for m in plan.values() if isinstance(m, dict)), plan["path"]["diagnosis"],
                        plan["path"]["why"], plan["agenda"][0], plan["standards"][0]):  # fmt: skip
            assert set(members) <= explained, set(members) - explained
    sources = [*(ROOT / "include").rglob("*.ipp"), *(ROOT / "include").rglob("*.hpp")]
    codes = {c for s in sources for c in re.findall(r"findings\.push_back\(\{[^\"]*\"(\w+)\"", text_of(s))}
    assert len(codes) >= 5
    assert codes <= in_backticks(section(page, "## Findings"))


def test_every_mark_of_the_plans_is_answered_by_why():
    names = set()
    for record in RECORDS:
        plan = ectp("plan", record, "--today", TODAY)
        for mark in re.findall(r"\[([^\[\]]+)\]$", plan, re.M):
            if mark == "from record":
                continue
            *marked, letter = mark.split()
            assert letter in "PIKD" and marked, mark
            names.update(marked)
    assert len(names) > 20
    for name in sorted(names):
        assert re.match(rf"(ittecf-2024:)?{re.escape(name)}  a ", ectp("why", name)), name


def test_source_keys_in_the_pages_are_known():
    keys = {r["key"] for r in csv.DictReader(text_of(ROOT / "src/content/tables/sources.csv").splitlines())}
    for page in PAGES:
        for cited in re.findall(r"\[source: ([^\]]+)\]", text_of(page)):
            assert cited.split()[0] in keys, f"{page_id(page)}: {cited}"


# --- what has no place in the project -------------------------------------------------------------

# Folders of one machine, and names that say how a file came about instead of what it is. Written
# so that the pattern does not find itself.
STRANGERS = re.compile(
    r"(?<![\w.~$}/])/(?:work|root|home|tmp)/\w"
    r"|\b(?:c[l]aude|anthropi[c]|chatgp[t]|copilo[t]|issues sho[w]|(?:HOUSE|DOMAIN|STYLE)\.m[d])\b"
    r"|\.\./share[d]/",
    re.I,
)


def project_files():
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, check=True,
        ).stdout.decode()  # fmt: skip
        return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    skipped = {"build", "dist", ".git", ".pytest_cache", "__pycache__"}
    return [p for p in ROOT.rglob("*") if p.is_file() and not skipped & set(p.relative_to(ROOT).parts)]


def test_no_file_names_a_machine_or_a_maker():
    files = project_files()
    assert README in files
    found = []
    for path in files:
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
            if STRANGERS.search(line):
                found.append(f"{page_id(path)}:{number}: {line.strip()[:120]}")
    assert found == []


def test_the_search_for_strangers_finds_them():
    for text in ("see /ro" + "ot/x", "cd /wor" + "k/main", "in /tm" + "p/a.txt", "by Cla" + "ude", "../shar" + "ed/x"):
        assert STRANGERS.search(text), text
    for text in ("src/work/a", "./tmp/a", "$HOME/work/x", "a /workload", "rooted", '"/tmp"'):
        assert not STRANGERS.search(text), text


if __name__ == "__main__":
    for each in PAGES:
        refresh(each)
