#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ectp/framework/crosswalk.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/framework/search.hpp"
#include "ectp/interop/case.hpp"
#include "ectp/interop/case_csv.hpp"
#include "py.hpp"

namespace ectp::python {

namespace {

using framework::node_id;
using framework::node_view;
using framework::tree;

// The text that a framework of the caller's own was read from, and what was odd about it.
struct read_from {
  std::string text, file;
  framework::case_package package;
  std::vector<error> warnings;
};

struct held_tree {
  tree t;
  std::shared_ptr<const read_from> from;  // none for a built-in edition
  mutable std::optional<framework::search_index> index = std::nullopt;  // made at the first search; the interpreter lock guards it
};

struct bound_tree {
  std::shared_ptr<const held_tree> held;
  const tree& operator*() const { return held->t; }
  const tree* operator->() const { return &held->t; }
};

// A node keeps its tree alive.
struct bound_node {
  bound_tree in;
  node_id at;
  node_view view() const { return (*in)[at]; }
  node_view operator*() const { return view(); }
  bound_node other(const node_view& n) const { return {in, n.id()}; }
};

bound_tree share(tree t, std::shared_ptr<const read_from> from = nullptr) {
  return {std::make_shared<const held_tree>(held_tree{std::move(t), std::move(from)})};
}

// A framework from a CASE package or from OpenSALT's CSV.
bound_tree read_framework(std::string text, std::string file) {
  auto read = framework::read_framework_all(text, file);
  if (!read.errors.empty()) throw exception(std::move(read.errors.front()));
  auto t = framework::to_tree(read.package);
  if (!t) {
    error e = t.error();
    if (e.at.file.empty()) e.at.file = file;
    throw exception(std::move(e));
  }
  return share(std::move(*t), std::make_shared<const read_from>(read_from{std::move(text), std::move(file), std::move(read.package),
                                                                          std::move(read.warnings)}));
}

// The package of a framework: what it was read from where nothing was laid over it, so that nothing is lost.
framework::case_package package_of(const bound_tree& t, const std::string& base_uri, const std::string& changed) {
  const auto& from = t.held->from;
  bool worded = false;
  for (const auto n : t->nodes()) worded = worded || !n.text().empty();
  if (from && !worded) return from->package;
  framework::case_export_options options;
  options.base_uri = base_uri;
  options.last_change_date_time = changed;
  return framework::to_case(*t, options).value();
}

py::list hits_of(const bound_tree& t, const std::string& words, const std::string& tag, const std::string& kind, std::size_t limit) {
  framework::search_options options;
  options.tag = tag;
  options.hits = limit;
  if (!kind.empty()) {
    const framework::kind kinds[] = {framework::kind::framework, framework::kind::standard, framework::kind::group, framework::kind::statement};
    bool known = false;
    for (const auto k : kinds)
      if (name(k) == kind) {
        options.kinds = framework::kind_set::only(k);
        known = true;
      }
    if (!known)
      throw exception(error{errc::out_of_range, "there is no kind of node called '" + kind.substr(0, 60) + "'", {}, "framework, standard, group or statement", ""});
  }
  if (!t.held->index) t.held->index.emplace(framework::search_index::make(*t).value());
  py::list out;
  for (const auto& hit : t.held->index->find(words, options).value())
    out.append(py::make_tuple(bound_node{t, hit.node.id()}, text_or_none(framework::name(hit.why)), hit.score));
  return out;
}

py::list links_of(const bound_tree& from, const bound_tree& to) {
  if (from.held->from || to.held->from)
    throw exception(error{errc::bad_argument, "no links are known for a framework that was read", {}, "two built-in editions", "compare any two frameworks with diff"});
  py::list out;
  for (const auto& l : framework::crosswalk(from->edition(), to->edition()).value()) {
    const auto node = [](const bound_tree& t, std::string_view code) -> py::object {
      const auto id = t->index_of(code);
      if (code.empty() || !id) return py::none();
      return py::cast(bound_node{t, *id});
    };
    out.append(py::make_tuple(node(from, l.from), node(to, l.to), text_or_none(ectp::name(l.relation)), text_or_none(ectp::name(l.basis)),
                              text_or_none(ectp::name(l.confidence)), text_or_none(l.note)));
  }
  return out;
}

template <class Range>
py::tuple nodes_of(const bound_tree& in, const Range& range) {
  py::list out;
  for (const auto n : range) out.append(bound_node{in, n.id()});
  return py::tuple(out);
}

template <class Maybe>
py::object node_or_none(const bound_node& n, const Maybe& found) {
  if (!found) return py::none();
  return py::cast(n.other(*found));
}

py::tuple sources_of(const node_view& n) {
  py::list out;
  for (const auto& s : n.sources()) {
    py::dict d;
    d["key"] = text_or_none(s.id);
    d["title"] = text_or_none(s.title);
    d["url"] = text_or_none(s.url);
    d["role"] = text_or_none(s.role);
    d["reliability"] = text_or_none(s.reliability);
    out.append(d);
  }
  return py::tuple(out);
}

template <class Maybe>
py::object word_or_none(const Maybe& v) {
  if (!v) return py::none();
  return text_or_none(name(*v));
}

py::dict wording_of(const bound_tree& t) {
  py::dict out;
  for (const auto n : t->nodes())
    if (!n.text().empty()) out[text_or_none(n.code())] = text_or_none(n.text());
  return out;
}

bound_tree with_text(const bound_tree& t, const py::dict& wording) {
  std::vector<framework::wording> rows;
  for (const auto& [code, text] : wording) {
    if (!py::isinstance<py::str>(code) || !py::isinstance<py::str>(text))
      throw py::type_error("with_text takes codes and texts, both str");
    rows.push_back({std::string(utf8(code)), std::string(utf8(text))});
  }
  return share(t->with_text(rows).value(), t.held->from);
}

py::dict info_of(const framework::edition_info& e) {
  py::dict d;
  d["id"] = text_or_none(e.id);
  d["title"] = text_or_none(e.title);
  d["abbreviation"] = text_or_none(e.abbreviation);
  d["publisher"] = text_or_none(e.publisher);
  d["published"] = text_or_none(e.published);
  d["in_force"] = text_or_none(e.in_force);
  d["official_page"] = text_or_none(e.official_page);
  d["official_pdf"] = text_or_none(e.official_pdf);
  d["licence"] = text_or_none(e.licence);
  d["licence_verified"] = e.licence_verified;
  d["purpose"] = text_or_none(e.purpose);
  d["predecessor"] = text_or_none(e.predecessor);
  d["successor"] = text_or_none(e.successor);
  d["replaced_from"] = text_or_none(e.replaced_from);
  return d;
}

bool has(const bound_tree& t, const py::object& what) {
  if (py::isinstance<bound_node>(what)) return what.cast<const bound_node&>().view().edition() == t->edition();
  return py::isinstance<py::str>(what) && t->find(utf8(what)).has_value();
}

void define_node(py::class_<bound_node>& node) {
  const auto text = [&](const char* what, auto get, const char* doc) {
    node.def_property_readonly(what, [get](const bound_node& n) { return text_or_none(get(n.view())); }, doc);
  };
  text("code", [](const node_view& n) { return n.code(); }, "The label within the edition, such as 4n, 2.10 or S7.");
  text("edition", [](const node_view& n) { return n.edition(); }, "The edition that the code belongs to.");
  text("title", [](const node_view& n) { return n.title(); }, "The official name of a framework or standard, else None.");
  text("gist", [](const node_view& n) { return n.gist(); },
       "Our own words for a group or statement; None for a standard and for a statement that was not recovered.");
  text("text", [](const node_view& n) { return n.text(); }, "The wording laid over this framework by with_text, else None.");
  text("display", [](const node_view& n) { return n.display(); }, "What to show: the wording, else title or gist, else 'unknown'.");
  text("confidence_word", [](const node_view& n) { return n.confidence_word(); },
       "The data's own word for how far the wording can be relied on, else None.");
  text("code_confidence_word", [](const node_view& n) { return n.code_confidence_word(); },
       "The data's own word for how sure the code is, else None.");
  text("note", [](const node_view& n) { return n.note(); }, "A remark about the datum, else None.");
  text("change", [](const node_view& n) { return n.change(); },
       "Against the edition before: same, amended, new, renumbered; None if it is not said.");
  text("earlier_code", [](const node_view& n) { return n.earlier_code(); }, "The code in the edition before, else None.");
  text("teachers_standard", [](const node_view& n) { return n.teachers_standard(); },
       "Standards only: the Teachers' Standard of the same number, by name.");
  text("type", [](const node_view& n) { return n.type(); }, "The document's own word for such a node, such as 'Learn that', else None.");
  text("identifier", [](const node_view& n) { return n.identifier(); },
       "The identifier that the document itself gives, such as the UUID of a CASE item, else None.");
  text("kind", [](const node_view& n) { return name(n.kind()); }, "framework, standard, group or statement.");
  node
      .def_property_readonly("ref", [](const bound_node& n) { return n.view().ref(); }, "edition:code, such as ittecf-2024:4n.")
      .def_property_readonly("statement_kind", [](const bound_node& n) { return word_or_none(n.view().statement_kind()); },
                             "learn_that or learn_how_to; None unless it is a statement.")
      .def_property_readonly("confidence", [](const bound_node& n) { return word_or_none(n.view().confidence()); },
                             "low, medium or high: how far wording and code can be relied on; None unless it is a statement.")
      .def_property_readonly("basis", [](const bound_node& n) { return word_or_none(n.view().basis()); },
                             "public, inferred, general_knowledge or default_policy; None where the data does not say.")
      .def_property_readonly("itt_mode", [](const bound_node& n) { return word_or_none(n.view().itt_mode()); },
                             "CCF 2019 only: mentoring, discuss_and_analyse, observe_and_deconstruct or practise_with_feedback, how\n"
                             "trainees were to meet the statement; else None.")
      .def_property_readonly("placeholder", [](const bound_node& n) { return n.view().placeholder(); },
                             "True for a code that must exist because of the numbering, whose content is not known.")
      .def_property_readonly("code_is_ours", [](const bound_node& n) { return n.view().code_is_ours(); },
                             "True where the document gives no label and the library made one up.")
      .def_property_readonly("tags", [](const bound_node& n) {
            py::list out;
            for (const auto t : n.view().tags()) out.append(text_or_none(t));
            return py::tuple(out);
          }, "Words that group statements across standards, such as send.")
      .def_property_readonly("sources", [](const bound_node& n) { return sources_of(n.view()); },
                             "Where it was found: dictionaries with key, title, url, role and reliability.")
      .def_property_readonly("core_area", [](const bound_node& n) -> py::object {
            const auto area = n.view().core_area();
            return area ? text_or_none(area->code) : py::none();
          }, "The area of the standard that this is or belongs to, such as behaviour_management; None for the root.")
      .def_property_readonly("depth", [](const bound_node& n) { return n.view().depth(); }, "0 for the root.")
      .def_property_readonly("parent", [](const bound_node& n) { return node_or_none(n, n.view().parent()); }, "None for the root.")
      .def_property_readonly("standard", [](const bound_node& n) { return node_or_none(n, n.view().standard()); },
                             "The standard that this is or belongs to; None for the root.")
      .def_property_readonly("children", [](const bound_node& n) { return nodes_of(n.in, n.view().children()); },
                             "The nodes directly below, in framework order.")
      .def_property_readonly("descendants", [](const bound_node& n) { return nodes_of(n.in, n.view().descendants()); },
                             "Every node below, in framework order.")
      .def_property_readonly("ancestors", [](const bound_node& n) { return nodes_of(n.in, n.view().ancestors()); },
                             "The parent, its parent, and so on to the root.")
      .def("__contains__", [](const bound_node& n, const bound_node& other) { return n.view().contains(other.view()); },
           py::arg("node"), "Is this the node itself or one below it?")
      .def("__contains__", [](const bound_node&, const py::object&) { return false; }, py::arg("node"), "Nothing but nodes is in a node.")
      .def("_repr_html_", [](py::object n) { return py::module_::import("ectp._framework").attr("html")(n); }, "The node and what is below it, folding open, for notebooks.")
      .def("__hash__", [](const bound_node& n) { return py::hash(py::str(n.view().ref())); }, "Nodes of one edition and code hash alike.")
      .def("__str__", [](const bound_node& n) { return n.view().ref(); }, "edition:code.")
      .def("__repr__", [](const bound_node& n) {
             return "<Node " + n.view().ref() + ": " + std::string(n.view().display()) + ">";
           }, "The reference and what it says.")
      .def(py::pickle(
          [](const bound_node& n) { return py::make_tuple(1, n.in, n.at.value() == 0 ? std::string() : std::string(n.view().code())); },
          [](const py::tuple& state) {
            check_state(state, 3);
            const auto in = state[1].cast<bound_tree>();
            const auto code = state[2].cast<std::string>();
            return bound_node{in, code.empty() ? node_id() : in->find(code).value().id()};
          }));
  const auto compare = [&](const char* what, auto test, const char* doc) {
    node.def(what, [test](const bound_node& a, const bound_node& b) { return test(a.view() <=> b.view()); }, py::is_operator(), py::arg("other"), doc);
  };
  node.def("__eq__", [](const bound_node& a, const bound_node& b) { return a.view() == b.view(); }, py::is_operator(), py::arg("other"),
           "The same code of the same edition.");
  node.def("__ne__", [](const bound_node& a, const bound_node& b) { return !(a.view() == b.view()); }, py::is_operator(), py::arg("other"),
           "Another code or another edition.");
  compare("__lt__", [](std::partial_ordering o) { return o < 0; }, "Earlier in framework order: 2.2 before 2.10. False between editions.");
  compare("__le__", [](std::partial_ordering o) { return o <= 0; }, "Not later in framework order. False between editions.");
  compare("__gt__", [](std::partial_ordering o) { return o > 0; }, "Later in framework order. False between editions.");
  compare("__ge__", [](std::partial_ordering o) { return o >= 0; }, "Not earlier in framework order. False between editions.");
}

}  // namespace

void register_framework(py::module_& m) {
  py::class_<bound_tree> edition(m, "Framework",
      "A framework edition: a root, its standards, their groups and the statements a teacher learns.\n"
      "Immutable. Statements are in our own words; official wording can be laid over with with_text.");
  py::class_<bound_node> node(m, "Node", "One standard, group or statement of a framework, or its root. Immutable.");
  edition.attr("__module__") = "ectp";
  node.attr("__module__") = "ectp";
  define_node(node);

  const auto of_kind = [](framework::kind kind) {
    return [kind](const bound_tree& t) {
      py::list out;
      for (const auto n : t->nodes())
        if (n.kind() == kind) out.append(bound_node{t, n.id()});
      return py::tuple(out);
    };
  };
  edition
      .def_property_readonly("edition", [](const bound_tree& t) { return text_or_none(t->edition()); }, "The edition's id, such as ittecf-2024.")
      .def_property_readonly("title", [](const bound_tree& t) { return text_or_none(t->info().title); }, "The document's title.")
      .def_property_readonly("info", [](const bound_tree& t) { return info_of(t->info()); },
                             "What is known about the edition: title, publisher, dates, licence and more; None where it is not known.")
      .def_property_readonly("root", [](const bound_tree& t) { return bound_node{t, node_id()}; }, "The framework itself.")
      .def_property_readonly("nodes", [](const bound_tree& t) { return nodes_of(t, t->nodes()); }, "Every node in framework order, the root first.")
      .def_property_readonly("standards", of_kind(framework::kind::standard), "The standards, in framework order.")
      .def_property_readonly("statements", of_kind(framework::kind::statement), "The statements, in framework order.")
      .def_property_readonly("wording", &wording_of, "The wording laid over it, by code; empty where there is none.")
      .def_property_readonly("built_in", [](const bound_tree& t) { return t.held->from == nullptr; }, "False for a framework that was read from a file.")
      .def_property_readonly("warnings", [](const bound_tree& t) {
            py::list out;
            if (t.held->from)
              for (const error& w : t.held->from->warnings) out.append(error_object(w));
            return py::tuple(out);
          }, "What had to be forgiven when it was read, as ectp.Error objects with code and location; empty for a built-in edition.")
      .def("find", [](py::object t, const py::str& words, py::object tag, py::object kind, std::size_t limit) {
             return py::module_::import("ectp._framework").attr("find")(t, words, tag, kind, limit);
           }, py::arg("words"), py::kw_only(), py::arg("tag") = py::none(), py::arg("kind") = py::none(), py::arg("limit") = 20,
           "What a search for words finds, the best first: a code, the beginning of one, a tag, or words of what a\n"
           "node says, without case and accents. A list of ectp.Hit. tag: only nodes with it. kind: only framework, standard,\n"
           "group or statement. limit: at most so many. For the node of one code, take framework[code]. Raises ectp.Error.")
      .def("crosswalk", [](py::object t, py::object other) { return py::module_::import("ectp._framework").attr("crosswalk")(t, other); },
           py::arg("other"),
           "What became of each statement in another edition, given as a Framework or by its id: an ectp.Crosswalk.\n"
           "Raises ectp.Error where no links are known.")
      .def("diff", [](py::object t, py::object other) { return py::module_::import("ectp._framework").attr("diff")(t, other); }, py::arg("other"),
           "What changed from this framework to another one, given as a Framework or by its id: an ectp.FrameworkDifference.")
      .def("to_case", [](py::object t, py::object base_uri, py::object last_change, bool keep_identifiers) {
             return py::module_::import("ectp._framework").attr("to_case")(t, base_uri, last_change, keep_identifiers);
           }, py::kw_only(), py::arg("base_uri") = py::none(), py::arg("last_change") = py::none(), py::arg("keep_identifiers") = false,
           "The framework as a CASE 1.1 package, a dictionary that json.dump writes. base_uri: where its entities can be\n"
           "fetched, such as https://host/ims/case/v1p1; urn:uuid: without it. last_change: the moment of this release, ISO 8601 with\n"
           "zone; the day of publication without it. keep_identifiers: leave identifiers that are no UUID as they are, where otherwise\n"
           "they are errors. A framework that was read is written with all that it held. Raises ectp.Error.")
      .def("to_frame", [](py::object t, py::object frame) { return py::module_::import("ectp._framework").attr("to_frame")(t, frame); },
           py::arg("frame") = py::none(),
           "A row for each node, keyed by `ref`, in framework order. frame: pandas, polars or pyarrow; the first of them that\n"
           "is installed if you do not say. Raises ImportError where none is.")
      .def("audit", [](py::object t) { return py::module_::import("ectp._framework").attr("audit")(t); },
           "What the framework rests on: which statements are verified, which rest on an earlier edition, which are\n"
           "placeholders; an ectp.Answer with its page as text and Markdown.")
      .def("_find", &hits_of)
      .def("_links", &links_of)
      .def("_case", [](const bound_tree& t, const std::string& base_uri, const std::string& changed, bool keep) {
             framework::case_write_options options;
             options.keep_identifiers = keep;
             options.indent = false;
             return framework::write_case(package_of(t, base_uri, changed), options).value();
           })
      .def("_source", [](const bound_tree& t) -> py::object {
             if (!t.held->from) return py::none();
             return py::make_tuple(py::bytes(t.held->from->text), t.held->from->file);
           })
      .def("_repr_html_", [](py::object t) { return py::module_::import("ectp._framework").attr("html")(t); }, "The tree, folding open, for notebooks.")
      .def("with_text", &with_text, py::arg("wording"),
           "This framework with official wording, by code, laid over it. Raises ectp.Error.")
      .def("__getitem__", [](const bound_tree& t, const py::str& code) { return bound_node{t, t->find(utf8(code)).value().id()}; },
           py::arg("code"), "As find.")
      .def("__contains__", &has, py::arg("code"), "Does this edition have such a code, or such a node?")
      .def("__iter__", [](const bound_tree& t) { return py::iter(nodes_of(t, t->nodes())); }, "Every node in framework order.")
      .def("__len__", [](const bound_tree& t) { return t->size(); }, "How many nodes there are, the root included.")
      .def("__eq__", [](const bound_tree& a, const bound_tree& b) {
             if (a->edition() != b->edition() || (a.held->from == nullptr) != (b.held->from == nullptr)) return false;
             if (a.held->from && !(a.held->from == b.held->from || a.held->from->package == b.held->from->package)) return false;
             return wording_of(a).equal(wording_of(b));
           }, py::is_operator(), py::arg("other"), "The same edition, or the same package, with the same wording.")
      .def("__hash__", [](const bound_tree& t) { return py::hash(text_or_none(t->edition())); }, "Editions hash by their id.")
      .def("__repr__", [](const bound_tree& t) {
             return "<Framework " + std::string(t->edition()) + ": " + std::to_string(t->size()) + " nodes>";
           }, "The edition and its size.")
      .def(py::pickle([](const bound_tree& t) {
                        const auto& from = t.held->from;
                        return py::make_tuple(1, text_or_none(t->edition()), wording_of(t), from ? py::object(py::bytes(from->text)) : py::none(),
                                              from ? from->file : std::string());
                      },
                      [](const py::tuple& state) {
                        check_state(state, 5);
                        const auto plain = state[3].is_none() ? share(framework::edition(state[1].cast<std::string>()).value())
                                                              : read_framework(state[3].cast<std::string>(), state[4].cast<std::string>());
                        const auto wording = state[2].cast<py::dict>();
                        return wording.empty() ? plain : with_text(plain, wording);
                      }));

  m.def("framework", [](const py::str& id) { return share(framework::edition(utf8(id)).value()); }, py::arg("edition"),
        "A built-in edition by its id. Raises ectp.NotFoundError.");
  m.def("read_framework", [](const py::bytes& text, const std::string& file) { return read_framework(std::string(text), file); }, py::arg("text"),
        py::arg("file"), "A framework from the text of a CASE package or of OpenSALT's CSV. Raises ectp.Error.");
  m.def("editions", [] {
          py::list out;
          for (const auto& e : framework::editions()) out.append(info_of(e));
          return out;
        }, "What is known about each built-in edition.");
  m.attr("default_edition") = text_or_none(framework::default_edition);
}

}  // namespace ectp::python
