#pragma once
#include <span>
#include <string>
#include <string_view>

#include "ectp/policy/identity.hpp"
#include "ectp/policy/impl/domain.ipp"
#include "ectp/policy/impl/number.ipp"
#include "ectp/policy/impl/value.ipp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// A run of a line's cells as one value or one range; of a list, its values.
ECTP_DECL std::string canonical_range(const axis& a, const cell_run& r);
/// The values of some cells.
ECTP_DECL std::string canonical_set(const axis& a, std::span<const cell_run> runs);
/// The tests of a cell that names another input.
ECTP_DECL std::string canonical_tests(const table& t, std::size_t rule, std::size_t i);
/// A text for people, in quotes.
ECTP_DECL std::string canonical_text(std::string_view s);

ECTP_DEF std::string canonical_range(const axis& a, const cell_run& r) {
  const auto text = [&](double x) { return to_string(value_ref(a.type(), x)); };
  double low = 0, high = 0, other = 0;
  if (a.listed()) {
    std::string out;
    for (std::uint32_t c = r.first; c <= r.last; ++c) {
      a.ends_of(c, low, high);
      out += (out.empty() ? "" : ",") + text(low);
    }
    return out;
  }
  a.ends_of(r.first, low, other);
  bool low_open = low != other;
  a.ends_of(r.last, other, high);
  bool high_open = high != other;
  // Further numbers than these are not counted one by one.
  constexpr double big = 9007199254740992.0;
  if (a.integer() && low_open && low > -big && low < big) {
    ++low;
    low_open = false;
  }
  if (a.integer() && high_open && high > -big && high < big) {
    --high;
    high_open = false;
  }
  if (low == high) return text(low);
  const auto finite = [](double x) { return x - x == 0; };
  return (low_open ? "(" : "[") + (finite(low) ? text(low) : std::string()) + ".." +
         (finite(high) ? text(high) : std::string()) + (high_open ? ")" : "]");
}

ECTP_DEF std::string canonical_set(const axis& a, std::span<const cell_run> runs) {
  if (runs.size() == 1 && runs[0] == a.all()) return "-";
  std::string out;
  const auto add = [&](const std::string& s) { out += (out.empty() ? "" : ",") + s; };
  const auto word = [&](std::uint32_t c) {
    if (a.type() == value_kind::boolean) return std::string(c == 1 ? "true" : "false");
    return to_string(value_ref(a.words()[c]));
  };
  bool null = false, other = false;
  for (const cell_run& r : runs) {
    null = null || r.last == a.null_cell();
    other = other || (r.first <= a.other_cell() && a.other_cell() <= r.last);
  }
  if (other) {
    // Which texts other tests name must not show: all are in it but these.
    std::uint32_t next = 0;
    for (const cell_run& r : runs) {
      for (; next < r.first && next < a.other_cell(); ++next) add(word(next));
      next = r.last + 1;
    }
    out = "not(" + out + ")";
  } else {
    for (cell_run r : runs) {
      if (r.last == a.null_cell()) {
        if (r.first == r.last) continue;
        --r.last;
      }
      if (is_line(a.type())) add(canonical_range(a, r));
      else
        for (std::uint32_t c = r.first; c <= r.last; ++c) add(word(c));
    }
  }
  if (null) add("null");
  return out.empty() ? "none" : out;
}

ECTP_DEF std::string canonical_tests(const table& t, std::size_t rule, std::size_t i) {
  struct collecting {
    const axis& cells;
    list<std::string> tests;
    bool negated = false;
    std::string text(const literal& l) const {
      if (cells.names_input(l)) return "input " + to_string(value_ref(l.text));
      switch (l.kind) {
        case literal_kind::null: return "null";
        case literal_kind::boolean: return l.boolean ? "true" : "false";
        case literal_kind::number: return to_string(l.number);
        case literal_kind::temporal: return temporal_text(l.temporal, l.number.to_double());
        default: break;
      }
      std::string decoded;
      policy::decode(l, decoded);
      return to_string(value_ref(decoded));
    }
    void any() {}
    void negate() { negated = true; }
    fault test(const unary_test& u) {
      std::string said = text(u.low);
      if (u.how == relation::within) {
        said = (u.low_open ? "(" : "[") + said + ".." + text(u.high) + (u.high_open ? ")" : "]");
      } else {
        constexpr const char* signs[] = {"", "!= ", "< ", "<= ", "> ", ">= "};
        said.insert(0, signs[static_cast<std::size_t>(u.how)]);
      }
      tests.push_back(std::move(said));
      return {};
    }
  } sink{t.axis(i), {}};
  (void)parse_cell(t.cell_text(rule, t.inputs()[i]), t.input(i).domain.syntax(), sink);
  detail::sort_unique(sink.tests);
  std::string out;
  for (const std::string& s : sink.tests) out += (out.empty() ? "" : ",") + s;
  return sink.negated ? "not(" + out + ")" : out;
}

ECTP_DEF std::string canonical_text(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i != s.size(); ++i)
    if (s[i] != '\r') out += s[i];
    else if (i + 1 == s.size() || s[i + 1] != '\n') out += '\n';
  return to_string(value_ref(out));
}
}  // namespace detail

ECTP_DEF std::string canonical_form(const table& t) {
  std::string out = "ectp policy 1\n";
  const auto line = [&](std::string_view what, std::string_view said) {
    if (said.empty()) return;
    out += what;
    out += said;
    out += '\n';
  };
  const auto text_line = [&](std::string_view what, const std::string& said) {
    if (!said.empty()) line(what, detail::canonical_text(said));
  };
  // An exact decimal, where a value is one.
  const auto value_of = [](value_ref v, const decimal& exact) {
    return v.kind() == value_kind::number ? to_string(exact) : to_string(v);
  };
  line("id ", t.id());
  line("version ", t.version());
  line("valid ", to_string(t.valid()));
  const bool made = t.aggregation() != aggregation::none;
  line("hit ", std::string(name(t.hit_policy())) + (made ? " " : "") + std::string(name(t.aggregation())));
  std::size_t output = 0;
  for (const column& c : t.columns()) {
    out += name(c.role);
    out += ' ' + to_string(value_ref(c.name));
    if (c.role != column_role::note) out += ' ' + to_string(c.domain);
    out += '\n';
    text_line("label ", c.label);
    text_line("unit ", c.unit);
    text_line("source ", c.source);
    if (c.fixed) out += "fixed\n";
    if (c.role != column_role::output) continue;
    if (t.has_defaults()) line("default ", value_of(t.default_output(output), t.default_decimal(output)));
    ++output;
  }
  list<std::uint32_t> order;
  for (std::size_t r = 0; r != t.rules(); ++r) order.push_back(static_cast<std::uint32_t>(r));
  const bool sorted = t.hit_policy() == hit_policy::unique || t.hit_policy() == hit_policy::any ||
                      t.aggregation() != aggregation::none;
  if (sorted)
    detail::sort(order, 0, order.size(),
                 [&](std::uint32_t a, std::uint32_t b) { return t.rule_id(a).compare(t.rule_id(b)) < 0; });
  for (const std::uint32_t r : order) {
    line("rule ", t.rule_id(r));
    std::size_t input = 0;
    output = 0;
    for (std::size_t c = 0; c != t.columns().size(); ++c) {
      switch (t.columns()[c].role) {
        case column_role::input:
          out += t.names_input(r, input) ? detail::canonical_tests(t, r, input)
                                         : detail::canonical_set(t.axis(input), t.runs(r, input));
          ++input;
          break;
        case column_role::output:
          out += value_of(t.output(r, output), t.output_decimal(r, output));
          ++output;
          break;
        case column_role::note: out += detail::canonical_text(t.cell_text(r, c)); break;
      }
      out += '\n';
    }
  }
  return out;
}

ECTP_DEF std::string fingerprint(const table& t) { return to_hex(ectp::sha256(canonical_form(t))); }

}  // namespace ectp::inline ECTP_ABI::policy
