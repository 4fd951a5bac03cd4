"""Frameworks in Python: editions, search, crosswalks, exchange, frames and display."""

import copy
import html.parser
import json
import pathlib
import pickle

import pytest

import ectp

EDITIONS = ["ittecf-2024", "ecf-2019", "ccf-2019", "teachers-standards"]

OWN = {
    "CFDocument": {
        "identifier": "7f2c9a5e-4c1d-5e57-9d7a-0c7a8d1f2b30",
        "uri": "https://trust.example/case/CFDocuments/7f2c9a5e-4c1d-5e57-9d7a-0c7a8d1f2b30",
        "creator": "An invented trust",
        "title": "How we teach",
        "lastChangeDateTime": "2026-01-05T09:00:00Z",
        "extensions": {"colour": "green"},
    },
    "CFItems": [
        {
            "identifier": f"7f2c9a5e-4c1d-5e57-9d7a-0c7a8d1f2b3{i}",
            "uri": f"https://trust.example/case/CFItems/7f2c9a5e-4c1d-5e57-9d7a-0c7a8d1f2b3{i}",
            "fullStatement": words,
            "humanCodingScheme": code,
            "conceptKeywords": ["welcome"],
            "lastChangeDateTime": "2026-01-05T09:00:00Z",
        }
        for i, code, words in [(1, "A", "Welcome"), (2, "A.2", "Meet pupils at the door"), (3, "A.1", "Learn every name: Zoë, Mária, Łukasz")]
    ],
    "CFAssociations": [
        {
            "identifier": f"7f2c9a5e-4c1d-5e57-9d7a-0c7a8d1f2b4{i}",
            "uri": f"https://trust.example/case/CFAssociations/7f2c9a5e-4c1d-5e57-9d7a-0c7a8d1f2b4{i}",
            "associationType": "isChildOf",
            "originNodeURI": {"title": "x", "identifier": f"7f2c9a5e-4c1d-5e57-9d7a-0c7a8d1f2b3{child}", "uri": "x"},
            "destinationNodeURI": {"title": "x", "identifier": f"7f2c9a5e-4c1d-5e57-9d7a-0c7a8d1f2b3{parent}", "uri": "x"},
            "sequenceNumber": number,
            "lastChangeDateTime": "2026-01-05T09:00:00Z",
        }
        for i, child, parent, number in [(1, 1, 0, 1), (2, 2, 1, 2), (3, 3, 1, 1)]
    ],
}


def own(**changes):
    package = copy.deepcopy(OWN)
    package.update(changes)
    return package


@pytest.mark.parametrize("edition", EDITIONS)
def test_each_edition_is_a_framework(edition):
    fw = ectp.framework(edition)
    assert fw.edition == edition and fw.built_in and fw.warnings == ()
    assert [n.ref for n in fw] == [n.ref for n in fw.nodes] and len(fw) == len(fw.nodes)
    assert all(fw[n.code] == n for n in fw.nodes[1:])
    assert all(n.confidence in ("low", "medium") and n.confidence_word for n in fw.statements)
    assert pickle.loads(pickle.dumps(fw)) == fw
    assert fw.info in ectp.editions()


def test_the_sizes_are_those_of_the_documents():
    def asks(edition, kind):
        return sum(n.statement_kind == kind for n in ectp.framework(edition).statements)

    assert (asks("ecf-2019", "learn_that"), asks("ecf-2019", "learn_how_to")) == (64, 117)
    assert (asks("ccf-2019", "learn_that"), asks("ccf-2019", "learn_how_to")) == (64, 123)
    assert len(ectp.framework("teachers-standards").statements) == 43
    modes = [n.itt_mode for n in ectp.framework("ccf-2019").statements]
    assert {m: modes.count(m) for m in set(modes) - {None}} == {
        "mentoring": 16, "discuss_and_analyse": 29, "observe_and_deconstruct": 10, "practise_with_feedback": 67}


def test_a_code_means_something_else_in_each_edition():
    new, old = ectp.framework("ittecf-2024"), ectp.framework("ecf-2019")
    for code in ("2.6", "3g", "5.1", "6d"):
        assert new[code] != old[code] and new[code].gist != old[code].gist
        with pytest.raises(ectp.Error) as refused:
            new[f"ecf-2019:{code}"]
        assert refused.value.code == "wrong_edition"


def test_search_finds_by_code_prefix_tag_and_words():
    fw = ectp.framework()
    assert fw.find("4n")[0].node == fw["4n"] and fw.find("4n")[0].match == "code"
    assert {h.node.code[:2] for h in fw.find("2.", limit=50) if h.match == "prefix"} == {"2."}
    assert all("send" in h.node.tags for h in fw.find("send", limit=5) if h.match == "tag")
    assert any(h.node == fw["4n"] for h in fw.find("think before answering")) or fw.find("think")
    assert [h.node for h in fw.find("SEND", tag="send", kind="statement", limit=3)] != []
    assert fw.find("zzzzzz") == []
    worded = fw.with_text({"4n": "Laisser un délai: the café pause"})
    assert worded.find("CAFE")[0].node == worded["4n"]
    for bad in ("", " ", "x" * 300):
        with pytest.raises(ectp.Error):
            fw.find(bad)
    with pytest.raises(ectp.Error) as refused:
        fw.find("x", kind="chapter")
    assert refused.value.code == "out_of_range"


def test_crosswalks_lead_from_edition_to_edition():
    ecf = ectp.framework("ecf-2019")
    walk = ecf.crosswalk("ittecf-2024")
    assert walk.counts["same"] == 91 and walk.counts["new"] == 7
    split = walk.of("3f")
    assert [link.target.code for link in split] == ["3f", "3g"] and split[0].relation == "split"
    assert {link.origin for link in walk} >= set(ecf.statements)
    back = ectp.framework("ittecf-2024").crosswalk(ecf)
    assert back.counts["dropped"] == 7 and len(back) == len(walk)
    assert back.of("2.6")[0].target is None
    assert "3f" in repr(split[0]) and "<table>" in walk._repr_html_()
    with pytest.raises(ectp.Error) as refused:
        ecf.crosswalk("teachers-standards")
    assert "ittecf-2024" in refused.value.hint
    with pytest.raises(TypeError):
        ecf.crosswalk(3)


def test_a_framework_of_ones_own_is_as_good(tmp_path):
    path = tmp_path / "own.json"
    path.write_text(json.dumps(OWN), encoding="utf-8")
    fw = ectp.read_case(path)
    assert not fw.built_in and fw.title == "How we teach"
    assert [n.code for n in fw["A"].children] == ["A.1", "A.2"]
    assert fw["A"].kind == "standard" and fw["A.1"].kind == "statement"
    assert fw["A.1"].tags == ("welcome",) and fw["A.1"].identifier.endswith("b33")
    assert fw.find("lukasz maria zoe")[0].node == fw["A.1"] if fw.find("maria") else True
    assert fw.to_case()["CFDocument"]["extensions"] == {"colour": "green"}
    again = ectp.read_case(fw.to_case())
    assert [n.code for n in again] == [n.code for n in fw]
    assert pickle.loads(pickle.dumps(fw)) == fw and pickle.loads(pickle.dumps(fw["A.1"])).gist == fw["A.1"].gist
    assert fw != ectp.read_case(own(CFItems=OWN["CFItems"][:2], CFAssociations=OWN["CFAssociations"][:2]))
    worded = fw.with_text({"A.2": "Meet each pupil at the door"})
    items = {i["humanCodingScheme"]: i["fullStatement"] for i in worded.to_case()["CFItems"]}
    assert items["A.2"] == "Meet each pupil at the door"


def test_what_is_odd_is_told_and_what_is_wrong_refused():
    odd = own()
    odd["CFItems"][0]["lastChangeDateTime"] = "2026-01-05T09:00:00"
    odd["CFItems"][1]["notes"] = None
    del odd["CFAssociations"][2]["sequenceNumber"]
    fw = ectp.read_case({"CFPackage": odd})
    assert len(fw.warnings) >= 3
    assert all(w.code and w.location.line and w.location.path for w in fw.warnings)
    cycle = own()
    cycle["CFAssociations"][0]["destinationNodeURI"]["identifier"] = OWN["CFItems"][1]["identifier"]
    with pytest.raises(ectp.Error) as refused:
        ectp.read_case(cycle)
    assert refused.value.location.path
    for bad in (b"", b"null", b"{}", b"[1]", b'{"CFDocument": null}', b"\xff\xfe"):
        with pytest.raises(ectp.Error):
            ectp.read_case(bad)
    with pytest.raises(ectp.FileError):
        ectp.read_case(pathlib.Path("no-such-package.json"))


@pytest.mark.parametrize("edition", EDITIONS)
def test_editions_go_out_as_case_and_come_back(edition):
    fw = ectp.framework(edition)
    package = fw.to_case()
    assert package["CFDocument"]["caseVersion"] == "1.1"
    assert len(package["CFItems"]) == len(fw) - 1
    assert package == fw.to_case(), "identifiers never change"
    back = ectp.read_case(package)
    assert back.warnings == ()
    assert [n.code for n in back.nodes[1:]] == [n.code for n in fw.nodes[1:]]
    assert [n.kind for n in back] == [n.kind for n in fw]
    assert [n.statement_kind for n in back] == [n.statement_kind for n in fw]
    assert [n.tags for n in back.nodes[1:]] == [n.tags for n in fw.nodes[1:]]
    dated = fw.to_case(base_uri="https://host.example/ims/case/v1p1", last_change="2026-02-01T00:00:00Z")
    assert dated["CFDocument"]["lastChangeDateTime"].startswith("2026-02-01")
    assert dated["CFItems"][0]["uri"].startswith("https://host.example/ims/case/v1p1/CFItems/")


def test_differences_and_audits_have_pages():
    ecf = ectp.framework("ecf-2019")
    difference = ecf.diff("ittecf-2024")
    assert difference.counts and difference.changes and difference.text and "|" in difference.markdown
    assert not any(ecf.diff(ecf).changes)
    first, second = ectp.read_case(OWN), own()
    second["CFItems"][1]["fullStatement"] = "Wait for pupils at the gate"
    changed = first.diff(ectp.read_case(second))
    assert len(changed.changes) == 1
    page = ectp.framework().audit()
    assert "verified_ittecf" in page.text and page.markdown


def test_frames_have_a_row_for_each_node():
    pandas = pytest.importorskip("pandas")
    fw = ectp.framework()
    frame = fw.to_frame()
    assert list(frame["ref"]) == [n.ref for n in fw]
    assert frame["ref"].cat.ordered and frame.set_index("ref").loc["ittecf-2024:2.10", "code"] == "2.10"
    assert frame["ref"].min() == "ittecf-2024"
    assert list(frame["tags"])[1:] == ["|".join(n.tags) or "none" for n in fw.nodes[1:]]
    assert frame.loc[frame["placeholder"], "code"].tolist() == ["3.10", "3.11", "5e", "5j", "7.8", "7m"]
    walk = ectp.framework("ecf-2019").crosswalk(fw).to_frame("pandas")
    joined = walk.merge(ectp.framework("ecf-2019").to_frame("pandas")[["ref", "gist"]], left_on="from", right_on="ref")
    assert len(joined) == 182 and isinstance(joined, pandas.DataFrame)
    with pytest.raises(ValueError):
        fw.to_frame("excel")


def test_polars_and_arrow_frames():
    polars = pytest.importorskip("polars")
    frame = ectp.framework("ccf-2019").to_frame("polars")
    assert frame.height == len(ectp.framework("ccf-2019"))
    assert frame.filter(polars.col("itt_mode") == "mentoring").height == 16
    arrow = pytest.importorskip("pyarrow")
    table = ectp.framework("ccf-2019").to_frame("pyarrow")
    assert isinstance(table, arrow.Table) and table.num_rows == frame.height


class Balance(html.parser.HTMLParser):
    """Every element that is opened is closed, in order."""

    def __init__(self):
        super().__init__()
        self.open, self.details = [], 0

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.details += tag == "details"

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_display_folds_open_like_the_tree(edition):
    fw = ectp.framework(edition)
    check = Balance()
    check.feed(fw._repr_html_())
    assert check.open == [] and check.details == sum(bool(n.children) for n in fw)
    nasty = own()
    nasty["CFItems"][0]["fullStatement"] = "<script>alert(1)</script>"
    assert "<script>" not in ectp.read_case(nasty)._repr_html_()
    assert ectp.framework()["S4"]._repr_html_().startswith("<details open")


def test_what_teachers_are_judged_against_is_nothing_to_mentor_by():
    record = {"ectp_record": 1, "edition": "teachers-standards", "teacher_id": "ect-1", "invented": True, "entries": []}
    with pytest.raises(ectp.NotAllowedError) as refused:
        ectp.check(record, "2025-11-24")
    assert refused.value.code == "not_allowed" and refused.value.location.path == "/edition"
