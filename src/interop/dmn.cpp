#include "ectp/interop/dmn.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>

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
    "https://www.omg.org/spec/DMN/20211108/MODEL/", "https://www.omg.org/spec/DMN/20230324/MODEL/",
    "https://www.omg.org/spec/DMN/20240513/MODEL/"};

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
    std::size_t tests = 0;
    bool everything = false, negated = false;
    void any() { everything = true; }
    void negate() { negated = true; }
    fault test(const unary_test& t) {
      if (tests++ != 0) out += ", ";
      const std::string low = feel(t.low, text, d);
      switch (t.how) {
        case relation::equal: out += low; break;
        // FEEL's unary tests have no "!=", but not(...) is a whole cell: among others it stays.
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
  if (!s.negated && s.tests == 1 && s.out.substr(0, 3) == "!= ") return "not(" + s.out.substr(3) + ")";
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

// The size of the reference at the front of s (an ampersand), and the code point it stands for; 0
// when it is none that XML knows by itself.
std::size_t take_reference(std::string_view s, std::uint32_t& code) noexcept {
  const std::size_t end = s.substr(0, 13).find(';');
  if (end == s.npos) return 0;
  const std::string_view n = s.substr(1, end - 1);
  constexpr std::pair<std::string_view, char> known[] = {
      {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [named, c] : known)
    if (n == named) return code = static_cast<std::uint32_t>(c), end + 1;
  if (n.size() < 2 || n[0] != '#') return 0;
  const bool hex = n[1] == 'x';
  const std::string_view digits = n.substr(hex ? 2 : 1);
  code = 0;
  for (const char c : digits) {
    const int digit = policy::detail::hex_digit(c);
    if (digit < 0 || (!hex && digit > 9) || code > 0x10FFFF) return 0;
    code = code * (hex ? 16 : 10) + static_cast<std::uint32_t>(digit);
  }
  const bool none = digits.empty() || code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF);
  return none ? 0 : end + 1;
}

// The characters of an element's text one after another: sections of character data, comments and
// instructions are looked through, references and line ends resolved.
class xml_characters {
 public:
  explicit xml_characters(std::string_view raw) noexcept : raw_(raw) {}
  // Where the next character stands.
  std::size_t at() noexcept {
    skip_markup();
    return next_;
  }
  // Calls put(byte) for each byte of the next character; false at the end.
  template <class Put>
  bool take(Put put) {
    skip_markup();
    if (next_ >= raw_.size()) return false;
    const std::string_view s = raw_.substr(next_);
    std::uint32_t code = 0;
    if (s[0] == '\r') {
      next_ += s.substr(0, 2) == "\r\n" ? 2 : 1;
      put('\n');
    } else if (const std::size_t n = s[0] == '&' && !section_ ? take_reference(s, code) : 0; n != 0) {
      next_ += n;
      struct sink {
        Put& put;
        void push_back(char c) { put(c); }
      } out{put};
      policy::detail::append_utf8(code, out);
    } else {
      ++next_;
      put(s[0]);
    }
    return true;
  }

 private:
  void skip_markup() noexcept {
    const auto past = [&](std::string_view end) {
      const std::size_t at = raw_.find(end, next_);
      next_ = at == raw_.npos ? raw_.size() : at + end.size();
    };
    for (;;) {
      const std::string_view s = raw_.substr(next_);
      if (section_) {
        if (s.substr(0, 3) != "]]>") return;
        next_ += 3;
        section_ = false;
      } else if (s.substr(0, 9) == "<![CDATA[") {
        next_ += 9;
        section_ = true;
      } else if (s.substr(0, 4) == "<!--") {
        past("-->");
      } else if (s.substr(0, 2) == "<?") {
        past("?>");
      } else {
        return;
      }
    }
  }

  std::string_view raw_;
  std::size_t next_ = 0;
  bool section_ = false;
};

// Where the decoded byte stands; `doubled` marks a slice that is not as it is read.
csv::position xml_place(const csv::cell& c, std::size_t decoded_offset) noexcept {
  if (!c.doubled) return csv::detail::after(c.at, c.raw.substr(0, std::min(decoded_offset, c.raw.size())));
  xml_characters in(c.raw);
  std::size_t decoded = 0, at = in.at();
  while (decoded < decoded_offset && in.take([&](char) { ++decoded; }))
    if (decoded <= decoded_offset) at = in.at();
  return csv::detail::after(c.at, c.raw.substr(0, at));
}

const source_form xml_form{csv::decode<std::string>, xml_place, {}};

std::string_view local_name(std::string_view qualified) {
  const std::size_t colon = qualified.find(':');
  return colon == qualified.npos ? qualified : qualified.substr(colon + 1);
}

// A name with one space where any blanks stand, as FEEL compares names.
std::string one_line(std::string_view name) {
  std::string out;
  for (const char c : trim(name)) {
    const bool blank = is_blank(c) || c == '\n' || c == '\r';
    if (!blank) out += c;
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// A name as a column has it.
std::string tidy(std::string_view name) {
  return name.find_first_of("\n\r\t") == name.npos ? std::string(trim(name)) : one_line(name);
}

// Letters, digits, spaces and dots: what can only be a name or a path, unless a word of FEEL is in it.
bool is_plain_name(std::string_view s) {
  const auto plain = [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == ' ' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
  };
  if (s.empty() || is_digit(s.front()) || !std::all_of(s.begin(), s.end(), plain)) return false;
  const std::string words = " " + one_line(s) + " ";
  for (const char* word : {" if ", " then ", " else ", " for ", " in ", " return ", " some ", " every ", " satisfies ",
                           " and ", " or ", " between ", " instance ", " not ", " null ", " true ", " false "})
    if (words.find(word) != words.npos) return false;
  return true;
}

// What a column of a decision table may hold, as far as the file says it.
struct value_type {
  std::string base;  // DMN's name of a built-in type, `structure`, or empty: not said
  std::string allowed;
  pugi::xml_node allowed_at;
  bool collection = false;  // a list of such values
  bool undefined = false;   // its type is nowhere, which has been told
};

// What a name stands for where a table stands.
struct variable {
  bool found = false;
  std::string_view type;
  pugi::xml_node at;
};

// A decision table of the file. It may be the logic of a decision or of a business knowledge model,
// or an entry of a context in one of them.
struct table_place {
  std::string name;          // empty: it has only an id
  std::string id;            // of the decision or the model, if the table is its logic
  pugi::xml_node logic;
  bool of_decision = false;  // it is the logic of a decision
};

class dmn_reader {
 public:
  dmn_reader(std::string_view xml, const read_options& options) : xml_(xml), options_(options) {}

  bool load() {
    if (xml_.size() > options_.limits.source.bytes)
      return fail({errc::too_large, "the file is too large", {options_.file, 1, 1, {}}, "at most " +
                   std::to_string(options_.limits.source.bytes) + " bytes", {}});
    if (xml_.substr(0, 2) == "\xFF\xFE" || xml_.substr(0, 2) == "\xFE\xFF")
      return fail({errc::encoding, "the file is written in UTF-16", {options_.file, 1, 1, {}}, "UTF-8",
                   "save it as UTF-8"});
    if (xml_.substr(0, 3) == "\xEF\xBB\xBF") xml_.remove_prefix(3);
    lines_.push_back(0);
    for (std::size_t i = 0; i != xml_.size(); ++i)
      if (xml_[i] == '\n' || (xml_[i] == '\r' && xml_.substr(i, 2) != "\r\n"))
        lines_.push_back(static_cast<std::uint32_t>(i + 1));
    if (const std::size_t bad = invalid_utf8_at(xml_); bad != xml_.npos)
      return fail({errc::encoding, "the text is not UTF-8", place(bad), "a file saved as UTF-8", {}});
    if (const std::size_t nul = xml_.find('\0'); nul != xml_.npos)
      return fail({errc::syntax, "a NUL byte", place(nul), "XML", "the file may be saved as UTF-16: save it as UTF-8"});
    const pugi::xml_parse_result parsed =
        document_.load_buffer(xml_.data(), xml_.size(), pugi::parse_default | pugi::parse_doctype | pugi::parse_declaration,
                              pugi::encoding_utf8);
    for (const pugi::xml_node n : document_.children())
      if (n.type() == pugi::node_doctype)
        return fail({errc::syntax, "a document type declaration", place(xml_.find("<!DOCTYPE")), "DMN without one",
                     "entities that a file defines for itself are not read"});
    if (!parsed)
      return fail({errc::syntax, std::string("not well-formed XML: ") + parsed.description(),
                   place(std::min(static_cast<std::size_t>(parsed.offset), xml_.size())), "XML", {}});
    if (const std::size_t bad = bad_reference(); bad != xml_.npos)
      return fail({errc::syntax, "not well-formed XML: the reference '" + std::string(xml_.substr(bad, std::min<std::size_t>(
                       xml_.substr(bad, 20).find(';') + 1, 20))) + "' stands for nothing",
                   place(bad), "&lt; &gt; &amp; &quot; &apos; or a number such as &#228;", "write an ampersand as &amp;"});
    for (const pugi::xml_node n : document_.children()) {
      const std::string_view encoding = n.attribute("encoding").value();
      std::string upper(encoding);
      for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      if (n.type() == pugi::node_declaration && !upper.empty() && upper != "UTF-8" && upper != "UTF8" && upper != "US-ASCII")
        return fail({errc::encoding, "the file says that it is written in " + std::string(encoding.substr(0, 40)),
                     {options_.file, 1, 1, {}}, "UTF-8", {}});
      if (n.type() == pugi::node_element && n != document_.document_element())
        return fail({errc::syntax, "not well-formed XML: a second element behind the first", place(n), "one element", {}});
    }
    root_ = document_.document_element();
    const std::string_view ns = namespace_of(root_);
    if (local_name(root_.name()) != "definitions" || (!is_model(ns) && !declares_unused_model()))
      return fail({errc::bad_table, "not a DMN file: its first element is '" + std::string(root_.name()).substr(0, 80) +
                       "' of the namespace '" + std::string(ns.substr(0, 80)) + "'",
                   place(root_), "definitions of DMN 1.1 to 1.6", {}});
    model_ = ns;
    for (const pugi::xml_node n : root_.children()) {
      if (is(n, "itemDefinition")) items_.try_emplace(one_line(n.attribute("name").value()), n);
      if (is(n, "inputData") || is(n, "decision"))
        for (const std::string_view name : {std::string_view(n.attribute("name").value()),
                                            std::string_view(child(n, "variable").attribute("name").value())})
          if (!trim(name).empty()) variables_.try_emplace(one_line(name), n);
    }
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
    collect_tables();
    table_place chosen;
    if (!choose(decision, chosen)) return false;
    table_name = chosen.name.empty() ? chosen.logic.attribute("id").value() : chosen.name;
    check_ids(chosen.logic);
    read_table(chosen, out);
    return true;
  }

 private:
  bool fail(error e) {
    if (errors_.size() < options_.limits.errors) errors_.push_back(std::move(e));
    return false;
  }

  static bool is_model(std::string_view ns) {
    return std::find(std::begin(model_namespaces), std::end(model_namespaces), ns) != std::end(model_namespaces);
  }
  // Some files declare DMN's namespace for a prefix and then write all elements without it.
  bool declares_unused_model() const {
    for (const pugi::xml_attribute a : root_.attributes())
      if (std::strncmp(a.name(), "xmlns:", 6) == 0 && is_model(a.value()))
        return std::strchr(root_.name(), ':') == nullptr;
    return false;
  }

  // The first reference that stands for nothing; npos without one.
  std::size_t bad_reference() const {
    bool tag = false;
    for (std::size_t i = 0; i < xml_.size();) {
      const std::string_view s = xml_.substr(i);
      const auto past = [&](std::string_view end) {
        const std::size_t at = xml_.find(end, i);
        i = at == xml_.npos ? xml_.size() : at + end.size();
      };
      std::uint32_t code = 0;
      if (!tag && s.substr(0, 9) == "<![CDATA[") past("]]>");
      else if (!tag && s.substr(0, 4) == "<!--") past("-->");
      else if (!tag && s.substr(0, 2) == "<?") past("?>");
      else if (s[0] == '&') {
        const std::size_t n = take_reference(s, code);
        if (n == 0) return i;
        i += n;
      } else {
        if (s[0] == '<') tag = true;
        if (s[0] == '>') tag = false;
        ++i;
      }
    }
    return xml_.npos;
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
  location place(csv::position p) const { return {options_.file, p.line, p.column, {}}; }
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
  static std::string shown(std::string_view s) {
    std::size_t n = std::min<std::size_t>(s.size(), 80);
    while (n != s.size() && n != 0 && (static_cast<unsigned char>(s[n]) & 0xC0) == 0x80) --n;
    std::string out = "'" + std::string(s.substr(0, n)) + (n == s.size() ? "'" : "...'");
    for (char& c : out)
      if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    return out;
  }

  const std::string& store(std::string s) { return texts_.emplace_back(std::move(s)); }
  // A text that is nowhere in the file as it is; its place is that of an element.
  source_cell made(std::string s, pugi::xml_node at) { return made(std::move(s), position(offset_of(at))); }
  source_cell made(std::string s, csv::position at) {
    source_cell out;
    out.text = store(std::move(s));
    out.at.at = at;
    return out;
  }
  // The character data of an element.
  source_cell text_of(pugi::xml_node n) {
    std::size_t i = offset_of(n);
    for (char quote = '\0'; i < xml_.size() && (quote != '\0' || xml_[i] != '>'); ++i)
      if (quote != '\0' ? xml_[i] == quote : xml_[i] == '"' || xml_[i] == '\'') quote = quote == '\0' ? xml_[i] : '\0';
    if (i >= xml_.size() || xml_[i - 1] == '/') return made("", n);
    const std::size_t begin = ++i;
    for (; i < xml_.size() && xml_.substr(i, 2) != "</";) {
      const std::string_view s = xml_.substr(i);
      const std::string_view end = s.substr(0, 9) == "<![CDATA[" ? "]]>" : s.substr(0, 4) == "<!--" ? "-->"
                                   : s.substr(0, 2) == "<?" ? "?>" : "";
      if (s[0] == '<' && end.empty()) {
        fail({errc::bad_table, "an element inside a text", place(i), "text alone", "write '<' as &lt;"});
        return made("", n);
      }
      const std::size_t close = end.empty() ? i + 1 : xml_.find(end, i);
      i = close == xml_.npos ? xml_.size() : close + end.size();
    }
    source_cell out;
    out.at.raw = xml_.substr(begin, i - begin);
    out.at.at = position(begin);
    out.at.doubled = out.at.raw.find_first_of("&\r<") != out.at.raw.npos;
    out.text = out.at.raw;
    if (out.at.doubled) {
      std::string decoded;
      for (xml_characters in(out.at.raw); in.take([&](char c) { decoded += c; });) {
      }
      out.text = store(std::move(decoded));
    }
    return out;
  }
  source_cell expression_of(pugi::xml_node n) {
    check_language(n);
    const pugi::xml_node text = child(n, "text");
    return text ? text_of(text) : made("", n);
  }
  location place(const source_cell& c, std::size_t offset) const { return place(xml_place(c.at, offset)); }
  static std::size_t begin_of(const source_cell& c) {
    std::size_t i = 0;
    while (i != c.text.size() && (is_blank(c.text[i]) || c.text[i] == '\n' || c.text[i] == '\r')) ++i;
    return i;
  }

  // Every expression is FEEL unless it says otherwise.
  void check_language(pugi::xml_node n) {
    const std::string_view language = n.attribute("expressionLanguage").value();
    std::string lower(language);
    for (char& c : lower)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (!lower.empty() && lower.find("feel") == lower.npos)
      fail({errc::bad_table, "the expression language " + shown(language), place(n), "FEEL", {}});
  }

  // An id names one element.
  void check_ids(pugi::xml_node logic) {
    std::map<std::string_view, pugi::xml_node> seen;
    const auto look = [&](pugi::xml_node n) {
      const std::string_view id = n.attribute("id").value();
      if (!id.empty() && !seen.try_emplace(id, n).second)
        fail({errc::duplicate_id, "two elements have the id " + shown(id), place(n), "an id that only one of them has", {}});
    };
    for (const pugi::xml_node n : root_.children())
      for (const char* kind : {"inputData", "decision", "businessKnowledgeModel"})
        if (is(n, kind)) look(n);
    look(logic);
    // Ids of rules are told with the table.
    for (const pugi::xml_node n : logic.children()) {
      if (!is(n, "rule")) look(n);
      for (const pugi::xml_node part : n.children()) look(part);
    }
  }

  // --- which table ---

  static constexpr int deepest = 64;  // in which a table is looked for

  void collect_tables() {
    for (const pugi::xml_node n : root_.children()) {
      const bool decision = is(n, "decision");
      if (decision || is(n, "businessKnowledgeModel")) collect_tables(n, n, decision);
    }
  }
  // The tables inside an element, in the order of the file.
  void collect_tables(pugi::xml_node top, pugi::xml_node owner, bool decision) {
    int depth = 0;
    pugi::xml_node n = top;
    for (;;) {
      pugi::xml_node next;
      if (n != top && local_name(n.name()) == "decisionTable" && is(n, "decisionTable")) add_table(n, owner, decision);
      else if (depth != deepest) next = n.first_child();
      if (next) {
        ++depth;
      } else {
        while (n != top && !n.next_sibling()) {
          n = n.parent();
          --depth;
        }
        if (n == top) return;
        next = n.next_sibling();
      }
      n = next;
    }
  }
  void add_table(pugi::xml_node logic, pugi::xml_node owner, bool decision) {
    table_place out;
    out.logic = logic;
    const pugi::xml_node parent = logic.parent();
    if (parent == owner || (is(parent, "encapsulatedLogic") && parent.parent() == owner)) {
      out.name = label(owner);
      out.id = owner.attribute("id").value();
      out.of_decision = decision;
    } else if (is(parent, "contextEntry")) {
      out.name = child(parent, "variable").attribute("name").value();
    }
    tables_.push_back(std::move(out));
  }

  static std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i != names.size() && i != 20; ++i) out += (i == 0 ? "" : ", ") + shown(names[i]);
    return out + (names.size() > 20 ? " and " + std::to_string(names.size() - 20) + " more" : "");
  }

  bool choose(std::string_view wanted, table_place& out) {
    // Decisions before the tables that stand elsewhere.
    std::vector<std::string> names;
    std::vector<pugi::xml_node> decisions;
    for (const pugi::xml_node n : root_.children()) {
      if (!is(n, "decision")) continue;
      names.push_back(label(n));
      if (!wanted.empty() && (label(n) == wanted || n.attribute("id").value() == wanted)) decisions.push_back(n);
    }
    std::vector<const table_place*> found;
    for (const table_place& t : tables_)
      if (wanted.empty() ? t.of_decision : t.of_decision && (t.name == wanted || t.id == wanted)) found.push_back(&t);
    if (found.empty() && decisions.empty())
      for (const table_place& t : tables_)
        if (wanted.empty() || t.name == wanted || t.id == wanted || t.logic.attribute("id").value() == wanted) found.push_back(&t);
    if (found.size() == 1 && decisions.size() <= 1) {
      out = *found[0];
      return true;
    }
    std::vector<std::string> tables;
    for (const table_place& t : tables_) tables.push_back(t.name.empty() ? t.logic.attribute("id").value() : t.name);
    if (wanted.empty())
      return found.empty()
                 ? fail({errc::bad_table, "the file has no decision table", place(root_), "a decision with a decisionTable", {}})
                 : fail({errc::bad_argument, "the file has several decision tables", place(found[1]->logic.parent()),
                         "one of " + listed(tables), "say which decision is meant"});
    if (decisions.size() > 1 || found.size() > 1)
      return fail({errc::duplicate_id, "two decisions are called " + shown(wanted),
                   place(decisions.size() > 1 ? decisions[1] : found[1]->logic.parent()),
                   "a name or an id that only one of them has", {}});
    if (decisions.empty())
      return fail({errc::unknown_reference, "no decision is called " + shown(wanted), place(root_),
                   names.empty() ? "a file with a decision" : "one of " + listed(names), {}});
    pugi::xml_node other;
    for (const pugi::xml_node n : decisions[0].children())
      for (const char* kind : {"literalExpression", "invocation", "context", "list", "relation", "functionDefinition",
                               "conditional", "for", "every", "some", "filter"})
        if (is(n, kind)) other = n;
    return fail({errc::bad_table, "the decision " + shown(label(decisions[0])) + " is " +
                     (other ? "a " + std::string(local_name(other.name())) : std::string("without logic")),
                 place(other ? other : decisions[0]), "a decision table",
                 tables.empty() ? "" : "the decision tables of the file are " + listed(tables)});
  }

  // --- types ---

  static std::string built_in(std::string_view type) {
    constexpr std::pair<std::string_view, std::string_view> names[] = {
        {"string", "string"}, {"number", "number"}, {"boolean", "boolean"}, {"date", "date"}, {"time", "time"},
        {"date and time", "date and time"}, {"dateTime", "date and time"},
        {"days and time duration", "days and time duration"}, {"dayTimeDuration", "days and time duration"},
        {"years and months duration", "years and months duration"},
        {"yearMonthDuration", "years and months duration"}, {"integer", "integer"}, {"long", "integer"},
        {"int", "integer"}, {"double", "number"}, {"float", "number"}, {"decimal", "number"}, {"Any", ""}, {"any", ""}};
    for (const auto& [dmn, ours] : names)
      if (type == dmn) return std::string(ours);
    return "?";
  }

  // `feel:string` and `{namespace}string` are `string`.
  static std::string_view bare_type(std::string_view type) {
    type = trim(type);
    if (type.substr(0, 1) == "{") return type.substr(std::min(type.find('}'), type.size() - 1) + 1);
    return local_name(type);
  }
  pugi::xml_node find_item(std::string_view type) const {
    for (const std::string_view n : {trim(type), bare_type(type)})
      if (const auto item = items_.find(one_line(n)); item != items_.end()) return item->second;
    return {};
  }
  std::string_view type_attribute(pugi::xml_node n) const { return trim(n.attribute("typeRef").value()); }

  // Follows a type to a built-in one; the outermost allowed values count.
  value_type resolve(std::string_view type, pugi::xml_node at) {
    value_type out;
    for (int depth = 0; !type.empty(); ++depth) {
      const pugi::xml_node item = find_item(type);
      if (!item) {
        out.base = built_in(bare_type(type));
        if (out.base == "?") {
          fail({errc::bad_domain, "the type " + shown(type) + " is not defined", place(at),
                "a type of FEEL or an itemDefinition of that name",
                child(root_, "import") ? "the files that this one imports are not read" : ""});
          // What the cells say will do until the type is there.
          out = {};
          out.undefined = true;
        }
        return out;
      }
      if (depth == 16) {
        fail({errc::too_deep, "the type " + shown(type) + " refers to itself", place(item),
              "a type that ends in one of FEEL's own", {}});
        return {};
      }
      merge(out, item);
      if (!out.base.empty()) return out;
      type = type_text(item);
    }
    return out;
  }
  std::string_view type_text(pugi::xml_node item) const { return trim(child(item, "typeRef").child_value()); }

  static void restrict(value_type& out, const value_type& by) {
    if (by.allowed.empty()) return;
    out.allowed = by.allowed;
    out.allowed_at = by.allowed_at;
  }
  // The values that an element allows.
  value_type allowed_by(pugi::xml_node values) {
    value_type out;
    if (values) out.allowed = std::string(trim(expression_of(values).text));
    out.allowed_at = values;
    return out;
  }
  void merge(value_type& out, pugi::xml_node item) {
    const bool collection = item.attribute("isCollection").as_bool();
    // A type constraint is about the value itself, which here is a list.
    pugi::xml_node values = child(item, "allowedValues");
    if (!values && !collection) values = child(item, "typeConstraint");
    if (out.allowed.empty()) restrict(out, allowed_by(values));
    out.collection = out.collection || collection;
    if (child(item, "itemComponent")) out.base = "structure";
  }
  // The type of `path` (such as `Age`) inside a structure.
  value_type component(std::string_view type, std::string_view path, const location& at) {
    pugi::xml_node item = find_item(type);
    for (int depth = 0; item && depth != 64; ++depth) {
      if (!child(item, "itemComponent")) {
        item = find_item(type_text(item));
        continue;
      }
      const std::size_t dot = path.find('.');
      pugi::xml_node part;
      for (const pugi::xml_node n : item.children())
        if (!part && is(n, "itemComponent") && one_line(n.attribute("name").value()) == one_line(path.substr(0, dot))) part = n;
      if (!part) {
        fail({errc::unknown_reference,
              "the type " + shown(item.attribute("name").value()) + " has no field " + shown(path.substr(0, dot)), at, "a field of that type", {}});
        value_type out;
        out.undefined = true;
        return out;
      }
      if (dot == path.npos) {
        value_type out;
        merge(out, part);
        if (!out.base.empty()) return out;
        value_type under = resolve(type_text(part), part);
        restrict(under, out);
        under.collection = under.collection || out.collection;
        return under;
      }
      path.remove_prefix(dot + 1);
      item = child(part, "itemComponent") ? part : find_item(type_text(part));
    }
    return {};
  }

  // What a name stands for: a parameter or an entry of a context around the table, else an input datum
  // or a decision.
  variable find_variable(std::string_view name) const {
    const std::string wanted = one_line(name);
    for (const auto& [called, v] : scope_)
      if (called == wanted) return v;
    if (const auto v = variables_.find(wanted); v != variables_.end()) {
      const pugi::xml_node typed = child(v->second, "variable");
      return {true, type_attribute(typed), typed ? typed : v->second};
    }
    return {};
  }
  void find_scope(pugi::xml_node logic) {
    int depth = 0;
    for (pugi::xml_node n = logic; n != root_ && depth != 2 * deepest; n = n.parent(), ++depth) {
      for (const pugi::xml_node p : n.children())
        if (p.type() == pugi::node_element && local_name(p.name()) == "formalParameter") add_to_scope(p);
      if (local_name(n.name()) == "contextEntry")
        for (pugi::xml_node e = n.previous_sibling(); e; e = e.previous_sibling()) add_to_scope(child(e, "variable"));
    }
  }
  void add_to_scope(pugi::xml_node typed) {
    if (scope_.size() < options_.limits.source.columns && *typed.attribute("name").value() != '\0')
      scope_.emplace_back(one_line(typed.attribute("name").value()), variable{true, type_attribute(typed), typed});
  }
  // The type of a name or a path; `known` tells whether its beginning is known.
  value_type type_of_name(std::string_view name, const location& at, bool& known) {
    variable v = find_variable(name);
    known = v.found;
    if (v.found) return resolve(v.type, v.at);
    const std::size_t dot = name.find('.');
    if (dot == name.npos) return {};
    v = find_variable(name.substr(0, dot));
    known = v.found && is_plain_name(name.substr(dot + 1));
    return known ? component(v.type, name.substr(dot + 1), at) : value_type{};
  }

  // --- the table ---

  struct rule_entries {
    pugi::xml_node rule;
    std::vector<pugi::xml_node> in, put, note;
  };

  void read_table(const table_place& place_of, table_source& out) {
    const pugi::xml_node logic = place_of.logic;
    std::vector<pugi::xml_node> inputs, outputs, annotations;
    std::vector<rule_entries> rules;
    for (const pugi::xml_node n : logic.children()) {
      if (is(n, "input")) inputs.push_back(n);
      else if (is(n, "output")) outputs.push_back(n);
      else if (is(n, "annotation")) annotations.push_back(n);
      else if (is(n, "rule")) rules.push_back({n, {}, {}, {}});
    }
    const std::size_t columns = inputs.size() + outputs.size() + annotations.size() + 1;
    if (columns > options_.limits.source.columns || columns * rules.size() > options_.limits.source.cells ||
        rules.size() > options_.limits.rules) {
      fail({errc::too_large, "the decision table is too large", place(logic), "fewer columns or rules", {}});
      return;
    }
    check_language(root_);
    read_hit_policy(logic, out);
    described_ = false;
    for (rule_entries& r : rules) {
      take_entries(r, inputs.size(), outputs.size(), annotations.size());
      described_ = described_ || child(r.rule, "description");
    }
    scope_.clear();
    find_scope(logic);
    domains_.clear();
    for (std::size_t i = 0; i != inputs.size(); ++i) add_input(inputs[i], i, rules, out);
    add_named_inputs(inputs.size(), rules, out);
    const std::size_t named = domains_.size() - inputs.size();
    for (std::size_t i = 0; i != outputs.size(); ++i) add_output(place_of, outputs, i, rules, out);
    const std::size_t notes = annotations.size();
    for (std::size_t i = 0; i != notes; ++i) {
      const std::string note = tidy(annotations[i].attribute("name").value());
      out.columns.push_back({made(unused_name(note.empty() ? "annotation " + std::to_string(i + 1) : note, out), annotations[i]),
                             made("note", annotations[i]), made("", annotations[i])});
    }
    if (described_)
      out.columns.push_back({made(unused_name("description", out), logic), made("note", logic), made("", logic)});
    add_metadata(logic, inputs, named, outputs, annotations, out);
    for (std::size_t r = 0; r != rules.size(); ++r) add_rule(rules[r], r + 1, inputs.size(), named, outputs.size(), notes, out);
    // Without a whole rule nothing more can be said of the table.
    if (!rules.empty() && out.rules.empty()) return out.columns.clear();
    reorder(logic, out);
    add_identity(logic.parent(), out);
  }

  // The policy's own id, version and validity, which DMN has no place for.
  void add_identity(pugi::xml_node decision, table_source& out) {
    for (const char* what : {"id", "version", "valid"}) {
      const auto said = own(decision, what);
      if (!said || out.columns.empty()) continue;
      source_extra extra{made(std::string("#") + what, decision), {}};
      for (std::size_t i = 0; i != out.columns.size(); ++i) extra.cells.push_back(made(i == 0 ? *said : "", decision));
      out.extras.push_back(std::move(extra));
    }
  }

  void take_entries(rule_entries& r, std::size_t inputs, std::size_t outputs, std::size_t notes) {
    for (const pugi::xml_node n : r.rule.children()) {
      if (is(n, "inputEntry")) r.in.push_back(n);
      else if (is(n, "outputEntry")) r.put.push_back(n);
      else if (is(n, "annotationEntry")) r.note.push_back(n);
    }
    const auto count = [&](std::size_t has, std::size_t wants, const char* what) {
      if (has != wants)
        fail({errc::bad_table, "the rule has " + std::to_string(has) + " " + what, place(r.rule),
              std::to_string(wants) + ", as the table has columns", {}});
    };
    count(r.in.size(), inputs, "input entries");
    count(r.put.size(), outputs, "output entries");
    if (r.note.size() > notes) count(r.note.size(), notes, "annotation entries");
  }

  void read_hit_policy(pugi::xml_node logic, table_source& out) {
    std::string said = logic.attribute("hitPolicy").value();
    const std::string aggregation = logic.attribute("aggregation").value();
    if (said.empty()) said = "UNIQUE";
    if (said == "COLLECT" && !aggregation.empty()) said += " " + aggregation;
    out.hit_policy = made(std::move(said), logic);
  }

  // A name that no column has; notes decide nothing, so theirs may change.
  static std::string unused_name(const std::string& name, const table_source& out) {
    const auto used = [&](const std::string& s) {
      for (const source_column& c : out.columns)
        if (trim(c.name.text) == s) return true;
      return false;
    };
    std::string said = name;
    for (int n = 2; used(said); ++n) said = name + " " + std::to_string(n);
    return said;
  }

  // A domain from a type and its allowed values; one that holds anything, with an error, if there is none.
  std::string domain_text(const value_type& type, bool nullable, const location& at) {
    const std::string null = nullable ? ", null" : "";
    if (type.base == "structure" || type.collection) {
      fail({errc::bad_domain, type.collection ? "a list where one value should stand" : "a structure where one value should stand",
            at, "a number, text, boolean, date, time or duration", {}});
      return "string" + null;
    }
    const std::string base = type.base.empty() ? "string" : type.base;
    if (type.allowed.empty() || type.allowed == "-") return base + null;
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
      const source_cell c = expression_of(type.allowed_at);
      fail({errc::bad_domain, "these allowed values cannot be read", place(c, begin_of(c) + offset),
            base == "boolean" ? "true and false" : base == "string" ? "a list of strings" : "a list of numbers, or one range", {}});
      return base + null;
    };
    if (const fault f = parse_cell(type.allowed, {}, s)) return unsupported(f.at);
    if (s.negated) return unsupported(0);
    const literal_kind listable = base == "string" ? literal_kind::quoted : literal_kind::number;
    std::string list, range;
    bool null_listed = false, yes = false, no = false;
    for (const unary_test& t : s.tests) {
      if (t.how == relation::equal && t.low.kind == literal_kind::null) {
        null_listed = true;
      } else if (base == "boolean" && t.how == relation::equal && t.low.kind == literal_kind::boolean) {
        (t.low.boolean ? yes : no) = true;
      } else if (t.how == relation::equal && t.low.kind == listable && (base != "integer" || t.low.number.is_integer())) {
        list += list.empty() ? "" : ",";
        list += t.low.kind == literal_kind::number ? std::string(t.low.text) : type.allowed.substr(t.low.at, t.low.size);
      } else if (base != "string" && base != "boolean" && t.how != relation::equal && t.how != relation::not_equal &&
                 range.empty()) {
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
    if (base == "boolean") return yes && no ? base + (null_listed || nullable ? ", null" : "") : unsupported(0);
    if (!list.empty() && !range.empty()) return unsupported(0);
    const std::string end = null_listed || nullable ? ", null" : "";
    if (!list.empty()) return list + end;
    return base + (range.empty() ? "" : " " + range) + end;
  }

  // What the cells of a column say about its type: of a column without one the first kind of value.
  // Some tools call moments dates, and numbers integers that are none.
  std::string guess(const std::string& said, const std::vector<rule_entries>& rules, bool output, std::size_t index) {
    if (!said.empty() && said != "date" && said != "integer") return said;
    struct sink {
      std::string first;
      bool days = false, moments = false, fraction = false;
      void any() {}
      void negate() {}
      void look(const literal& l) {
        if (l.kind == literal_kind::temporal) (l.temporal == value_kind::date_time ? moments : days) = true;
        fraction = fraction || (l.kind == literal_kind::number && !l.number.is_integer());
        if (!first.empty()) return;
        switch (l.kind) {
          case literal_kind::boolean: first = "boolean"; break;
          case literal_kind::number: first = "number"; break;
          case literal_kind::quoted: first = "string"; break;
          case literal_kind::temporal: first = name(l.temporal); break;
          default: break;
        }
      }
      fault test(const unary_test& t) {
        look(t.low);
        if (t.how == relation::within) look(t.high);
        return {};
      }
    } s;
    for (const rule_entries& r : rules) {
      const std::vector<pugi::xml_node>& entries = output ? r.put : r.in;
      if (index < entries.size()) (void)parse_cell(quiet_text(entries[index]), {}, s);
      if (said.empty() && !s.first.empty()) break;
    }
    if (said == "date") return s.moments && !s.days ? "date and time" : said;
    if (said == "integer") return s.fraction ? "number" : said;
    return s.first;
  }
  // The text of an expression whose faults are told elsewhere.
  std::string quiet_text(pugi::xml_node n) const {
    std::string all;
    for (const pugi::xml_node part : child(n, "text").children())
      if (part.type() == pugi::node_pcdata || part.type() == pugi::node_cdata) all += part.value();
    return all;
  }

  // Our own domain, if it still says what stands beside it.
  bool own_domain(pugi::xml_node n, const value_type& type, std::string& out) const {
    const auto said = own(n, "domain");
    domain d;
    if (!said || type.collection || parse_domain(*said, d) || type_of(d) != type.base || values_of(d) != type.allowed) return false;
    out = *said;
    return true;
  }

  void add_input(pugi::xml_node n, std::size_t index, const std::vector<rule_entries>& rules, table_source& out) {
    const pugi::xml_node expression = child(n, "inputExpression");
    source_cell said = expression_of(expression ? expression : n);
    const std::string input = tidy(said.text);
    const location at = place(said, begin_of(said));
    value_type type = resolve(type_attribute(expression), expression);
    bool known = false;
    if (!input.empty()) {
      const value_type named = type_of_name(input, at, known);
      // The expression may name a wider type than its input has.
      if (type.base.empty() && !type.undefined) type = named;
      else if (type.allowed.empty() && type.base == named.base && !named.collection) restrict(type, named);
    }
    if (!known && !is_plain_name(input))
      fail({errc::bad_table,
            "the input expression " + (input.empty() ? std::string("is missing") : shown(input) + " is not a name"), at, "the name of an input, or a path such as Applicant.Age", "bring what it would compute in as an input of its own"});
    if (const pugi::xml_node values = child(n, "inputValues"); values && !type.undefined) restrict(type, allowed_by(values));
    type.base = guess(type.base, rules, false, index);
    std::string text;
    if (!own_domain(n, type, text)) text = domain_text(type, true, place(n));
    remember(text);
    if (input.empty()) said = made("input " + std::to_string(index + 1), n);
    else if (trim(said.text) != input) said = made(input, xml_place(said.at, begin_of(said)));
    out.columns.push_back({said, made("in", n), made(std::move(text), n)});
  }

  // Cells may name data that no column tests; each becomes an input of its own.
  void add_named_inputs(std::size_t inputs, const std::vector<rule_entries>& rules, table_source& out) {
    struct sink {
      std::vector<literal> words;
      void any() {}
      void negate() {}
      fault test(const unary_test& t) {
        if (t.low.kind == literal_kind::word) words.push_back(t.low);
        if (t.how == relation::within && t.high.kind == literal_kind::word) words.push_back(t.high);
        return {};
      }
    };
    std::set<std::string> known;
    for (std::size_t i = 0; i != inputs; ++i) known.insert(std::string(trim(out.columns[i].name.text)));
    for (const rule_entries& r : rules)
      for (std::size_t i = 0; i != r.in.size() && i != inputs; ++i) {
        const std::string text = quiet_text(r.in[i]);
        sink s;
        if (text.empty() || parse_cell(text, domains_[i].syntax(), s)) continue;
        for (const literal& l : s.words) {
          const std::string word(l.text);
          if (is_listed(domains_[i], word) || known.count(word) != 0) continue;
          const location at = place(expression_of(r.in[i]), l.at);
          bool found = false;
          const value_type type = type_of_name(word, at, found);
          if (!found) continue;
          known.insert(word);
          if (out.columns.size() >= options_.limits.source.columns) continue;
          std::string domain = domain_text(type, true, at);
          remember(domain);
          const csv::position p{at.line, at.column};
          out.columns.push_back({made(word, p), made("in", p), made(std::move(domain), p)});
        }
      }
  }

  void add_output(const table_place& place_of, const std::vector<pugi::xml_node>& all, std::size_t index,
                  const std::vector<rule_entries>& rules, table_source& out) {
    const pugi::xml_node n = all[index], logic = place_of.logic, owner = logic.parent();
    const pugi::xml_node variable = child(is(owner, "encapsulatedLogic") ? owner.parent() : owner, "variable");
    const std::string_view whole_type =
        variable && !type_attribute(variable).empty() ? type_attribute(variable) : type_attribute(logic);
    std::string output = tidy(n.attribute("name").value());
    if (output.empty() && all.size() == 1) {
      output = tidy(variable.attribute("name").value());
      if (output.empty()) output = tidy(place_of.name);
    }
    if (output.empty()) output = "output " + std::to_string(index + 1);
    value_type type = resolve(type_attribute(n), n);
    if (all.size() == 1) {
      value_type whole = type.undefined ? type : resolve(whole_type, variable ? variable : n);
      if (whole.base == "structure") whole = {};
      if (type.base.empty()) type = whole;
      else if (type.allowed.empty() && type.base == whole.base) restrict(type, whole);
    } else if (const pugi::xml_node item = find_item(whole_type); item && !type.undefined) {
      const value_type part = component_of_output(whole_type, output);
      if (type.base.empty()) type = part;
      else if (type.allowed.empty() && type.base == part.base) restrict(type, part);
    }
    // A list that the table makes of its outputs has items of this type.
    type.collection = false;
    if (const pugi::xml_node values = child(n, "outputValues"); values && !type.undefined) restrict(type, allowed_by(values));
    type.base = guess(type.base, rules, true, index);
    bool nullable = false;
    for (const rule_entries& r : rules)
      if (index < r.put.size()) {
        const std::string text = quiet_text(r.put[index]);
        const std::string_view said = trim(text);
        nullable = nullable || said.empty() || said == "null";
      }
    std::string text;
    if (!own_domain(n, type, text)) text = domain_text(type, nullable, place(n));
    remember(text);
    out.columns.push_back({made(output, n), made("out", n), made(std::move(text), n)});
  }
  // The field of the decision's own structure that an output fills, if there is one.
  value_type component_of_output(std::string_view type, const std::string& output) {
    pugi::xml_node item = find_item(type);
    for (int depth = 0; item && depth != 16 && !child(item, "itemComponent"); ++depth) item = find_item(type_text(item));
    for (const pugi::xml_node part : item.children())
      if (is(part, "itemComponent") && one_line(part.attribute("name").value()) == one_line(output))
        return component(type, output, place(part));
    return {};
  }

  void remember(const std::string& text) {
    domain d;
    if (parse_domain(text, d)) d = domain{};
    domains_.push_back(d);
  }

  void add_metadata(pugi::xml_node logic, const std::vector<pugi::xml_node>& inputs, std::size_t named,
                    const std::vector<pugi::xml_node>& outputs, const std::vector<pugi::xml_node>& annotations,
                    table_source& out) {
    // Which element each column comes from; none for a column that the file does not describe.
    std::vector<pugi::xml_node> all = inputs;
    all.insert(all.end(), named, pugi::xml_node());
    all.insert(all.end(), outputs.begin(), outputs.end());
    std::vector<pugi::xml_node> notes;
    for (const pugi::xml_node n : child(logic, "extensionElements").children())
      if (local_name(n.name()) == "note" && namespace_of(n) == own_namespace) notes.push_back(n);
    for (std::size_t i = 0; i != annotations.size(); ++i) {
      const bool same = i < notes.size() && std::strcmp(notes[i].attribute("name").value(),
                                                        annotations[i].attribute("name").value()) == 0;
      all.push_back(same ? notes[i] : pugi::xml_node());
    }
    if (described_) all.push_back({});
    const std::size_t first_output = inputs.size() + named, first_note = first_output + outputs.size();
    const auto row = [&](const char* corner, auto text_of_column) {
      source_extra extra{made(corner, logic), {}};
      bool any = false;
      for (std::size_t i = 0; i != all.size(); ++i) {
        extra.cells.push_back(all[i] ? text_of_column(all[i], i) : made("", logic));
        any = any || !extra.cells[i].text.empty();
      }
      if (any) out.extras.push_back(std::move(extra));
    };
    const auto attribute = [&](const char* key) {
      return [&, key](pugi::xml_node n, std::size_t i) {
        return made(i < first_note ? own(n, key).value_or("") : n.attribute(key).value(), n);
      };
    };
    row("#label", [&](pugi::xml_node n, std::size_t) { return made(n.attribute("label").value(), n); });
    row("#unit", attribute("unit"));
    row("#source", attribute("source"));
    row("#change", [&](pugi::xml_node n, std::size_t i) {
      return made(i < inputs.size() ? own(n, "change").value_or("") : "", n);
    });
    row("#default", [&](pugi::xml_node n, std::size_t i) {
      const pugi::xml_node entry = i >= first_output && i < first_note ? child(n, "defaultOutputEntry") : pugi::xml_node();
      if (!entry) return made("", n);
      source_cell c = expression_of(entry);
      strict_output(c, domains_[i]);
      return c;
    });
  }

  void add_rule(const rule_entries& entries, std::size_t number, std::size_t inputs, std::size_t named, std::size_t outputs,
                std::size_t notes, table_source& out) {
    const pugi::xml_node r = entries.rule;
    // One that lacks cells has been told.
    if (entries.in.size() != inputs || entries.put.size() != outputs) return;
    const auto said = own(r, "id");
    std::string id = said ? *said : r.attribute("id").value();
    if (!is_id(id)) id = "rule-" + std::to_string(number);
    out.rules.push_back(made(std::move(id), r));
    for (std::size_t i = 0; i != inputs; ++i) {
      source_cell c = expression_of(entries.in[i]);
      respell(entries.in[i], domains_[i], false, c);
      out.cells.push_back(c);
    }
    for (std::size_t i = 0; i != named; ++i) out.cells.push_back(made("-", r));
    for (std::size_t i = 0; i != outputs; ++i) {
      source_cell c = expression_of(entries.put[i]);
      respell(entries.put[i], domains_[inputs + named + i], true, c);
      out.cells.push_back(c);
    }
    for (std::size_t i = 0; i != notes; ++i)
      out.cells.push_back(i < entries.note.size() ? expression_of(entries.note[i]) : made("", r));
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
    fail({errc::bad_cell, shown(c.text.substr(l.at, l.size)) + " is a name in FEEL, not a value", place(c, l.at),
          "text in double quotes, or date(\"...\") and its like", {}});
  }
  // Is a bare word or a bare date what only our own tables know?
  static bool is_bare(const literal& l, const domain& d) {
    if (l.kind == literal_kind::temporal)
      return l.text.empty() || is_digit(l.text.front()) || l.text.front() == '-' || l.text.front() == 'P';
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
      fail({errc::bad_cell, shown(t) + " is an expression, not a value", place(c, l.at), "text in double quotes, or null", {}});
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
  std::vector<std::uint32_t> lines_;
  std::vector<error> errors_;
  std::deque<std::string> texts_;
  std::map<std::string, pugi::xml_node, std::less<>> items_, variables_;  // by name, one space where any blanks stand
  std::vector<table_place> tables_;
  std::vector<std::pair<std::string, variable>> scope_;  // around the table, the nearest first
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
                         {"xmlns:di", "http://www.omg.org/spec/DMN/20180521/DI/"},
                         {"xmlns:ectp", std::string(own_namespace)},
                         {"id", "ectp_definitions"},
                         {"name", title},
                         {"namespace", "urn:ectp:policy"}});
    write_inputs();
    open("decision", {{"id", "ectp_decision"}, {"name", title}, {"ectp:id", std::string(t_.id())},
                      {"ectp:version", std::string(t_.version())}, {"ectp:valid", to_string(t_.valid())}});
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

  // `a.b` is the field b of the datum a; a name with other signs in its field is one name.
  static std::string_view root_of(std::string_view input) {
    const std::size_t dot = input.find('.');
    return dot == 0 || dot == input.npos || !is_plain_name(input.substr(dot + 1)) ? input : input.substr(0, dot);
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
    std::vector<attribute> out = {{"id", id}, {"label", c.label}, {"ectp:domain", to_string(c.domain)}};
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
    write_note_texts();
    for (std::size_t i = 0; i != t_.inputs().size(); ++i) {
      const column& c = t_.input(i);
      const std::string id = "ectp_input_" + std::to_string(i + 1);
      open("input", column_attributes(c, id));
      expression("inputExpression", c.name, {{"id", id + "_expression"}, {"typeRef", type_of(c.domain)}});
      if (const std::string values = values_of(c.domain); !values.empty())
        expression("inputValues", values, {{"id", id + "_values"}});
      close("input");
    }
    for (std::size_t i = 0; i != t_.outputs().size(); ++i) {
      const column& c = t_.output(i);
      const std::string id = "ectp_output_" + std::to_string(i + 1);
      std::vector<attribute> attributes = column_attributes(c, id);
      attributes.emplace_back("name", c.name);
      attributes.emplace_back("typeRef", type_of(c.domain));
      open("output", attributes);
      if (const std::string values = values_of(c.domain); !values.empty())
        expression("outputValues", values, {{"id", id + "_values"}});
      if (t_.has_defaults() && (!t_.default_output(i).is_null() || i == 0))
        expression("defaultOutputEntry", feel_value(t_.default_output(i), t_.default_decimal(i)), {{"id", id + "_default"}});
      close("output");
    }
    for (std::size_t i = 0; i != t_.notes().size(); ++i) empty("annotation", {{"name", t_.note(i).name}});
    for (std::size_t r = 0; r != t_.rules(); ++r) write_rule(r);
    close("decisionTable");
  }

  // An annotation has a name and nothing else.
  void write_note_texts() {
    bool any = false;
    for (std::size_t i = 0; i != t_.notes().size(); ++i) {
      const column& c = t_.note(i);
      any = any || !c.label.empty() || !c.unit.empty() || !c.source.empty();
    }
    if (!any) return;
    open("extensionElements", {});
    for (std::size_t i = 0; i != t_.notes().size(); ++i) {
      const column& c = t_.note(i);
      empty("ectp:note", {{"name", c.name}, {"label", c.label}, {"unit", c.unit}, {"source", c.source}});
    }
    close("extensionElements");
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
    for (std::size_t k = 0; k != roots_.size(); ++k) {
      const std::string requirement = "ectp_requirement_" + std::to_string(k + 1);
      open("dmndi:DMNEdge", {{"id", requirement + "_edge"}, {"dmnElementRef", requirement}});
      empty("di:waypoint", {{"x", "260"}, {"y", std::to_string(110 + 80 * k)}});
      empty("di:waypoint", {{"x", "400"}, {"y", "110"}});
      close("dmndi:DMNEdge");
    }
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
