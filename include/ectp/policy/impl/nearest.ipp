#pragma once
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ectp/core/list.hpp"
#include "ectp/policy/impl/answer.ipp"
#include "ectp/policy/impl/axis.ipp"
#include "ectp/policy/impl/domain.ipp"
#include "ectp/policy/nearest.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// The search behind `nearest_change`. Sets of inputs are tried by their size and then from the left.
/// Within a set only those rules count whose other tests hold already; of the cells that these rules
/// do not tell apart the nearest stands for all, and those like the present one are left out, since
/// without that change a smaller set would do.
class nearest_search {
 public:
  ECTP_DECL nearest_search(const table& t, std::span<const std::uint32_t> from,
                           const nearest_options& options);

  bool found = false, complete = true;
  list<std::uint32_t> inputs, cells;  // of the best change
  std::uint64_t steps = 0;
  outcome decided;
  policy::answer answer;

 private:
  struct event {  // a rule's test begins to hold, or ceases to
    std::uint32_t at = 0, rule = 0;
  };
  struct choice {
    std::uint64_t hash = 0;
    std::uint32_t steps = 0, cell = 0;
    std::size_t mask = 0;  // where its rules begin in the level's masks
  };
  struct level {
    list<std::uint32_t> rules;    // those that may still match, in the order in which they take precedence
    list<choice> choices;         // nearest first
    list<std::uint64_t> masks;    // over `rules`
    list<std::uint64_t> now;      // the rules that match in the cell that is looked at
    list<std::uint64_t> present;  // those that match in the present cell
    list<event> events;
  };

  std::size_t words() const noexcept { return (table_.rules() + 63) / 64; }
  ECTP_DECL void choose(std::size_t next, std::size_t chosen);
  ECTP_DECL void try_set();
  ECTP_DECL void cut(level& l, std::uint32_t input, bool last);
  ECTP_DECL void drop_repeated(level& l);
  ECTP_DECL void descend(std::size_t depth, std::uint64_t so_far);
  ECTP_DECL bool judge(std::uint64_t total);
  ECTP_DECL bool may_flip(const level& l, std::size_t count, std::size_t others) const;
  ECTP_DECL bool hopeless(const list<std::uint32_t>& rules) const;
  // Can a change of at least this many steps no longer be the best?
  bool beaten(std::uint64_t total) const noexcept {
    return found && (here_ ? total > steps : total >= steps);
  }
  bool spend(std::uint64_t work) noexcept {
    if (work > left_) complete = false;
    left_ -= work > left_ ? left_ : work;
    return complete;
  }
  static bool nearer(const choice& p, const choice& q) noexcept {
    return p.steps == q.steps ? p.cell < q.cell : p.steps < q.steps;
  }

  const table& table_;
  std::span<const std::uint32_t> from_;
  std::uint64_t left_;
  scratch work_;
  outcome base_;
  policy::answer base_answer_;
  bool empty_may_flip_ = true;  // where no rule matches
  list<bool> other_;            // the rules that would flip the outcome if they decided alone
  list<std::uint32_t> free_;    // the inputs that may change
  list<std::uint64_t> holds_;   // input-major: the rules whose test holds
  list<std::uint64_t> rest_;    // the rules whose tests of free_[k] and all behind it hold, k-major
  list<std::uint64_t> open_;    // the rules whose tests of all inputs passed over so far hold, by depth
  list<std::uint32_t> set_;     // being tried
  list<std::uint64_t> least_;   // steps that set_[k] and all behind it take at least
  list<std::uint32_t> point_;
  list<level> levels_;
  bool here_ = false;           // the best change is one of this set
};

ECTP_DEF nearest_search::nearest_search(const table& t, std::span<const std::uint32_t> from,
                                        const nearest_options& options)
    : table_(t), from_(from), left_(options.work), work_(t.make_scratch()) {
  const std::size_t n = from.size(), w = words();
  for (const std::uint32_t c : from) point_.push_back(c);
  base_ = t.decide_cells(from, work_);
  base_answer_ = answer_of(t, base_, work_);
  list<std::uint64_t> always;  // the rules whose tests of the fixed inputs hold
  always.assign(w, ~std::uint64_t{0});
  if (t.rules() % 64 != 0) always[w - 1] = (std::uint64_t{1} << t.rules() % 64) - 1;
  for (std::uint32_t i = 0; i != n; ++i) {
    const rule_set holds = t.rules_of(i, from[i]);
    const bool free = !t.input(i).fixed && t.axis(i).size() > 1;
    if (free) free_.push_back(i);
    for (std::size_t k = 0; k != w; ++k) {
      if (free) holds_.push_back(holds.word(k));
      else always[k] &= holds.word(k);
    }
  }
  rest_.assign((free_.size() + 1) * w, ~std::uint64_t{0});
  for (std::size_t f = free_.size(); f-- > 0;)
    for (std::size_t k = 0; k != w; ++k) rest_[f * w + k] = rest_[(f + 1) * w + k] & holds_[f * w + k];
  if (single_hit(t.hit_policy())) {
    empty_may_flip_ = t.has_defaults() && !(base_ && base_.rule == none);
    for (std::uint32_t rule = 0; rule != t.rules(); ++rule)
      other_.push_back(!base_ || (base_.rule != none ? !t.same_outputs(rule, base_.rule)
                                                     : answer_of(t, {rule_status::decided, rule, none, none},
                                                                 {&rule, 1}) != base_answer_));
  }
  levels_.assign(free_.size(), {});
  for (std::size_t size = 1; !found && complete && size <= free_.size() && size <= options.inputs; ++size) {
    set_.assign(size, 0);
    least_.assign(size + 1, 0);
    open_.assign((size + 1) * w, 0);
    for (std::size_t k = 0; k != w; ++k) open_[k] = always[k];
    choose(0, 0);
  }
}

/// Chooses the next input of the set among free_[next, end); the rules that are still open lie in
/// `open_` at the depth `chosen`.
ECTP_DEF void nearest_search::choose(std::size_t next, std::size_t chosen) {
  const std::size_t w = words(), size = set_.size();
  std::uint64_t* const open = open_.data() + chosen * w;
  if (chosen == size) {
    // All inputs behind the last chosen one stay as they are.
    list<std::uint32_t>& rules = levels_[0].rules;
    rules.clear();
    for (std::size_t k = 0; k != w; ++k)
      for (std::uint64_t m = open[k] & rest_[next * w + k]; m != 0; m &= m - 1)
        rules.push_back(static_cast<std::uint32_t>(k * 64 + static_cast<std::size_t>(std::countr_zero(m))));
    if (rules.empty() || hopeless(rules)) return;
    if (table_.hit_policy() == hit_policy::priority)
      sort(rules, 0, rules.size(), [&](std::uint32_t a, std::uint32_t b) {
        return table_.rank(a) == table_.rank(b) ? a < b : table_.rank(a) < table_.rank(b);
      });
    try_set();
    return;
  }
  for (; complete && next + (size - chosen) <= free_.size(); ++next) {
    if (!spend(4 * w + 16)) return;
    set_[chosen] = free_[next];
    for (std::size_t k = 0; k != w; ++k) open[w + k] = open[k];
    choose(next + 1, chosen + 1);
    // From here on this input stays as it is.
    for (std::size_t k = 0; k != w; ++k) open[k] &= holds_[next * w + k];
  }
}

ECTP_DEF void nearest_search::try_set() {
  here_ = false;
  // The nearest of its other cells bounds what each input takes.
  if (set_.size() > 1)
    for (std::size_t d = set_.size(); d-- > 0;) {
      cut(levels_[0], set_[d], false);
      if (!complete || levels_[0].choices.empty()) return;
      least_[d] = least_[d + 1] + levels_[0].choices[0].steps;
    }
  if (!beaten(least_[0])) descend(0, 0);
}

/// Finds the choices of one input among the rules of the level. For the last input of the set these
/// are the cells that may flip the outcome, else one for each set of rules that goes on.
ECTP_DEF void nearest_search::cut(level& l, std::uint32_t input, bool last) {
  constexpr std::size_t most = std::size_t{1} << 23;  // words of masks in one level
  const axis& a = table_.axis(input);
  const std::size_t w = (l.rules.size() + 63) / 64;
  l.choices.clear();
  l.masks.clear();
  l.events.clear();
  for (std::size_t k = 0; k != l.rules.size(); ++k)
    for (const cell_run& r : table_.runs(l.rules[k], input)) {
      l.events.push_back({r.first, static_cast<std::uint32_t>(k)});
      l.events.push_back({r.last + 1, static_cast<std::uint32_t>(k)});
    }
  const std::size_t segments = l.events.size() + 2 < a.size() ? l.events.size() + 2 : a.size();
  if (!last && segments * w > most) complete = false;
  if (!spend(100 + 30 * l.events.size() + (last ? 0 : 4 * segments * w))) return;
  sort(l.events, 0, l.events.size(), [](const event& x, const event& y) { return x.at < y.at; });
  l.now.assign(w, 0);
  std::size_t count = 0, others = 0;  // of the rules that match, and those of them that are `other_`
  const std::uint32_t x = from_[input];
  std::size_t e = 0;
  for (std::uint32_t begin = 0; begin != a.size();) {
    for (; e != l.events.size() && l.events[e].at == begin; ++e) {
      const std::uint32_t rule = l.events[e].rule;
      const std::uint64_t bit = std::uint64_t{1} << rule % 64;
      const std::size_t other = !other_.empty() && other_[l.rules[rule]] ? 1 : 0;
      const bool begins = (l.now[rule / 64] & bit) == 0;
      count = begins ? count + 1 : count - 1;
      others = begins ? others + other : others - other;
      l.now[rule / 64] ^= bit;
    }
    std::uint32_t end = e == l.events.size() ? a.size() : l.events[e].at;
    if (a.nullable() && begin < a.null_cell() && end > a.null_cell()) end = a.null_cell();
    if (begin <= x && x < end) {
      l.present = l.now;
    } else if (last ? may_flip(l, count, others) : others != 0 || other_.empty() || empty_may_flip_) {
      choice made{0, 1, begin, l.masks.size()};
      if (a.ordered() && x != a.null_cell() && begin != a.null_cell()) {
        made.cell = x < begin ? begin : end - 1;
        made.steps = x < begin ? begin - x : x - made.cell;
      }
      if (!last)
        for (const std::uint64_t m : l.now) {
          made.hash = ((made.hash ^ m) * 0x9E3779B97F4A7C15u) ^ (made.hash >> 31);
          l.masks.push_back(m);
        }
      l.choices.push_back(made);
    }
    begin = end;
  }
  if (!last) drop_repeated(l);
  sort(l.choices, 0, l.choices.size(), nearer);
}

/// Of choices with the same rules keeps the nearest, and none with those of the present cell.
ECTP_DEF void nearest_search::drop_repeated(level& l) {
  const std::size_t w = l.present.size();
  const auto equal = [w](const std::uint64_t* p, const std::uint64_t* q) {
    for (std::size_t k = 0; k != w; ++k)
      if (p[k] != q[k]) return false;
    return true;
  };
  sort(l.choices, 0, l.choices.size(),
       [](const choice& p, const choice& q) { return p.hash == q.hash ? nearer(p, q) : p.hash < q.hash; });
  std::size_t kept = 0;
  for (std::size_t k = 0; k != l.choices.size(); ++k) {
    const std::uint64_t* const m = l.masks.data() + l.choices[k].mask;
    const bool repeated = kept != 0 && l.choices[kept - 1].hash == l.choices[k].hash &&
                          equal(m, l.masks.data() + l.choices[kept - 1].mask);
    if (!repeated && !equal(m, l.present.data())) l.choices[kept++] = l.choices[k];
  }
  while (l.choices.size() > kept) l.choices.pop_back();
}

/// May it flip the outcome when just the rules `l.now` match? So many they are, and so many of them
/// would flip it alone.
ECTP_DEF bool nearest_search::may_flip(const level& l, std::size_t count, std::size_t others) const {
  if (count == 0) return empty_may_flip_;
  switch (table_.hit_policy()) {
    case hit_policy::unique: return count == 1 && others == 1;
    case hit_policy::any: return count == others;  // they may still differ from each other
    case hit_policy::priority:
    case hit_policy::first: {
      std::size_t k = 0;
      while (l.now[k] == 0) ++k;
      return other_[l.rules[k * 64 + static_cast<std::size_t>(std::countr_zero(l.now[k]))]];
    }
    default: return true;
  }
}

ECTP_DEF void nearest_search::descend(std::size_t depth, std::uint64_t so_far) {
  level& l = levels_[depth];
  const std::uint32_t input = set_[depth];
  const bool last = depth + 1 == set_.size();
  cut(l, input, last);
  for (std::size_t c = 0; complete && c != l.choices.size(); ++c) {
    const choice& to = l.choices[c];
    if (beaten(so_far + to.steps + least_[depth + 1])) break;
    point_[input] = to.cell;
    if (last) {
      if (judge(so_far + to.steps)) break;  // what follows is farther away, or a higher cell
      continue;
    }
    list<std::uint32_t>& rules = levels_[depth + 1].rules;
    rules.clear();
    for (std::size_t k = 0; k < l.rules.size(); k += 64)
      for (std::uint64_t m = l.masks[to.mask + k / 64]; m != 0; m &= m - 1)
        rules.push_back(l.rules[k + static_cast<std::size_t>(std::countr_zero(m))]);
    if (!rules.empty()) descend(depth + 1, so_far + to.steps);
  }
  point_[input] = from_[input];
}

/// Does the change to `point_` flip the outcome? If it does and is the best so far, it is kept.
ECTP_DEF bool nearest_search::judge(std::uint64_t total) {
  if (!spend(200 + point_.size() * words())) return false;
  const outcome o = table_.decide_cells({point_.data(), point_.size()}, work_);
  if (!o) return false;
  policy::answer said = answer_of(table_, o, work_);
  if (base_ && said == base_answer_) return false;
  if (found && here_ && total == steps) {
    std::size_t k = 0;
    while (k != inputs.size() && point_[inputs[k]] == cells[k]) ++k;
    if (k == inputs.size() || point_[inputs[k]] > cells[k]) return true;
  }
  found = here_ = true;
  steps = total;
  decided = o;
  answer = std::move(said);
  inputs = set_;
  cells.clear();
  for (const std::uint32_t i : inputs) cells.push_back(point_[i]);
  return true;
}

/// Can neither one of these rules nor their absence flip the outcome?
ECTP_DEF bool nearest_search::hopeless(const list<std::uint32_t>& rules) const {
  if (other_.empty() || empty_may_flip_) return false;
  for (const std::uint32_t rule : rules)
    if (other_[rule]) return false;
  return true;
}

/// A value of the cell, as near to the old one as the cell has one.
ECTP_DECL value_ref value_in(const axis& a, std::uint32_t cell, const value_ref& old);

ECTP_DEF value_ref value_in(const axis& a, std::uint32_t cell, const value_ref& old) {
  const value_ref made = a.representative(cell);
  if (!a.integer() || made.is_null() || old.is_null()) return made;
  double low = 0, high = 0;
  a.ends_of(cell, low, high);
  if (low == high) return made;
  const value_ref next{a.type(), old.number() <= low ? low + 1 : high - 1};
  return a.cell_of(next) == cell ? next : made;
}
}  // namespace detail

ECTP_DEF nearest nearest_change(const table& t, std::span<const value_ref> values,
                                const nearest_options& options) {
  nearest out;
  if (t.needs_row()) {
    out.reason = "the nearest change is not computed for a table in which tests name other inputs";
    return out;
  }
  if (values.size() != t.inputs().size()) {
    out.reason = "one value is needed for each input of the table " + detail::shown(t.name());
    return out;
  }
  list<std::uint32_t> cells;
  for (std::size_t i = 0; i != values.size(); ++i) {
    cells.push_back(t.axis(i).cell_of(values[i]));
    if (cells.back() != no_cell) continue;
    out.reason = t.refusal(i, values[i])->message;
    return out;
  }
  const detail::nearest_search search(t, {cells.data(), cells.size()}, options);
  if (!search.complete)
    out.reason =
        std::string("the search was given up; there may be a ") + (search.found ? "nearer change" : "change");
  if (!search.found) return out;
  out.steps = search.steps;
  out.decided = search.decided;
  if (search.decided.rule != none) out.rule = t.rule_id(search.decided.rule);
  out.answer = search.answer;
  for (std::size_t k = 0; k != search.inputs.size(); ++k) {
    const std::uint32_t i = search.inputs[k], to = search.cells[k];
    const axis& a = t.axis(i);
    const bool counted = a.ordered() && cells[i] != a.null_cell() && to != a.null_cell();
    const std::uint32_t steps = !counted ? 1 : to < cells[i] ? cells[i] - to : to - cells[i];
    out.changes.push_back({i, t.input(i).name, values[i], detail::value_in(a, to, values[i]), to,
                           cell_text(a, to), steps});
  }
  return out;
}

ECTP_DEF near_cell nearest_cell(const table& t, std::span<const std::uint32_t> cells) {
  nearest_options options;
  options.inputs = 1;
  options.work = ~std::uint64_t{0};
  const detail::nearest_search search(t, cells, options);
  if (!search.found) return {};
  return {search.inputs[0], search.cells[0], search.decided.rule, search.steps};
}

}  // namespace ectp::inline ECTP_ABI::policy
