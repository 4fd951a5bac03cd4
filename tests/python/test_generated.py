"""The committed headers say what src/content says.

The headers are read here on their own, not through the generator's code; the last tests run the
generator on damaged copies of its sources.
"""
import csv
import json
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTENT = ROOT / "src" / "content"
HEADERS = ROOT / "include" / "ectp" / "content"
EDITION = "ittecf-2024"
EDITIONS = {e: json.loads((CONTENT / "framework" / f"{e}.json").read_text("utf-8"))
            for e in ("ittecf-2024", "ecf-2019", "ccf-2019", "teachers-standards")}
SIZES = {"ittecf-2024": 193, "ecf-2019": 181, "ccf-2019": 187, "teachers-standards": 43}

KINDS = ["framework", "standard", "group", "statement"]
PLACEHOLDER, LOCAL_CODE, LEARN_THAT, LEARN_HOW_TO = 1, 2, 4, 8
LEVELS = [None, "low", "medium", "high"]
BASES = [None, "public", "inferred", "general_knowledge", "default_policy"]
NODE_FIELDS = ["kind", "flags", "depth", "parent", "end", "code", "words", "tags", "sources",
               "standing", "type", "note", "earlier_code", "mode", "area", "teachers_standard"]
TYPES = {"learn_that": "Learn that", "learn_how_to": "Learn how to", None: "Statement"}
MODES = [None, "mentoring", "discuss_and_analyse", "observe_and_deconstruct", "practise_with_feedback"]
RELATIONS = ["same", "amended", "moved", "split", "merged", "new", "dropped", "unknown", "aligned"]
LINK_BASES = ["wording_seen", "wording_compared", "via_ecf", "section_titles", "order_inferred", "content_match",
              "code_supported", "code_assumed", "no_target_found", "no_source_found"]
ESCAPES = {b"n": b"\n", b'"': b'"', b"\\": b"\\", b"?": b"?"}


def literals(source):
    return re.findall(r'"((?:[^"\\]|\\.)*)"', source)


def unescaped(literal):
    def one(match):
        text = match.group(1)
        return ESCAPES[text] if text in ESCAPES else bytes([int(text, 8)])
    return re.sub(rb'\\([0-7]{3}|.)', one, literal.encode())


def arrays(path):
    """Name -> text between `=` and the closing `;` of each constant array of a header."""
    text = path.read_text("ascii")
    return {m.group(1): m.group(2) for m in re.finditer(
        r'^inline constexpr [\w:]+ (\w+)\[\] =?\s*(\{.*?\n\}|(?:\s*"(?:[^"\\\n]|\\.)*")+);', text,
        re.M | re.S)}


def char_array(source):
    if source.startswith("{"):
        return bytes(b % 256 for b in numbers(source))[:-1]
    return b"".join(unescaped(x) for x in literals(source))


def numbers(source):
    return [int(n) for n in re.findall(r"-?\d+", source)]


def rows(source):
    return [numbers(row) for row in re.findall(r"^    \{(.*)\},$", source, re.M)]


class Header:
    def __init__(self, edition):
        a = arrays(HEADERS / f"{edition.replace('-', '_')}.hpp")
        self.edition, self.data = edition, EDITIONS[edition]
        self.pool, self.at = char_array(a["pool"]), numbers(a["strings"])
        # Zeros at the end of a row are left out.
        self.nodes = [dict(zip(NODE_FIELDS, row + [0] * (len(NODE_FIELDS) - len(row)), strict=True)) for row in rows(a["nodes"])]
        for n, following in zip(self.nodes, self.nodes[1:]):
            n["stop"] = following["tags"]
        self.nodes.pop()  # the closing row
        self.standings = rows(a["standings"])
        self.lists, self.by_code = numbers(a["lists"]), numbers(a["by_code"])
        self.sources, self.areas = rows(a["sources"]), rows(a["areas"])

    def text(self, i):
        return self.pool[self.at[i]:self.at[i + 1]].decode()

    def node(self, code):
        (found,) = [n for n in self.nodes if self.text(n["code"]) == code]
        return found

    def tags(self, n):
        return [self.text(i) for i in self.lists[n["tags"]:n["sources"]]]

    def source_ids(self, n):
        run = self.lists[n["sources"]:n["stop"]]
        return [self.text(self.sources[i][0]) for i in run]


@pytest.fixture(scope="module", params=list(EDITIONS))
def header(request):
    return Header(request.param)


def statements(data):
    """Each statement with its standard and what it stands below, a group or a statement."""
    def below(standard, above, these):
        for st in these:
            yield standard, (st["group"]["id"] if st["group"] else above), st
            yield from below(standard, st["code"], st.get("statements", []))
    return [x for s in data["standards"] for x in below(s, s["code"], s["statements"])]


def test_committed_headers_are_current():
    run = subprocess.run([sys.executable, CONTENT / "generate.py", "--check"],
                         capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_order_is_that_of_the_source(header):
    expected = [header.edition]
    for s, _, st in statements(header.data):
        for code in (s["code"], st["group"] and st["group"]["id"], st["code"]):
            if code and code not in expected:
                expected.append(code)
    assert [header.text(n["code"]) for n in header.nodes] == expected


def test_every_statement_is_there_with_its_words(header):
    assert len(statements(header.data)) == SIZES[header.edition]
    for standard, above, st in statements(header.data):
        n = header.node(st["code"])
        unknown = st.get("placeholder", False)
        assert KINDS[n["kind"]] == "statement"
        asks = {"learn_that": LEARN_THAT, "learn_how_to": LEARN_HOW_TO, None: 0}[st["kind"]]
        ours = LOCAL_CODE if st.get("code_origin") == "local" else 0
        assert n["flags"] == asks | ours | (PLACEHOLDER if unknown else 0)
        assert header.text(n["words"]) == ("" if unknown else st["gist"])
        assert header.text(n["type"]) == TYPES[st["kind"]]
        assert MODES[n["mode"]] == (None if st.get("itt_mode") == "none" else st.get("itt_mode"))
        level, basis, *words = header.standings[n["standing"]]
        assert LEVELS[level] == ("medium" if st["confidence"] in ("verified_ittecf", "verified", "variant") else "low")
        assert BASES[basis] == "inferred"
        assert [header.text(i) for i in words] == [
            st["confidence"], st["code_confidence"], st.get("change_vs_ecf2019", "")]
        assert header.text(n["earlier_code"]) == (st.get("ecf2019_code") or "")
        assert header.text(n["note"]) == st.get("note", "")
        assert header.tags(n) == st["tags"]
        assert header.source_ids(n) == st["sources"]
        parent = header.nodes[n["parent"]]
        assert header.text(parent["code"]) == above
        if st["group"]:
            assert header.text(parent["words"]) == st["group"]["heading_gist"]
            assert parent["flags"] == LOCAL_CODE
            assert header.text(header.nodes[parent["parent"]]["code"]) == standard["code"]


def test_standards_areas_and_sources(header):
    titles = {a["code"]: a["title"] for a in header.data["areas"]}
    for s in header.data["standards"]:
        n = header.node(s["code"])
        assert header.text(n["words"]) == s["title"]
        assert header.text(n["teachers_standard"]) == s.get("teachers_standard", "")
        area = header.areas[n["area"]]
        assert header.text(area[0]) == s.get("core_area", "")
        assert header.text(area[1]) == titles.get(s.get("core_area"), "")
    sources = header.data["framework"]["sources"]
    assert [[header.text(i) for i in row] for row in header.sources] == [
        [key, s["title"], s["url"], s.get("role", ""), s.get("reliability", "")]
        for key, s in sources.items()]
    assert header.source_ids(header.nodes[0]) == list(sources)


def test_placeholder_text_is_nowhere(header):
    assert sum(n["flags"] & PLACEHOLDER for n in header.nodes) == (6 if header.edition == EDITION else 0)
    assert b"not recovered;" not in header.pool
    assert b"implied by numbering gap" not in header.pool


def test_code_index_is_sorted(header):
    codes = [header.text(header.nodes[i]["code"]).encode() for i in header.by_code]
    assert codes == sorted(codes)
    assert sorted(header.by_code) == list(range(len(header.nodes)))


def test_the_crosswalk_is_carried_row_by_row():
    a = arrays(HEADERS / "crosswalk.hpp")
    pool, at = char_array(a["crosswalk_pool"]), numbers(a["crosswalk_strings"])
    with (CONTENT / "framework" / "crosswalk.csv").open(encoding="utf-8", newline="") as stream:
        expected = list(csv.DictReader(stream))
    found, editions = rows(a["crosswalk_rows"]), list(EDITIONS)
    assert len(found) == len(expected) == 591
    for row, want in zip(found, expected, strict=True):
        f, origin, t, target, relation, basis, level, note = row
        text = [pool[at[i]:at[i + 1]].decode() for i in (origin, target, note)]
        assert [editions[f], editions[t]] == [want["from_edition"], want["to_edition"]]
        assert text == [want["from"], want["to"], want["note"]]
        assert RELATIONS[relation] == want["relation"]
        assert LINK_BASES[basis] == want["basis"]
        assert LEVELS[level + 1] == want["confidence"]


@pytest.mark.parametrize("old, new, said", [
    ("ecf-2019,1.1,ittecf-2024,1.1,same", "ecf-2019,1.1,ittecf-2024,1.99,same", "ittecf-2024 has no code '1.99'"),
    ("ecf-2019,1.1,ittecf-2024,1.1,same", "ecf-2019,1.1,ittecf-2024,1.1,equal", "relation 'equal'"),
    ("ecf-2019,1.1,ittecf-2024,1.1,same", "ecf-2018,1.1,ittecf-2024,1.1,same", "no edition 'ecf-2018'"),
    ("ecf-2019,1.1,ittecf-2024,1.1,same,wording_seen,high,\n", "", "lacks ['1.1']"),
    ("ecf-2019,,ittecf-2024,1.7,new,wording_seen,medium,\n", "", "reaches no ['1.7']"),
    ("ecf-2019,,ittecf-2024,1.7,new", "ecf-2019,1.1,ittecf-2024,1.7,new", "new, and from somewhere"),
    ("from_edition,from", "from,from_edition", "first line"),
])
def test_a_broken_crosswalk_is_named(copy, old, new, said):
    path = copy / "src" / "content" / "framework" / "crosswalk.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8", newline="\n")
    before = headers(copy)
    run = generate(copy)
    assert run.returncode == 2 and said in run.stderr
    assert headers(copy) == before


def test_no_literal_is_too_long_for_a_compiler():
    for path in HEADERS.glob("*.hpp"):
        text = path.read_text("ascii")
        assert max((len(x) for x in literals(text)), default=0) < 16000, path.name
        for name, source in arrays(path).items():
            if source.lstrip().startswith('"'):
                assert len(char_array(source)) < 65535, (path.name, name)


def embedded(path, prefix):
    """Name -> bytes, as the header's list says."""
    a, text = arrays(path), path.read_text("ascii")
    out = {}
    for name, n, variable, size in re.findall(
            r'^    \{\{"([^"]+)", (\d+)\}, \{(\w+), (\d+)\}\},$', text, re.M):
        assert variable.startswith(prefix) and len(name) == int(n)
        out[name] = char_array(a[variable])
        assert len(out[name]) == int(size)
    return out


def test_tables_are_carried_byte_for_byte():
    paths = [p for folder in ("policies", "tables") for p in (CONTENT / folder).glob("*.csv")]
    expected = {p.stem: p.read_bytes() for p in paths if p.name != "decay.csv"}
    assert embedded(HEADERS / "tables.hpp", "file_") == expected


def test_practice_scripts_are_carried_whole():
    found = embedded(HEADERS / "practice.hpp", "script_")
    expected = {p.stem: json.loads(p.read_text("utf-8"))
                for p in (CONTENT / "practice").glob("*.json")}
    assert {name: json.loads(text) for name, text in found.items()} == expected


@pytest.mark.parametrize("kind, half_life", [("learn_how_to", 65), ("learn_that", 195)])
def test_decay_is_the_nearest_integer_exactly(kind, half_life):
    """v = round(x) of x = 2^(24 - a/h) means (2v-1)^h <= 2^(25h-a) <= (2v+1)^h, in integers."""
    digits = char_array(arrays(HEADERS / "decay.hpp")[f"decay_{kind}"])
    values = [int(digits[i:i + 5], 32) for i in range(0, len(digits), 5)]
    assert len(values) == 25 * half_life
    for age, v in enumerate(values):
        power = 2 ** (25 * half_life - age)
        assert (2 * v - 1) ** half_life <= power <= (2 * v + 1) ** half_life, age
    # One day more would be exactly a half, which rounds to even.
    assert 2 ** (25 * half_life - len(values)) == 1


@pytest.fixture
def copy(tmp_path):
    """A copy of the sources, with current headers, to damage."""
    shutil.copytree(CONTENT, tmp_path / "src" / "content")
    run = generate(tmp_path)
    assert run.returncode == 0, run.stderr
    return tmp_path


def generate(root, *options):
    return subprocess.run([sys.executable, root / "src" / "content" / "generate.py", *options],
                          capture_output=True, text=True)


def headers(root):
    return {p.name: p.read_bytes() for p in (root / "include" / "ectp" / "content").iterdir()}


def damage(root, change):
    path = root / "src" / "content" / "framework" / f"{EDITION}.json"
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data), "utf-8")


def test_check_names_what_is_stale_and_writes_nothing(copy):
    damage(copy, lambda d: d["standards"][0]["statements"][0].update(gist="Another gist"))
    before = headers(copy)
    run = generate(copy, "--check")
    assert run.returncode == 1
    assert "stale: include/ectp/content/ittecf_2024.hpp\n" in run.stdout
    assert "tables.hpp" not in run.stdout
    assert headers(copy) == before
    assert generate(copy).returncode == 0
    assert headers(copy) != before
    assert generate(copy, "--check").returncode == 0


def test_a_header_that_nothing_generates_is_stale(copy):
    (copy / "include" / "ectp" / "content" / "stray.hpp").write_text("#pragma once\n")
    run = generate(copy, "--check")
    assert run.returncode == 1 and "stray.hpp" in run.stdout


def test_output_depends_on_the_sources_alone(copy):
    before, decay = headers(copy), copy / "src" / "content" / "tables" / "decay.csv"
    numbers_before = decay.read_bytes()
    assert generate(copy, "--make-decay").returncode == 0
    assert decay.read_bytes() == numbers_before
    shutil.rmtree(copy / "include")
    assert generate(copy).returncode == 0
    assert headers(copy) == before


def test_a_long_or_awkward_file_is_carried_whole(copy):
    text = "note\n" + "".join(f'{i},"say ""what??!"" \\ \u00a3{i}"\n' for i in range(4000))
    (copy / "src" / "content" / "tables" / "awkward.csv").write_text(text, "utf-8", newline="\n")
    short = copy / "src" / "content" / "tables" / "short.csv"
    short.write_text("a??)b\\n\u20ac1\n", "utf-8")
    assert generate(copy).returncode == 0
    found = embedded(copy / "include" / "ectp" / "content" / "tables.hpp", "file_")
    assert found["awkward"] == text.encode() and len(found["awkward"]) > 65535
    assert found["short"] == short.read_bytes()


FIRST = ("standards", 0, "statements", 0)


def at(data, path):
    for step in path:
        data = data[step]
    return data


@pytest.mark.parametrize("change, said", [
    (lambda d: at(d, FIRST).update(code="1.2"), "code 1.2 twice"),
    (lambda d: at(d, FIRST).update(code="2.99"), "2.99 stands in S1"),
    (lambda d: at(d, FIRST).update(sources=["nobody"]), "no source 'nobody'"),
    (lambda d: at(d, FIRST).update(confidence="certain"), "confidence 'certain'"),
    (lambda d: at(d, FIRST).update(code_confidence="certain"), "code_confidence 'certain'"),
    (lambda d: at(d, FIRST).update(change_vs_ecf2019="better"), "change 'better'"),
    (lambda d: at(d, FIRST).update(kind="learn"), "kind 'learn'"),
    (lambda d: at(d, FIRST).update(gist=" "), "no gist"),
    (lambda d: at(d, FIRST).update(placeholder=True), "placeholder and confidence disagree"),
    (lambda d: at(d, FIRST).update(tags=["send", "send"]), "a tag twice"),
    (lambda d: at(d, FIRST).update(group={"id": "S1-G1", "heading_gist": "x"}), "1.1: group"),
    (lambda d: at(d, ("standards", 0, "statements")).pop(0), "S1 learn_that: 7 found"),
    (lambda d: at(d, ("standards", 0)).update(core_area="art"), "no core area 'art'"),
    (lambda d: at(d, ("areas", 0))["standards"].append(9), "no standard 9"),
    (lambda d: at(d, ("standards", 0, "statements", 9, "group")).update(heading_gist="x"),
     "S1-G1: two headings"),
])
def test_a_broken_rule_is_named_and_nothing_is_written(copy, change, said):
    damage(copy, change)
    before = headers(copy)
    run = generate(copy)
    assert run.returncode == 2
    assert said in run.stderr
    assert headers(copy) == before


@pytest.mark.parametrize("name, data, said", [
    ("tables/crlf.csv", b"a,b\r\n", "CR or NUL"),
    ("tables/latin.csv", b"caf\xe9\n", "not UTF-8 at byte 3"),
    ("tables/cut.csv", b"a,b", "does not end with a line end"),
    ("tables/pathway.csv", b"a\n", "its name is taken"),
    ("tables/a b.csv", b"a\n", "file name 'a b'"),
    ("tables/decay.csv", b"kind,age,decay\nlearn_that,1,5\n", "decay.csv:2: age 1, expected 0"),
    ("tables/decay.csv", b"kind,age,decay\nlearn_that,0,x\n", "decay.csv:2: not whole numbers"),
    ("practice/broken.json", b"{", "practice/broken.json"),
    ("practice/twice.json", b'{"a":1,"a":2}', "a name twice"),
    ("framework/ecf-1919.json", b"{}", "not an edition known here"),
])
def test_a_bad_file_is_named_and_nothing_is_written(copy, name, data, said):
    (copy / "src" / "content" / "policies" / "pathway.csv").touch()
    (copy / "src" / "content" / name).write_bytes(data)
    before = headers(copy)
    run = generate(copy)
    assert run.returncode == 2
    assert said in run.stderr
    assert headers(copy) == before
