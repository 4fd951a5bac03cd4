#pragma once
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/impl/csv.ipp"
#include "ectp/policy/analyse.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/impl/answer.ipp"
#include "ectp/policy/impl/boxes.ipp"
#include "ectp/policy/impl/decide.ipp"
#include "ectp/policy/impl/region.ipp"
#include "ectp/policy/impl/table.ipp"
#include "ectp/policy/impl/write.ipp"
#include "ectp/policy/write.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// A row of a table as CSV.
ECTP_DECL std::string row_text(const std::vector<std::string>& cells);
/// Where the table begins.
ECTP_DECL location corner_of(const table& t);

ECTP_DEF std::string row_text(const std::vector<std::string>& cells) {
  std::string out;
  for (std::size_t i = 0; i != cells.size(); ++i) {
    if (i != 0) out += ',';
    csv::write_cell(out, cells[i]);
  }
  return out;
}

ECTP_DEF location corner_of(const table& t) {
  location at;
  at.file = t.file();
  if (t.columns().empty()) return at;
  at.line = t.columns()[0].line;
  at.column = 1;
  return at;
}

class analyser {
 public:
  analyser(const table& t, const analyse_options& options)
      : t_(t), options_(options), work_(options.steps), grid_(t, options.domain), shapes_(t.inputs().size()),
        classes_(t) {
    const std::size_t rules = t.rules(), n = t.inputs().size();
    shapes_.reserve(rules + 1);
    exact_.assign(rules, true);
    empty_.assign(rules, false);
    for (std::size_t r = 0; r != rules; ++r) {
      for (std::size_t i = 0; i != n; ++i) {
        grid_.take(i, t.runs(r, i), shapes_.open_column());
        shapes_.close_column();
        if (t.needs_row() && t.names_input(r, i)) exact_[r] = false;
      }
      empty_[r] = shapes_.empty(r);
      if (!exact_[r]) loose_ = true;
    }
    for (std::size_t i = 0; i != n; ++i) whole_.push_back(grid_.all(i));
  }

  analysis run() {
    for (std::size_t i = 0; i != t_.inputs().size(); ++i)
      out_.domain.push_back({t_.input(i).name, domain_text(t_, i, options_.domain)});
    out_.reading = options_.domain;
    if (t_.inputs().empty() || t_.rules() == 0) return std::move(out_);
    find_overlaps();
    find_gaps();
    find_dead();
    report_gaps();
    report_conflicts();
    report_dead();
    report_loose();
    if (options_.advice) advise();
    finish();
    return std::move(out_);
  }

 private:
  // --- the searches ---------------------------------------------------------------------------------

  void find_gaps() {
    list<cell_run> found;
    uncovered judge{shapes_, &found, options_.gaps};
    judge.disjoint = out_.overlaps_known && out_.overlaps.empty() && !loose_;
    splitter<uncovered> search(shapes_, work_, judge);
    search.whole_settles = true;
    search.begin(whole_);
    for (std::uint32_t r = 0; r != t_.rules(); ++r)
      if (!empty_[r]) search.add(r);
    if (!search.run()) {
      out_.gaps_known = false;
      inconclusive("gaps", work_.spent(), "there may be more than are listed");
    }
    const std::size_t n = whole_.size();
    box_joiner joiner(n);
    for (std::size_t k = 0; k != found.size(); k += n) joiner.add(found.data() + k);
    joiner.join();
    std::vector<box>& to = t_.has_defaults() ? out_.defaulted : out_.gaps;
    to.reserve(joiner.size());
    list<cell_run> runs;
    for (std::size_t b = 0; b != joiner.size(); ++b) {
      box made;
      for (std::size_t i = 0; i != n; ++i) {
        runs.clear();
        grid_.give(i, joiner.runs(b, i), runs);
        made.push_back({runs.data(), runs.size()});
      }
      to.push_back(std::move(made));
    }
  }

  void find_overlaps() {
    struct pair {
      std::uint32_t a = 0, b = 0;
    };
    list<pair> pairs;
    const auto take = [&](std::uint32_t a, std::uint32_t b) {
      if (pairs.size() == options_.overlaps) return false;
      pairs.push_back({a, b});
      return true;
    };
    // Where rules are many and seldom overlap, cutting finds the pairs; else they are compared.
    common_pairs<decltype(take)> judge{shapes_, take, 64 * (t_.rules() + 64)};
    splitter<common_pairs<decltype(take)>> search(shapes_, work_, judge);
    search.begin(whole_);
    for (std::uint32_t r = 0; r != t_.rules(); ++r)
      if (!empty_[r] && exact_[r]) search.add(r);
    bool done = search.run();
    if (judge.crowded) {
      pairs.clear();
      pair_finder<decltype(take)> finder(shapes_, work_, take);
      for (std::uint32_t r = 0; r != t_.rules(); ++r)
        if (!empty_[r] && exact_[r]) finder.add(r);
      done = finder.run();
    }
    if (!done) {
      out_.overlaps_known = out_.dead_known = false;
      inconclusive("overlaps, and rules that are never selected", work_.spent(), "there may be more than are listed");
    }
    // In the order of the rules: first by bucket, then within.
    const std::size_t rules = t_.rules();
    list<std::uint32_t> ends;
    ends.assign(rules + 1, 0);
    for (const pair& p : pairs) ++ends[p.a + 1];
    for (std::size_t r = 0; r != rules; ++r) ends[r + 1] += ends[r];
    list<std::uint32_t> others;
    others.assign(pairs.size(), 0);
    for (const pair& p : pairs) others[ends[p.a]++] = p.b;
    const hit_policy how = t_.hit_policy();
    out_.overlaps.reserve(pairs.size());
    for (std::uint32_t r = 0; r != rules; ++r) {
      const std::size_t begin = r == 0 ? 0 : ends[r - 1];
      sort(others, begin, ends[r], [](std::uint32_t a, std::uint32_t b) { return a < b; });
      for (std::size_t k = begin; k != ends[r]; ++k) {
        overlap o{r, others[k], classes_[r] == classes_[others[k]], false};
        o.conflict = how == hit_policy::unique || (how == hit_policy::any && !o.same_outputs);
        out_.overlaps.push_back(o);
      }
    }
    // Both ways, for each rule.
    meets_end_.assign(rules + 1, 0);
    for (const overlap& o : out_.overlaps) {
      ++meets_end_[o.rule + 1];
      ++meets_end_[o.other + 1];
    }
    for (std::size_t r = 0; r != rules; ++r) meets_end_[r + 1] += meets_end_[r];
    meets_.assign(2 * out_.overlaps.size(), 0);
    for (const overlap& o : out_.overlaps) {
      meets_[meets_end_[o.rule]++] = o.other;
      meets_[meets_end_[o.other]++] = o.rule;
    }
  }
  // The rules that match a record which this one matches too, ascending.
  std::span<const std::uint32_t> meets(std::size_t rule) const noexcept {
    const std::size_t begin = rule == 0 ? 0 : meets_end_[rule - 1];
    return {meets_.data() + begin, meets_end_[rule] - begin};
  }
  // Does a come before b where both match?
  bool before(std::size_t a, std::size_t b) const noexcept {
    return t_.rank(a) == t_.rank(b) ? a < b : t_.rank(a) < t_.rank(b);
  }
  // Is `rule` never selected where `other` matches too?
  bool hides(std::size_t other, std::size_t rule) const noexcept {
    switch (t_.hit_policy()) {
      case hit_policy::unique: return true;
      case hit_policy::any: return other < rule || classes_[other] != classes_[rule];
      case hit_policy::first:
      case hit_policy::priority: return before(other, rule);
      default: return false;
    }
  }

  enum class answer_to : std::uint8_t { no, yes, unknown };

  // Do these shapes hold wherever `shape` does?
  answer_to covered(std::uint32_t shape, std::span<const std::uint32_t> by, list<std::uint32_t>* used) {
    // Most are not, and a corner shows it.
    if (!holds_corner(shape, by, false) || !holds_corner(shape, by, true)) return answer_to::no;
    list<cell_run> hull;
    for (std::size_t i = 0; i != whole_.size(); ++i) hull.push_back(shapes_.hull(shape, i));
    // Where the hull is more than the shape, another shape holds.
    const auto first = static_cast<std::uint32_t>(shapes_.size());
    for (std::size_t i = 0; i != whole_.size(); ++i) {
      if (shapes_.runs(shape, i).size() == 1) continue;
      for (std::size_t c = 0; c != whole_.size(); ++c) {
        if (c == i) {
          list<cell_run> holes;
          runs_without({&hull[i], 1}, shapes_.runs(shape, i), holes);
          shapes_.push_back({holes.data(), holes.size()});
        } else {
          shapes_.push_back(hull[c]);
        }
      }
    }
    const auto last = static_cast<std::uint32_t>(shapes_.size());
    uncovered judge{shapes_, nullptr, 1, used};
    splitter<uncovered> search(shapes_, work_, judge);
    search.whole_settles = true;
    search.begin(hull);
    for (std::uint32_t k = first; k != last; ++k) search.add(k);
    for (const std::uint32_t k : by) search.add(k);
    const bool done = search.run();
    while (shapes_.size() > first) shapes_.pop_back();
    if (used != nullptr) {
      // Those of the table, each once.
      sort_unique(*used);
      while (!used->empty() && used->back() >= first) used->pop_back();
    }
    return judge.found ? answer_to::no : done ? answer_to::yes : answer_to::unknown;
  }

  // Does any of these hold in the shape's first cells, or in its last?
  bool holds_corner(std::uint32_t shape, std::span<const std::uint32_t> by, bool last) const {
    for (const std::uint32_t k : by) {
      bool all = true;
      for (std::size_t i = 0; all && i != whole_.size(); ++i)
        all = shapes_.holds(k, i, last ? shapes_.hull(shape, i).last : shapes_.hull(shape, i).first);
      if (all) return true;
    }
    return false;
  }

  void find_dead() {
    list<std::uint32_t> hiding, used;
    for (std::uint32_t r = 0; r != t_.rules(); ++r) {
      if (empty_[r]) {
        died(r, {});
        continue;
      }
      hiding.clear();
      if (exact_[r]) {
        for (const std::uint32_t m : meets(r))
          if (hides(m, r)) hiding.push_back(m);
      } else if (!loose_hiding(r, hiding)) {
        continue;
      }
      if (hiding.empty()) continue;
      std::uint32_t alone = none;
      for (const std::uint32_t m : hiding)
        if (alone == none && shapes_.inside(r, m)) alone = m;
      if (alone != none) {
        died(r, {&alone, 1});
        continue;
      }
      if (hiding.size() == 1) continue;
      used.clear();
      const answer_to a = covered(r, {hiding.data(), hiding.size()}, &used);
      if (a == answer_to::unknown) {
        if (out_.dead_known) inconclusive("rules that are never selected", work_.spent(), "there may be more than are listed");
        out_.dead_known = false;
      }
      if (a == answer_to::yes) {
        fewer(r, used);
        died(r, {used.data(), used.size()});
      }
    }
  }
  // A rule whose tests name other inputs: rules that do not may hide all of it.
  bool loose_hiding(std::uint32_t r, list<std::uint32_t>& hiding) {
    if (!work_.take(t_.rules())) {
      out_.dead_known = false;
      return false;
    }
    for (std::uint32_t m = 0; m != t_.rules(); ++m)
      if (m != r && exact_[m] && !empty_[m] && hides(m, r) && shapes_.meet(m, r)) hiding.push_back(m);
    return true;
  }
  // Leaves out those that are not needed to cover the rule.
  void fewer(std::uint32_t rule, list<std::uint32_t>& used) {
    if (used.size() > 24) return;
    for (std::size_t k = used.size(); k-- > 0 && used.size() > 1;) {
      list<std::uint32_t> rest;
      for (std::size_t m = 0; m != used.size(); ++m)
        if (m != k) rest.push_back(used[m]);
      if (covered(rule, {rest.data(), rest.size()}, nullptr) == answer_to::yes) used = std::move(rest);
    }
  }
  void died(std::uint32_t rule, std::span<const std::uint32_t> by) {
    out_.dead.push_back(rule);
    for (const std::uint32_t m : by) hidden_by_.push_back(m);
    hidden_end_.push_back(static_cast<std::uint32_t>(hidden_by_.size()));
  }
  bool is_dead(std::size_t rule) const noexcept {
    const std::size_t k = partition_point(out_.dead.size(), [&](std::size_t i) { return out_.dead[i] < rule; });
    return k != out_.dead.size() && out_.dead[k] == rule;
  }

  // --- words ----------------------------------------------------------------------------------------

  std::string id(std::size_t rule) const { return std::string(t_.rule_id(rule)); }
  // The finding, unless there are enough of its kind; then it is counted.
  bool room(finding_kind k) {
    if (counts_[static_cast<std::size_t>(k)]++ < options_.findings) return true;
    return false;
  }
  finding& add(finding_kind k, severity level, std::string message, location at) {
    finding f;
    f.kind = k;
    f.level = level;
    f.message = std::move(message);
    f.at = std::move(at);
    out_.findings.push_back(std::move(f));
    return out_.findings.back();
  }
  void inconclusive(std::string_view what, bool spent, std::string_view rest) {
    if (!room(finding_kind::inconclusive)) return;
    add(finding_kind::inconclusive, severity::warning,
        std::string(what) + ": " + (spent ? "the steps allowed are used up" : "more than are listed at most") + "; " +
            std::string(rest),
        corner_of(t_));
  }
  void put_box(finding& f, const box& b) const {
    f.box = tests_of(t_, b);
    f.witness = witness_of(t_, b);
  }
  box common(std::uint32_t a, std::uint32_t b) const {
    box out;
    list<cell_run> local, runs;
    for (std::size_t i = 0; i != whole_.size(); ++i) {
      local.clear();
      runs.clear();
      common_runs(shapes_.runs(a, i), shapes_.runs(b, i), local);
      grid_.give(i, {local.data(), local.size()}, runs);
      out.push_back({runs.data(), runs.size()});
    }
    return out;
  }
  std::string outputs_text(std::size_t rule) const {
    std::string out;
    for (std::size_t i = 0; i != t_.outputs().size(); ++i)
      out += (i == 0 ? "" : ", ") + t_.output(i).name + " " + to_string(t_.output(rule, i));
    return out;
  }
  std::string fresh_id(const std::string& stem, std::size_t& number) const {
    for (;;) {
      std::string made = stem.substr(0, 50) + "-" + digits(++number);
      if (!t_.find_rule(made)) return made;
    }
  }

  static edit change_cell(std::uint32_t rule, std::uint32_t column, std::string text) {
    edit e;
    e.what = edit::action::change_cell;
    e.rule = rule;
    e.column = column;
    e.text = std::move(text);
    return e;
  }
  static edit remove_rule(std::uint32_t rule) {
    edit e;
    e.what = edit::action::remove_rule;
    e.rule = rule;
    return e;
  }
  static edit change_hit_policy(hit_policy h) {
    edit e;
    e.what = edit::action::change_hit_policy;
    e.text = corner(h, aggregation::none);
    return e;
  }
  suggestion removal(std::uint32_t rule) const {
    if (t_.rules() == 1) return {};
    return {"remove the rule " + id(rule), {remove_rule(rule)}};
  }

  // --- gaps -----------------------------------------------------------------------------------------

  void report_gaps() {
    const bool list_answers = t_.hit_policy() == hit_policy::collect &&
                              (t_.aggregation() == aggregation::none || t_.aggregation() == aggregation::count);
    std::size_t number = 0;
    for (const box& b : out_.gaps) {
      if (!room(finding_kind::gap)) continue;
      finding& f = add(finding_kind::gap, list_answers ? severity::note : severity::error, {}, corner_of(t_));
      put_box(f, b);
      f.message = "no rule matches " + to_string(f.box);
      f.suggestion = closing(b, f.box, number);
    }
    for (const box& b : out_.defaulted) {
      if (!room(finding_kind::defaulted)) continue;
      finding& f = add(finding_kind::defaulted, severity::note, {}, corner_of(t_));
      put_box(f, b);
      f.message = "no rule matches " + to_string(f.box) + ": the default decides";
    }
  }
  // A rule for the box, with the outputs of the rule that decides next to it.
  suggestion closing(const box& b, const std::vector<input_test>& tests, std::size_t& number) {
    const std::size_t neighbour = next_to(b);
    edit e;
    e.what = edit::action::add_rule;
    e.rule = static_cast<std::uint32_t>(t_.rules());
    e.cells.push_back(fresh_id("gap", number));
    std::size_t input = 0;
    for (std::size_t c = 0; c != t_.columns().size(); ++c) {
      const column_role role = t_.columns()[c].role;
      if (role == column_role::input) e.cells.push_back(tests[input++].test);
      else if (role == column_role::output) e.cells.emplace_back(t_.cell_text(neighbour, c));
      else e.cells.emplace_back();
    }
    return {"add the rule " + row_text(e.cells) + " (outputs as in " + id(neighbour) + ": choose them)", {e}};
  }
  std::size_t next_to(const box& b) {
    if (loose_) return 0;
    if (work_cells_.empty()) scratch_ = t_.make_scratch();
    const std::vector<std::uint32_t> at = witness_cells(b);
    std::size_t best = none;
    const auto try_cells = [&] {
      const outcome o = t_.decide_cells({work_cells_.data(), work_cells_.size()}, scratch_);
      if (o.rule < best) best = o.rule;
    };
    for (std::size_t i = 0; i != at.size(); ++i) {
      work_cells_.clear();
      for (const std::uint32_t c : at) work_cells_.push_back(c);
      const std::span<const cell_run> runs = b.runs(i);
      if (runs[0].first != 0) {
        work_cells_[i] = runs[0].first - 1;
        try_cells();
      }
      if (runs[runs.size() - 1].last + 1 < t_.axis(i).size()) {
        work_cells_[i] = runs[runs.size() - 1].last + 1;
        try_cells();
      }
    }
    return best == none ? 0 : best;
  }

  // --- conflicts ------------------------------------------------------------------------------------

  void report_conflicts() {
    const bool unique = t_.hit_policy() == hit_policy::unique;
    for (const overlap& o : out_.overlaps) {
      if (!o.conflict || !room(finding_kind::conflict)) continue;
      finding& f = add(finding_kind::conflict, severity::error, {}, t_.rule_location(o.other));
      f.rules = {id(o.rule), id(o.other)};
      put_box(f, common(o.rule, o.other));
      f.message = id(o.rule) + " and " + id(o.other) + " both match " + to_string(f.box);
      f.message += o.same_outputs ? " and say the same" : " and say different things";
      f.message += unique ? ", but UNIQUE promises that one rule matches" : ", but ANY promises that they agree";
      f.suggestion = parting(o);
    }
  }
  // How many pieces are left of a where b is taken out.
  std::size_t pieces(std::uint32_t a, std::uint32_t b) const {
    std::size_t out = 0;
    for (std::size_t i = 0; i != whole_.size(); ++i)
      if (!shapes_.inside(a, b, i)) ++out;
    return out;
  }
  suggestion parting(const overlap& o) {
    const std::size_t of_first = pieces(o.rule, o.other), of_second = pieces(o.other, o.rule);
    if (o.same_outputs && of_second == 0) return removal(o.other);
    if (o.same_outputs && of_first == 0) return removal(o.rule);
    if (of_first == 0 && of_second == 0) return removal(o.other);
    if (of_first == 0) return cut(o.other, o.rule);
    if (of_second == 0) return cut(o.rule, o.other);
    return of_first < of_second ? cut(o.rule, o.other) : cut(o.other, o.rule);
  }
  // Rule a without what rule b matches, in pieces: what is left of it in one column after another,
  // within b in those before. The first piece takes the rule's place, and a piece that other rules
  // hide is left out.
  suggestion cut(std::uint32_t a, std::uint32_t b) {
    suggestion out;
    list<std::uint32_t> hiding;
    for (const std::uint32_t m : meets(a))
      if (m != b && hides(m, a)) hiding.push_back(m);
    list<cell_run> rest;
    std::vector<std::string> said;
    std::size_t number = 1;
    for (std::size_t i = 0; i != whole_.size(); ++i) {
      if (shapes_.inside(a, b, i) || hidden_piece(a, b, i, hiding)) continue;
      edit e;
      e.rule = a;
      std::vector<std::string> changes;
      std::size_t input = 0;
      for (std::size_t c = 0; c != t_.columns().size(); ++c) {
        e.cells.emplace_back(t_.cell_text(a, c));
        if (t_.columns()[c].role != column_role::input) continue;
        const std::size_t k = input++;
        if (k > i || (k < i && shapes_.inside(a, b, k))) continue;
        rest.clear();
        if (k == i) runs_without(t_.runs(a, k), t_.runs(b, k), rest);
        else common_runs(t_.runs(a, k), t_.runs(b, k), rest);
        e.cells.back() = tests_text(t_.axis(k), {rest.data(), rest.size()});
        if (!out.edits.empty()) continue;
        changes.push_back(t_.input(k).name + " to " + e.cells.back());
      }
      if (out.edits.empty()) {
        said.push_back("in " + id(a) + " change " + listed(changes, 1000));
        for (std::size_t c = 0; c != t_.columns().size(); ++c)
          if (e.cells[c] != t_.cell_text(a, c))
            out.edits.push_back(change_cell(a, static_cast<std::uint32_t>(c), e.cells[c]));
      } else {
        e.what = edit::action::add_rule;
        e.cells.insert(e.cells.begin(), fresh_id(id(a), number));
        said.push_back("add " + row_text(e.cells));
        out.edits.push_back(std::move(e));
      }
    }
    if (out.edits.empty()) return removal(a);
    for (std::size_t k = 0; k != said.size(); ++k) out.text += (k == 0 ? "" : "; ") + said[k];
    return out;
  }
  bool hidden_piece(std::uint32_t a, std::uint32_t b, std::size_t column, const list<std::uint32_t>& hiding) {
    if (hiding.empty()) return false;
    list<cell_run> runs;
    const auto shape = static_cast<std::uint32_t>(shapes_.size());
    for (std::size_t i = 0; i != whole_.size(); ++i) {
      runs.clear();
      if (i < column) common_runs(shapes_.runs(a, i), shapes_.runs(b, i), runs);
      else if (i == column) runs_without(shapes_.runs(a, i), shapes_.runs(b, i), runs);
      else joined_runs(shapes_.runs(a, i), {}, runs);
      shapes_.push_back({runs.data(), runs.size()});
    }
    const bool out = covered(shape, {hiding.data(), hiding.size()}, nullptr) == answer_to::yes;
    shapes_.pop_back();
    return out;
  }

  // --- rules that never decide ----------------------------------------------------------------------

  void report_dead() {
    for (std::uint32_t r = 0; r != t_.rules(); ++r)
      for (std::size_t i = 0; i != whole_.size(); ++i) report_cell(r, i);
    for (std::size_t k = 0; k != out_.dead.size(); ++k) {
      const std::uint32_t r = out_.dead[k];
      if (empty_[r] || !room(finding_kind::dead_rule)) continue;
      finding& f = add(finding_kind::dead_rule, severity::error, {}, t_.rule_location(r));
      std::vector<std::string> by;
      for (std::size_t m = k == 0 ? 0 : hidden_end_[k - 1]; m != hidden_end_[k]; ++m) by.push_back(id(hidden_by_[m]));
      put_box(f, common(r, r));
      const bool one = by.size() == 1;
      f.message = id(r) + " is never selected: ";
      switch (t_.hit_policy()) {
        case hit_policy::first: f.message += listed(by, 12) + (one ? " comes" : " come") + " first"; break;
        case hit_policy::priority: f.message += listed(by, 12) + (one ? " outranks it" : " outrank it"); break;
        default: f.message += listed(by, 12) + (one ? " matches" : " match"); break;
      }
      f.message += " wherever it matches";
      f.rules.push_back(id(r));
      for (std::string& b : by) f.rules.push_back(std::move(b));
      f.suggestion = removal(r);
    }
  }
  void report_cell(std::uint32_t r, std::size_t i) {
    if (!exact_[r] && t_.names_input(r, i)) return;
    const std::string_view text = t_.cell_text(r, t_.inputs()[i]);
    const cell_run& hull = shapes_.hull(r, i);
    if (hull.first > hull.last) {
      if (!room(finding_kind::empty_cell)) return;
      const bool at_all = !t_.runs(r, i).empty();
      finding& f = add(finding_kind::empty_cell, severity::error,
                       "the test " + shown(text) + " of " + t_.input(i).name + " in " + id(r) + " never holds" +
                           (at_all ? " in the domain that was looked at" : ""),
                       t_.cell_location(r, t_.inputs()[i]));
      f.rules.push_back(id(r));
      f.suggestion = removal(r);
    } else if (options_.advice && !text.empty() && text != "-") {
      const std::span<const cell_run> runs = shapes_.runs(r, i), all = t_.runs(r, i);
      if (runs.size() != 1 || !(runs[0] == grid_.all(i)) || !room(finding_kind::full_cell)) return;
      const bool at_all = all.size() == 1 && all[0] == t_.axis(i).all();
      finding& f = add(finding_kind::full_cell, severity::note,
                       "the test " + shown(text) + " of " + t_.input(i).name + " in " + id(r) + " always holds" +
                           (at_all ? "" : " in the domain that was looked at"),
                       t_.cell_location(r, t_.inputs()[i]));
      f.rules.push_back(id(r));
      // Where it says something beyond that domain, what it says is kept.
      if (at_all) f.suggestion = {"in " + id(r) + " change " + t_.input(i).name + " to -",
                      {change_cell(r, t_.inputs()[i], "-")}};
    }
  }

  void report_loose() {
    if (!loose_ || !room(finding_kind::inconclusive)) return;
    std::vector<std::string> rules;
    std::uint32_t first = none;
    std::size_t column = 0;
    for (std::uint32_t r = 0; r != t_.rules(); ++r) {
      if (exact_[r]) continue;
      rules.push_back(id(r));
      for (std::size_t i = 0; i != whole_.size() && first == none; ++i)
        if (t_.names_input(r, i)) {
          first = r;
          column = t_.inputs()[i];
        }
    }
    finding& f = add(finding_kind::inconclusive, severity::warning,
                     listed(rules, 12) + (rules.size() == 1 ? " names" : " name") +
                         " another input in a test: where such a rule matches is not looked at, so that overlaps and "
                         "gaps around it are not settled",
                     t_.cell_location(first, column));
    f.rules = std::move(rules);
    f.suggestion.text = "bring the comparison in as an input of its own";
  }

  // --- advice ---------------------------------------------------------------------------------------

  void advise() {
    if (out_.overlaps_known) {
      advise_on_pairs();
      find_mergeable();
    }
    find_unused_inputs();
    find_unreachable_outputs();
    if (!loose_) advise_on_hit_policy();
  }

  // Does the table say the same without a rule that lies inside another that says the same?
  bool spare(std::uint32_t inner, std::uint32_t outer) const {
    switch (t_.hit_policy()) {
      case hit_policy::first:
      case hit_policy::priority:
        if (before(outer, inner)) return true;
        if (loose_) return false;
        for (const std::uint32_t m : meets(inner))
          if (before(inner, m) && before(m, outer) && classes_[m] != classes_[inner]) return false;
        return true;
      case hit_policy::unique:
      case hit_policy::any: return true;
      default: return t_.aggregation() == aggregation::min || t_.aggregation() == aggregation::max;
    }
  }

  void advise_on_pairs() {
    const hit_policy how = t_.hit_policy();
    const bool sums = t_.aggregation() == aggregation::sum || t_.aggregation() == aggregation::count;
    list<bool> repeats;
    repeats.assign(t_.rules(), false);
    list<std::uint32_t> outer;
    for (const overlap& o : out_.overlaps) {
      if (repeats[o.other] || !shapes_.same(o.rule, o.other)) continue;
      repeats[o.other] = true;
      if (!room(finding_kind::duplicate_rule)) continue;
      const bool gone = single_hit(how) || (o.same_outputs && spare(o.rule, o.other));
      // What is selected stays.
      const std::uint32_t less = how == hit_policy::priority && before(o.other, o.rule) ? o.rule : o.other;
      finding& f = add(finding_kind::duplicate_rule,
                       !o.same_outputs && single_hit(how) ? severity::error : gone ? severity::warning : severity::note,
                       id(o.other) + " has the same tests as " + id(o.rule) +
                           (o.same_outputs ? " and says the same" : " and says something else"),
                       t_.rule_location(o.other));
      f.rules = {id(o.other), id(o.rule)};
      put_box(f, common(o.rule, o.other));
      if (gone) f.suggestion = removal(less);
    }
    // Rules inside a larger one that says the same. A sum counts both, and means it.
    for (std::uint32_t r = 0; r != t_.rules() && !sums; ++r) {
      outer.clear();
      if (!empty_[r] && exact_[r])
        for (const std::uint32_t m : meets(r))
          if (classes_[m] == classes_[r] && shapes_.inside(r, m) && !shapes_.same(r, m) &&
              (!single_hit(how) || spare(r, m)))
            outer.push_back(m);
      if (outer.empty() || !room(finding_kind::subsumed_rule)) continue;
      std::vector<std::string> ids;
      for (const std::uint32_t m : outer) ids.push_back(id(m));
      const bool gone = spare(r, outer[0]);
      finding& f = add(finding_kind::subsumed_rule, gone ? severity::warning : severity::note,
                       id(r) + " lies inside " + listed(ids, 12) + (gone ? " and says the same" : " and says it again"),
                       t_.rule_location(r));
      f.rules = std::move(ids);
      f.rules.insert(f.rules.begin(), id(r));
      put_box(f, common(r, r));
      if (gone) f.suggestion = removal(r);
    }
    if (how != hit_policy::priority) return;
    for (const overlap& o : out_.overlaps) {
      const std::uint32_t wins = before(o.rule, o.other) ? o.rule : o.other;
      const std::uint32_t loses = wins == o.rule ? o.other : o.rule;
      // One that never decides misleads nobody, and is reported as that.
      if (t_.rank(wins) == t_.rank(loses) || is_dead(wins) || is_dead(loses)) continue;
      std::size_t i = 0;
      while (i != whole_.size() && (!(shapes_.hull(wins, i) == whole_[i]) || shapes_.runs(wins, i).size() != 1 ||
                                    shapes_.inside(wins, loses, i)))
        ++i;
      if (i == whole_.size() || !room(finding_kind::misleading_rule)) continue;
      finding& f = add(finding_kind::misleading_rule, severity::warning,
                       id(wins) + " wins over " + id(loses) + " whatever " + t_.input(i).name + " is, which " +
                           id(loses) + " tests: " + id(loses) + " does not mean what it says",
                       t_.rule_location(wins));
      f.rules = {id(wins), id(loses)};
      put_box(f, common(o.rule, o.other));
      f.suggestion = cut(loses, wins);
    }
  }

  // May b be moved up to a, ahead of all rules between them?
  bool may_move(std::uint32_t a, std::uint32_t b) const {
    const hit_policy how = t_.hit_policy();
    const bool extreme = t_.aggregation() == aggregation::min || t_.aggregation() == aggregation::max;
    if (loose_ && how != hit_policy::unique) return false;
    for (const std::uint32_t m : meets(b)) {
      if (m == a && !single_hit(how) && !extreme) return false;  // where both match it would count once
      if (m <= a || b <= m || how == hit_policy::unique) continue;
      // One between them that says the same would no longer be selected where it is now.
      if (single_hit(how) || (t_.aggregation() == aggregation::none && classes_[m] != classes_[b])) return false;
    }
    return true;
  }

  void find_mergeable() {
    const std::size_t n = whole_.size(), rules = t_.rules();
    list<std::uint64_t> hashes;  // rule-major: of the tests, column by column
    list<std::uint64_t> sums;
    for (std::uint32_t r = 0; r != rules; ++r) {
      std::uint64_t sum = classes_[r] * 0x9E3779B97F4A7C15u;
      for (std::size_t i = 0; i != n; ++i) {
        std::uint64_t h = i + 1;
        for (const cell_run& c : shapes_.runs(r, i)) {
          h = (h ^ (std::uint64_t{c.first} << 32 | c.last)) * 0xBF58476D1CE4E5B9u;
          h ^= h >> 31;
        }
        h *= 0x94D049BB133111EBu;
        hashes.push_back(h);
        sum += h;
      }
      sums.push_back(sum);
    }
    std::size_t slots = 16;
    while (slots < 2 * rules) slots *= 2;
    list<std::uint32_t> heads, tails, next;
    for (std::size_t i = 0; i != n; ++i) {
      heads.assign(slots, none);
      tails.assign(rules, none);
      next.assign(rules, none);
      list<std::uint32_t> firsts;
      for (std::uint32_t r = 0; r != rules; ++r) {
        if (empty_[r] || !exact_[r] || is_dead(r)) continue;
        std::uint64_t h = sums[r] - hashes[r * n + i];
        h ^= h >> 32;
        std::size_t at = static_cast<std::size_t>(h) & (slots - 1);
        while (heads[at] != none && !mergeable(heads[at], r, i)) at = (at + 1) & (slots - 1);
        if (heads[at] == none) {
          heads[at] = r;
          tails[r] = r;
          firsts.push_back(r);
        } else {
          next[tails[heads[at]]] = r;
          tails[heads[at]] = r;
        }
      }
      for (const std::uint32_t first : firsts)
        if (next[first] != none) merge_group(first, next, i);
    }
  }
  bool mergeable(std::uint32_t a, std::uint32_t b, std::size_t i) const {
    if (classes_[a] != classes_[b]) return false;
    for (std::size_t c = 0; c != whole_.size(); ++c)
      if (c != i && !shapes_.same(a, b, c)) return false;
    return true;
  }
  // Rules that differ in one column only: those whose cells touch become one.
  void merge_group(std::uint32_t first, const list<std::uint32_t>& next, std::size_t i) {
    const axis& a = t_.axis(i);
    const bool line = is_line(a.type()) || (a.listed() && a.ordered());
    list<std::uint32_t> left, group;
    for (std::uint32_t r = first; r != none; r = next[r]) left.push_back(r);
    while (left.size() > 1) {
      group.clear();
      group.push_back(left[0]);
      list<cell_run> all;
      for (const cell_run& r : shapes_.runs(left[0], i)) all.push_back(r);
      for (bool grown = true; grown;) {
        grown = false;
        list<std::uint32_t> rest;
        rest.push_back(left[0]);
        for (std::size_t k = 1; k != left.size(); ++k) {
          const std::span<const cell_run> runs = shapes_.runs(left[k], i);
          list<cell_run> joined;
          joined_runs({all.data(), all.size()}, runs, joined);
          bool fits = !line || joined.size() < all.size() + runs.size() || only_null(runs, i) ||
                      only_null({all.data(), all.size()}, i);
          for (const std::uint32_t g : group) fits = fits && may_move(g, left[k]);
          if (fits) {
            group.push_back(left[k]);
            all = std::move(joined);
            grown = true;
          } else {
            rest.push_back(left[k]);
          }
        }
        left = std::move(rest);
      }
      if (group.size() > 1) report_mergeable(group, all, i);
      list<std::uint32_t> rest;
      for (std::size_t k = 1; k < left.size(); ++k) rest.push_back(left[k]);
      left = std::move(rest);
    }
  }
  bool only_null(std::span<const cell_run> runs, std::size_t i) const {
    return runs.size() == 1 && runs[0].first == runs[0].last && grid_.cell(i, runs[0].first) == t_.axis(i).null_cell();
  }
  void report_mergeable(list<std::uint32_t>& group, const list<cell_run>& all, std::size_t i) {
    if (!room(finding_kind::mergeable_rules)) return;
    sort(group, 0, group.size(), [](std::uint32_t a, std::uint32_t b) { return a < b; });
    finding& f = add(finding_kind::mergeable_rules, severity::note, {}, t_.cell_location(group[0], t_.inputs()[i]));
    // What lies outside the domain that was looked at is kept too.
    list<cell_run> runs;
    for (const std::uint32_t r : group) {
      list<cell_run> joined;
      joined_runs({runs.data(), runs.size()}, t_.runs(r, i), joined);
      runs = std::move(joined);
    }
    const std::string text = tests_text(t_.axis(i), {runs.data(), runs.size()});
    box b = common(group[0], group[0]), made;
    list<cell_run> given;
    grid_.give(i, {all.data(), all.size()}, given);
    for (std::size_t c = 0; c != whole_.size(); ++c)
      made.push_back(c == i ? std::span<const cell_run>(given.data(), given.size()) : b.runs(c));
    put_box(f, made);
    for (const std::uint32_t r : group) f.rules.push_back(id(r));
    bool notes = true;
    for (const std::uint32_t r : group)
      for (std::size_t k = 0; k != t_.notes().size(); ++k) notes = notes && t_.note(r, k) == t_.note(group[0], k);
    f.message = listed(f.rules, 12) + " say the same and differ in " + t_.input(i).name +
                (notes ? " only" : " and their notes only");
    f.suggestion.text = "in " + f.rules[0] + " change " + t_.input(i).name + " to " + text + " and remove ";
    f.suggestion.text += listed(std::vector<std::string>(f.rules.begin() + 1, f.rules.end()), 1000);
    f.suggestion.edits.push_back(change_cell(group[0], t_.inputs()[i], text));
    for (std::size_t k = 1; k != group.size(); ++k) f.suggestion.edits.push_back(remove_rule(group[k]));
  }

  // --- inputs that change nothing -------------------------------------------------------------------

  // Says whether a table decides alike in two cells of one column, whatever the others are.
  struct same_on_both_sides {
    const shapes& all;
    outcomes& said;
    std::size_t column;
    std::uint32_t left, right;
    bool differ = false;

    verdict look(const list<cell_run>&, const met_shape* met, std::size_t count) {
      bool same = true;
      for (std::size_t k = 0; k != count && same; ++k)
        same = all.holds(met[k].shape, column, left) == all.holds(met[k].shape, column, right);
      if (same) return verdict::done;
      const auto side = [&](std::uint32_t cell) {
        return said.settle(met, count, [&](std::uint32_t s) { return all.holds(s, column, cell) ? s : none; });
      };
      const outcomes::said a = side(left);
      if (!a.settled) return verdict::split;
      const outcomes::said b = side(right);
      if (!b.settled) return verdict::split;
      differ = a.id != b.id;
      return differ ? verdict::stop : verdict::done;
    }
  };

  void find_unused_inputs() {
    text_ids texts;
    outcomes said(t_, texts);
    // Where tests name inputs, one may count that has no test of its own.
    for (std::size_t i = 0; i != whole_.size() && !loose_; ++i) {
      bool tested = false;
      for (std::uint32_t r = 0; r != t_.rules() && !tested; ++r)
        tested = !(shapes_.runs(r, i).size() == 1 && shapes_.hull(r, i) == whole_[i]);
      answer_to unused = answer_to::yes;
      if (tested) unused = changes_nothing(i, said);
      if (unused == answer_to::unknown)
        inconclusive("the input " + t_.input(i).name, true, "it may change no decision");
      if (unused != answer_to::yes || !room(finding_kind::unused_input)) continue;
      const column& c = t_.input(i);
      finding& f = add(finding_kind::unused_input, severity::warning,
                       "the input " + c.name + (tested ? " is tested but" : "") + " changes no decision",
                       {t_.file(), c.line, c.offset, {}});
      f.suggestion = dropping(i, tested);
    }
  }

  answer_to changes_nothing(std::size_t column, outcomes& said) {
    // Where a rule begins or ends.
    list<std::uint32_t> edges;
    for (std::uint32_t r = 0; r != t_.rules(); ++r)
      for (const cell_run& c : shapes_.runs(r, column)) {
        if (c.first != 0) edges.push_back(c.first);
        if (c.last != whole_[column].last) edges.push_back(c.last + 1);
      }
    sort_unique(edges);
    for (const std::uint32_t e : edges) {
      same_on_both_sides judge{shapes_, said, column, e - 1, e};
      splitter<same_on_both_sides> search(shapes_, work_, judge);
      search.uncut = column;
      list<cell_run> region;
      for (std::size_t i = 0; i != whole_.size(); ++i) region.push_back(i == column ? cell_run{e - 1, e} : cell_run{1, 0});
      // Only where the rules lie that hold on one side.
      for (std::uint32_t r = 0; r != t_.rules(); ++r) {
        if (empty_[r] || shapes_.holds(r, column, e - 1) == shapes_.holds(r, column, e)) continue;
        for (std::size_t i = 0; i != whole_.size(); ++i) {
          if (i == column) continue;
          const cell_run& h = shapes_.hull(r, i);
          if (region[i].first > region[i].last) region[i] = h;
          if (h.first < region[i].first) region[i].first = h.first;
          if (h.last > region[i].last) region[i].last = h.last;
        }
      }
      if (whole_.size() > 1 && region[column == 0 ? 1 : 0].first > region[column == 0 ? 1 : 0].last) continue;
      search.begin(region);
      for (const std::uint32_t r : said.order())
        if (!empty_[r]) search.add(r);
      if (!search.run()) return judge.differ ? answer_to::no : answer_to::unknown;
    }
    return answer_to::yes;
  }
  // One slice of the table, without the column.
  suggestion dropping(std::size_t column, bool tested) {
    suggestion out;
    if (whole_.size() == 1) return out;
    edit e;
    e.what = edit::action::remove_column;
    e.column = t_.inputs()[column];
    out.text = "remove the column " + t_.input(column).name;
    out.edits.push_back(e);
    if (!tested) return out;
    std::uint32_t best = 0;
    std::size_t fewest = t_.rules() + 1;
    list<std::int32_t> change;
    change.assign(whole_[column].last + std::size_t{2}, 0);
    for (std::uint32_t r = 0; r != t_.rules(); ++r)
      for (const cell_run& c : shapes_.runs(r, column)) {
        ++change[c.first];
        --change[c.last + 1];
      }
    std::int64_t now = 0;
    for (std::uint32_t c = 0; c <= whole_[column].last; ++c) {
      now += change[c];
      if (static_cast<std::size_t>(now) >= fewest || now == 0) continue;
      fewest = static_cast<std::size_t>(now);
      best = c;
    }
    if (fewest > t_.rules()) return {};
    std::vector<std::string> gone;
    for (std::uint32_t r = 0; r != t_.rules(); ++r) {
      if (shapes_.holds(r, column, best) && !hidden_in_slice(r, column, best)) continue;
      out.edits.push_back(remove_rule(r));
      gone.push_back(id(r));
    }
    if (gone.size() == t_.rules()) return {};
    if (!gone.empty()) out.text += (gone.size() == 1 ? " and the rule " : " and the rules ") + listed(gone, 1000);
    return out;
  }
  // Is the rule never selected in this cell of the column?
  bool hidden_in_slice(std::uint32_t rule, std::size_t column, std::uint32_t cell) {
    list<std::uint32_t> hiding;
    for (const std::uint32_t m : meets(rule))
      if (hides(m, rule) && shapes_.holds(m, column, cell)) hiding.push_back(m);
    if (hiding.empty()) return false;
    const auto shape = static_cast<std::uint32_t>(shapes_.size());
    list<cell_run> runs;
    for (std::size_t i = 0; i != whole_.size(); ++i) {
      runs.clear();
      if (i == column) runs.push_back({cell, cell});
      else joined_runs(shapes_.runs(rule, i), {}, runs);
      shapes_.push_back({runs.data(), runs.size()});
    }
    const bool out = covered(shape, {hiding.data(), hiding.size()}, nullptr) == answer_to::yes;
    shapes_.pop_back();
    return out;
  }

  // --- outputs --------------------------------------------------------------------------------------

  // Does this rule ever make the value that MIN or MAX gives?
  bool outdone(std::uint32_t rule) {
    list<std::uint32_t> better;
    const double mine = t_.output(rule, 0).number();
    for (const std::uint32_t m : meets(rule)) {
      const double other = t_.output(m, 0).number();
      if (t_.aggregation() == aggregation::min ? other < mine : other > mine) better.push_back(m);
    }
    return !better.empty() && covered(rule, {better.data(), better.size()}, nullptr) == answer_to::yes;
  }

  void find_unreachable_outputs() {
    const aggregation made = t_.aggregation();
    if (made == aggregation::sum || made == aggregation::count) return;
    const bool extreme = made != aggregation::none;
    list<bool> gone;
    gone.assign(t_.rules(), false);
    for (const std::uint32_t r : out_.dead) gone[r] = true;
    if (extreme && out_.overlaps_known)
      for (std::uint32_t r = 0; r != t_.rules(); ++r) gone[r] = gone[r] || (exact_[r] && outdone(r));
    bool default_used = t_.has_defaults() && (!out_.defaulted.empty() || !out_.gaps_known || loose_);
    if (t_.has_defaults() && !default_used && room(finding_kind::unused_default))
      add(finding_kind::unused_default, severity::note, "rules match everywhere: the default never decides", corner_of(t_));
    for (std::size_t o = 0; o != t_.outputs().size(); ++o) {
      const domain& d = t_.output(o).domain;
      if (!d.listed && d.type != value_kind::boolean) continue;
      const std::size_t count = d.type == value_kind::boolean ? 2 : d.type == value_kind::text ? d.words.size() : d.numbers.size();
      const auto value_at = [&](std::size_t k) -> value_ref {
        if (d.type == value_kind::boolean) return k == 1;
        if (d.type == value_kind::text) return d.words[k];
        return d.numbers[k].to_double();
      };
      for (std::size_t k = 0; k != count; ++k) {
        const value_ref v = value_at(k);
        bool given = default_used && t_.default_output(o) == v;
        for (std::uint32_t r = 0; r != t_.rules() && !given; ++r) given = !gone[r] && t_.output(r, o) == v;
        if (given || !room(finding_kind::unreachable_output)) continue;
        const column& c = t_.output(o);
        finding& f = add(finding_kind::unreachable_output, severity::warning,
                         "no record gets " + c.name + " " + to_string(v), {t_.file(), c.line, c.offset, {}});
        f.suggestion = unlisting(o, k, v, count);
      }
    }
  }
  // The value out of the list, with the rules that name it and never decide.
  suggestion unlisting(std::size_t output, std::size_t k, const value_ref& v, std::size_t count) const {
    suggestion out;
    const column& c = t_.output(output);
    if (count == 1 || c.domain.type == value_kind::boolean ||
        (t_.has_defaults() && t_.default_output(output) == v) || t_.aggregation() != aggregation::none)
      return out;
    domain less = c.domain;
    less.words.clear();
    less.numbers.clear();
    for (std::size_t i = 0; i != count; ++i) {
      if (i == k) continue;
      if (less.type == value_kind::text) less.words.push_back(c.domain.words[i]);
      else less.numbers.push_back(c.domain.numbers[i]);
    }
    edit e;
    e.what = edit::action::change_domain;
    e.column = t_.outputs()[output];
    e.text = to_string(less);
    out.text = "take " + to_string(v) + " out of the values of " + c.name;
    out.edits.push_back(e);
    std::vector<std::string> gone;
    for (std::uint32_t r = 0; r != t_.rules(); ++r)
      if (t_.output(r, output) == v) {
        out.edits.push_back(remove_rule(r));
        gone.push_back(id(r));
      }
    if (gone.size() == t_.rules()) return {};
    if (!gone.empty()) out.text += " and remove " + listed(gone, 1000);
    return out;
  }

  // --- hit policies ---------------------------------------------------------------------------------

  void advise_on_hit_policy() {
    const hit_policy how = t_.hit_policy();
    if (!single_hit(how) || !out_.overlaps_known) return;
    bool agree = true;
    std::size_t conflicts = 0;
    for (const overlap& o : out_.overlaps) {
      agree = agree && o.same_outputs;
      conflicts += o.conflict ? 1 : 0;
    }
    const auto recommend = [&](hit_policy to, severity level, std::string why) -> finding* {
      if (!room(finding_kind::hit_policy)) return nullptr;
      finding& f = add(finding_kind::hit_policy, level, std::move(why), corner_of(t_));
      f.suggestion = {"change the hit policy to " + std::string(name(to)), {change_hit_policy(to)}};
      return &f;
    };
    if (out_.overlaps.empty()) {
      if (how != hit_policy::unique)
        recommend(hit_policy::unique, severity::note, "no two rules match the same record: UNIQUE says so, and keeps it so");
      return;
    }
    if (agree) {
      if (how != hit_policy::any)
        recommend(hit_policy::any, how == hit_policy::unique ? severity::warning : severity::note,
                  "rules that match together say the same: ANY says so, and keeps it so");
      return;
    }
    bool lists = false;
    for (std::size_t i = 0; i != t_.outputs().size(); ++i) lists = lists || t_.output(i).domain.listed;
    if (conflicts != 0)
      recommend(lists ? hit_policy::priority : hit_policy::first, severity::note,
                digits(conflicts) + (conflicts == 1 ? " pair of rules is" : " pairs of rules are") +
                    " in conflict: " + (lists ? "PRIORITY would decide by the order of the outputs, FIRST by that of the rows"
                                              : "FIRST would decide by the order of the rows"));
    else if (how == hit_policy::first && lists && t_.outputs().size() == 1)
      order_outputs(recommend);
  }

  // FIRST: is there an order of the outputs with which PRIORITY decides the same? One output must
  // stand before another where a rule with it is selected and one with the other matches too.
  template <class Recommend>
  void order_outputs(Recommend recommend) {
    const domain& d = t_.output(0).domain;
    const std::size_t count = (d.type == value_kind::text ? d.words.size() : d.numbers.size()) + 1;  // and null
    if (count > 512) return;
    const auto place_of = [&](std::uint32_t rule) {
      const value_ref v = t_.output(rule, 0);
      std::size_t k = 0;
      while (k + 1 != count &&
             (v.is_null() || !(d.type == value_kind::text ? value_ref(d.words[k]) == v
                                                          : value_ref(d.numbers[k].to_double()) == v)))
        ++k;
      return k;
    };
    list<std::uint32_t> places;
    for (std::uint32_t r = 0; r != t_.rules(); ++r) places.push_back(static_cast<std::uint32_t>(place_of(r)));
    list<bool> ahead;  // [a * count + b]: a must stand before b
    ahead.assign(count * count, false);
    list<std::uint32_t> hiding;
    for (const overlap& o : out_.overlaps) {
      const std::size_t a = places[o.rule], b = places[o.other];
      if (a == b || ahead[a * count + b]) continue;
      if (decides_over(o, hiding) == answer_to::unknown) return;
      ahead[a * count + b] = ahead[a * count + b] || decides_;
    }
    // Null comes last in every list.
    list<std::uint32_t> order;
    list<bool> placed;
    placed.assign(count, false);
    for (std::size_t n = 0; n != count; ++n) {
      std::size_t next = count;
      for (std::size_t k = 0; k != count && next == count; ++k) {
        if (placed[k] || (k + 1 == count && n + 1 != count)) continue;
        bool free = true;
        for (std::size_t m = 0; m != count; ++m) free = free && (placed[m] || m == k || !ahead[m * count + k]);
        if (free) next = k;
      }
      if (next == count) return;
      placed[next] = true;
      order.push_back(static_cast<std::uint32_t>(next));
    }
    domain sorted = d;
    sorted.words.clear();
    sorted.numbers.clear();
    bool moved = false;
    for (std::size_t n = 0; n + 1 != count; ++n) {
      moved = moved || order[n] != n;
      if (d.type == value_kind::text) sorted.words.push_back(d.words[order[n]]);
      else sorted.numbers.push_back(d.numbers[order[n]]);
    }
    finding* const f = recommend(hit_policy::priority, severity::note,
                                 "PRIORITY decides the same whatever the order of the rows, with " + t_.output(0).name +
                                     " in the order " + to_string(sorted));
    if (f == nullptr || !moved) return;
    edit e;
    e.what = edit::action::change_domain;
    e.column = t_.outputs()[0];
    e.text = to_string(sorted);
    f->suggestion.text += " and the values of " + t_.output(0).name + " to " + e.text;
    f->suggestion.edits.push_back(e);
  }
  // Is the first rule of an overlap selected somewhere in it? Sets `decides_`.
  answer_to decides_over(const overlap& o, list<std::uint32_t>& hiding) {
    hiding.clear();
    for (const std::uint32_t m : meets(o.rule))
      if (m < o.rule) hiding.push_back(m);
    const auto shape = static_cast<std::uint32_t>(shapes_.size());
    list<cell_run> runs;
    for (std::size_t i = 0; i != whole_.size(); ++i) {
      runs.clear();
      common_runs(shapes_.runs(o.rule, i), shapes_.runs(o.other, i), runs);
      shapes_.push_back({runs.data(), runs.size()});
    }
    const answer_to hidden = covered(shape, {hiding.data(), hiding.size()}, nullptr);
    shapes_.pop_back();
    decides_ = hidden == answer_to::no;
    return hidden;
  }

  // --- the end --------------------------------------------------------------------------------------

  void finish() {
    for (std::size_t k = 0; k != kinds; ++k) {
      if (counts_[k] <= options_.findings) continue;
      severity level = severity::note;
      const auto kind = static_cast<finding_kind>(k);
      for (const finding& f : out_.findings)
        if (f.kind == kind && f.level > level) level = f.level;
      add(kind, level, "and " + digits(counts_[k] - options_.findings) + " more of the kind " + std::string(name(kind)),
          corner_of(t_));
    }
    list<std::uint32_t> order;
    for (std::uint32_t k = 0; k != out_.findings.size(); ++k) order.push_back(k);
    sort(order, 0, order.size(), [&](std::uint32_t a, std::uint32_t b) {
      const finding &x = out_.findings[a], &y = out_.findings[b];
      if (x.level != y.level) return x.level > y.level;
      return x.kind == y.kind ? a < b : x.kind < y.kind;
    });
    std::vector<finding> sorted;
    sorted.reserve(order.size());
    for (const std::uint32_t k : order) sorted.push_back(std::move(out_.findings[k]));
    out_.findings = std::move(sorted);
  }

  static constexpr std::size_t kinds = static_cast<std::size_t>(finding_kind::inconclusive) + 1;

  const table& t_;
  const analyse_options& options_;
  work_budget work_;
  grid grid_;
  shapes shapes_;  // the rules, and at times some behind them
  output_classes classes_;
  list<bool> exact_;  // no test names another input
  list<bool> empty_;  // matches nothing
  bool loose_ = false;
  bool decides_ = false;
  list<cell_run> whole_;
  list<std::uint32_t> meets_, meets_end_;
  list<std::uint32_t> hidden_by_, hidden_end_;  // of the dead rules, in their order
  list<std::uint32_t> work_cells_;
  scratch scratch_;
  std::size_t counts_[kinds] = {};
  analysis out_;
};

// Grows sets of rules that match one record, one rule at a time. Rules with tests of several runs may
// meet in pairs and yet not all at once, so that the common records are carried along.
class clique_finder {
 public:
  clique_finder(const table& t, const analysis& a, std::size_t most)
      : grid_(t, a.reading), shapes_(t.inputs().size()), most_(most) {
    const std::size_t rules = t.rules();
    for (std::size_t r = 0; r != rules; ++r)
      for (std::size_t i = 0; i != t.inputs().size(); ++i) {
        grid_.take(i, t.runs(r, i), shapes_.open_column());
        shapes_.close_column();
      }
    ends_.assign(rules + 1, 0);
    for (const overlap& o : a.overlaps) {
      ++ends_[o.rule + 1];
      ++ends_[o.other + 1];
    }
    for (std::size_t r = 0; r != rules; ++r) ends_[r + 1] += ends_[r];
    others_.assign(2 * a.overlaps.size(), 0);
    for (const overlap& o : a.overlaps) {
      others_[ends_[o.rule]++] = o.other;
      others_[ends_[o.other]++] = o.rule;
    }
    out_.complete = a.overlaps_known;
  }

  clique_list run() {
    const auto rules = static_cast<std::uint32_t>(ends_.size() - 1);
    for (std::uint32_t r = 0; r != rules && out_.complete; ++r) {
      list<std::uint32_t> more, seen;
      for (std::size_t k = r == 0 ? 0 : ends_[r - 1]; k != ends_[r]; ++k)
        (others_[k] < r ? seen : more).push_back(others_[k]);
      members_.clear();
      members_.push_back(r);
      if (!more.empty()) grow(r, more, seen);
    }
    return std::move(out_);
  }

 private:
  // `region` is the shape of the members' common records; `more` may be added, with `seen` all sets
  // are known. All of both meet the region.
  void grow(std::uint32_t region, list<std::uint32_t>& more, const list<std::uint32_t>& seen) {
    if (!work_.take(1 + more.size() + seen.size())) {
      out_.complete = false;
      return;
    }
    for (const std::uint32_t s : seen)
      if (shapes_.inside(region, s)) return;
    const std::size_t size = members_.size();
    list<std::uint32_t> open;
    for (const std::uint32_t m : more) {
      if (shapes_.inside(region, m)) members_.push_back(m);
      else open.push_back(m);
    }
    if (open.empty() && seen.empty()) {
      report(region);
    } else {
      list<std::uint32_t> done = seen;
      for (std::size_t k = 0; k != open.size() && out_.complete; ++k) {
        const auto common = static_cast<std::uint32_t>(shapes_.size());
        list<cell_run> runs;
        for (std::size_t i = 0; i != shapes_.columns(); ++i) {
          runs.clear();
          common_runs(shapes_.runs(region, i), shapes_.runs(open[k], i), runs);
          shapes_.push_back({runs.data(), runs.size()});
        }
        list<std::uint32_t> then, known;
        for (std::size_t m = k + 1; m != open.size(); ++m)
          if (shapes_.meet(common, open[m])) then.push_back(open[m]);
        for (const std::uint32_t s : done)
          if (shapes_.meet(common, s)) known.push_back(s);
        members_.push_back(open[k]);
        grow(common, then, known);
        members_.pop_back();
        shapes_.pop_back();
        done.push_back(open[k]);
      }
    }
    while (members_.size() > size) members_.pop_back();
  }
  void report(std::uint32_t region) {
    if (members_.size() < 2) return;
    if (out_.cliques.size() == most_) {
      out_.complete = false;
      return;
    }
    clique c;
    list<std::uint32_t> rules = members_;
    sort(rules, 0, rules.size(), [](std::uint32_t a, std::uint32_t b) { return a < b; });
    for (const std::uint32_t r : rules) c.rules.push_back(r);
    list<cell_run> runs;
    for (std::size_t i = 0; i != shapes_.columns(); ++i) {
      runs.clear();
      grid_.give(i, shapes_.runs(region, i), runs);
      c.box.push_back({runs.data(), runs.size()});
    }
    out_.cliques.push_back(std::move(c));
  }

  grid grid_;
  shapes shapes_;
  std::size_t most_;
  work_budget work_{200'000'000};
  list<std::uint32_t> others_, ends_, members_;
  clique_list out_;
};
}  // namespace detail

ECTP_DEF analysis analyse(const table& t, const analyse_options& options) {
  return detail::analyser(t, options).run();
}

ECTP_DEF box box_of(const table& t, const overlap& o, const domain_reading& reading) {
  const detail::grid looked_at(t, reading);
  box out;
  list<cell_run> a, b, both, runs;
  for (std::size_t i = 0; i != t.inputs().size(); ++i) {
    a.clear();
    b.clear();
    both.clear();
    runs.clear();
    looked_at.take(i, t.runs(o.rule, i), a);
    looked_at.take(i, t.runs(o.other, i), b);
    detail::common_runs({a.data(), a.size()}, {b.data(), b.size()}, both);
    looked_at.give(i, {both.data(), both.size()}, runs);
    out.push_back({runs.data(), runs.size()});
  }
  return out;
}

ECTP_DEF clique_list cliques_of(const table& t, const analysis& a, std::size_t most) {
  return detail::clique_finder(t, a, most).run();
}

ECTP_DEF result<table> apply(const table& t, std::span<const edit> edits) {
  struct rule_rows {
    std::vector<std::string> cells;
    std::vector<std::vector<std::string>> behind;
    bool removed = false;
  };
  std::vector<std::vector<std::string>> header;
  std::vector<rule_rows> rules(t.rules() + 1);
  rules.back().removed = true;
  const std::size_t n = t.columns().size();
  std::vector<std::string> row;
  std::size_t rows = 0;
  detail::each_cell(t, [&](std::string_view text, bool ends_row) {
    row.emplace_back(text);
    if (!ends_row) return;
    ++rows;
    header.push_back(std::move(row));
    row.clear();
  });
  const std::size_t first = rows - t.rules();
  for (std::size_t r = 0; r != t.rules(); ++r) rules[r].cells = std::move(header[first + r]);
  header.resize(first);
  std::vector<bool> gone(n, false);
  for (const edit& e : edits) {
    const bool of_rule = e.what == edit::action::add_rule || e.what == edit::action::remove_rule ||
                         e.what == edit::action::change_cell;
    const bool of_column = e.what == edit::action::change_cell || e.what == edit::action::change_domain ||
                           e.what == edit::action::remove_column;
    const std::size_t most = e.what == edit::action::add_rule ? t.rules() + 1 : t.rules();
    if ((of_rule && e.rule >= most) || (of_column && e.column >= n) ||
        (e.what == edit::action::add_rule && e.cells.size() != n + 1))
      return error{errc::bad_argument, "a change to a rule or column that the table does not have",
                   {t.file(), 0, 0, {}}, "positions in the table, and a cell for each column of a new rule", {}};
    switch (e.what) {
      case edit::action::add_rule: rules[e.rule].behind.push_back(e.cells); break;
      case edit::action::remove_rule: rules[e.rule].removed = true; break;
      case edit::action::change_cell: rules[e.rule].cells[e.column + 1] = e.text; break;
      case edit::action::change_domain: header[2][e.column + 1] = e.text; break;
      case edit::action::remove_column: gone[e.column] = true; break;
      case edit::action::change_hit_policy: header[0][0] = e.text; break;
    }
  }
  std::string text;
  const auto write = [&](const std::vector<std::string>& cells) {
    std::vector<std::string> kept;
    for (std::size_t i = 0; i != cells.size(); ++i)
      if (i == 0 || !gone[i - 1]) kept.push_back(cells[i]);
    text += detail::row_text(kept) + "\n";
  };
  for (std::vector<std::string>& r : header) {
    // What is said of the whole policy stands in the first column's cell.
    if (r[0] == "#id" || r[0] == "#version" || r[0] == "#valid")
      for (std::size_t i = 0; i + 1 < n && gone[i]; ++i) r[i + 1].swap(r[i + 2]);
    write(r);
  }
  for (const rule_rows& r : rules) {
    if (!r.removed) write(r.cells);
    for (const std::vector<std::string>& more : r.behind) write(more);
  }
  return read_csv(text, {t.name(), t.file(), {}});
}

ECTP_DEF std::string to_string(const finding& f) {
  std::string out = to_string(f.at);
  if (!out.empty()) out += ": ";
  out += name(f.level);
  out += ": ";
  out += f.message;
  if (!f.witness.empty()) out += "; for example " + to_string(f.witness);
  if (!f.suggestion.text.empty()) out += ". Suggestion: " + f.suggestion.text;
  return out;
}

}  // namespace ectp::inline ECTP_ABI::policy
