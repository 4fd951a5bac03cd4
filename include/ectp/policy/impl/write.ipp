#pragma once
#include <string>
#include <string_view>

#include "ectp/core/impl/csv.ipp"
#include "ectp/core/text.hpp"
#include "ectp/policy/impl/domain.ipp"
#include "ectp/policy/impl/number.ipp"
#include "ectp/policy/impl/value.ipp"
#include "ectp/policy/write.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// What the i-th output is by default, as its cell would say it; null is an empty cell.
ECTP_DECL std::string default_text(const table& t, std::size_t i);

ECTP_DEF std::string default_text(const table& t, std::size_t i) {
  const value_ref v = t.default_output(i);
  switch (v.kind()) {
    case value_kind::null: return {};
    case value_kind::boolean: return to_string(v);
    case value_kind::number: return to_string(t.default_decimal(i));
    case value_kind::text: break;
    default: return temporal_text(v.kind(), v.number());
  }
  const std::string_view s = v.text();
  if (t.output(i).domain.listed) return listed_word(s);
  const bool bare = !s.empty() && s.front() != '"' && s != "null" && trim(s) == s;
  return bare ? std::string(s) : to_string(v);
}

/// Hands every cell of the table's text to `put(text, ends_row)`, row after row.
template <class Put>
void each_cell(const table& t, Put put) {
  const std::size_t n = t.columns().size();
  const auto row = [&](std::string_view corner, auto cell) {
    put(corner, n == 0);
    for (std::size_t i = 0; i != n; ++i) put(std::string_view(cell(t.columns()[i])), i + 1 == n);
  };
  const auto any = [&](auto says) {
    for (const column& c : t.columns())
      if (says(c)) return true;
    return false;
  };
  row(corner(t.hit_policy(), t.aggregation()), [](const column& c) { return std::string_view(c.name); });
  row("", [](const column& c) { return name(c.role); });
  row("", [](const column& c) { return c.role == column_role::note ? std::string() : to_string(c.domain); });
  const auto of_policy = [&](std::string_view corner, std::string_view said) {
    if (!said.empty())
      row(corner, [&](const column& c) { return &c == t.columns().data() ? said : std::string_view(); });
  };
  of_policy("#id", t.id());
  of_policy("#version", t.version());
  of_policy("#valid", to_string(t.valid()));
  if (any([](const column& c) { return !c.label.empty(); }))
    row("#label", [](const column& c) { return std::string_view(c.label); });
  if (any([](const column& c) { return !c.unit.empty(); }))
    row("#unit", [](const column& c) { return std::string_view(c.unit); });
  if (any([](const column& c) { return !c.source.empty(); }))
    row("#source", [](const column& c) { return std::string_view(c.source); });
  if (any([](const column& c) { return c.fixed; }))
    row("#change", [](const column& c) {
      return std::string_view(c.fixed ? "fixed" : c.role == column_role::input ? "actionable" : "");
    });
  if (t.has_defaults()) {
    std::size_t output = 0;
    row("#default", [&](const column& c) {
      return c.role == column_role::output ? default_text(t, output++) : std::string();
    });
  }
  for (std::size_t r = 0; r != t.rules(); ++r) {
    put(t.rule_id(r), n == 0);
    for (std::size_t i = 0; i != n; ++i) put(t.cell_text(r, i), i + 1 == n);
  }
}
}  // namespace detail

ECTP_DEF std::string write_csv(const table& t) {
  std::string out;
  if (t.columns().empty()) return out;
  bool first = true;
  detail::each_cell(t, [&](std::string_view text, bool ends_row) {
    if (!first) out += ',';
    csv::write_cell(out, text);
    first = ends_row;
    if (ends_row) out += '\n';
  });
  return out;
}

ECTP_DEF bool same_policy(const table& a, const table& b) {
  if (a.hit_policy() != b.hit_policy() || a.aggregation() != b.aggregation() || a.rules() != b.rules() ||
      a.columns().size() != b.columns().size() || a.has_defaults() != b.has_defaults() || a.id() != b.id() ||
      a.version() != b.version() || a.valid() != b.valid())
    return false;
  for (std::size_t i = 0; i != a.columns().size(); ++i) {
    const column &x = a.columns()[i], &y = b.columns()[i];
    if (x.name != y.name || x.role != y.role || x.domain != y.domain || x.label != y.label ||
        x.unit != y.unit || x.source != y.source || x.fixed != y.fixed)
      return false;
  }
  for (std::size_t i = 0; i != a.outputs().size(); ++i)
    if (a.default_output(i) != b.default_output(i)) return false;
  // The same text in the same domain is the same test, the same value or the same note.
  for (std::size_t r = 0; r != a.rules(); ++r) {
    if (a.rule_id(r) != b.rule_id(r)) return false;
    for (std::size_t i = 0; i != a.columns().size(); ++i)
      if (a.cell_text(r, i) != b.cell_text(r, i)) return false;
  }
  return true;
}

}  // namespace ectp::inline ECTP_ABI::policy
