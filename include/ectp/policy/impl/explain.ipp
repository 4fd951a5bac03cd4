#pragma once
#include "ectp/policy/explain.hpp"
#include "ectp/policy/impl/domain.ipp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
ECTP_DECL error no_decision(const table& t, const outcome& out, std::span<const value_ref> values);
ECTP_DECL matched_rule match_of(const table& t, std::size_t rule, std::vector<explained_cell> cells);

ECTP_DEF error no_decision(const table& t, const outcome& out, std::span<const value_ref> values) {
  error e;
  e.at.file = t.file();
  if (out.status == rule_status::conflict) {
    e.code = errc::rule_conflict;
    e.message = "the rules " + shown(t.rule_id(out.rule)) + " and " + shown(t.rule_id(out.other)) +
                " of the table " + shown(t.name()) + " both match";
    e.at = t.rule_location(out.other);
    e.expected = "at most one rule, as UNIQUE promises";
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
  matched_rule m;
  m.rule = static_cast<std::uint32_t>(rule);
  m.id = t.rule_id(rule);
  m.at = t.rule_location(rule);
  m.cells = std::move(cells);
  for (std::size_t i = 0; i != t.outputs().size(); ++i)
    m.outputs.push_back({t.output(i).name, t.output(rule, i)});
  for (std::size_t i = 0; i != t.notes().size(); ++i)
    m.notes.push_back({t.note(i).name, std::string(t.note(rule, i))});
  return m;
}
}  // namespace detail

ECTP_DEF explanation explain(const table& t, std::span<const value_ref> values) {
  explanation out;
  out.table = t.name();
  out.file = t.file();
  out.hit_policy = t.hit_policy();
  scratch work = t.make_scratch();
  const outcome decided = t.decide(values, work);
  out.status = decided.status;
  for (std::size_t i = 0; i != t.inputs().size() && i != values.size(); ++i)
    out.inputs.push_back({t.input(i).name, values[i]});
  if (!decided) out.problems.push_back(detail::no_decision(t, decided, values));
  if (decided.status == rule_status::invalid_input) return out;
  const auto cell_at = [&](std::size_t rule, std::size_t i, bool holds) {
    const std::string_view test = t.cell_text(rule, t.inputs()[i]);
    return explained_cell{t.input(i).name, values[i], std::string(test.empty() ? "-" : test),
                          t.cell_location(rule, t.inputs()[i]), holds};
  };
  for (std::size_t rule = 0; rule != t.rules(); ++rule) {
    std::size_t failed = 0;
    while (failed != t.inputs().size() && t.holds(rule, failed, work.cells()[failed])) ++failed;
    if (failed != t.inputs().size()) {
      out.rejected.push_back({static_cast<std::uint32_t>(rule), std::string(t.rule_id(rule)),
                              t.rule_location(rule), cell_at(rule, failed, false)});
      continue;
    }
    std::vector<explained_cell> cells;
    for (std::size_t i = 0; i != t.inputs().size(); ++i) cells.push_back(cell_at(rule, i, true));
    out.matched.push_back(detail::match_of(t, rule, std::move(cells)));
    out.matched.back().selected = decided && decided.rule == rule;
  }
  return out;
}

ECTP_DEF result<explanation> explain(const table& t, std::span<const named_value> values) {
  const result<std::vector<value_ref>> arranged = t.arrange(values);
  if (!arranged) return arranged.error();
  return explain(t, std::span<const value_ref>(arranged->data(), arranged->size()));
}

}  // namespace ectp::inline ECTP_ABI::policy
