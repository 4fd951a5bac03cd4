#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <unordered_map>

#include "case_fields.hpp"
#include "ectp/core/date.hpp"
#include "ectp/core/text.hpp"
#include "interop/json_document.hpp"

namespace ectp::inline ECTP_ABI::framework {
namespace case_detail {
namespace {

using interop::json_kind;
using interop::json_value;

std::string lowered(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

// Somebody else's text in a message.
std::string shown(std::string_view s) {
  std::string out = "'";
  std::size_t n = 0;
  for (const char c : s) {
    if (++n > 60) return out + "...'";
    out += c >= ' ' && c <= '~' ? c : '?';
  }
  return out += '\'';
}

class reader {
 public:
  reader(const interop::json_document& doc, const case_limits& limits, case_reading& out)
      : doc_(doc), limits_(limits), out_(out) {}

  void run() {
    json_value root = doc_.root();
    if (root.kind() != json_kind::object)
      return fail(errc::wrong_type, root, {}, "found " + std::string(interop::name(root.kind())),
                  "an object with the member CFDocument", "is this a CASE package?");
    const auto wrapped = root.find("CFPackage");
    if (!wrapped || root.find("CFDocument")) return package(root);
    warn(errc::bad_argument, *wrapped, "CFPackage", "the package stands inside a member CFPackage",
         "CFDocument, CFItems and the rest at the root", "written flat again");
    // What stands beside the package belongs to it.
    for (const auto& m : *root.members())
      if (m.name() != "CFPackage") unknown(m.key, m.value, out_.package.other);
    steps_.push_back({"CFPackage", no_index});
    if (wrapped->kind() != json_kind::object)
      return fail(errc::wrong_type, *wrapped, {},
                  "CFPackage is " + std::string(interop::name(wrapped->kind())),
                  "an object with the member CFDocument", {});
    package(*wrapped);
  }

  // --- what the lists of fields ask for ---

  void id(std::string_view name, std::string& to) { identifier(name, to, true); }
  void id_of(std::string_view name, std::string& to) { identifier(name, to, false); }

  void text(std::string_view name, std::string& to) {
    const auto m = take(name, false);
    if (!m || !is_text(*m)) return;
    to = m->value.text();
    if (to.empty()) keep(*m);
  }
  void required(std::string_view name, std::string& to) {
    const auto m = take(name, true);
    if (m && is_text(*m)) to = m->value.text();
  }
  void uri(std::string_view name, std::string& to) { required(name, to); }

  void version(std::string_view name, std::string& to) {
    const auto m = take(name, false);
    if (!m || !is_text(*m)) return;
    to = m->value.text();
    if (to != "1.1")
      warn(errc::newer_version, m->value, name, "the package says it is CASE " + shown(to), "1.1",
           "read as 1.1 would be; written as 1.1");
  }

  void type(std::string_view name, std::string& to) {
    const auto m = take(name, true);
    if (!m || !is_text(*m)) return;
    to = m->value.text();
    if (!is_association_type(to))
      warn(errc::out_of_range, m->value, name, shown(to) + " is no type of association of CASE",
           "one of CASE, or ext: and letters, digits, '.', '-', '_'",
           "kept; rename it before writing the package again");
  }

  void moment(std::string_view name, std::string& to) {
    const auto m = take(name, true);
    if (!m || !is_text(*m)) return;
    const char* why = nullptr;
    const std::string_view s = m->value.text();
    switch (check_moment(s, to, why)) {
      case time_form::good: to = s; break;
      case time_form::forgiven:
        warn(errc::bad_date, m->value, name, shown(s) + " is " + why,
             "a time such as 2025-01-31T12:00:00Z", "taken as " + to);
        break;
      case time_form::bad:
        to.clear();
        fail(errc::bad_date, m->value, name, shown(s) + " is " + why,
             "a time such as 2025-01-31T12:00:00Z", {});
    }
  }

  void day(std::string_view name, std::string& to) {
    const auto m = take(name, false);
    if (!m || !is_text(*m)) return;
    const std::string_view s = m->value.text();
    if (s.empty()) {
      warn(errc::bad_date, m->value, name, std::string(name) + " is empty", "YYYY-MM-DD",
           "taken as absent");
      return;
    }
    if (s.size() == 10 && parse_date(s)) {
      to = s;
      return;
    }
    std::string made;
    const char* why = nullptr;
    if (s.size() > 10 && check_moment(s, made, why) != time_form::bad &&
        made.compare(10, 9, "T00:00:00") == 0 && !is_digit(made[made.find_first_not_of(".0", 19)])) {
      to = s.substr(0, 10);
      warn(errc::bad_date, m->value, name, shown(s) + " is a time where a day belongs",
           "YYYY-MM-DD", "taken as " + to);
      return;
    }
    fail(errc::bad_date, m->value, name, shown(s) + " is no day", "YYYY-MM-DD", {});
  }

  void texts(std::string_view name, std::vector<std::string>& to) {
    const auto m = take(name, false);
    if (!m) return;
    if (m->value.kind() == json_kind::string) {
      warn(errc::wrong_type, m->value, name, std::string(name) + " is a string", "an array of strings",
           "taken as an array of one");
      to.emplace_back(m->value.text());
      return;
    }
    if (!is(*m, json_kind::array, "an array of strings")) return;
    if (m->value.size() == 0) return keep(*m);
    to.reserve(m->value.size());
    const step_in inside(*this, name);
    for (const json_value v : *m->value.elements()) {
      ++steps_.back().index;
      if (v.is_null()) null(v, {});
      else if (v.kind() == json_kind::string) to.emplace_back(v.text());
      else fail(errc::wrong_type, v, {}, "found " + std::string(interop::name(v.kind())), "a string", {});
    }
  }

  void link(std::string_view name, rare<case_link>& to) {
    const auto m = take(name, false);
    if (!m) return;
    // Several where CASE has one: the first stands in the field when it is the only one.
    if (m->value.kind() == json_kind::array) {
      warn(errc::wrong_type, m->value, name, std::string(name) + " is an array", "one link",
           m->value.size() == 1 ? "its only link is taken" : "kept as an extension");
      if (m->value.size() != 1) return keep(*m);
      case_link one;
      const step_in inside(*this, name, 0);
      if (read_link(*(*m->value.elements()).begin(), {}, one, false)) to = std::move(one);
      return;
    }
    case_link one;
    if (read_link(m->value, name, one, false)) to = std::move(one);
  }

  void links(std::string_view name, std::vector<case_link>& to) {
    const auto m = take(name, false);
    if (!m) return;
    if (m->value.kind() == json_kind::object) {
      warn(errc::wrong_type, m->value, name, std::string(name) + " is one link", "an array of links",
           "taken as an array of one");
      case_link one;
      if (read_link(m->value, name, one, false)) to.push_back(std::move(one));
      return;
    }
    if (!is(*m, json_kind::array, "an array of links")) return;
    if (m->value.size() == 0) return keep(*m);
    to.reserve(m->value.size());
    const step_in inside(*this, name);
    for (const json_value v : *m->value.elements()) {
      ++steps_.back().index;
      if (v.is_null()) {
        null(v, {});
        continue;
      }
      case_link one;
      if (read_link(v, {}, one, false)) to.push_back(std::move(one));
    }
  }

  void node(std::string_view name, case_link& to) {
    const auto m = take(name, true);
    if (m) read_link(m->value, name, to, true);
  }

  void integer(std::string_view name, maybe<std::int32_t>& to) {
    const auto m = take(name, false);
    if (!m) return;
    const bool as_text = m->value.kind() == json_kind::string;
    if (!as_text && !is(*m, json_kind::number, "a whole number")) return;
    const std::string_view s = m->value.text();
    std::int32_t n = 0;
    const auto read = std::from_chars(s.data(), s.data() + s.size(), n);
    if (read.ec != std::errc() || read.ptr != s.data() + s.size()) {
      // `3.0` is 3 as well; the rest is an error.
      const auto exact = as_text ? result<std::int64_t>(error{}) : m->value.as_integer(
          std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max());
      if (!exact)
        return fail(as_text ? errc::wrong_type : exact.error().code, m->value, name,
                    shown(s) + " is no whole number of 32 bits", "a whole number",
                    as_text ? "numbers stand without quotes" : "");
      n = static_cast<std::int32_t>(*exact);
    }
    if (as_text)
      warn(errc::wrong_type, m->value, name, std::string(name) + " is a string", "a whole number",
           "taken as the number");
    to = n;
  }

  void number(std::string_view name, std::string& to) {
    const auto m = take(name, false);
    if (m && is(*m, json_kind::number, "a number")) to = m->value.text();
  }

  template <class X, class Fields>
  void objects(std::string_view name, std::vector<X>& to, Fields fields) {
    const auto m = take(name, false);
    if (!m || !is(*m, json_kind::array, "an array of objects")) return;
    if (m->value.size() == 0) return keep(*m);
    read_objects(name, m->value, to, fields, nullptr);
  }

  void extensions(case_extra& x) {
    const auto m = take("extensions", false);
    if (m && is(*m, json_kind::object, "an object")) x.extensions = m->value.source();
    rest(x.other);
  }
  void extension_list(case_extra& x) {
    const auto m = take("extensions", false);
    if (m && is(*m, json_kind::array, "an array of objects")) x.extensions = m->value.source();
    rest(x.other);
  }

 private:
  static constexpr std::uint32_t no_index = 0xffff'ffff;
  struct member {
    json_value key, value;
    bool used = false;
  };
  struct step {
    std::string_view name;
    std::uint32_t index;
  };
  // While it lives, places are inside this member.
  struct step_in {
    reader& r;
    step_in(reader& in, std::string_view name, std::uint32_t index = no_index) : r(in) {
      r.steps_.push_back({name, index});
    }
    step_in(const step_in&) = delete;
    step_in& operator=(const step_in&) = delete;
    ~step_in() { r.steps_.pop_back(); }
  };

  static void token(std::string& out, std::string_view name) {
    out += '/';
    for (const char c : name.substr(0, 120))
      if (c == '~') out += "~0";
      else if (c == '/') out += "~1";
      else out += c >= ' ' && c != '\x7f' ? c : '?';
  }

  location where(const json_value& v, std::string_view name) const {
    location at = v.line_and_column();
    for (const step& s : steps_) {
      if (!s.name.empty()) token(at.path, s.name);
      if (s.index != no_index) (at.path += '/') += std::to_string(s.index);
    }
    if (!name.empty()) token(at.path, name);
    return at;
  }

  void fail(errc code, const json_value& v, std::string_view name, std::string message,
            std::string expected, std::string hint) {
    if (out_.errors.size() >= limits_.errors) {
      ++out_.errors_left_out;
      return;
    }
    out_.errors.push_back({code, std::move(message), where(v, name), std::move(expected), std::move(hint)});
  }

  bool room(errc code) {
    std::size_t& kept = warned_[static_cast<std::size_t>(code)];
    if (kept >= limits_.warnings) {
      ++out_.warnings_left_out;
      return false;
    }
    ++kept;
    return true;
  }

  void warn(errc code, const json_value& v, std::string_view name, std::string message,
            std::string expected, std::string hint) {
    if (room(code))
      out_.warnings.push_back({code, std::move(message), where(v, name), std::move(expected), std::move(hint)});
  }

  void null(const json_value& v, std::string_view name) {
    if (room(errc::wrong_type))
      out_.warnings.push_back({errc::wrong_type, (name.empty() ? "an element" : std::string(name)) + " is null",
                               where(v, name), "a value, or no such member", "taken as absent"});
  }

  // The member of this name; nothing when it is absent or null.
  std::optional<member> take(std::string_view name, bool required) {
    for (std::size_t k = first_; k != members_.size(); ++k) {
      // Members tend to come in the same order in each object.
      if (++cursor_ >= members_.size()) cursor_ = first_;
      member& m = members_[cursor_];
      if (m.used || m.key.text() != name) continue;
      m.used = true;
      if (!m.value.is_null()) return m;
      if (required)
        fail(errc::missing_field, m.value, name, std::string(name) + " is null", "a value", {});
      else null(m.value, name);
      return std::nullopt;
    }
    if (required)
      fail(errc::missing_field, *object_, {}, std::string(name) + " is missing",
           "an object with the member " + std::string(name), {});
    return std::nullopt;
  }

  bool is(const member& m, json_kind kind, std::string_view expected) {
    if (m.value.kind() == kind) return true;
    fail(errc::wrong_type, m.value, m.key.text(), "found " + std::string(interop::name(m.value.kind())),
         std::string(expected), {});
    return false;
  }
  bool is_text(const member& m) { return is(m, json_kind::string, "a string"); }

  static void add_member(std::string& object, std::string_view key, std::string_view value) {
    if (object.empty()) object = "{";
    else object.back() = ',';
    ((object += key) += ':') += value;
    object += '}';
  }
  void keep(const member& m) { add_member(*other_, m.key.source(), m.value.source()); }

  // Links back to the document, which a package does not repeat.
  bool is_echo(std::string_view name, const json_value& v) const {
    if (name != "CFDocumentURI" && name != "CFPackageURI") return false;
    const std::string& own = out_.package.document.identifier;
    if (v.kind() == json_kind::string)
      return !own.empty() && v.text().size() >= own.size() &&
             lowered(v.text().substr(v.text().size() - own.size())) == own;
    const auto id = v.find("identifier");
    return id && lowered(id->text()) == own;
  }

  void unknown(const json_value& key, const json_value& v, std::string& other) {
    const std::string_view name = key.text();
    if (v.is_null()) return null(v, name);
    if (is_echo(name, v))
      return warn(errc::unknown_field, key, name, shown(name) + " repeats the document's link",
                  "no such member in a package", "left out");
    warn(errc::unknown_field, key, name, shown(name) + " is no member of CASE here",
         "the members of CASE 1.1", "kept; written among the extensions");
    add_member(other, key.source(), v.source());
  }

  void rest(std::string& other) {
    for (std::size_t k = first_; k != members_.size(); ++k)
      if (!members_[k].used) unknown(members_[k].key, members_[k].value, other);
  }

  template <class Fields>
  void read_object(const json_value& v, std::string& other, Fields fields) {
    const std::size_t first = first_, cursor = cursor_;
    const json_value* const object = object_;
    std::string* const outer = other_;
    first_ = members_.size();
    object_ = &v;
    other_ = &other;
    for (const auto& m : *v.members()) members_.push_back({m.key, m.value});
    cursor_ = members_.size();
    fields();
    members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(first_), members_.end());
    first_ = first;
    cursor_ = cursor;
    object_ = object;
    other_ = outer;
  }

  template <class X, class Fields>
  void read_objects(std::string_view name, const json_value& array, std::vector<X>& to, Fields fields,
                    std::vector<json_value>* places) {
    to.reserve(array.size());
    if (places != nullptr) places->reserve(array.size());
    const step_in inside(*this, name);
    for (const json_value v : *array.elements()) {
      ++steps_.back().index;
      if (v.is_null()) {
        null(v, {});
        continue;
      }
      if (v.kind() != json_kind::object) {
        fail(errc::wrong_type, v, {}, "found " + std::string(interop::name(v.kind())), "an object", {});
        continue;
      }
      X& x = to.emplace_back();
      if (places != nullptr) places->push_back(v);
      read_object(v, x.other, [&] { fields(*this, x); });
    }
  }

  void identifier(std::string_view name, std::string& to, bool required) {
    const auto m = take(name, required);
    if (!m || !is_text(*m)) return;
    take_identifier(m->value, name, to, true);
    if (to.empty())
      fail(errc::bad_id, m->value, name, std::string(name) + " is empty", "a UUID", {});
  }

  void take_identifier(const json_value& v, std::string_view name, std::string& to, bool must_be_uuid) {
    to = v.text();
    uuid_form form = form_of(to);
    if (form == uuid_form::capitals) {
      warn(errc::bad_id, v, name, shown(to) + " has capital letters", "a UUID in small letters",
           "taken in small letters");
      to = lowered(to);
      form = form_of(to);
    }
    if (form == uuid_form::other && must_be_uuid && !to.empty())
      warn(errc::bad_id, v, name, shown(to) + " is no UUID of version 1 to 5", "such a UUID",
           "kept; with_uuids() gives it one");
  }

  // False when there is no link: an error, or nothing in it.
  bool read_link(const json_value& v, std::string_view name, case_link& to, bool is_end) {
    if (v.kind() != json_kind::object) {
      fail(errc::wrong_type, v, name, "found " + std::string(interop::name(v.kind())),
           "an object with title, identifier and uri", {});
      return false;
    }
    const step_in inside(*this, name);
    const std::size_t errors = out_.errors.size() + out_.errors_left_out;
    read_object(v, to.other, [&] {
      const auto soft = [&](std::string_view field, std::string& into) {
        const auto m = take(field, false);
        if (!m) {
          bool was_null = false;
          for (std::size_t k = first_; k != members_.size(); ++k)
            was_null = was_null || members_[k].key.text() == field;
          if (!was_null)
            warn(errc::missing_field, v, {}, "the link has no " + std::string(field),
                 "title, identifier and uri", {});
          return;
        }
        if (is_text(*m)) into = m->value.text();
      };
      soft("title", to.title);
      if (const auto m = take("identifier", is_end); m && is_text(*m))
        take_identifier(m->value, "identifier", to.identifier, !is_end);
      soft("uri", to.uri);
      if (is_end) {
        if (const auto m = take("targetType", false); m && is_text(*m)) {
          to.target_type = m->value.text();
          if (!is_target_type(to.target_type))
            warn(errc::out_of_range, m->value, "targetType", shown(to.target_type) + " is no type of target",
                 "CASE, or ext: and letters, digits, '.', '-', '_'", "kept");
        }
      }
      rest(to.other);
    });
    if (errors != out_.errors.size() + out_.errors_left_out) return false;
    if (to.identifier.empty() && is_end) {
      fail(errc::bad_id, v, {}, "the end has an empty identifier", "the identifier of a node", {});
      return false;
    }
    if (!to.identifier.empty() || !to.other.empty()) return true;
    if (to.uri.empty() && to.title.empty()) return false;  // nothing but nulls
    fail(errc::missing_field, v, {}, "the link has no identifier", "title, identifier and uri", {});
    return false;
  }

  void package(const json_value& root) {
    case_package& p = out_.package;
    // The document first: members of the others may point at it.
    const auto document = root.find("CFDocument");
    if (!document || document->kind() != json_kind::object) {
      const bool alone = root.find("title") && root.find("creator");
      return fail(document && !document->is_null() ? errc::wrong_type : errc::missing_field,
                  document ? *document : root, document ? "CFDocument" : "",
                  !document ? "there is no CFDocument"
                            : "CFDocument is " + std::string(interop::name(document->kind())),
                  "a package with the object CFDocument",
                  alone ? "this is a CFDocument alone: ask the server for the CFPackage" : "");
    }
    {
      const step_in inside(*this, "CFDocument");
      read_object(*document, p.document.other, [&] { document_fields(*this, p.document); });
      if (p.document.case_version.empty() && p.document.uri.find("/v1p0/") != std::string::npos)
        warn(errc::newer_version, *document, {}, "this is a package of CASE 1.0", "CASE 1.1",
             "read as it is; written as 1.1");
    }
    for (const char* const list : {"CFItems", "CFAssociations"})
      if (const auto v = root.find(list); v && v->size() > limits_.items)
        return fail(errc::too_large, *v, list, std::string(list) + " has " + std::to_string(v->size()) + " elements",
                    "at most " + std::to_string(limits_.items), "raise the limit");
    // `other` of the package may already hold what stood beside a wrapped root.
    read_object(root, p.other, [&] {
      take("CFDocument", true);
      top("CFItems", p.items, &item_places_, [](auto& r, auto& x) { item_fields(r, x); });
      top("CFAssociations", p.associations, &association_places_,
          [](auto& r, auto& x) { association_fields(r, x); });
      if (const auto m = take("CFDefinitions", false);
          m && is(*m, json_kind::object, "an object")) {
        const step_in inside(*this, "CFDefinitions");
        p.definitions = case_definitions();
        read_object(m->value, p.definitions->other, [&] { definitions_fields(*this, *p.definitions); });
      }
      objects("CFRubrics", p.rubrics, [](auto& r, auto& x) { rubric_fields(r, x); });
      extensions(p);
    });
    graph();
  }

  template <class X, class Fields>
  void top(std::string_view name, std::vector<X>& to, std::vector<json_value>* places, Fields fields) {
    const auto m = take(name, false);
    if (m && is(*m, json_kind::array, "an array of objects"))
      read_objects(name, m->value, to, fields, places);
  }

  // --- what no object shows by itself ---

  std::string path(std::string_view list, std::size_t i, std::string_view field) const {
    std::string out(list);
    (out += '/') += std::to_string(i);
    if (!field.empty()) (out += '/') += field;
    return out;
  }
  location place(const std::vector<json_value>& of, std::string_view list, std::size_t i,
                 std::string_view field) const {
    const auto inner = field.empty() ? std::nullopt : of[i].find(field);
    location at = (inner ? *inner : of[i]).line_and_column();
    for (const step& s : steps_) token(at.path, s.name);
    at.path += '/' + path(list, i, inner ? field : std::string_view());
    return at;
  }
  void fail_at(location at, errc code, std::string message, std::string expected, std::string hint) {
    if (out_.errors.size() >= limits_.errors) ++out_.errors_left_out;
    else out_.errors.push_back({code, std::move(message), std::move(at), std::move(expected), std::move(hint)});
  }
  void warn_at(const std::vector<json_value>& of, std::string_view list, std::size_t i, std::string_view field,
               errc code, std::string message, std::string expected, std::string hint) {
    if (room(code))
      out_.warnings.push_back(
          {code, std::move(message), place(of, list, i, field), std::move(expected), std::move(hint)});
  }
  const std::string& label(std::size_t item) const {
    const case_item& i = out_.package.items[item];
    return i.human_coding_scheme.empty() ? i.identifier : i.human_coding_scheme;
  }

  void identifiers() {
    const case_package& p = out_.package;
    struct spot {
      const std::vector<json_value>* of;
      std::string_view list;
      std::size_t i;
    };
    std::unordered_map<std::string_view, spot> seen;
    seen.reserve(1 + p.items.size() + p.associations.size());
    if (!p.document.identifier.empty()) seen.emplace(p.document.identifier, spot{nullptr, {}, 0});
    const auto once = [&](const std::string& id, const std::vector<json_value>& of, std::string_view list,
                          std::size_t i) {
      if (id.empty()) return;
      const auto [it, added] = seen.emplace(id, spot{&of, list, i});
      if (added) return;
      if (out_.errors.size() >= limits_.errors) {
        ++out_.errors_left_out;
        return;
      }
      const spot& first = it->second;
      const std::string where =
          first.of == nullptr ? "the document has it"
                              : "given on line " + std::to_string((*first.of)[first.i].line_and_column().line) +
                                    " (/" + path(first.list, first.i, {}) + ")";
      fail_at(place(of, list, i, "identifier"), errc::duplicate_id, shown(id) + " was used before: " + where,
              "an identifier of its own for each object", "give one of the two a new identifier");
    };
    for (std::size_t i = 0; i != p.items.size(); ++i) once(p.items[i].identifier, item_places_, "CFItems", i);
    for (std::size_t i = 0; i != p.associations.size(); ++i)
      once(p.associations[i].identifier, association_places_, "CFAssociations", i);
  }

  void codes() {
    const case_package& p = out_.package;
    std::unordered_map<std::string_view, std::size_t> seen;
    seen.reserve(p.items.size());
    for (std::size_t i = 0; i != p.items.size(); ++i) {
      const std::string& code = p.items[i].human_coding_scheme;
      if (code.empty()) continue;
      const auto [it, added] = seen.emplace(code, i);
      if (!added && room(errc::duplicate_id))
        out_.warnings.push_back({errc::duplicate_id,
                                 "the code " + shown(code) + " was given before, at /" + path("CFItems", it->second, {}),
                                 place(item_places_, "CFItems", i, "humanCodingScheme"), "a code of its own for each item",
                                 "in a tree, this item's code is its identifier"});
    }
  }

  void graph() {
    identifiers();
    codes();
    const case_package& p = out_.package;
    const hierarchy h = hierarchy_of(p);
    constexpr auto none = hierarchy::none;
    std::vector<bool> placed(p.items.size());
    const auto at = [&](std::size_t a, std::string_view field, errc code, std::string message,
                        std::string expected, std::string hint) {
      warn_at(association_places_, "CFAssociations", a, field, code, std::move(message), std::move(expected),
              std::move(hint));
    };
    std::unordered_map<std::uint64_t, std::uint32_t> numbers;
    numbers.reserve(p.associations.size());
    for (std::uint32_t a = 0; a != p.associations.size(); ++a) {
      const case_association& x = p.associations[a];
      if (x.type != "isChildOf") continue;
      const std::uint32_t from = h.origin[a], to = h.destination[a];
      if (from == none && !x.origin.identifier.empty())
        at(a, "originNodeURI", errc::unknown_reference,
           "the child " + shown(x.origin.identifier) + " is not in the package", "an item of the package", "kept");
      else if (from == hierarchy::document)
        at(a, "originNodeURI", errc::unknown_reference, "the document is a child", "an item of the package", "kept");
      if (to == none && !x.destination.identifier.empty())
        at(a, "destinationNodeURI", errc::unknown_reference,
           "the parent " + shown(x.destination.identifier) + " is not in the package",
           "an item of the package, or its document", "kept; in a tree, the child stands below the root");
      if (!x.sequence_number)
        at(a, {}, errc::missing_field, "isChildOf has no sequenceNumber", "a whole number",
           "it comes after those that have one, in the order of the text");
      else if (to != none) {
        const std::uint64_t key = std::uint64_t{to} << 32 | static_cast<std::uint32_t>(*x.sequence_number);
        const auto [it, added] = numbers.emplace(key, a);
        if (!added && from != none && room(errc::duplicate_id))
          out_.warnings.push_back({errc::duplicate_id,
                                   "the sequenceNumber was given before below this parent, at /" +
                                       path("CFAssociations", it->second, {}),
                                   place(association_places_, "CFAssociations", a, "sequenceNumber"),
                                   "a number of its own for each child", "their order is that of the text"});
      }
      if (from < hierarchy::document) {
        placed[from] = true;
        if (to != none && h.via[from] != a)
          at(a, {}, errc::bad_argument, "the item " + shown(label(from)) + " has another parent as well, by /" +
                 path("CFAssociations", h.via[from], {}),
             "one parent", "kept as an association; in a tree, the other one counts");
      }
    }
    for (std::size_t i = 0; i != p.items.size(); ++i)
      if (!placed[i])
        warn_at(item_places_, "CFItems", i, {}, errc::unknown_reference,
                "the item " + shown(label(i)) + " has no parent", "an isChildOf to an item or to the document",
                "taken as a child of the document, after those that are");
    for (const auto& cycle : h.cycles) {
      std::string text;
      for (std::size_t k = 0; k != cycle.size(); ++k) {
        if (k == 4) {
          text += " and " + std::to_string(cycle.size() - k) + " more";
          break;
        }
        text += (k == 0 ? "" : ", ") + shown(label(h.origin[cycle[k]]));
      }
      fail_at(place(association_places_, "CFAssociations", cycle.front(), {}), errc::bad_argument,
              "isChildOf goes round in a cycle: " + text, "a tree", "take one of its isChildOf out");
    }
  }

  const interop::json_document& doc_;
  const case_limits& limits_;
  case_reading& out_;
  std::vector<member> members_;  // of the open objects, one after the other
  std::size_t first_ = 0, cursor_ = 0;
  const json_value* object_ = nullptr;
  std::string* other_ = nullptr;
  std::vector<step> steps_;
  std::vector<json_value> item_places_, association_places_;
  std::size_t warned_[64] = {};
};

}  // namespace
}  // namespace case_detail

case_reading read_case_all(std::string_view text, std::string_view file, const case_limits& limits) {
  case_reading out;
  const auto doc = interop::parse_json(text, file, {limits.bytes, limits.depth, limits.values});
  if (!doc) {
    out.errors.push_back(doc.error());
    return out;
  }
  case_detail::reader(*doc, limits, out).run();
  return out;
}

result<case_read> read_case(std::string_view text, std::string_view file, const case_limits& limits) {
  case_reading all = read_case_all(text, file, limits);
  if (!all.errors.empty()) return std::move(all.errors.front());
  if (all.errors_left_out != 0) return error{errc::bad_argument, "there were errors", {std::string(file), 0, 0, {}}, {}, {}};
  return case_read(std::move(all));
}

}  // namespace ectp::inline ECTP_ABI::framework
