#pragma once
#include <string>
#include <utility>
#include <vector>

#include "ectp/policy/explain.hpp"
#include "ectp/policy/impl/answer.ipp"
#include "ectp/policy/impl/domain.ipp"
#include "ectp/policy/impl/identity.ipp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// What stands in one cell: the places its tests name on the line of their column, and what they say
/// of null.
struct cell_reader {
  const table& t;
  std::size_t input;
  std::span<const value_ref> values;
  bool everything = false, negated = false;
  bool null_holds = false;    ///< a test holds for null
  bool orders = false;        ///< a test compares
  list<double> places;        ///< numbers and positions, or places in a list of words

  void any() { everything = true; }
  void negate() { negated = true; }
  ECTP_DECL fault test(const unary_test& test);
  ECTP_DECL void take(const literal& l);
};

/// The position of a value on the line of its column; precondition: the column is ordered, the value
/// belongs to it and is not null.
ECTP_DECL double position_of(const axis& a, const value_ref& v);
/// |x - y|, exact for numbers of at most 15 digits.
ECTP_DECL double distance(double x, double y);
/// How far the value lies from the nearest place where the test changes its truth.
ECTP_DECL maybe<double> room(const cell_reader& cell, std::size_t rule);
ECTP_DECL truth cell_truth(const table& t, std::size_t rule, std::size_t i, std::uint32_t cell,
                           std::span<const value_ref> values);
ECTP_DECL explained_cell explained(const table& t, std::size_t rule, std::size_t i, truth says,
                                   std::span<const value_ref> values);
ECTP_DECL error no_decision(const table& t, const outcome& out, std::span<const value_ref> values);
ECTP_DECL matched_rule match_of(const table& t, std::size_t rule, std::vector<explained_cell> cells);

ECTP_DEF fault cell_reader::test(const unary_test& test) {
  const bool equality = test.how == relation::equal || test.how == relation::not_equal;
  if (equality) {
    bool null_literal = test.low.kind == literal_kind::null;
    if (t.axis(input).names_input(test.low)) null_literal = values[*t.find_input(test.low.text)].is_null();
    null_holds = null_holds || null_literal == (test.how == relation::equal);
  } else {
    orders = true;
  }
  take(test.low);
  if (test.how == relation::within) take(test.high);
  return {};
}

ECTP_DEF void cell_reader::take(const literal& l) {
  const ECTP_LATER(axis)& a = t.axis(input);
  if (l.kind == literal_kind::null || !a.ordered()) return;
  if (a.names_input(l)) {
    const std::size_t other = *t.find_input(l.text);
    // A test that names its own column has no place of its own.
    if (other == input || values[other].is_null()) return;
    if (a.type() != value_kind::text) places.push_back(values[other].number());
    else if (const std::uint32_t c = a.cell_of(values[other]); c != no_cell) places.push_back(c);
  } else if (l.is_text()) {
    std::string word;
    policy::decode(l, word);
    places.push_back(a.cell_of(value_ref(word)));
  } else {
    places.push_back(l.number.to_double());
  }
}

ECTP_DEF double position_of(const axis& a, const value_ref& v) {
  return v.kind() == value_kind::text ? a.cell_of(v) : v.number();
}

ECTP_DEF double distance(double x, double y) {
  decimal a, b;
  if (nearest_decimal(x, a) && nearest_decimal(y, b)) {
    decimal_sum difference;
    difference.add(a);
    difference.add({-b.coefficient, b.exponent});
    x = difference.rounded();
    y = 0;
  }
  return x < y ? y - x : x - y;
}

ECTP_DEF maybe<double> room(const cell_reader& cell, std::size_t rule) {
  const ECTP_LATER(axis)& a = cell.t.axis(cell.input);
  const value_ref v = cell.values[cell.input];
  if (v.is_null() || cell.places.empty()) return {};
  const bool words = a.type() == value_kind::text, by_row = cell.t.names_input(rule, cell.input);
  const std::uint32_t plain = a.nullable() ? a.size() - 1 : a.size();
  ECTP_LATER(std::vector<value_ref>) row(cell.values.begin(), cell.values.end());
  // Does the test hold here? The answer of `otherwise` where the column has no such value.
  const auto in_cell = [&](std::uint32_t c, bool otherwise) {
    return c < plain ? cell.t.holds(rule, cell.input, c) : otherwise;
  };
  const auto at = [&](double x, bool otherwise) {
    value_ref& mine = row[cell.input];
    if (!words) mine = value_ref(a.type(), x);
    else if (x < 0 || x >= plain) return otherwise;
    else mine = a.representative(static_cast<std::uint32_t>(x));
    if (a.cell_of(mine) == no_cell) return otherwise;
    return cell.t.row_test(rule, cell.input, row) == truth::yes;
  };
  // The values next to a place, on either side of it.
  const auto beside = [&](double p, bool up) {
    if (words) return up ? p + 1 : p - 1;
    if (a.integer() && p < 9e15 && p > -9e15) {
      const auto down = static_cast<double>(static_cast<std::int64_t>(p));
      const double floor = down > p ? down - 1 : down;
      return up ? floor + 1 : floor < p ? floor : p - 1;
    }
    maybe<double> next;
    const auto look = [&](double x) {
      if ((up ? x > p : x < p) && (!next || (up ? x < *next : x > *next))) next = x;
    };
    for (const decimal& x : a.points()) look(x.to_double());
    if (next && a.listed()) return *next;
    for (const double x : cell.places) look(x);
    return next ? p + (*next - p) / 2 : up ? p + 1 : p - 1;
  };
  maybe<double> nearest;
  for (const double p : cell.places) {
    bool changes = false;
    if (by_row) {
      const double below = beside(p, false), above = beside(p, true);
      const bool here = at(p, at(below, at(above, false)));
      changes = at(below, here) != here || at(above, here) != here;
    } else {
      const std::uint32_t c = words ? static_cast<std::uint32_t>(p) : a.cell_of(value_ref(a.type(), p));
      const bool here = in_cell(c, false);
      changes = c != no_cell && ((c != 0 && in_cell(c - 1, here) != here) || in_cell(c + 1, here) != here);
    }
    if (!changes) continue;
    const double d = distance(position_of(a, v), p);
    if (!nearest || d < *nearest) nearest = d;
  }
  return nearest;
}

ECTP_DEF truth cell_truth(const table& t, std::size_t rule, std::size_t i, std::uint32_t cell,
                          std::span<const value_ref> values) {
  if (t.names_input(rule, i)) return t.row_test(rule, i, values);
  if (t.holds(rule, i, cell)) return truth::yes;
  if (!values[i].is_null()) return truth::no;
  ECTP_LATER(cell_reader) read{t, i, values, false, false, false, false, {}};
  (void)parse_cell(t.cell_text(rule, t.inputs()[i]), t.input(i).domain.syntax(), read);
  return read.orders && !read.null_holds ? truth::unknown : truth::no;
}

ECTP_DEF explained_cell explained(const table& t, std::size_t rule, std::size_t i, truth says,
                                  std::span<const value_ref> values) {
  const std::string_view test = t.cell_text(rule, t.inputs()[i]);
  ECTP_LATER(explained_cell) out{t.input(i).name, values[i], std::string(test.empty() ? "-" : test),
                     t.cell_location(rule, t.inputs()[i]), says == truth::yes, says == truth::unknown, {}};
  if (out.test == "-") return out;
  ECTP_LATER(cell_reader) read{t, i, values, false, false, false, false, {}};
  (void)parse_cell(test, t.input(i).domain.syntax(), read);
  out.margin = room(read, rule);
  if (out.margin && !out.holds && *out.margin != 0) out.margin = -*out.margin;
  return out;
}

ECTP_DEF error no_decision(const table& t, const outcome& out, std::span<const value_ref> values) {
  ECTP_LATER(error) e;
  e.at.file = t.file();
  if (out.status == rule_status::conflict) {
    const bool any = t.hit_policy() == hit_policy::any;
    e.code = errc::rule_conflict;
    e.message = "the rules " + shown(t.rule_id(out.rule)) + " and " + shown(t.rule_id(out.other)) +
                " of the table " + shown(t.name()) + " both match" + (any ? " and say different things" : "");
    e.at = t.rule_location(out.other);
    e.expected = any ? "rules that say the same, as ANY promises" : "at most one rule, as UNIQUE promises";
    e.hint = "narrow one of them, or use FIRST";
  } else if (out.status == rule_status::no_rule) {
    e.code = errc::no_rule;
    e.message = "no rule of the table " + shown(t.name()) + " matches";
    e.hint = "add a rule for these values";
  } else if (values.size() == t.inputs().size()) {
    e = *t.refusal(out.input, values[out.input]);
  } else {
    e.code = errc::bad_argument;
    e.message = "one value is needed for each input of the table " + shown(t.name());
    ectp::detail::append_number(e.expected, static_cast<std::uint32_t>(t.inputs().size()));
    e.expected += " values";
  }
  return e;
}

ECTP_DEF matched_rule match_of(const table& t, std::size_t rule, std::vector<explained_cell> cells) {
  ECTP_LATER(matched_rule) m;
  m.rule = static_cast<std::uint32_t>(rule);
  m.id = t.rule_id(rule);
  m.at = t.rule_location(rule);
  m.source = t.note(rule, "source");
  m.cells = std::move(cells);
  for (std::size_t i = 0; i != t.outputs().size(); ++i)
    m.outputs.push_back({t.output(i).name, t.output(rule, i)});
  for (std::size_t i = 0; i != t.notes().size(); ++i)
    m.notes.push_back({t.note(i).name, std::string(t.note(rule, i))});
  return m;
}
}  // namespace detail

ECTP_DEF explanation explain(const table& t, std::span<const value_ref> values) {
  return explain(t, values, fingerprint(t));
}

ECTP_DEF explanation explain(const table& t, std::span<const value_ref> values, std::string sha256) {
  ECTP_LATER(explanation) out;
  out.table = t.name();
  out.file = t.file();
  out.id = t.id();
  out.version = t.version();
  out.sha256 = std::move(sha256);
  out.hit_policy = t.hit_policy();
  out.aggregation = t.aggregation();
  scratch work = t.make_scratch();
  const outcome decided = t.decide(values, work);
  out.status = decided.status;
  const std::size_t n = t.inputs().size();
  for (std::size_t i = 0; i != n && i != values.size(); ++i) {
    const column& c = t.input(i);
    out.inputs.push_back({c.name, values[i], c.label, c.unit});
    if (values[i].is_null()) out.missing.push_back(c.name);
  }
  if (!decided) out.problems.push_back(detail::no_decision(t, decided, values));
  if (decided.status == rule_status::invalid_input) return out;
  out.answer = answer_of(t, decided, work);
  if (decided && work.hits().empty())
    for (std::size_t i = 0; i != t.outputs().size(); ++i)
      if (!t.default_output(i).is_null()) out.defaulted.push_back(t.output(i).name);
  for (std::size_t rule = 0; rule != t.rules(); ++rule) {
    truth says = truth::yes;
    std::size_t failed = 0;
    for (; failed != n; ++failed)
      if (says = detail::cell_truth(t, rule, failed, work.cells()[failed], values); says != truth::yes) break;
    if (says != truth::yes) {
      out.rejected.push_back({static_cast<std::uint32_t>(rule), std::string(t.rule_id(rule)),
                              t.rule_location(rule), std::string(t.note(rule, "source")),
                              detail::explained(t, rule, failed, says, values)});
      continue;
    }
    std::vector<explained_cell> cells;
    for (std::size_t i = 0; i != n; ++i) cells.push_back(detail::explained(t, rule, i, truth::yes, values));
    out.matched.push_back(detail::match_of(t, rule, std::move(cells)));
  }
  for (const std::uint32_t rule : work.hits()) {
    const std::size_t k = detail::partition_point(
        out.matched.size(), [&](std::size_t at) { return out.matched[at].rule < rule; });
    out.matched[k].selected = true;
    out.selection.push_back(static_cast<std::uint32_t>(k));
  }
  return out;
}

ECTP_DEF result<explanation> explain(const table& t, std::span<const named_value> values) {
  const result<std::vector<value_ref>> arranged = t.arrange(values);
  if (!arranged) return arranged.error();
  return explain(t, std::span<const value_ref>(arranged->data(), arranged->size()));
}

}  // namespace ectp::inline ECTP_ABI::policy
