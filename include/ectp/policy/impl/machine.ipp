#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/policy/decide.hpp"
#include "ectp/policy/impl/axis.ipp"
#include "ectp/policy/impl/decide.ipp"
#include "ectp/policy/impl/domain.ipp"
#include "ectp/policy/impl/table.ipp"
#include "ectp/policy/machine.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// Checks that a table has the shape of a machine, then proves it total and free of conflicts.
///
/// Rules are boxes of elementary cells. Where no two of them overlap, their sizes add up, so that a
/// state and an event are covered exactly when the sizes of their rules' guards sum up to the size
/// of the whole space of guards: no need to visit its cells, however many guards there are.
class machine_builder {
 public:
  explicit machine_builder(table t) { out_.table_ = std::move(t); }
  ECTP_DECL machine_reading build() &&;

 private:
  const table& rules() const noexcept { return out_.table_; }
  void add(errc code, location at, std::string message, std::string expected, std::string hint = {}) {
    if (errors_.size() < table_limits{}.errors)
      errors_.push_back(error{code, std::move(message), std::move(at), std::move(expected), std::move(hint)});
  }
  location corner() const {
    return {rules().file(), rules().columns().empty() ? 0 : rules().columns()[0].line, 1, {}};
  }
  location place(const column& c) const { return {rules().file(), c.line, c.offset, {}}; }
  bool is_guard(std::size_t i) const noexcept { return i != out_.state_ && i != out_.event_; }

  ECTP_DECL void check_shape();
  ECTP_DECL void check_next(const column& next);
  ECTP_DECL bool measure();
  ECTP_DECL void find_conflicts();
  ECTP_DECL void find_gaps();
  ECTP_DECL void find_moves();
  /// A cell of the i-th input in which both rules hold, or `no_cell`.
  ECTP_DECL std::uint32_t common_cell(std::size_t a, std::size_t b, std::size_t i) const;
  /// Cells of guards that no rule covers in this state and event. Precondition: there are some.
  ECTP_DECL std::string uncovered(std::size_t state, std::size_t event) const;
  /// Does the rule's test of the i-th input hold for everything?
  bool takes_all(std::size_t rule, std::size_t i) const {
    const std::span<const cell_run> runs = rules().runs(rule, i);
    return runs.size() == 1 && runs[0] == rules().axis(i).all();
  }
  /// ` where minutes is >=5`, or `, minutes is >=5`.
  std::string where(std::size_t i, std::uint32_t cell, bool first) const {
    return (first ? " where " : ", ") + rules().input(i).name + " is " + cell_text(rules().axis(i), cell);
  }
  std::string pair(std::size_t state, std::size_t event) const {
    return "the state " + detail::shown(out_.states()[state]) + " and the event " +
           detail::shown(out_.events()[event]);
  }

  machine out_;
  std::vector<error> errors_;
  std::uint64_t space_ = 1;    // cells of all guards together
  list<std::uint64_t> sizes_;  // of each rule in that space
  list<bool> tangled_;         // rules that overlap an earlier one
};

ECTP_DEF machine_reading machine_builder::build() && {
  machine_reading out;
  check_shape();
  if (errors_.empty() && measure()) {
    find_conflicts();
    find_gaps();
  }
  if (errors_.empty()) {
    find_moves();
    out.machine = std::move(out_);
    return out;
  }
  list<std::uint32_t> order;
  for (std::size_t i = 0; i != errors_.size(); ++i) order.push_back(static_cast<std::uint32_t>(i));
  detail::sort(order, 0, order.size(), [&](std::uint32_t a, std::uint32_t b) {
    const location &x = errors_[a].at, &y = errors_[b].at;
    if (x.line != y.line) return x.line < y.line;
    return x.column != y.column ? x.column < y.column : a < b;
  });
  for (const std::uint32_t i : order) out.errors.push_back(std::move(errors_[i]));
  return out;
}

ECTP_DEF void machine_builder::check_shape() {
  const table& t = rules();
  if (t.hit_policy() != hit_policy::unique)
    add(errc::bad_table, corner(), "a state machine by " + std::string(name(t.hit_policy())), "UNIQUE",
        "where one rule at most may match, the order of the rows says nothing");
  if (t.has_defaults())
    add(errc::bad_table, corner(), "a state machine with default outputs", "no row #default",
        "a rule with null for the next state says that a move is illegal");
  const auto input = [&](std::string_view called, std::size_t& position) {
    const maybe<std::size_t> i = t.find_input(called);
    if (!i) {
      add(errc::bad_table, corner(), "the table has no input " + detail::shown(called),
          "an input that lists words");
      return;
    }
    position = *i;
    const domain& d = t.input(*i).domain;
    if (!d.bare_words() || d.nullable)
      add(errc::bad_table, place(t.input(*i)), detail::shown(called) + " holds " + to_string(d),
          "a list of words, without null");
    else if (d.words.size() > 256)
      add(errc::too_large, place(t.input(*i)), detail::shown(called) + " lists too many words",
          "at most 256 words");
  };
  input("state", out_.state_);
  input("event", out_.event_);
  if (const maybe<std::size_t> i = t.find_output("next")) {
    out_.next_ = *i;
    check_next(t.output(*i));
  } else {
    add(errc::bad_table, corner(), "the table has no output 'next'",
        "an output that lists the words of 'state'");
  }
  out_.prompt_ = t.find_output("prompt");
  if (out_.prompt_ && t.output(*out_.prompt_).domain.type != value_kind::text)
    add(errc::bad_table, place(t.output(*out_.prompt_)),
        "'prompt' holds " + to_string(t.output(*out_.prompt_).domain), "string, or a list of words");
  for (std::size_t r = 0; r != t.rules(); ++r)
    for (std::size_t i = 0; t.needs_row() && i != t.inputs().size(); ++i)
      if (t.names_input(r, i))
        add(errc::bad_cell, t.cell_location(r, t.inputs()[i]),
            detail::shown(t.cell_text(r, t.inputs()[i])) + " names another input", "a test of values",
            "nothing can be proved of it: bring the comparison in as an input of its own");
  if (t.rules() > 4096) add(errc::too_large, t.rule_location(4096), "too many rules", "at most 4096 rules");
}

ECTP_DEF void machine_builder::check_next(const column& next) {
  const domain& d = next.domain;
  if (!d.bare_words()) {
    add(errc::bad_table, place(next), "'next' holds " + to_string(d), "a list of the words of 'state'");
    return;
  }
  const maybe<std::size_t> state = rules().find_input("state");
  if (!state || !rules().input(*state).domain.bare_words()) return;
  const auto& states = rules().input(*state).domain.words;
  const auto missing = [&](const auto& all, const auto& from) -> const std::string* {
    for (const std::string& w : all) {
      bool there = false;
      for (const std::string& o : from) there = there || o == w;
      if (!there) return &w;
    }
    return nullptr;
  };
  if (const std::string* w = missing(d.words, states))
    add(errc::bad_table, place(next), "'next' lists " + detail::shown(*w) + ", which is no state",
        "the words of 'state'");
  if (const std::string* w = missing(states, d.words))
    add(errc::bad_table, place(next), "'next' does not list the state " + detail::shown(*w),
        "the words of 'state'");
}

/// The sizes of the rules; false if the space of guards is too large to be counted.
ECTP_DEF bool machine_builder::measure() {
  const table& t = rules();
  for (std::size_t i = 0; i != t.inputs().size(); ++i) {
    if (!is_guard(i)) continue;
    if (space_ > (std::uint64_t{1} << 62) / t.axis(i).size()) {
      add(errc::too_large, place(t.input(i)), "the guards together have too many values",
          "fewer guards, or fewer different values in their tests");
      return false;
    }
    space_ *= t.axis(i).size();
  }
  for (std::size_t r = 0; r != t.rules(); ++r) {
    std::uint64_t size = 1;
    for (std::size_t i = 0; i != t.inputs().size(); ++i) {
      if (!is_guard(i)) continue;
      std::uint64_t cells = 0;
      for (const cell_run& run : t.runs(r, i)) cells += run.last - run.first + std::uint64_t{1};
      size *= cells;
    }
    sizes_.push_back(size);
  }
  return true;
}

ECTP_DEF std::uint32_t machine_builder::common_cell(std::size_t a, std::size_t b, std::size_t i) const {
  const std::span<const cell_run> x = rules().runs(a, i), y = rules().runs(b, i);
  for (std::size_t k = 0, n = 0; k != x.size() && n != y.size();) {
    const std::uint32_t first = x[k].first > y[n].first ? x[k].first : y[n].first;
    if (first <= x[k].last && first <= y[n].last) return first;
    if (x[k].last < y[n].last) ++k;
    else ++n;
  }
  return no_cell;
}

ECTP_DEF void machine_builder::find_conflicts() {
  const table& t = rules();
  list<std::uint32_t> cells;
  const auto overlap = [&](std::size_t a, std::size_t b) {
    cells.clear();
    for (std::size_t i = 0; i != t.inputs().size(); ++i) {
      cells.push_back(common_cell(a, b, i));
      if (cells.back() == no_cell) return false;
    }
    return true;
  };
  for (std::size_t r = 0; r != t.rules(); ++r) {
    tangled_.push_back(false);
    for (std::size_t earlier = 0; earlier != r && !tangled_[r]; ++earlier) {
      if (!overlap(earlier, r)) continue;
      tangled_[r] = true;
      std::string guards;
      for (std::size_t i = 0; i != cells.size(); ++i)
        if (is_guard(i) && !(takes_all(earlier, i) && takes_all(r, i)))
          guards += where(i, cells[i], guards.empty());
      add(errc::rule_conflict, t.rule_location(r),
          "the rules " + std::string(t.rule_id(earlier)) + " and " + std::string(t.rule_id(r)) +
              " both match " + pair(cells[out_.state_], cells[out_.event_]) + guards,
          "one rule for every state and event", "make their cells exclude each other");
    }
  }
}

ECTP_DEF void machine_builder::find_gaps() {
  const table& t = rules();
  const std::size_t states = out_.states().size(), events = out_.events().size();
  list<std::uint64_t> covered;
  list<bool> tangled;
  list<std::size_t> last;  // rule of each state
  covered.assign(states * events, 0);
  tangled.assign(states * events, false);
  last.assign(states, t.rules() - 1);
  for (std::size_t r = 0; r != t.rules(); ++r)
    for (const cell_run& s : t.runs(r, out_.state_))
      for (std::size_t state = s.first; state <= s.last; ++state) {
        last[state] = r;
        for (const cell_run& e : t.runs(r, out_.event_))
          for (std::size_t event = e.first; event <= e.last; ++event) {
            const std::size_t k = state * events + event;
            // Sums of overlapping rules mean nothing, and could run over.
            tangled[k] = tangled[k] || tangled_[r];
            if (!tangled[k]) covered[k] += sizes_[r];
          }
      }
  for (std::size_t state = 0; state != states; ++state)
    for (std::size_t event = 0; event != events; ++event) {
      const std::size_t k = state * events + event;
      if (tangled[k] || covered[k] == space_) continue;
      add(errc::no_rule, t.rule_location(last[state]),
          "no rule for " + pair(state, event) + uncovered(state, event), "one rule for every state and event",
          t.output(out_.next_).domain.nullable
              ? "add a row behind this one; next is null where the move is illegal"
              : "add a row behind this one; where the move is illegal allow null in next, and say null");
    }
}

ECTP_DEF std::string machine_builder::uncovered(std::size_t state, std::size_t event) const {
  const table& t = rules();
  std::string out;
  list<std::size_t> live;  // rules that hold in what has been fixed so far
  list<std::uint64_t> sizes;
  for (std::size_t r = 0; r != t.rules(); ++r)
    if (sizes_[r] != 0 && t.holds(r, out_.state_, static_cast<std::uint32_t>(state)) &&
        t.holds(r, out_.event_, static_cast<std::uint32_t>(event))) {
      live.push_back(r);
      sizes.push_back(sizes_[r]);
    }
  std::uint64_t space = space_;
  for (std::size_t i = 0; i != t.inputs().size(); ++i) {
    // Without any rule every value is uncovered: nothing to name.
    if (!is_guard(i) || live.empty()) continue;
    space /= t.axis(i).size();
    bool told_apart = false;
    for (std::size_t k = 0; k != live.size(); ++k) {
      told_apart = told_apart || !takes_all(live[k], i);
      std::uint64_t cells = 0;
      for (const cell_run& run : t.runs(live[k], i)) cells += run.last - run.first + std::uint64_t{1};
      sizes[k] /= cells;
    }
    if (!told_apart) continue;
    std::uint32_t cell = 0;
    for (;; ++cell) {
      std::uint64_t covered = 0;
      for (std::size_t k = 0; k != live.size(); ++k) covered += t.holds(live[k], i, cell) ? sizes[k] : 0;
      if (covered != space) break;
    }
    out += where(i, cell, out.empty());
    std::size_t kept = 0;
    for (std::size_t k = 0; k != live.size(); ++k) {
      if (!t.holds(live[k], i, cell)) continue;
      live[kept] = live[k];
      sizes[kept++] = sizes[k];
    }
    while (live.size() > kept) {
      live.pop_back();
      sizes.pop_back();
    }
  }
  return out;
}

ECTP_DEF void machine_builder::find_moves() {
  const table& t = rules();
  const std::size_t states = out_.states().size(), events = out_.events().size();
  out_.legal_.assign(states * events, false);
  out_.leads_.assign(states * states, false);
  for (std::size_t r = 0; r != t.rules(); ++r) {
    const value_ref next = t.output(r, out_.next_);
    // A rule that never matches moves nothing.
    if (sizes_[r] == 0 || t.runs(r, out_.event_).empty() || next.is_null()) continue;
    const std::size_t to = *out_.find_state(next.text());
    for (const cell_run& s : t.runs(r, out_.state_))
      for (std::size_t state = s.first; state <= s.last; ++state) {
        out_.leads_[state * states + to] = true;
        for (const cell_run& e : t.runs(r, out_.event_))
          for (std::size_t event = e.first; event <= e.last; ++event)
            out_.legal_[state * events + event] = true;
      }
  }
}

ECTP_DEF machine_reading make_machine_all(table t) { return machine_builder(std::move(t)).build(); }

ECTP_DEF result<machine> make_machine(table t) {
  machine_reading r = make_machine_all(std::move(t));
  if (!r.machine) return std::move(r.errors.front());
  return std::move(*r.machine);
}

ECTP_DEF result<std::uint32_t> machine::rule_for(std::string_view state, std::string_view event,
                                                 std::span<const named_value> guards) const {
  std::vector<named_value> values{{"state", state}, {"event", event}};
  for (const named_value& g : guards) values.push_back(g);
  const result<outcome> decided = table_.decide(std::span<const named_value>(values.data(), values.size()));
  if (!decided) return decided.error();
  // The proof says that one rule matches; a default-made machine has none.
  if (decided->status != rule_status::decided)
    return error{errc::bad_argument, "the machine has no states", {}, "a machine made of a table", {}};
  return decided->rule;
}

ECTP_DEF result<std::vector<std::string>> machine::legal_events(std::string_view state,
                                                                std::span<const named_value> guards) const {
  std::vector<std::string> out;
  for (const std::string& event : events()) {
    const result<std::uint32_t> rule = rule_for(state, event, guards);
    if (!rule) return rule.error();
    if (!table_.output(*rule, next_).is_null()) out.push_back(event);
  }
  return out;
}

ECTP_DEF result<move> machine::step(std::string_view state, std::string_view event,
                                    std::span<const named_value> guards) const {
  const result<std::uint32_t> rule = rule_for(state, event, guards);
  if (!rule) return rule.error();
  const value_ref next = table_.output(*rule, next_);
  const value_ref prompt = prompt_ ? table_.output(*rule, *prompt_) : value_ref();
  move out{std::string(state), std::string(event), {}, {}, *rule};
  if (!prompt.is_null()) out.prompt = prompt.text();
  if (!next.is_null()) {
    out.next = next.text();
    return out;
  }
  std::string legal;
  if (const result<std::vector<std::string>> all = legal_events(state, guards))
    for (const std::string& e : *all) legal += (legal.empty() ? "one of: " : ", ") + e;
  return error{errc::not_allowed,
               "the event " + detail::shown(event) + " is not allowed in the state " + detail::shown(state),
               table_.rule_location(*rule), legal.empty() ? "no event at all" : std::move(legal),
               std::move(out.prompt)};
}

ECTP_DEF bool machine::is_final(std::size_t state) const noexcept {
  for (std::size_t to = 0; to != states().size(); ++to)
    if (to != state && leads(state, to)) return false;
  return true;
}

ECTP_DEF std::vector<std::size_t> machine::reachable(std::size_t from) const {
  list<bool> seen;
  seen.assign(states().size(), false);
  seen[from] = true;
  list<std::size_t> open;
  open.push_back(from);
  while (!open.empty()) {
    const std::size_t state = open.back();
    open.pop_back();
    for (std::size_t to = 0; to != seen.size(); ++to)
      if (leads(state, to) && !seen[to]) {
        seen[to] = true;
        open.push_back(to);
      }
  }
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i != seen.size(); ++i)
    if (seen[i]) out.push_back(i);
  return out;
}

ECTP_DEF result<runner> runner::at(const policy::machine& m, std::string_view state) {
  if (!m.find_state(state)) {
    std::string all;
    for (const std::string& s : m.states()) all += (all.empty() ? "one of: " : ", ") + s;
    return error{errc::out_of_range, "the machine has no state " + detail::shown(state), {}, all, {}};
  }
  runner out(m);
  out.state_ = state;
  return out;
}

ECTP_DEF result<move> runner::step(std::string_view event, std::span<const named_value> guards) {
  if (machine_ == nullptr)
    return error{errc::bad_argument, "no machine to run", {}, "a runner made of a machine", {}};
  result<move> made = machine_->step(state_, event, guards);
  if (made) state_ = made->next;
  return made;
}

}  // namespace ectp::inline ECTP_ABI::policy
