#include "ectp/interop/policy_json.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "ectp/core/text.hpp"
#include "ectp/policy/temporal.hpp"
#include "interop/markdown_text.hpp"
#include "interop/policy_document.hpp"

namespace ectp::inline ECTP_ABI::interop {

using nlohmann::ordered_json;
using policy::value_kind;
using policy::value_ref;

ordered_json text_or_null(std::string_view s) { return s.empty() ? ordered_json(nullptr) : ordered_json(s); }

namespace {

ordered_json cell_of(const policy::explained_cell& c) {
  ordered_json out{{"input", c.input}, {"value", json_of(c.value.ref())}, {"test", c.test}};
  out["holds"] = c.unknown ? ordered_json(nullptr) : ordered_json(c.holds);
  out["margin"] = c.margin ? json_of(value_ref(*c.margin)) : ordered_json(nullptr);
  out["at"] = json_of(c.at);
  return out;
}

std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~') out += "~0";
    else if (c == '/') out += "~1";
    else out += c;
  }
  return out;
}

// The members of an object and of the objects in it that stand for inputs.
class input_reader {
 public:
  explicit input_reader(const policy::table& t)
      : t_(t), values_(t.inputs().size()), given_(t.inputs().size()) {}

  result<std::vector<policy::value>> read(const json_value& root) {
    if (root.kind() != json_kind::object)
      return root.fail(errc::wrong_type, "the inputs are " + std::string(name(root.kind())),
                       "an object with a member for each input", "");
    if (auto ok = take(root, {}); !ok) return ok.error();
    for (std::size_t i = 0; i != given_.size(); ++i)
      if (!given_[i]) return missing(i, root);
    return std::move(values_);
  }

 private:
  result<void> take(const json_value& object, const std::string& prefix) {
    const auto members = object.members();
    if (!members) return members.error();
    for (const json_member m : *members) {
      const std::string name = prefix + std::string(m.name());
      const auto input = t_.find_input(name);
      if (m.value.kind() == json_kind::object && is_group(name)) {
        if (auto ok = take(m.value, name + "."); !ok) return ok;
        continue;
      }
      if (!input) return unknown(m, name);
      if (given_[*input])
        return m.key.fail(errc::bad_argument, "the input '" + name + "' is given twice", "each input once");
      given_[*input] = true;
      if (auto ok = read(*input, m.value); !ok) return ok;
    }
    return {};
  }

  // Does some input lie below this name?
  bool is_group(const std::string& name) const {
    for (std::size_t i = 0; i != given_.size(); ++i) {
      const std::string& input = t_.input(i).name;
      if (input.size() > name.size() && input[name.size()] == '.' && input.compare(0, name.size(), name) == 0)
        return true;
    }
    return false;
  }

  error unknown(const json_member& m, const std::string& name) const {
    std::string known;
    for (std::size_t i = 0; i != given_.size(); ++i) known += (i == 0 ? "" : ", ") + t_.input(i).name;
    return m.key.fail(errc::unknown_field, "the table '" + t_.name() + "' has no input '" + name + "'",
                      "one of: " + known, t_.find_output(name) ? "it is an output of the table" : "");
  }

  // At the innermost object in which it could stand.
  error missing(std::size_t i, const json_value& root) const {
    const policy::column& c = t_.input(i);
    json_value object = root;
    std::string_view rest = c.name;
    for (std::size_t dot = 0; (dot = rest.find('.', dot)) != rest.npos; ++dot)
      if (const auto inner = object.find(rest.substr(0, dot)); inner && inner->kind() == json_kind::object) {
        object = *inner;
        rest.remove_prefix(dot + 1);
        dot = static_cast<std::size_t>(-1);
      }
    error e = object.fail(errc::missing_field, "the input '" + c.name + "' is not given", to_string(c.domain),
                          c.domain.nullable ? "pass null if it is not known" : "");
    e.at.path += "/" + escaped(rest);
    return e;
  }

  result<void> read(std::size_t i, const json_value& v) {
    const policy::column& c = t_.input(i);
    const auto wrong = [&](std::string hint) {
      const bool nested = v.kind() == json_kind::array || v.kind() == json_kind::object;
      const std::string shown(nested ? name(v.kind()) : v.source().substr(0, 60));
      return v.fail(errc::wrong_type, "the input '" + c.name + "' is " + shown, to_string(c.domain),
                    std::move(hint));
    };
    value_ref made;
    switch (v.kind()) {
      case json_kind::null: break;
      case json_kind::boolean: made = *v.as_boolean(); break;
      case json_kind::number: {
        const auto number = v.as_double();
        if (!number) return number.error();
        made = *number;
        break;
      }
      case json_kind::string:
        made = v.text();
        if (c.domain.type == value_kind::number || c.domain.type == value_kind::boolean)
          return wrong("without the quotes");
        if (is_temporal(c.domain.type)) {
          policy::decimal position;
          if (!read_temporal(c.domain.type, v.text(), position)) return wrong("");
          made = {c.domain.type, position.to_double()};
        }
        break;
      default: return wrong("");
    }
    if (auto why = t_.refusal(i, made)) return v.locate(std::move(*why));
    values_[i] = made;
    return {};
  }

  const policy::table& t_;
  std::vector<policy::value> values_;
  std::vector<bool> given_;
};

}  // namespace

ordered_json json_of(const value_ref& v) {
  switch (v.kind()) {
    case value_kind::null: return nullptr;
    case value_kind::boolean: return v.boolean();
    case value_kind::text: return v.text();
    case value_kind::number: {
      const double n = v.number();
      if (n - n != 0) return to_string(v);  // JSON has no infinity
      if (n > -1e15 && n < 1e15 && static_cast<double>(static_cast<std::int64_t>(n)) == n)
        return static_cast<std::int64_t>(n);
      return n;
    }
    default: return policy::temporal_text(v.kind(), v.number());
  }
}

void add_identity(ordered_json& out, const policy::table& t, std::string_view sha256) {
  out["policy_id"] = text_or_null(t.id());
  out["policy_version"] = text_or_null(t.version());
  out["policy_sha256"] = sha256;
}

ordered_json json_of(const location& at) { return to_string(at); }

ordered_json json_of(const policy::answer& a) {
  const auto item = [&](std::size_t k) {
    if (a.names.empty()) return json_of(a.item(k)[0].ref());
    ordered_json out = ordered_json::object();
    for (std::size_t i = 0; i != a.names.size(); ++i) out[a.names[i]] = json_of(a.item(k)[i].ref());
    return out;
  };
  if (a.is_null()) return nullptr;
  if (!a.is_list()) return item(0);
  ordered_json out = ordered_json::array();
  for (std::size_t k = 0; k != a.size(); ++k) out.push_back(item(k));
  return out;
}

ordered_json json_of(const policy::nearest& n) {
  ordered_json set = ordered_json::array();
  for (const auto& c : n.changes)
    set.push_back({{"input", c.name},
                   {"from", json_of(c.from.ref())},
                   {"to", json_of(c.to.ref())},
                   {"test", c.test},
                   {"steps", c.steps}});
  ordered_json out{{"complete", n.complete()}, {"reason", text_or_null(n.reason)}, {"set", set}};
  out["steps"] = n.found() ? ordered_json(n.steps) : ordered_json(nullptr);
  out["status"] = n.found() ? ordered_json(name(n.decided.status)) : ordered_json(nullptr);
  out["answer"] = json_of(n.answer);
  out["rule"] = text_or_null(n.rule);
  return out;
}

ordered_json json_of(const policy::explanation& e, const policy::nearest* change) {
  const ordered_json object = ordered_json::object(), array = ordered_json::array();
  ordered_json inputs = object, labels = object, units = object;
  for (const auto& i : e.inputs) {
    inputs[i.name] = json_of(i.value.ref());
    if (!i.label.empty()) labels[i.name] = i.label;
    if (!i.unit.empty()) units[i.name] = i.unit;
  }
  ordered_json matched = array, selected = array, rejected = array, problems = array;
  for (const auto& m : e.matched) {
    ordered_json cells = array, outputs = object, notes = object;
    for (const auto& c : m.cells) cells.push_back(cell_of(c));
    for (const auto& o : m.outputs) outputs[o.name] = json_of(o.value.ref());
    for (const auto& n : m.notes) notes[n.name] = n.text;
    matched.push_back({{"rule", m.id},
                       {"selected", m.selected},
                       {"at", json_of(m.at)},
                       {"cites", text_or_null(m.source)},
                       {"cells", cells},
                       {"outputs", outputs},
                       {"notes", notes}});
  }
  for (const std::uint32_t k : e.selection) selected.push_back(e.matched[k].id);
  for (const auto& r : e.rejected)
    rejected.push_back({{"rule", r.id}, {"at", json_of(r.at)}, {"cites", text_or_null(r.source)},
                        {"first_failed", cell_of(r.first_failed)}});
  for (const auto& p : e.problems) problems.push_back(to_string(p));
  ordered_json out{{"schema", 1}, {"policy", e.table}};
  out["policy_id"] = text_or_null(e.id);
  out["policy_version"] = text_or_null(e.version);
  out["policy_sha256"] = text_or_null(e.sha256);
  out["file"] = e.file;
  out["hit_policy"] = name(e.hit_policy);
  out["aggregation"] = text_or_null(name(e.aggregation));
  out["status"] = name(e.status);
  out["answer"] = json_of(e.answer);
  out["inputs"] = std::move(inputs);
  out["labels"] = std::move(labels);
  out["units"] = std::move(units);
  out["missing"] = e.missing;
  out["defaulted"] = e.defaulted;
  out["matched"] = std::move(matched);
  out["selected"] = std::move(selected);
  out["rejected"] = std::move(rejected);
  out["problems"] = std::move(problems);
  if (change != nullptr) out["nearest_change"] = json_of(*change);
  return out;
}

result<std::vector<policy::value>> inputs_of(const policy::table& t, const json_value& given) {
  return input_reader(t).read(given);
}

}  // namespace ectp::inline ECTP_ABI::interop

namespace ectp::inline ECTP_ABI::policy {

using interop::code_in_cell;
using interop::in_backticks;
using interop::markdown_header;
using interop::markdown_row;
using interop::plain_in_markdown;

namespace {

// Bytes that are no UTF-8 may stand in a value that was given; they are shown as U+FFFD.
std::string dumped(const nlohmann::ordered_json& j, int indent) {
  return j.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

// In characters, not bytes.
std::size_t width_of(std::string_view s) {
  std::size_t shown = 0;
  for (const char c : s) shown += (static_cast<unsigned char>(c) & 0xC0) == 0x80 ? 0 : 1;
  return shown;
}
std::string padded(std::string_view s, std::size_t width) {
  const std::size_t shown = width_of(s);
  return std::string(s) + std::string(shown < width ? width - shown : 0, ' ');
}

// Lines behind the first stand under it.
std::string hanging(std::string_view s, std::size_t indent) {
  std::string out;
  for (const char c : s) {
    if (c == '\r') continue;
    out += c;
    if (c == '\n') out.append(indent, ' ');
  }
  return out;
}

// Two columns: names, and what there is to say of them.
class lines {
 public:
  void add(std::string_view name, std::string text) { all_.push_back({std::string(name), std::move(text)}); }
  bool empty() const { return all_.empty(); }
  std::string str() const {
    std::size_t width = 0;
    for (const auto& l : all_) width = std::max(width, width_of(l.first));
    std::string out;
    for (const auto& [name, text] : all_)
      out += "  " + padded(name, width) + "  " + hanging(text, width + 4) + "\n";
    return out;
  }

 private:
  std::vector<std::pair<std::string, std::string>> all_;
};

std::string as_is(std::string_view s) { return std::string(s); }

std::string behind_comma(const std::string& s) { return s.empty() ? "" : ", " + s; }

// What text and Markdown share: phrases about an explanation. `code` writes values and tests, `plain`
// any other text.
struct phrases {
  const explanation& e;
  std::string (*code)(std::string_view);
  std::string (*plain)(std::string_view);

  const explained_input* input(std::string_view name) const {
    for (const explained_input& i : e.inputs)
      if (i.name == name) return &i;
    return nullptr;
  }
  // A value of an input, with its unit.
  std::string given(std::string_view name, const policy::value& v) const {
    const explained_input* const i = input(name);
    const bool counted = i != nullptr && !i->unit.empty() && v.kind() == value_kind::number;
    return code(to_string(v.ref())) + (counted ? " " + plain(i->unit) : "");
  }
  std::string margin(const explained_cell& c) const {
    if (c.unknown) return "unknown";
    if (!c.margin) return "";
    const double m = *c.margin < 0 ? -*c.margin : *c.margin;
    if (m == 0) return c.holds ? "only just" : "but only just";
    std::string size;
    const auto counted = [&](std::string_view one) {
      size = to_string(value_ref(m)) + " " + std::string(one) + (m == 1 ? "" : "s");
    };
    switch (c.value.kind()) {
      case value_kind::text: counted("place"); break;
      case value_kind::date: counted("day"); break;
      case value_kind::months: counted("month"); break;
      case value_kind::number: {
        const explained_input* const i = input(c.input);
        size = to_string(value_ref(m)) + (i == nullptr || i->unit.empty() ? "" : " " + plain(i->unit));
        break;
      }
      default: size = temporal_text(value_kind::duration, m);
    }
    return c.holds ? size + " to spare" : "off by " + size;
  }
  std::string listed(const std::vector<std::string>& all) const {
    std::string out;
    for (std::size_t i = 0; i != all.size(); ++i)
      out += (i == 0 ? "" : i + 1 == all.size() ? " and " : ", ") + plain(all[i]);
    return out;
  }
  std::string title(std::string (*code_in_title)(std::string_view)) const {
    std::string says;
    switch (e.status) {
      case rule_status::decided: says = code_in_title(to_string(e.answer)); break;
      case rule_status::no_rule: says = "no decision, no rule matches"; break;
      case rule_status::conflict: says = "no decision, the rules are in conflict"; break;
      case rule_status::invalid_input: says = "no decision, an input is invalid"; break;
    }
    return e.table.empty() ? says : plain(e.table) + ": " + says;
  }
  // Who decided, and how.
  std::string decided() const {
    std::vector<std::string> rules;
    for (const std::uint32_t k : e.selection) rules.push_back(e.matched[k].id);
    std::string how(name(e.hit_policy));
    if (e.aggregation != aggregation::none) how += " " + std::string(name(e.aggregation));
    if (e.status != rule_status::decided) return "Hit policy " + how + ".";
    if (!rules.empty()) return "Decided by " + listed(rules) + " (" + how + ").";
    const std::string what = e.defaulted.empty() ? "No rule matches" : "No rule matches: this is the default";
    return what + " (" + how + ").";
  }
  std::string role(const matched_rule& m) const {
    if (m.selected) return "decides";
    return e.status == rule_status::conflict ? "matches too" : "matches and is left out";
  }
};

// The changes of the nearest change come first: these are the words behind them.
std::string outcome_of(const nearest& n, const phrases& say) {
  return say.code(to_string(n.answer)) + (n.rule.empty() ? "" : ", by " + say.plain(n.rule));
}
std::string no_change(const nearest& n, const phrases& say) {
  return n.complete() ? "No change of the inputs that can change gives another answer."
                      : say.plain(n.reason) + ".";
}
// Which other values would do as well, if any.
std::string others_of(const changed_input& c, const phrases& say) {
  return c.test == to_string(c.to.ref()) ? "" : "any value " + say.code(c.test) + " does";
}

}  // namespace

std::string to_text(const explanation& e, const nearest* change) {
  const phrases say{e, as_is, as_is};
  std::string out = say.title(as_is) + "\n" + say.decided() + "\n";
  for (const error& p : e.problems) out += to_string(p) + "\n";
  if (!e.inputs.empty()) {
    lines given;
    for (const explained_input& i : e.inputs)
      given.add(i.name, say.given(i.name, i.value) + (i.label.empty() ? "" : "  (" + i.label + ")"));
    out += "\nGiven\n" + given.str();
  }
  if (!e.missing.empty()) out += "Not known: " + say.listed(e.missing) + ".\n";
  for (const matched_rule& m : e.matched) {
    lines all;
    for (const explained_cell& c : m.cells) {
      if (c.test == "-") continue;
      all.add(c.input, say.given(c.input, c.value) + " meets " + c.test + behind_comma(say.margin(c)));
    }
    for (const explained_output& o : m.outputs) all.add(o.name, to_string(o.value.ref()));
    for (const explained_note& n : m.notes)
      if (!n.text.empty()) all.add(n.name, n.text);
    out += "\n" + m.id + " " + say.role(m) + " (" + to_string(m.at) + ")\n" + all.str();
  }
  if (!e.rejected.empty()) {
    lines all;
    for (const rejected_rule& r : e.rejected) {
      const explained_cell& c = r.first_failed;
      const std::string what =
          c.unknown ? ", so " + c.test + " is unknown" : ", not " + c.test + behind_comma(say.margin(c));
      all.add(r.id, c.input + " is " + say.given(c.input, c.value) + what + " (" + to_string(c.at) + ")" +
                        (r.source.empty() ? "" : " [" + r.source + "]"));
    }
    out += "\nRules that do not match, each with its first test that fails\n" + all.str();
  }
  if (change == nullptr) return out;
  out += "\nNearest change\n";
  if (!change->found()) return out + "  " + no_change(*change, say) + "\n";
  lines all;
  for (const changed_input& c : change->changes) {
    const std::string others = others_of(c, say);
    all.add(c.name, "from " + say.given(c.name, c.from) + " to " + say.given(c.name, c.to) +
                        (others.empty() ? "" : " (" + others + ")"));
  }
  out += all.str() + "  then " + outcome_of(*change, say) + "\n";
  if (!change->complete()) out += "  " + change->reason + "\n";
  return out;
}

std::string to_markdown(const explanation& e, const nearest* change) {
  const phrases say{e, code_in_cell, plain_in_markdown};
  std::string out = "## " + say.title(in_backticks) + "\n\n" + say.decided() + "\n";
  for (const error& p : e.problems) out += "\n- " + say.plain(to_string(p)) + "\n";
  if (!e.inputs.empty()) {
    out += markdown_header({"input", "value", ""});
    for (const explained_input& i : e.inputs)
      out += markdown_row({say.plain(i.name), say.given(i.name, i.value), say.plain(i.label)});
  }
  if (!e.missing.empty()) out += "\nNot known: " + say.listed(e.missing) + ".\n";
  for (const matched_rule& m : e.matched) {
    out += "\n### " + say.plain(m.id) + " " + say.role(m) + "\n\n" + say.plain(to_string(m.at)) + "\n";
    std::string tests;
    for (const explained_cell& c : m.cells)
      if (c.test != "-")
        tests += markdown_row({say.plain(c.input), say.given(c.input, c.value), say.code(c.test), say.margin(c)});
    if (!tests.empty()) out += markdown_header({"input", "value", "test", "margin"}) + tests;
    out += markdown_header({"then", ""});
    for (const explained_output& o : m.outputs)
      out += markdown_row({say.plain(o.name), say.code(to_string(o.value.ref()))});
    for (const explained_note& n : m.notes)
      if (!n.text.empty()) out += markdown_row({say.plain(n.name), say.plain(n.text)});
  }
  if (!e.rejected.empty()) {
    out += "\n### Rules that do not match\n\nEach with its first test that fails.\n" +
           markdown_header({"rule", "input", "value", "test", "margin", "cites"});
    for (const rejected_rule& r : e.rejected) {
      const explained_cell& c = r.first_failed;
      out += markdown_row({say.plain(r.id), say.plain(c.input), say.given(c.input, c.value), say.code(c.test),
                  say.margin(c), say.plain(r.source)});
    }
  }
  if (change == nullptr) return out;
  out += "\n### Nearest change\n";
  if (!change->found()) return out + "\n" + no_change(*change, say) + "\n";
  out += markdown_header({"input", "from", "to", ""});
  for (const changed_input& c : change->changes)
    out += markdown_row({say.plain(c.name), say.given(c.name, c.from), say.given(c.name, c.to), others_of(c, say)});
  const phrases outside{e, in_backticks, plain_in_markdown};
  out += "\nThen " + outcome_of(*change, outside) + ".\n";
  if (!change->complete()) out += "\n" + say.plain(change->reason) + "\n";
  return out;
}

std::string to_json(const answer& a) { return dumped(interop::json_of(a), -1); }

std::string to_json(const explanation& e, const nearest* change) {
  return dumped(interop::json_of(e, change), 2) + "\n";
}

result<std::vector<value>> read_inputs(const table& t, std::string_view json, std::string_view file) {
  const auto document = interop::parse_json(json, file);
  if (!document) return document.error();
  return interop::inputs_of(t, document->root());
}

}  // namespace ectp::inline ECTP_ABI::policy
