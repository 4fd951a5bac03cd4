#include <algorithm>
#include <limits>
#include <unordered_map>
#include <unordered_set>

#include "case_fields.hpp"
#include "ectp/core/date.hpp"
#include "ectp/core/text.hpp"
#include "interop/json_document.hpp"

namespace ectp::inline ECTP_ABI::framework {
namespace case_detail {
namespace {

using interop::json_kind;

constexpr std::size_t most_errors = 100;
constexpr interop::json_limits raw_limits{std::size_t{1} << 30, 64, 100'000'000};

std::string shown(std::string_view s) {
  std::string out = "'";
  for (const char c : s.substr(0, 60)) out += c >= ' ' && c <= '~' ? c : '?';
  return out += s.size() > 60 ? "...'" : "'";
}

class writer {
 public:
  writer(const case_package& p, const case_write_options& options) : p_(p), options_(options) {}

  void run() {
    const hierarchy h = hierarchy_of(p_);
    graph(h);
    object(p_, {}, [&] {
      member("CFDocument");
      object(p_.document, "CFDocument", [&] { document_fields(*this, p_.document); });
      list("CFItems", p_.items, [](auto& w, auto& x) { item_fields(w, x); });
      associations(h);
      if (p_.definitions) {
        member("CFDefinitions");
        object(*p_.definitions, "CFDefinitions", [&] { definitions_fields(*this, *p_.definitions); });
      }
      objects("CFRubrics", p_.rubrics, [](auto& w, auto& x) { rubric_fields(w, x); });
      extensions(p_);
    });
    out_ += '\n';
  }

  std::string take_text() { return std::move(out_); }
  std::vector<error> take_errors() { return std::move(errors_); }

  // --- what the lists of fields ask for ---

  void id(std::string_view name, const std::string& s) {
    identifier(name, s, true);
    own_ = s;
  }
  void id_of(std::string_view name, const std::string& s) {
    if (!s.empty() || !given_empty(name)) identifier(name, s, false);
  }
  void text(std::string_view name, const std::string& s) {
    if (s.empty()) given_empty(name);
    else required(name, s);
  }
  void required(std::string_view name, const std::string& s) {
    member(name);
    string(name, s);
  }
  void uri(std::string_view name, const std::string& s) {
    member(name);
    string(name, s.empty() ? "urn:uuid:" + own_ : s);
  }
  void version(std::string_view name, const std::string&) { required(name, "1.1"); }
  void type(std::string_view name, const std::string& s) {
    if (!is_association_type(s))
      fail(s.empty() ? errc::missing_field : errc::out_of_range, name, shown(s) + " is no type of association",
           "one of CASE, or ext: and letters, digits, '.', '-', '_'");
    required(name, s);
  }
  void moment(std::string_view name, const std::string& s) {
    std::string made;
    const char* why = nullptr;
    if (s.empty()) fail(errc::missing_field, name, std::string(name) + " is missing", "a time with zone");
    else if (check_moment(s, made, why) != time_form::good)
      fail(errc::bad_date, name, shown(s) + " is " + why, "a time such as 2025-01-31T12:00:00Z");
    required(name, s);
  }
  void day(std::string_view name, const std::string& s) {
    if (s.empty()) return;
    if (s.size() != 10 || !parse_date(s)) fail(errc::bad_date, name, shown(s) + " is no day", "YYYY-MM-DD");
    required(name, s);
  }
  void texts(std::string_view name, const std::vector<std::string>& v) {
    if (v.empty()) {
      given_empty(name);
      return;
    }
    member(name);
    out_ += '[';
    for (std::size_t i = 0; i != v.size(); ++i) {
      if (i != 0) out_ += options_.indent ? ", " : ",";
      string(name, v[i]);
    }
    out_ += ']';
  }
  void link(std::string_view name, const rare<case_link>& x) {
    if (!x) return;
    member(name);
    put_link(*x, name, name, false);
  }
  void links(std::string_view name, const std::vector<case_link>& v) {
    if (v.empty()) {
      given_empty(name);
      return;
    }
    member(name);
    out_ += '[';
    for (std::size_t i = 0; i != v.size(); ++i) {
      if (i != 0) out_ += options_.indent ? ", " : ",";
      const std::string at = std::string(name) + "/" + std::to_string(i);
      put_link(v[i], at, at, false);
    }
    out_ += ']';
  }
  void node(std::string_view name, const case_link& x) {
    member(name);
    put_link(x, name, name, true);
  }
  void integer(std::string_view name, const maybe<std::int32_t>& x) {
    const maybe<std::int32_t> n = !x && name == "sequenceNumber" ? number_ : x;
    if (!n) return;
    member(name);
    out_ += std::to_string(*n);
  }
  void number(std::string_view name, const std::string& s) {
    if (s.empty()) return;
    const auto doc = interop::parse_json(s, {}, raw_limits);
    if (!doc || doc->root().kind() != json_kind::number)
      fail(errc::syntax, name, shown(s) + " is no JSON number", "a number");
    member(name);
    out_ += s;
  }
  template <class X, class Fields>
  void objects(std::string_view name, const std::vector<X>& v, Fields fields) {
    if (v.empty()) given_empty(name);
    else list(name, v, fields);
  }
  void extensions(const case_extra& x) { finish(x.extensions, json_kind::object); }
  void extension_list(const case_extra& x) { finish(x.extensions, json_kind::array); }

 private:
  struct extra {
    std::string name, raw;  // the name with its quotes
    bool used = false;
  };
  // The object that is being written.
  struct frame {
    std::vector<extra> others;
    bool empty = true;
  };

  void fail(errc code, std::string_view name, std::string message, std::string expected, std::string hint = {}) {
    if (errors_.size() == most_errors) return;
    std::string at;
    for (const std::string& step : steps_) (at += '/') += step;
    if (!name.empty()) (at += '/') += name;
    errors_.push_back({code, std::move(message), {{}, 0, 0, std::move(at)}, std::move(expected), std::move(hint)});
  }

  void line() {
    if (!options_.indent) return;
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }
  void member(std::string_view name) {
    if (!frame_->empty) out_ += ',';
    frame_->empty = false;
    line();
    ((out_ += '"') += name) += options_.indent ? "\": " : "\":";
  }
  void string(std::string_view name, std::string_view s) {
    if (invalid_utf8_at(s) != s.npos) {
      fail(errc::encoding, name, "the text is not UTF-8", "UTF-8");
      s = {};
    }
    append_json(out_, s);
  }
  void identifier(std::string_view name, const std::string& s, bool required_one) {
    if (s.empty()) {
      if (!required_one) return;
      fail(errc::missing_field, name, std::string(name) + " is missing", "a UUID");
    } else if (form_of(s) != uuid_form::legal && !options_.keep_identifiers) {
      fail(errc::bad_id, name, shown(s) + " is no UUID of version 1 to 5 in small letters", "such a UUID",
           "with_uuids() gives every such identifier a UUID");
    }
    required(name, s);
  }

  // An optional member that was given, but empty.
  bool given_empty(std::string_view name) {
    for (extra& e : frame_->others)
      if (!e.used && e.name.size() == name.size() + 2 && e.name.compare(1, name.size(), name) == 0 &&
          (e.raw == "\"\"" || (e.raw.front() == '[' && e.raw.find_first_not_of(" \t\r\n", 1) == e.raw.size() - 1))) {
        e.used = true;
        member(name);
        out_ += e.raw.front() == '[' ? "[]" : "\"\"";
        return true;
      }
    return false;
  }

  // The members of a JSON object that was kept as text.
  bool split(const std::string& object, std::string_view name, std::vector<extra>& into) {
    const auto doc = interop::parse_json(object, {}, raw_limits);
    if (!doc || doc->root().kind() != json_kind::object) {
      fail(doc ? errc::wrong_type : doc.error().code, name, doc ? "this is no JSON object" : doc.error().message,
           "a JSON object");
      return false;
    }
    for (const auto& m : *doc->root().members())
      into.push_back({std::string(m.key.source()), std::string(m.value.source())});
    return true;
  }

  template <class Fields>
  void object(const case_extra& x, std::string_view step, Fields fields) {
    frame mine;
    frame* const outer = std::exchange(frame_, &mine);
    const std::string own = std::exchange(own_, {});
    if (!step.empty()) steps_.emplace_back(step);
    if (!x.other.empty()) split(x.other, {}, mine.others);
    out_ += '{';
    ++depth_;
    fields();
    --depth_;
    if (!mine.empty) line();
    out_ += '}';
    if (!step.empty()) steps_.pop_back();
    own_ = own;
    frame_ = outer;
  }

  template <class X, class Fields>
  void list(std::string_view name, const std::vector<X>& v, Fields fields) {
    member(name);
    out_ += '[';
    ++depth_;
    for (std::size_t i = 0; i != v.size(); ++i) {
      if (i != 0) out_ += ',';
      line();
      object(v[i], std::string(name) + "/" + std::to_string(i), [&] { fields(*this, v[i]); });
    }
    --depth_;
    if (!v.empty()) line();
    out_ += ']';
  }

  // Extensions, with the members that CASE does not know.
  void finish(const std::string& text, json_kind kind) {
    const bool others = std::any_of(frame_->others.begin(), frame_->others.end(), [](const extra& e) { return !e.used; });
    if (text.empty() && !others) return;
    std::vector<extra> known;
    bool plain = true;
    if (!text.empty()) {
      if (kind == json_kind::object) {
        plain = split(text, "extensions", known);
      } else {
        const auto doc = interop::parse_json(text, {}, raw_limits);
        plain = doc && doc->root().kind() == json_kind::array;
        if (!plain)
          fail(doc ? errc::wrong_type : doc.error().code, "extensions", "this is no JSON array", "an array of objects");
      }
    }
    if (!plain) return;
    std::unordered_map<std::string_view, std::string_view> by_name;
    for (const extra& k : known) by_name.emplace(k.name, k.raw);
    std::string added;
    for (const extra& e : frame_->others) {
      if (e.used) continue;
      if (const auto it = by_name.find(e.name); it != by_name.end()) {
        if (it->second != e.raw)
          fail(errc::duplicate_id, "extensions", "the extensions have a member " + shown(e.name) + " of their own",
               "members that CASE does not know go among the extensions", "rename one of the two");
        continue;
      }
      ((added += added.empty() ? "" : options_.indent ? ", " : ",") += e.name) += options_.indent ? ": " : ":";
      added += e.raw;
    }
    member("extensions");
    if (kind == json_kind::array && !added.empty()) added = "{" + added + "}";
    if (added.empty()) {
      out_ += text;
    } else if (text.empty()) {
      out_ += kind == json_kind::object ? "{" + added + "}" : "[" + added + "]";
    } else {
      // Before the closing bracket.
      std::size_t end = text.find_last_of(kind == json_kind::object ? '}' : ']');
      while (is_blank(text[end - 1])) --end;
      out_.append(text, 0, end);
      if (text[end - 1] != '{' && text[end - 1] != '[') out_ += ',';
      out_ += added;
      out_ += kind == json_kind::object ? '}' : ']';
    }
  }

  void put_link(const case_link& x, std::string_view step, std::string_view in_extensions, bool is_end) {
    frame* const outer = frame_;
    frame mine;
    frame_ = &mine;
    steps_.emplace_back(step);
    ++depth_;
    out_ += '{';
    required("title", x.title);
    if (is_end) {
      if (x.identifier.empty()) fail(errc::missing_field, "identifier", "identifier is missing", "the identifier of a node");
      required("identifier", x.identifier);
    } else {
      identifier("identifier", x.identifier, true);
    }
    required("uri", x.uri.empty() ? "urn:uuid:" + x.identifier : x.uri);
    if (!x.target_type.empty()) {
      if (!is_end) fail(errc::not_allowed, "targetType", "only ends of associations have a targetType", "no targetType");
      else if (!is_target_type(x.target_type))
        fail(errc::out_of_range, "targetType", shown(x.target_type) + " is no type of target", "CASE, or ext: and a name");
      required("targetType", x.target_type);
    }
    --depth_;
    line();
    out_ += '}';
    frame_ = outer;
    // A link has no extensions: its object's take what CASE does not know.
    if (!x.other.empty()) {
      std::string name;
      append_json(name, in_extensions);
      std::vector<extra> checked;
      if (split(x.other, {}, checked)) frame_->others.push_back({std::move(name), x.other});
    }
    steps_.pop_back();
  }

  void associations(const hierarchy& h) {
    // Numbers for isChildOf that have none: after those that have one, in the order of the text.
    // Its keys live in the package: those of parents that are added below are the document's.
    std::unordered_map<std::string_view, std::int64_t> next{{p_.document.identifier, 0}};
    for (const case_association& a : p_.associations)
      if (a.type == "isChildOf") {
        std::int64_t& n = next[a.destination.identifier];
        if (a.sequence_number) n = std::max<std::int64_t>(n, *a.sequence_number);
      }
    std::vector<bool> placed(p_.items.size());
    member("CFAssociations");
    out_ += '[';
    ++depth_;
    bool first = true;
    const auto put = [&](const case_association& a, std::size_t i) {
      if (!first) out_ += ',';
      first = false;
      line();
      number_.reset();
      if (a.type == "isChildOf" && !a.sequence_number) {
        std::int64_t& n = next[a.destination.identifier];
        if (n >= std::numeric_limits<std::int32_t>::max()) n = std::numeric_limits<std::int32_t>::max() - 1;
        number_ = static_cast<std::int32_t>(++n);
      }
      object(a, "CFAssociations/" + std::to_string(i), [&] { association_fields(*this, a); });
      number_.reset();
    };
    for (std::uint32_t a = 0; a != p_.associations.size(); ++a) {
      if (h.origin[a] < hierarchy::document) placed[h.origin[a]] = true;
      put(p_.associations[a], a);
    }
    std::unordered_set<std::string_view> used;
    for (const case_association& a : p_.associations) used.insert(a.identifier);
    for (std::size_t i = 0, k = p_.associations.size(); i != p_.items.size(); ++i) {
      if (placed[i]) continue;
      const case_item& item = p_.items[i];
      case_association a;
      a.type = "isChildOf";
      a.identifier = name_uuid("isChildOf|" + item.identifier + "|" + p_.document.identifier);
      while (used.contains(a.identifier)) a.identifier = name_uuid(a.identifier);
      a.uri = "urn:uuid:" + a.identifier;
      a.origin = {item.human_coding_scheme.empty() ? item.full_statement : item.human_coding_scheme, item.identifier,
                  item.uri, {}, {}};
      a.destination = {p_.document.title, p_.document.identifier, p_.document.uri, {}, {}};
      a.last_change_date_time = p_.document.last_change_date_time;
      put(a, k++);
    }
    --depth_;
    if (!first) line();
    out_ += ']';
  }

  void graph(const hierarchy& h) {
    struct spot {
      const char* list;
      std::size_t at;
    };
    std::unordered_map<std::string_view, spot> seen;
    seen.reserve(1 + p_.items.size() + p_.associations.size());
    seen.emplace(p_.document.identifier, spot{nullptr, 0});
    const auto once = [&](const std::string& id, const char* list, std::size_t i) {
      if (id.empty()) return;
      const auto [it, added] = seen.emplace(id, spot{list, i});
      if (added) return;
      const spot& first = it->second;
      fail(errc::duplicate_id, std::string(list) + "/" + std::to_string(i) + "/identifier",
           shown(id) + " was used before, at /" +
               (first.list == nullptr ? "CFDocument" : first.list + ("/" + std::to_string(first.at))),
           "an identifier of its own for each object");
    };
    for (std::size_t i = 0; i != p_.items.size(); ++i) once(p_.items[i].identifier, "CFItems", i);
    for (std::size_t i = 0; i != p_.associations.size(); ++i) once(p_.associations[i].identifier, "CFAssociations", i);
    for (std::size_t a = 0; a != p_.associations.size() && !options_.keep_dangling; ++a) {
      if (p_.associations[a].type != "isChildOf") continue;
      const std::string at = "CFAssociations/" + std::to_string(a);
      if (h.origin[a] >= hierarchy::document)
        fail(errc::unknown_reference, at + "/originNodeURI",
             "the child " + shown(p_.associations[a].origin.identifier) + " is not in the package", "an item of the package",
             "take the association out, or keep it with keep_dangling");
      if (h.destination[a] == hierarchy::none)
        fail(errc::unknown_reference, at + "/destinationNodeURI",
             "the parent " + shown(p_.associations[a].destination.identifier) + " is not in the package",
             "an item of the package, or its document", "take the association out, or keep it with keep_dangling");
    }
    for (const auto& cycle : h.cycles)
      fail(errc::bad_argument, "CFAssociations/" + std::to_string(cycle.front()),
           "isChildOf goes round in a cycle of " + std::to_string(cycle.size()), "a tree");
  }

  const case_package& p_;
  const case_write_options& options_;
  std::string out_;
  std::vector<error> errors_;
  std::vector<std::string> steps_;
  frame* frame_ = nullptr;
  std::string own_;  // the identifier of the object
  maybe<std::int32_t> number_;
  std::size_t depth_ = 0;
};

// Gives every identifier that CASE does not allow a UUID.
class renamer {
 public:
  explicit renamer(bool collect, std::unordered_map<std::string, std::string>& made)
      : collect_(collect), made_(made) {}

  void run(case_package& p) {
    document_fields(*this, p.document);
    for (case_item& x : p.items) item_fields(*this, x);
    for (case_association& x : p.associations) association_fields(*this, x);
    if (p.definitions) definitions_fields(*this, *p.definitions);
    for (case_rubric& x : p.rubrics) rubric_fields(*this, x);
  }

  void id(std::string_view, std::string& s) {
    old_.clear();
    if (s.empty() || form_of(s) == uuid_form::legal) return;
    if (collect_) {
      made_.emplace(s, name_uuid("identifier|" + s));
      return;
    }
    old_ = s;
    s = new_ = made_.at(s);
  }
  void id_of(std::string_view, std::string& s) const {
    if (!collect_ && !s.empty() && form_of(s) != uuid_form::legal) s = name_uuid("identifier|" + s);
  }
  void uri(std::string_view, std::string& s) {
    if (!collect_ && !old_.empty()) replace(s);
  }
  void link(std::string_view, rare<case_link>& x) {
    if (x) one(*x, true);
  }
  void links(std::string_view, std::vector<case_link>& v) {
    for (case_link& x : v) one(x, true);
  }
  void node(std::string_view, case_link& x) { one(x, false); }
  template <class X, class Fields>
  void objects(std::string_view, std::vector<X>& v, Fields fields) {
    for (X& x : v) fields(*this, x);
  }
  void text(std::string_view, std::string&) {}
  void required(std::string_view, std::string&) {}
  void version(std::string_view, std::string&) {}
  void type(std::string_view, std::string&) {}
  void moment(std::string_view, std::string&) {}
  void day(std::string_view, std::string&) {}
  void number(std::string_view, std::string&) {}
  void texts(std::string_view, std::vector<std::string>&) {}
  void integer(std::string_view, maybe<std::int32_t>&) {}
  void extensions(case_extra&) {}
  void extension_list(case_extra&) {}

 private:
  // Ends of associations may be named by anything; only what is renamed here changes.
  void one(case_link& x, bool must_be_uuid) {
    if (collect_ || x.identifier.empty()) return;
    const auto it = made_.find(x.identifier);
    if (it == made_.end() && (!must_be_uuid || form_of(x.identifier) == uuid_form::legal)) return;
    const std::string old = std::exchange(old_, x.identifier), made = new_;
    x.identifier = new_ = it != made_.end() ? it->second : name_uuid("identifier|" + x.identifier);
    replace(x.uri);
    old_ = old;
    new_ = made;
  }
  void replace(std::string& s) const {
    const std::size_t at = s.rfind(old_);
    if (at != s.npos) s.replace(at, old_.size(), new_);
  }

  bool collect_;
  std::unordered_map<std::string, std::string>& made_;
  std::string old_, new_;
};

}  // namespace
}  // namespace case_detail

result<std::string> write_case(const case_package& p, const case_write_options& options) {
  case_detail::writer w(p, options);
  w.run();
  std::vector<error> errors = w.take_errors();
  if (!errors.empty()) return std::move(errors.front());
  return w.take_text();
}

std::vector<error> check_case(const case_package& p, const case_write_options& options) {
  case_detail::writer w(p, options);
  w.run();
  return w.take_errors();
}

case_package with_uuids(case_package p) {
  std::unordered_map<std::string, std::string> made;
  case_detail::renamer(true, made).run(p);
  case_detail::renamer(false, made).run(p);
  return p;
}

}  // namespace ectp::inline ECTP_ABI::framework
