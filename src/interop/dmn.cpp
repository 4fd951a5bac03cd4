#include "ectp/interop/dmn.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>
#include <set>

#include "ectp/core/id.hpp"
#include "ectp/core/text.hpp"
#include "ectp/policy/cell.hpp"
#include "ectp/policy/temporal.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace {

constexpr std::string_view own_namespace = "urn:ectp:dmn";
constexpr std::string_view written_namespace = "https://www.omg.org/spec/DMN/20191111/MODEL/";
constexpr std::string_view model_namespaces[] = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/", written_namespace,
    "https://www.omg.org/spec/DMN/20211108/MODEL/", "https://www.omg.org/spec/DMN/20230324/MODEL/"};

// --- FEEL texts of our cells --------------------------------------------------------------------

std::string quoted(std::string_view s) { return to_string(value_ref(s)); }

// FEEL knows dates and their like only as function calls.
std::string feel(value_kind kind, std::string_view iso) {
  const bool duration = kind == value_kind::duration || kind == value_kind::months;
  return std::string(duration ? "duration" : name(kind)) + "(\"" + std::string(iso) + "\")";
}

bool is_listed(const domain& d, std::string_view word) {
  return std::find(d.words.begin(), d.words.end(), word) != d.words.end();
}

std::string feel(const literal& l, std::string_view text, const domain& d) {
  const std::string as_is(text.substr(l.at, l.size));
  if (l.kind == literal_kind::word) return d.bare_words() && is_listed(d, l.text) ? quoted(l.text) : as_is;
  const bool bare = l.kind == literal_kind::temporal && (is_digit(as_is.front()) || as_is.front() == '-' || as_is.front() == 'P');
  return bare ? feel(l.temporal, as_is) : as_is;
}

// A cell of an input in FEEL; as it is when it cannot be read.
std::string feel_tests(std::string_view text, const domain& d) {
  struct sink {
    std::string_view text;
    const domain& d;
    std::string out;
    bool everything = false, negated = false;
    void any() { everything = true; }
    void negate() { negated = true; }
    fault test(const unary_test& t) {
      if (!out.empty()) out += ", ";
      const std::string low = feel(t.low, text, d);
      switch (t.how) {
        case relation::equal: out += low; break;
        // FEEL's unary tests have no "!="; not(...) is a whole cell.
        case relation::not_equal: out += "!= " + low; break;
        case relation::less: out += "< " + low; break;
        case relation::less_equal: out += "<= " + low; break;
        case relation::greater: out += "> " + low; break;
        case relation::greater_equal: out += ">= " + low; break;
        case relation::within:
          out += (t.low_open ? "(" : "[") + low + ".." + feel(t.high, text, d) + (t.high_open ? ")" : "]");
          break;
      }
      return {};
    }
  } s{text, d, {}};
  if (parse_cell(text, d.syntax(), s)) return std::string(text);
  if (s.everything) return "-";
  return s.negated ? "not(" + s.out + ")" : s.out;
}

// A cell of an output in FEEL; as it is when it cannot be read.
std::string feel_output(std::string_view text, const domain& d) {
  const std::string_view t = trim(text);
  if (t.empty()) return "null";
  if (d.type == value_kind::text && !d.listed && t.front() != '"') return t == "null" ? "null" : quoted(t);
  literal l;
  if (parse_literal(t, d.syntax(), l)) return std::string(t);
  return feel(l, t, d);
}

std::string feel_value(value_ref v, const decimal& exact) {
  if (v.kind() == value_kind::number) return to_string(exact);
  return is_temporal(v.kind()) ? feel(v.kind(), temporal_text(v.kind(), v.number())) : to_string(v);
}

std::string type_of(const domain& d) {
  return d.type == value_kind::text ? "string" : std::string(name(d.type));
}

// The allowed values of a domain in FEEL; empty when the type says it all.
std::string values_of(const domain& d) {
  std::string out;
  const auto add = [&](const std::string& s) { out += (out.empty() ? "" : ", ") + s; };
  if (d.listed) {
    for (const std::string& w : d.words) add(quoted(w));
    for (const decimal& n : d.numbers) add(to_string(n));
    return out;
  }
  if (!is_line(d.type)) return out;
  const auto at = [&](const range_end& e) {
    return is_temporal(d.type) ? feel(d.type, temporal_text(d.type, e.at.to_double())) : to_string(e.at);
  };
  const bool clock = d.type == value_kind::time;
  const bool low = d.low.bounded && !(clock && d.low.at == decimal{} && !d.low.open);
  const bool high = d.high.bounded && !(clock && d.high.at == decimal{864, 2});
  if (low && high) return (d.low.open ? "(" : "[") + at(d.low) + ".." + at(d.high) + (d.high.open ? ")" : "]");
  if (low) return (d.low.open ? "> " : ">= ") + at(d.low);
  if (high) return (d.high.open ? "< " : "<= ") + at(d.high);
  return out;
}

// --- places in XML ------------------------------------------------------------------------------

// The size of the reference or line end at the front of raw character data, and what it stands for.
std::size_t take_reference(std::string_view s, std::string& out) {
  if (s.substr(0, 2) == "\r\n") return out += '\n', 2;
  if (s[0] == '\r') return out += '\n', 1;
  if (s[0] != '&') return out += s[0], 1;
  const std::size_t end = s.find(';');
  if (end == s.npos || end > 12) return out += '&', 1;
  const std::string_view n = s.substr(1, end - 1);
  constexpr std::pair<std::string_view, char> known[] = {
      {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [named, c] : known)
    if (n == named) return out += c, end + 1;
  if (n.size() < 2 || n[0] != '#') return out += '&', 1;
  std::uint32_t code = 0;
  const bool hex = n[1] == 'x';
  for (const char c : n.substr(hex ? 2 : 1)) {
    const int digit = policy::detail::hex_digit(c);
    if (digit < 0 || (!hex && digit > 9) || code > 0x10FFFF) return out += '&', 1;
    code = code * (hex ? 16 : 10) + static_cast<std::uint32_t>(digit);
  }
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return out += '&', 1;
  policy::detail::append_utf8(code, out);
  return end + 1;
}

// Where the decoded byte stands; `doubled` marks a slice that holds references or line ends.
csv::position xml_place(const csv::cell& c, std::size_t decoded_offset) noexcept {
  std::size_t raw = c.doubled ? 0 : std::min(decoded_offset, c.raw.size());
  std::string decoded;
  while (c.doubled && raw < c.raw.size() && decoded.size() < decoded_offset)
    raw += take_reference(c.raw.substr(raw), decoded);
  return csv::detail::after(c.at, c.raw.substr(0, raw));
}

const source_form xml_form{csv::decode<std::string>, xml_place, {}};

std::string_view local_name(std::string_view qualified) {
  const std::size_t colon = qualified.find(':');
  return colon == qualified.npos ? qualified : qualified.substr(colon + 1);
}

// What a column of a decision table may hold, as far as the file says it.
struct value_type {
  std::string base;  // DMN's name of a built-in type, `collection`, `structure`, or empty: not said
  std::string allowed;
  pugi::xml_node allowed_at;
  bool undefined = false;  // its type is nowhere, which has been told
};

class dmn_reader {
 public:
  dmn_reader(std::string_view xml, const read_options& options) : xml_(xml), options_(options) {}

  bool load() {
    if (xml_.substr(0, 3) == "\xEF\xBB\xBF") xml_.remove_prefix(3);
    if (xml_.size() > options_.limits.source.bytes)
      return fail({errc::too_large, "the file is too large", {options_.file, 1, 1, {}}, "at most " +
                   std::to_string(options_.limits.source.bytes) + " bytes", {}});
    lines_.push_back(0);
    for (std::size_t i = 0; i != xml_.size(); ++i)
      if (xml_[i] == '\n') lines_.push_back(i + 1);
    if (const std::size_t bad = invalid_utf8_at(xml_); bad != xml_.npos)
      return fail({errc::encoding, "the text is not UTF-8", place(bad), "a file saved as UTF-8", {}});
    if (const std::size_t nul = xml_.find('\0'); nul != xml_.npos)
      return fail({errc::syntax, "a NUL byte", place(nul), "XML", "the file may be saved as UTF-16: save it as UTF-8"});
    const pugi::xml_parse_result parsed =
        document_.load_buffer(xml_.data(), xml_.size(), pugi::parse_default | pugi::parse_doctype | pugi::parse_declaration,
                              pugi::encoding_utf8);
    if (!parsed)
      return fail({errc::syntax, std::string("not well-formed XML: ") + parsed.description(),
                   place(static_cast<std::size_t>(parsed.offset)), "XML", {}});
    for (const pugi::xml_node n : document_.children()) {
      if (n.type() == pugi::node_doctype)
        return fail({errc::syntax, "a document type declaration", place(xml_.find("<!DOCTYPE")), "DMN without one", {}});
      const std::string_view encoding = n.attribute("encoding").value();
      std::string upper(encoding);
      for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      if (n.type() == pugi::node_declaration && !upper.empty() && upper != "UTF-8" && upper != "US-ASCII")
        return fail({errc::encoding, "the file says that it is written in " + std::string(encoding.substr(0, 40)),
                     {options_.file, 1, 1, {}}, "UTF-8", {}});
    }
    root_ = document_.document_element();
    const std::string_view ns = namespace_of(root_);
    if (local_name(root_.name()) != "definitions" ||
        std::find(std::begin(model_namespaces), std::end(model_namespaces), ns) == std::end(model_namespaces))
      return fail({errc::bad_table, "not a DMN file: its first element is '" + std::string(root_.name()) + "' of the namespace '" +
                       std::string(ns.substr(0, 80)) + "'",
                   place(root_), "definitions of DMN 1.1 to 1.5", {}});
    model_ = ns;
    return true;
  }

  std::vector<error>& errors() { return errors_; }

  std::vector<dmn_decision> decisions() const {
    std::vector<dmn_decision> out;
    for (const pugi::xml_node n : root_.children())
      if (is(n, "decision"))
        out.push_back({n.attribute("id").value(), label(n), static_cast<bool>(child(n, "decisionTable")), place(n)});
    return out;
  }

  // The table of a decision; nothing with errors.
  bool read(std::string_view decision, table_source& out, std::string& table_name) {
    const pugi::xml_node chosen = choose(decision);
    if (!chosen) return false;
    table_name = label(chosen);
    const pugi::xml_node logic = child(chosen, "decisionTable");
    if (!logic) {
      pugi::xml_node other;
      for (const pugi::xml_node n : chosen.children())
        for (const char* kind : {"literalExpression", "invocation", "context", "list", "relation", "functionDefinition",
                                 "conditional", "for", "every", "some", "filter"})
          if (is(n, kind)) other = n;
      return fail({errc::bad_table, "the decision '" + table_name + "' is " +
                       (other ? "a " + std::string(local_name(other.name())) : std::string("without logic")),
                   place(other ? other : chosen), "a decision table", {}});
    }
    read_table(chosen, logic, out);
    return true;
  }

 private:
  bool fail(error e) {
    if (errors_.size() < options_.limits.errors) errors_.push_back(std::move(e));
    return false;
  }

  location place(std::size_t offset) const {
    const auto line = std::upper_bound(lines_.begin(), lines_.end(), offset) - lines_.begin();
    return {options_.file, static_cast<std::uint32_t>(line),
            static_cast<std::uint32_t>(offset - lines_[static_cast<std::size_t>(line) - 1] + 1), {}};
  }
  csv::position position(std::size_t offset) const {
    const location l = place(offset);
    return {l.line, l.column};
  }
  // pugixml knows where an element's name stands; the bracket is before it.
  std::size_t offset_of(pugi::xml_node n) const {
    const auto at = static_cast<std::size_t>(n.offset_debug());
    return n.type() == pugi::node_element && at != 0 ? at - 1 : at;
  }
  location place(pugi::xml_node n) const { return place(offset_of(n)); }

  // The namespace that a qualified name's prefix stands for where this element stands.
  static std::string_view find_namespace(pugi::xml_node n, std::string_view qualified) {
    const std::size_t colon = qualified.find(':');
    const std::string attribute = colon == qualified.npos ? "xmlns" : "xmlns:" + std::string(qualified.substr(0, colon));
    for (; n && n.type() == pugi::node_element; n = n.parent())
      if (const pugi::xml_attribute a = n.attribute(attribute.c_str())) return a.value();
    return {};
  }
  static std::string_view namespace_of(pugi::xml_node n) { return find_namespace(n, n.name()); }

  bool is(pugi::xml_node n, std::string_view local) const {
    return n.type() == pugi::node_element && local_name(n.name()) == local && namespace_of(n) == model_;
  }
  pugi::xml_node child(pugi::xml_node parent, std::string_view local) const {
    for (const pugi::xml_node n : parent.children())
      if (is(n, local)) return n;
    return {};
  }
  // An attribute of our own namespace.
  std::optional<std::string> own(pugi::xml_node n, std::string_view local) const {
    for (const pugi::xml_attribute a : n.attributes()) {
      const std::string_view whole = a.name();
      if (local_name(whole) == local && whole.size() != local.size() && find_namespace(n, whole) == own_namespace)
        return a.value();
    }
    return std::nullopt;
  }
  static std::string label(pugi::xml_node n) {
    return *n.attribute("name").value() != '\0' ? n.attribute("name").value() : n.attribute("id").value();
  }

  const std::string& store(std::string s) { return texts_.emplace_back(std::move(s)); }
  // A text that is nowhere in the file as it is; its place is that of an element.
  source_cell made(std::string s, pugi::xml_node at) {
    source_cell out;
    out.text = store(std::move(s));
    out.at.at = position(offset_of(at));
    return out;
  }
  // The character data of an element.
  source_cell text_of(pugi::xml_node n) {
    const pugi::xml_node first = n.first_child();
    if (!first) return made("", n);
    if (first.next_sibling() || (first.type() != pugi::node_pcdata && first.type() != pugi::node_cdata)) {
      std::string all;
      for (const pugi::xml_node part : n.children())
        if (part.type() == pugi::node_pcdata || part.type() == pugi::node_cdata) all += part.value();
      return made(std::move(all), n);
    }
    const auto begin = static_cast<std::size_t>(first.offset_debug());
    const std::string_view end = first.type() == pugi::node_cdata ? "]]>" : "<";
    source_cell out;
    out.at.raw = xml_.substr(begin, std::min(xml_.find(end, begin), xml_.size()) - begin);
    out.at.at = position(begin);
    out.at.doubled = out.at.raw.find(first.type() == pugi::node_cdata ? "\r" : "&") != xml_.npos ||
                     out.at.raw.find('\r') != xml_.npos;
    if (!out.at.doubled) {
      out.text = out.at.raw;
    } else {
      std::string decoded;
      for (std::size_t i = 0; i < out.at.raw.size();)
        if (first.type() == pugi::node_cdata && out.at.raw[i] == '&') decoded += out.at.raw[i++];
        else i += take_reference(out.at.raw.substr(i), decoded);
      out.text = store(std::move(decoded));
    }
    return out;
  }
  source_cell expression_of(pugi::xml_node n) {
    const pugi::xml_node text = child(n, "text");
    return text ? text_of(text) : made("", n);
  }

  pugi::xml_node choose(std::string_view wanted) {
    std::string names;
    std::vector<pugi::xml_node> found, tables;
    for (const pugi::xml_node n : root_.children()) {
      if (!is(n, "decision")) continue;
      names += (names.empty() ? "'" : ", '") + label(n) + "'";
      if (child(n, "decisionTable")) tables.push_back(n);
      if (!wanted.empty() && (label(n) == wanted || n.attribute("id").value() == wanted)) found.push_back(n);
    }
    if (wanted.empty()) found = tables;
    if (found.size() == 1) return found[0];
    if (!wanted.empty() && found.empty())
      fail({errc::unknown_reference, "no decision is called '" + std::string(wanted.substr(0, 80)) + "'", place(root_),
            names.empty() ? "a file with a decision" : "one of " + names, {}});
    else if (found.empty())
      fail({errc::bad_table, "the file has no decision table", place(root_), "a decision with a decisionTable", {}});
    else if (wanted.empty())
      fail({errc::bad_argument, "the file has several decision tables", place(found[1]), "one of " + names,
            "say which decision is meant"});
    else
      fail({errc::duplicate_id, "two decisions are called '" + std::string(wanted.substr(0, 80)) + "'", place(found[1]),
            "a name or an id that only one of them has", {}});
    return {};
  }

  // --- types ---

  static std::string built_in(std::string_view type) {
    constexpr std::pair<std::string_view, std::string_view> names[] = {
        {"string", "string"}, {"number", "number"}, {"boolean", "boolean"}, {"date", "date"}, {"time", "time"},
        {"date and time", "date and time"}, {"dateTime", "date and time"},
        {"days and time duration", "days and time duration"}, {"dayTimeDuration", "days and time duration"},
        {"years and months duration", "years and months duration"},
        {"yearMonthDuration", "years and months duration"}, {"integer", "integer"}, {"long", "integer"},
        {"double", "number"}, {"Any", ""}};
    for (const auto& [dmn, ours] : names)
      if (type == dmn) return std::string(ours);
    return "?";
  }

  pugi::xml_node find_item(std::string_view type) const {
    for (const std::string_view n : {type, local_name(type)})
      for (const pugi::xml_node item : root_.children())
        if (is(item, "itemDefinition") && item.attribute("name").value() == n) return item;
    return {};
  }
  static std::string_view type_attribute(pugi::xml_node n) { return n.attribute("typeRef").value(); }

  // Follows a type to a built-in one; the outermost allowed values count.
  value_type resolve(std::string_view type, pugi::xml_node at) {
    value_type out;
    for (int depth = 0; !type.empty(); ++depth) {
      const pugi::xml_node item = find_item(type);
      if (!item) {
        out.base = built_in(local_name(type));
        if (out.base == "?") out.base = built_in(type);
        if (out.base == "?") {
          fail({errc::bad_domain, "the type '" + std::string(type.substr(0, 80)) + "' is not defined", place(at),
                "a type of FEEL or an itemDefinition of that name", {}});
          // What the cells say will do until the type is there.
          out = {};
          out.undefined = true;
        }
        return out;
      }
      if (depth == 16) {
        fail({errc::too_deep, "the type '" + std::string(type.substr(0, 80)) + "' refers to itself", place(item),
              "a type that ends in one of FEEL's own", {}});
        return {};
      }
      out = merged(out, item);
      if (!out.base.empty()) return out;
      type = type_text(item);
    }
    return out;
  }
  std::string_view type_text(pugi::xml_node item) {
    const pugi::xml_node n = child(item, "typeRef");
    return n ? std::string_view(n.child_value()) : std::string_view();
  }
  value_type merged(value_type out, pugi::xml_node item) {
    const pugi::xml_node allowed = child(item, "allowedValues");
    if (allowed && out.allowed.empty()) {
      out.allowed = std::string(trim(expression_of(allowed).text));
      out.allowed_at = allowed;
    }
    if (item.attribute("isCollection").as_bool()) out.base = "collection";
    else if (child(item, "itemComponent")) out.base = "structure";
    return out;
  }
  // The type of `path` (such as `Age`) inside a structure.
  value_type component(std::string_view type, std::string_view path, pugi::xml_node at) {
    pugi::xml_node item = find_item(type);
    for (int depth = 0; item && depth != 16; ++depth) {
      if (!child(item, "itemComponent")) {
        item = find_item(type_text(item));
        continue;
      }
      const std::size_t dot = path.find('.');
      for (const pugi::xml_node part : item.children()) {
        if (!is(part, "itemComponent") || trim(part.attribute("name").value()) != trim(path.substr(0, dot))) continue;
        if (dot == path.npos) {
          value_type out = merged({}, part);
          if (!out.base.empty()) return out;
          value_type under = resolve(type_text(part), part);
          if (!out.allowed.empty()) {
            under.allowed = out.allowed;
            under.allowed_at = out.allowed_at;
          }
          return under;
        }
        path.remove_prefix(dot + 1);
        item = child(part, "itemComponent") ? part : find_item(type_text(part));
        goto next;
      }
      return {};
    next:;
    }
    (void)at;
    return {};
  }

  // The variable that an expression begins with: an input datum or another decision.
  pugi::xml_node variable(std::string_view wanted) const {
    for (const pugi::xml_node n : root_.children())
      if ((is(n, "inputData") || is(n, "decision")) &&
          (trim(n.attribute("name").value()) == wanted || trim(child(n, "variable").attribute("name").value()) == wanted))
        return n;
    return {};
  }

  // --- the table ---

  void read_table(pugi::xml_node decision, pugi::xml_node logic, table_source& out) {
    std::vector<pugi::xml_node> inputs, outputs, annotations, rules;
    for (const pugi::xml_node n : logic.children()) {
      if (is(n, "input")) inputs.push_back(n);
      else if (is(n, "output")) outputs.push_back(n);
      else if (is(n, "annotation")) annotations.push_back(n);
      else if (is(n, "rule")) rules.push_back(n);
    }
    const std::size_t columns = inputs.size() + outputs.size() + annotations.size() + 1;
    if (columns > options_.limits.source.columns || columns * rules.size() > options_.limits.source.cells ||
        rules.size() > options_.limits.rules) {
      fail({errc::too_large, "the decision table is too large", place(logic), "fewer columns or rules", {}});
      return;
    }
    read_hit_policy(logic, out);
    described_ = false;
    for (const pugi::xml_node r : rules) described_ = described_ || child(r, "description");
    domains_.clear();
    for (std::size_t i = 0; i != inputs.size(); ++i) add_input(inputs[i], i, rules, out);
    for (std::size_t i = 0; i != outputs.size(); ++i) add_output(decision, outputs, i, rules, out);
    for (std::size_t i = 0; i != annotations.size(); ++i) {
      std::string note = annotations[i].attribute("name").value();
      out.columns.push_back({made(note.empty() ? "annotation " + std::to_string(i + 1) : note, annotations[i]),
                             made("note", annotations[i]), made("", annotations[i])});
    }
    const std::size_t notes = annotations.size();
    if (described_)
      out.columns.push_back({made("description", logic), made("note", logic), made("", logic)});
    add_metadata(logic, inputs, outputs, annotations, out);
    std::size_t number = 0;
    for (const pugi::xml_node r : rules) {
      ++number;
      add_rule(r, number, inputs.size(), outputs.size(), notes, out);
    }
    reorder(logic, out);
  }

  void read_hit_policy(pugi::xml_node logic, table_source& out) {
    std::string said = logic.attribute("hitPolicy").value();
    const std::string aggregation = logic.attribute("aggregation").value();
    if (said.empty()) said = "UNIQUE";
    if (said == "COLLECT" && !aggregation.empty()) said += " " + aggregation;
    out.hit_policy = made(std::move(said), logic);
  }

  // A domain from a type and its allowed values; empty with an error if there is none.
  std::string domain_text(const value_type& type, bool nullable, pugi::xml_node at) {
    const std::string null = nullable ? ", null" : "";
    if (type.base == "collection" || type.base == "structure") {
      fail({errc::bad_domain, type.base == "structure" ? "a structure where one value should stand"
                                                       : "a list where one value should stand",
            place(at), "a number, text, boolean, date, time or duration", {}});
      return "string" + null;
    }
    std::string base = type.base.empty() ? "string" : type.base;
    if (type.allowed.empty() || type.allowed == "-" || base == "boolean") return base + null;
    struct sink {
      std::vector<unary_test> tests;
      bool negated = false;
      void any() {}
      void negate() { negated = true; }
      fault test(const unary_test& t) {
        tests.push_back(t);
        return {};
      }
    } s;
    const auto unsupported = [&](std::size_t offset) {
      const pugi::xml_node text = child(type.allowed_at, "text");
      const source_cell c = text ? text_of(text) : made("", type.allowed_at);
      std::size_t lead = 0;
      while (lead != c.text.size() && is_blank(c.text[lead])) ++lead;
      const csv::position p = xml_place(c.at, lead + offset);
      fail({errc::bad_domain, "these allowed values cannot be read", {options_.file, p.line, p.column, {}},
            "a list of strings, a list of numbers, or one range", {}});
      return base + null;
    };
    if (const fault f = parse_cell(type.allowed, {}, s)) return unsupported(f.at);
    std::string list, range;
    bool null_listed = false;
    for (const unary_test& t : s.tests) {
      if (t.how == relation::equal && t.low.kind == literal_kind::null) {
        null_listed = true;
      } else if (t.how == relation::equal &&
                 t.low.kind == (base == "string" ? literal_kind::quoted : literal_kind::number) &&
                 base != "integer") {
        list += list.empty() ? "" : ",";
        list += t.low.kind == literal_kind::number ? std::string(t.low.text) : type.allowed.substr(t.low.at, t.low.size);
      } else if (base != "string" && t.how != relation::equal && t.how != relation::not_equal && range.empty()) {
        const auto end = [&](const literal& l) {
          std::string_view iso = l.text;
          if (l.kind == literal_kind::temporal)
            iso = iso.substr(iso.find('"') + 1, iso.rfind('"') - iso.find('"') - 1);
          return std::string(iso);
        };
        if (t.how == relation::within)
          range = (t.low_open ? "(" : "[") + end(t.low) + ".." + end(t.high) + (t.high_open ? ")" : "]");
        else
          range = std::string(t.how == relation::less ? "<" : t.how == relation::less_equal ? "<="
                              : t.how == relation::greater ? ">" : ">=") + " " + end(t.low);
      } else {
        return unsupported(t.at);
      }
    }
    if (s.negated || (!list.empty() && !range.empty())) return unsupported(0);
    if (!list.empty()) return list + null;
    if (!range.empty()) return base + " " + range + (null_listed || nullable ? ", null" : "");
    return base + null;
  }

  // What the cells of a column say about its type where nothing else does.
  std::string guess(const std::vector<pugi::xml_node>& rules, const char* entry, std::size_t index) {
    struct sink {
      std::string type;
      void any() {}
      void negate() {}
      void look(const literal& l) {
        if (!type.empty()) return;
        switch (l.kind) {
          case literal_kind::boolean: type = "boolean"; break;
          case literal_kind::number: type = "number"; break;
          case literal_kind::quoted: type = "string"; break;
          case literal_kind::temporal: type = name(l.temporal); break;
          default: break;
        }
      }
      fault test(const unary_test& t) {
        look(t.low);
        if (t.how == relation::within) look(t.high);
        return {};
      }
    } s;
    for (const pugi::xml_node r : rules) {
      std::size_t i = 0;
      for (const pugi::xml_node n : r.children())
        if (is(n, entry) && i++ == index) (void)parse_cell(expression_of(n).text, {}, s);
      if (!s.type.empty()) break;
    }
    return s.type;
  }

  // Our own domain, if it still says what stands beside it.
  bool own_domain(pugi::xml_node n, const std::string& type, const std::string& allowed, std::string& out) const {
    const auto said = own(n, "domain");
    domain d;
    if (!said || parse_domain(*said, d) || type_of(d) != type || values_of(d) != allowed) return false;
    out = *said;
    return true;
  }

  void add_input(pugi::xml_node n, std::size_t index, const std::vector<pugi::xml_node>& rules, table_source& out) {
    const pugi::xml_node expression = child(n, "inputExpression");
    const source_cell said = expression_of(expression ? expression : n);
    const std::string input(trim(said.text));
    const std::size_t dot = input.find('.');
    const pugi::xml_node whole = variable(input), first = variable(trim(std::string_view(input).substr(0, dot)));
    const bool plain = std::all_of(input.begin(), input.end(), [](char c) {
      return is_letter(c) || is_digit(c) || c == '_' || c == ' ' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
    });
    if (input.empty() || (!whole && !first && (!plain || is_digit(input[0])))) {
      const csv::position p = xml_place(said.at, 0);
      fail({errc::bad_table, "the input expression " + (input.empty() ? std::string("is missing") : "'" + input.substr(0, 60) + "' is not a name"),
            {options_.file, p.line, p.column, {}}, "the name of an input, or a path such as Applicant.Age",
            "bring what it would compute in as an input of its own"});
    }
    value_type type = resolve(type_attribute(expression), expression);
    if (type.base.empty() && whole)
      type = resolve(type_attribute(child(whole, "variable")), whole);
    else if (type.base.empty() && first && dot != input.npos)
      type = component(type_attribute(child(first, "variable")), std::string_view(input).substr(dot + 1), n);
    if (const pugi::xml_node values = child(n, "inputValues"); values && !type.undefined && !trim(expression_of(values).text).empty()) {
      type.allowed = std::string(trim(expression_of(values).text));
      type.allowed_at = values;
    }
    if (type.base.empty()) type.base = guess(rules, "inputEntry", index);
    std::string text;
    if (!own_domain(n, type.base, type.allowed, text)) text = domain_text(type, true, n);
    remember(text);
    out.columns.push_back({input.empty() ? made("input " + std::to_string(index + 1), n) : said, made("in", n),
                           made(std::move(text), n)});
  }

  void add_output(pugi::xml_node decision, const std::vector<pugi::xml_node>& all, std::size_t index,
                  const std::vector<pugi::xml_node>& rules, table_source& out) {
    const pugi::xml_node n = all[index];
    const pugi::xml_node variable = child(decision, "variable");
    std::string output(trim(n.attribute("name").value()));
    if (output.empty() && all.size() == 1)
      for (const std::string_view other : {std::string_view(variable.attribute("name").value()),
                                           std::string_view(decision.attribute("name").value())})
        if (output.empty()) output = trim(other);
    if (output.empty()) output = "output " + std::to_string(index + 1);
    value_type type = resolve(type_attribute(n), n);
    if (type.base.empty() && all.size() == 1) {
      type = resolve(type_attribute(variable), variable);
      if (type.base == "collection" || type.base == "structure") type = {};
    } else if (all.size() > 1) {
      const value_type part = component(type_attribute(variable), output, n);
      if (type.base.empty()) type = part;
      else if (type.allowed.empty()) {
        type.allowed = part.allowed;
        type.allowed_at = part.allowed_at;
      }
    }
    if (const pugi::xml_node values = child(n, "outputValues"); values && !type.undefined && !trim(expression_of(values).text).empty()) {
      type.allowed = std::string(trim(expression_of(values).text));
      type.allowed_at = values;
    }
    if (type.base.empty()) type.base = guess(rules, "outputEntry", index);
    bool nullable = false;
    for (const pugi::xml_node r : rules) {
      std::size_t i = 0;
      for (const pugi::xml_node entry : r.children())
        if (is(entry, "outputEntry") && i++ == index) {
          const std::string_view said = trim(expression_of(entry).text);
          nullable = nullable || said.empty() || said == "null";
        }
    }
    std::string text;
    if (!own_domain(n, type.base, type.allowed, text)) text = domain_text(type, nullable, n);
    remember(text);
    out.columns.push_back({made(output, n), made("out", n), made(std::move(text), n)});
  }

  void remember(const std::string& text) {
    domain d;
    if (parse_domain(text, d)) d = domain{};
    domains_.push_back(d);
  }

  void add_metadata(pugi::xml_node logic, const std::vector<pugi::xml_node>& inputs,
                    const std::vector<pugi::xml_node>& outputs, const std::vector<pugi::xml_node>& annotations,
                    table_source& out) {
    std::vector<pugi::xml_node> all = inputs;
    all.insert(all.end(), outputs.begin(), outputs.end());
    all.insert(all.end(), annotations.begin(), annotations.end());
    if (described_) all.push_back(logic);
    const auto row = [&](const char* corner, auto text_of_column) {
      source_extra extra{made(corner, logic), {}};
      bool any = false;
      for (std::size_t i = 0; i != all.size(); ++i) {
        extra.cells.push_back(text_of_column(all[i], i));
        any = any || !extra.cells[i].text.empty();
      }
      if (any) out.extras.push_back(std::move(extra));
    };
    const bool described = described_;
    const auto real = [&](std::size_t i) { return !(described && i + 1 == all.size()); };
    row("#label", [&](pugi::xml_node n, std::size_t i) {
      const auto said = own(n, "label");
      return made(!real(i) ? "" : said ? *said : n.attribute("label").value(), n);
    });
    row("#unit", [&](pugi::xml_node n, std::size_t i) { return made(real(i) ? own(n, "unit").value_or("") : "", n); });
    row("#source", [&](pugi::xml_node n, std::size_t i) { return made(real(i) ? own(n, "source").value_or("") : "", n); });
    row("#change", [&](pugi::xml_node n, std::size_t i) { return made(i < inputs.size() ? own(n, "change").value_or("") : "", n); });
    row("#default", [&](pugi::xml_node n, std::size_t i) {
      const bool output = i >= inputs.size() && i < inputs.size() + outputs.size();
      const pugi::xml_node entry = output ? child(n, "defaultOutputEntry") : pugi::xml_node();
      if (!entry) return made("", n);
      source_cell c = expression_of(entry);
      strict_output(c, domains_[i]);
      return c;
    });
  }

  void add_rule(pugi::xml_node r, std::size_t number, std::size_t inputs, std::size_t outputs, std::size_t notes,
                table_source& out) {
    const auto said = own(r, "id");
    std::string id = said ? *said : r.attribute("id").value();
    if (!is_id(id)) id = "rule-" + std::to_string(number);
    out.rules.push_back(made(std::move(id), r));
    std::vector<pugi::xml_node> in, put, note;
    for (const pugi::xml_node n : r.children()) {
      if (is(n, "inputEntry")) in.push_back(n);
      else if (is(n, "outputEntry")) put.push_back(n);
      else if (is(n, "annotationEntry")) note.push_back(n);
    }
    const auto count = [&](std::size_t has, std::size_t wants, const char* what) {
      if (has != wants)
        fail({errc::bad_table, "the rule has " + std::to_string(has) + " " + what, place(r),
              std::to_string(wants) + ", as the table has columns", {}});
    };
    count(in.size(), inputs, "input entries");
    count(put.size(), outputs, "output entries");
    if (note.size() > notes) count(note.size(), notes, "annotation entries");
    for (std::size_t i = 0; i != inputs; ++i) {
      source_cell c = i < in.size() ? expression_of(in[i]) : source_cell{};
      if (i < in.size()) respell(in[i], domains_[i], false, c);
      out.cells.push_back(c);
    }
    for (std::size_t i = 0; i != outputs; ++i) {
      source_cell c = i < put.size() ? expression_of(put[i]) : source_cell{};
      if (i < put.size()) respell(put[i], domains_[inputs + i], true, c);
      out.cells.push_back(c);
    }
    for (std::size_t i = 0; i != notes; ++i) out.cells.push_back(i < note.size() ? expression_of(note[i]) : made("", r));
    if (described_) {
      const pugi::xml_node text = child(r, "description");
      out.cells.push_back(text ? text_of(text) : made("", r));
    }
  }

  // Our own spelling of a cell, if it still says the same; else the cell must be FEEL.
  void respell(pugi::xml_node n, const domain& d, bool output, source_cell& c) {
    const auto said = own(n, "cell");
    if (said && (output ? feel_output(*said, d) : feel_tests(*said, d)) == c.text) {
      c = made(*said, n);
      return;
    }
    if (output) strict_output(c, d);
    else strict_tests(c, d);
  }

  void not_feel(const source_cell& c, const literal& l) {
    const csv::position p = xml_place(c.at, l.at);
    fail({errc::bad_cell, "'" + std::string(c.text.substr(l.at, l.size)) + "' is a name in FEEL, not a value",
          {options_.file, p.line, p.column, {}}, "text in double quotes, or date(\"...\") and its like", {}});
  }
  // Is a bare word or a bare date what only our own tables know?
  static bool is_bare(const literal& l, const domain& d) {
    if (l.kind == literal_kind::temporal) return l.text.empty() || is_digit(l.text.front()) || l.text.front() == '-' || l.text.front() == 'P';
    return l.kind == literal_kind::word && d.bare_words() && is_listed(d, l.text);
  }
  void strict_tests(const source_cell& c, const domain& d) {
    struct sink {
      const domain& d;
      std::vector<literal> bare;
      void any() {}
      void negate() {}
      fault test(const unary_test& t) {
        if (is_bare(t.low, d)) bare.push_back(t.low);
        if (t.how == relation::within && is_bare(t.high, d)) bare.push_back(t.high);
        return {};
      }
    } s{d, {}};
    if (parse_cell(c.text, d.syntax(), s)) return;
    for (const literal& l : s.bare) not_feel(c, l);
  }
  void strict_output(const source_cell& c, const domain& d) {
    const std::string_view t = trim(c.text);
    if (t.empty()) return;
    literal l;
    if (d.type == value_kind::text && !d.listed && t.front() != '"' && t != "null") {
      l.at = static_cast<std::size_t>(t.data() - c.text.data());
      l.size = t.size();
      const csv::position p = xml_place(c.at, l.at);
      fail({errc::bad_cell, "'" + std::string(t.substr(0, 60)) + "' is an expression, not a value",
            {options_.file, p.line, p.column, {}}, "text in double quotes, or null", {}});
    } else if (!parse_literal(c.text, d.syntax(), l) && is_bare(l, d)) {
      not_feel(c, l);
    }
  }

  // The columns in the order in which they were written from a table of ours.
  void reorder(pugi::xml_node logic, table_source& out) const {
    const auto said = own(logic, "order");
    if (!said) return;
    std::vector<std::size_t> order;
    std::set<std::size_t> seen;
    std::string_view rest = *said;
    while (!(rest = trim(rest)).empty()) {
      std::int64_t n = 0;
      if (policy::detail::take_digits(rest, 6, n) == 0) return;
      order.push_back(static_cast<std::size_t>(n));
      seen.insert(order.back());
    }
    const std::size_t columns = out.columns.size();
    if (order.size() != columns || seen.size() != columns || (columns != 0 && *seen.rbegin() != columns - 1)) return;
    const auto permuted = [&](const auto& from, std::size_t first, auto& to) {
      for (const std::size_t i : order) to.push_back(from[first + i]);
    };
    table_source sorted = out;
    sorted.columns.clear();
    permuted(out.columns, 0, sorted.columns);
    for (std::size_t x = 0; x != out.extras.size(); ++x) {
      sorted.extras[x].cells.clear();
      permuted(out.extras[x].cells, 0, sorted.extras[x].cells);
    }
    sorted.cells.clear();
    for (std::size_t r = 0; r != out.rules.size(); ++r) permuted(out.cells, r * columns, sorted.cells);
    out = std::move(sorted);
  }

  std::string_view xml_;
  const read_options& options_;
  pugi::xml_document document_;
  pugi::xml_node root_;
  std::string_view model_;
  std::vector<std::size_t> lines_;
  std::vector<error> errors_;
  std::deque<std::string> texts_;
  std::vector<domain> domains_;  // of the inputs, then the outputs
  bool described_ = false;
};

}  // namespace

result<std::vector<dmn_decision>> dmn_decisions(std::string_view xml, const std::string& file) {
  const read_options options{"", file, {}};
  dmn_reader reader(xml, options);
  if (!reader.load()) return std::move(reader.errors().front());
  return reader.decisions();
}

reading read_dmn_all(std::string_view xml, std::string_view decision, const read_options& options) {
  dmn_reader reader(xml, options);
  table_source source;
  read_options named = options;
  reading out;
  std::string decision_name;
  if (reader.load() && reader.read(decision, source, decision_name)) {
    if (named.name.empty()) named.name = decision_name;
    // A table that is not there cannot be compiled.
    if (!source.columns.empty() || reader.errors().empty()) out = compile(source, named, xml_form);
  }
  if (reader.errors().empty()) return out;
  out.table.reset();
  out.errors.insert(out.errors.end(), reader.errors().begin(), reader.errors().end());
  std::stable_sort(out.errors.begin(), out.errors.end(), [](const error& a, const error& b) {
    return a.at.line == b.at.line ? a.at.column < b.at.column : a.at.line < b.at.line;
  });
  return out;
}

result<table> read_dmn(std::string_view xml, std::string_view decision, const read_options& options) {
  reading r = read_dmn_all(xml, decision, options);
  if (!r.table) return std::move(r.errors.front());
  return std::move(*r.table);
}

// --- writing --------------------------------------------------------------------------------------

namespace {

class dmn_writer {
 public:
  explicit dmn_writer(const table& t) : t_(t) {}

  std::string write() {
    const std::string title = t_.name().empty() ? "policy" : t_.name();
    out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    open("definitions", {{"xmlns", std::string(written_namespace)},
                         {"xmlns:dmndi", "https://www.omg.org/spec/DMN/20191111/DMNDI/"},
                         {"xmlns:dc", "http://www.omg.org/spec/DMN/20180521/DC/"},
                         {"xmlns:ectp", std::string(own_namespace)},
                         {"id", "ectp_definitions"},
                         {"name", title},
                         {"namespace", "urn:ectp:policy"}});
    write_inputs();
    open("decision", {{"id", "ectp_decision"}, {"name", title}});
    if (t_.outputs().size() == 1)
      empty("variable", {{"id", "ectp_variable"}, {"name", title}, {"typeRef", t_.aggregation() == aggregation::count
                                                                         ? "number" : single_type()}});
    for (std::size_t k = 0; k != roots_.size(); ++k) {
      open("informationRequirement", {{"id", "ectp_requirement_" + std::to_string(k + 1)}});
      empty("requiredInput", {{"href", "#ectp_data_" + std::to_string(k + 1)}});
      close("informationRequirement");
    }
    write_table();
    close("decision");
    write_diagram();
    close("definitions");
    return std::move(out_);
  }

 private:
  using attribute = std::pair<std::string, std::string>;

  std::string single_type() const {
    return single_hit(t_.hit_policy()) || t_.aggregation() != aggregation::none ? type_of(t_.output(0).domain) : "";
  }

  void escape(std::string_view s, bool in_attribute) {
    for (const char c : s) {
      switch (c) {
        case '<': out_ += "&lt;"; break;
        case '>': out_ += "&gt;"; break;
        case '&': out_ += "&amp;"; break;
        case '"': out_ += in_attribute ? "&quot;" : "\""; break;
        case '\r': out_ += "&#13;"; break;
        case '\n': out_ += in_attribute ? "&#10;" : "\n"; break;
        case '\t': out_ += in_attribute ? "&#9;" : "\t"; break;
        default: out_ += c;
      }
    }
  }
  void indent() { out_.append(2 * depth_, ' '); }
  // An attribute without a value is left out, but for a cell of ours that is empty.
  void tag(const char* element, const std::vector<attribute>& attributes) {
    indent();
    out_ += '<';
    out_ += element;
    for (const auto& [key, value] : attributes) {
      if (value.empty() && key != "ectp:cell") continue;
      out_ += ' ' + key + "=\"";
      escape(value, true);
      out_ += '"';
    }
  }
  void open(const char* element, const std::vector<attribute>& attributes) {
    tag(element, attributes);
    out_ += ">\n";
    ++depth_;
  }
  void close(const char* element) {
    --depth_;
    indent();
    out_ += std::string("</") + element + ">\n";
  }
  void empty(const char* element, const std::vector<attribute>& attributes) {
    tag(element, attributes);
    out_ += "/>\n";
  }
  void text(std::string_view s) {
    indent();
    out_ += "<text>";
    escape(s, false);
    out_ += "</text>\n";
  }
  void expression(const char* element, std::string_view s, std::vector<attribute> attributes = {}) {
    open(element, attributes);
    text(s);
    close(element);
  }

  // `a.b` is the field b of the datum a.
  static std::string_view root_of(std::string_view input) {
    const std::size_t dot = input.find('.');
    return dot == 0 || dot == input.npos || dot + 1 == input.size() ? input : input.substr(0, dot);
  }
  void write_inputs() {
    for (std::size_t i = 0; i != t_.inputs().size(); ++i) {
      const std::string_view root = root_of(t_.input(i).name);
      if (std::find(roots_.begin(), roots_.end(), root) == roots_.end()) roots_.push_back(root);
    }
    for (std::size_t k = 0; k != roots_.size(); ++k) {
      std::string type;
      for (std::size_t i = 0; i != t_.inputs().size(); ++i)
        if (t_.input(i).name == roots_[k]) type = type_of(t_.input(i).domain);
      open("inputData", {{"id", "ectp_data_" + std::to_string(k + 1)}, {"name", std::string(roots_[k])}});
      empty("variable", {{"id", "ectp_datum_" + std::to_string(k + 1)}, {"name", std::string(roots_[k])}, {"typeRef", type}});
      close("inputData");
    }
  }

  std::vector<attribute> column_attributes(const column& c, const std::string& id) const {
    std::vector<attribute> out = {{"id", id}, {"label", c.label}};
    if (c.role != column_role::note) out.emplace_back("ectp:domain", to_string(c.domain));
    out.emplace_back("ectp:unit", c.unit);
    out.emplace_back("ectp:source", c.source);
    if (c.fixed) out.emplace_back("ectp:change", "fixed");
    return out;
  }

  std::string order() const {
    std::vector<std::size_t> place(t_.columns().size());
    std::size_t next = 0;
    for (const auto all : {t_.inputs(), t_.outputs(), t_.notes()})
      for (const std::uint32_t c : all) place[c] = next++;
    std::string out;
    bool same = true;
    for (std::size_t c = 0; c != place.size(); ++c) {
      same = same && place[c] == c;
      out += (c == 0 ? "" : " ") + std::to_string(place[c]);
    }
    return same ? "" : out;
  }

  void write_table() {
    open("decisionTable", {{"id", "ectp_table"},
                           {"hitPolicy", std::string(name(t_.hit_policy()))},
                           {"aggregation", std::string(name(t_.aggregation()))},
                           {"ectp:order", order()}});
    for (std::size_t i = 0; i != t_.inputs().size(); ++i) {
      const column& c = t_.input(i);
      const std::string id = "ectp_input_" + std::to_string(i + 1);
      open("input", column_attributes(c, id));
      expression("inputExpression", c.name, {{"id", id + "_expression"}, {"typeRef", type_of(c.domain)}});
      if (const std::string values = values_of(c.domain); !values.empty()) expression("inputValues", values, {{"id", id + "_values"}});
      close("input");
    }
    for (std::size_t i = 0; i != t_.outputs().size(); ++i) {
      const column& c = t_.output(i);
      const std::string id = "ectp_output_" + std::to_string(i + 1);
      std::vector<attribute> attributes = column_attributes(c, id);
      attributes.emplace_back("name", c.name);
      attributes.emplace_back("typeRef", type_of(c.domain));
      open("output", attributes);
      if (const std::string values = values_of(c.domain); !values.empty()) expression("outputValues", values, {{"id", id + "_values"}});
      if (t_.has_defaults() && (!t_.default_output(i).is_null() || i == 0))
        expression("defaultOutputEntry", feel_value(t_.default_output(i), t_.default_decimal(i)), {{"id", id + "_default"}});
      close("output");
    }
    for (std::size_t i = 0; i != t_.notes().size(); ++i) {
      std::vector<attribute> attributes = column_attributes(t_.note(i), "");
      attributes.emplace_back("name", t_.note(i).name);
      empty("annotation", attributes);
    }
    for (std::size_t r = 0; r != t_.rules(); ++r) write_rule(r);
    close("decisionTable");
  }

  void write_rule(std::size_t r) {
    const std::string id(t_.rule_id(r));
    // Names of XML begin with a letter and hold no colon; ours may be anything.
    const bool fits = (is_letter(id[0]) || id[0] == '_') && id.find(':') == id.npos && id.substr(0, 5) != "ectp_";
    open("rule", {{"id", fits ? id : "ectp_rule_" + std::to_string(r + 1)}, {"ectp:id", fits ? "" : id}});
    const auto entry = [&](const char* element, std::string_view cell, const std::string& said) {
      std::vector<attribute> attributes;
      if (cell != said) attributes.emplace_back("ectp:cell", std::string(cell));
      expression(element, said, attributes);
    };
    for (std::size_t i = 0; i != t_.inputs().size(); ++i) {
      const std::string_view cell = t_.cell_text(r, t_.inputs()[i]);
      entry("inputEntry", cell, feel_tests(cell, t_.input(i).domain));
    }
    for (std::size_t i = 0; i != t_.outputs().size(); ++i) {
      const std::string_view cell = t_.cell_text(r, t_.outputs()[i]);
      entry("outputEntry", cell, feel_output(cell, t_.output(i).domain));
    }
    for (std::size_t i = 0; i != t_.notes().size(); ++i) expression("annotationEntry", t_.note(r, i));
    close("rule");
  }

  void write_diagram() {
    open("dmndi:DMNDI", {});
    open("dmndi:DMNDiagram", {{"id", "ectp_diagram"}});
    const auto shape = [&](const std::string& element, const char* x, std::size_t y) {
      open("dmndi:DMNShape", {{"id", element + "_shape"}, {"dmnElementRef", element}});
      empty("dc:Bounds", {{"height", "60"}, {"width", "180"}, {"x", x}, {"y", std::to_string(y)}});
      close("dmndi:DMNShape");
    };
    shape("ectp_decision", "400", 80);
    for (std::size_t k = 0; k != roots_.size(); ++k) shape("ectp_data_" + std::to_string(k + 1), "80", 80 + 80 * k);
    close("dmndi:DMNDiagram");
    close("dmndi:DMNDI");
  }

  const table& t_;
  std::string out_;
  std::size_t depth_ = 0;
  std::vector<std::string_view> roots_;
};

}  // namespace

result<std::string> write_dmn(const table& t) {
  if (t.columns().empty())
    return error{errc::bad_argument, "the table has no columns", {}, "a table that was read", {}};
  std::string xml = dmn_writer(t).write();
  for (const char c : xml)
    if (c >= 0 && c < ' ' && c != '\n' && c != '\t')
      return error{errc::encoding, "a control character in a text of the table '" + t.name() + "'", {t.file(), 0, 0, {}},
                   "text that XML can hold", "take the character out of the note or the string"};
  return xml;
}

}  // namespace ectp::inline ECTP_ABI::policy
