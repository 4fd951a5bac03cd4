#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/core/text.hpp"
#include "ectp/policy/analyse.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/diff.hpp"
#include "ectp/policy/impl/analyse.ipp"
#include "ectp/policy/impl/answer.ipp"
#include "ectp/policy/impl/boxes.ipp"
#include "ectp/policy/impl/decide.ipp"
#include "ectp/policy/impl/diff.ipp"
#include "ectp/policy/impl/number.ipp"
#include "ectp/policy/impl/region.ipp"
#include "ectp/policy/impl/table.ipp"
#include "ectp/policy/prove.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// Reads the text of a property.
class property_reader {
 public:
  explicit property_reader(std::string_view text) : text_(text) {}

  result<property> read() {
    skip_blanks();
    const std::size_t begin = at_;
    while (at_ != text_.size() && text_[at_] != '(' && !is_blank(text_[at_])) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (!take_kind(word))
      return fault(begin, word.empty() ? std::string("the property has no name") : "there is no property " + shown(word),
                   "one of: total, deterministic, no-dead, monotone, invariant, max-step, refines, reachable",
                   "write it as in monotone(self, path)");
    skip_blanks();
    const bool brackets = at_ != text_.size();
    if (brackets && text_[at_] != '(') return fault(at_, "more text follows the name", "'(' or the end", {});
    if (brackets) ++at_;
    const bool read = !brackets || (out_.kind == property_kind::refines ? read_region() : read_arguments());
    if (!read || !settle()) return std::move(error_);
    return std::move(out_);
  }

  /// Would this name be read as something else if it stood bare?
  static bool needs_quotes(std::string_view name) {
    if (name.empty() || trim(name).size() != name.size() || name == descending || name == ignore) return true;
    for (const char c : name)
      if (c == ',' || c == ';' || c == ':' || c == '(' || c == ')' || c == '"' || c == '\\' || is_control(c)) return true;
    return scan_number(name).size == name.size();
  }

  static constexpr std::string_view descending = "descending", ignore = "ignore-undefined";

 private:
  bool take_kind(std::string_view word) {
    for (std::uint8_t k = 0; k <= static_cast<std::uint8_t>(property_kind::reachable); ++k)
      if (word == name(static_cast<property_kind>(k))) {
        out_.kind = static_cast<property_kind>(k);
        return true;
      }
    return false;
  }
  void skip_blanks() {
    while (at_ != text_.size() && is_blank(text_[at_])) ++at_;
  }
  error fault(std::size_t at, std::string message, std::string expected, std::string hint) {
    return {errc::syntax, std::move(message), {{}, 1, static_cast<std::uint32_t>(at + 1), {}}, std::move(expected), std::move(hint)};
  }
  bool fail(std::size_t at, std::string message, std::string expected, std::string hint = {}) {
    error_ = fault(at, std::move(message), std::move(expected), std::move(hint));
    return false;
  }

  // A name or a number, up to one of `ends`, which is not taken.
  bool read_word(std::string_view ends, std::string& word, bool& quoted) {
    skip_blanks();
    word.clear();
    const std::size_t begin = at_;
    quoted = at_ != text_.size() && text_[at_] == '"';
    if (!quoted) {
      while (at_ != text_.size() && ends.find(text_[at_]) == ends.npos) {
        if (std::string_view(",;:()\"\\").find(text_[at_]) != std::string_view::npos)
          return fail(at_, "a name has a " + shown(text_.substr(at_, 1)) + " in it", "a name in double quotes");
        word += text_[at_++];
      }
      while (!word.empty() && is_blank(word.back())) word.pop_back();
      return !word.empty() || fail(begin, "a name is missing", "a name");
    }
    for (++at_; at_ != text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && ++at_ == text_.size()) break;
      word += text_[at_];
    }
    if (at_ == text_.size()) return fail(begin, "a quote is not closed", "'\"' at the end of the name");
    ++at_;
    skip_blanks();
    return true;
  }
  // Takes the character, or is there another text?
  bool take(char c) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool end() {
    skip_blanks();
    return at_ == text_.size() || fail(at_, "text follows the closing bracket", "the end");
  }

  bool read_arguments() {
    if (take(')')) return end();
    do {
      argument w;
      skip_blanks();
      w.at = at_;
      if (!read_word(",)", w.text, w.quoted)) return false;
      words_.push_back(std::move(w));
    } while (take(','));
    return take(')') ? end() : fail(at_, "a bracket is not closed", "',' or ')'");
  }

  // input: test; input: test
  bool read_region() {
    if (take(')')) return end();
    do {
      input_test t;
      bool quoted = false;
      if (!read_word(":", t.input, quoted)) return false;
      if (!take(':')) return fail(at_, "the input " + shown(t.input) + " has no test", "':' and a test, as in self: >=4");
      const std::size_t begin = at_;
      std::size_t depth = 0;
      for (bool text = false; at_ != text_.size(); ++at_) {
        const char c = text_[at_];
        if (text && c == '\\' && at_ + 1 != text_.size()) ++at_;
        else if (c == '"') text = !text;
        else if (!text && c == '(') ++depth;
        else if (!text && c == ')' && depth != 0) --depth;
        // A ')' closes the region if nothing follows; otherwise it closes an interval such as [0..1).
        else if (!text && (c == ';' || (c == ')' && closes(at_)))) break;
      }
      t.test = trim(text_.substr(begin, at_ - begin));
      out_.region.push_back(std::move(t));
    } while (take(';'));
    return take(')') ? end() : fail(at_, "a bracket is not closed", "';' or ')'");
  }
  bool closes(std::size_t at) const { return trim(text_.substr(at + 1)).empty(); }

  // Which of the words are what.
  bool settle() {
    const bool moves = out_.kind == property_kind::monotone || out_.kind == property_kind::max_step;
    while (moves && !words_.empty() && !words_.back().quoted) {
      if (words_.back().text == ignore && !out_.ignore_undefined) out_.ignore_undefined = true;
      else if (words_.back().text == descending && out_.kind == property_kind::monotone && !out_.descending)
        out_.descending = true;
      else break;
      words_.pop_back();
    }
    if (out_.kind == property_kind::max_step && !take_step()) return false;
    const std::string what(name(out_.kind));
    switch (out_.kind) {
      case property_kind::monotone:
      case property_kind::max_step:
        if (words_.empty()) return fail(at_, what + " does not say which input moves", what + "(input)");
        if (words_.size() > 2)
          return fail(words_[2].at, shown(words_[2].text) + " is one name too many", "an input and an output");
        out_.inputs.push_back(words_[0].text);
        if (words_.size() == 2) out_.output = words_[1].text;
        return true;
      case property_kind::invariant:
        if (words_.empty()) return fail(at_, what + " does not say which input changes", what + "(input)");
        for (const argument& w : words_) out_.inputs.push_back(w.text);
        return true;
      case property_kind::reachable:
        if (words_.size() > 1)
          return fail(words_[1].at, shown(words_[1].text) + " is one name too many", "one output, or none for all");
        if (!words_.empty()) out_.output = words_[0].text;
        return true;
      case property_kind::refines: return true;
      default: return words_.empty() || fail(words_[0].at, what + " takes no names", "nothing in the brackets");
    }
  }
  bool take_step() {
    if (words_.empty() || words_.back().quoted)
      return fail(at_, "max-step does not say how far", "a number at the end, as in max-step(self, 1)");
    const argument& w = words_.back();
    const scanned_number n = scan_number(w.text);
    if (n.size != w.text.size() || n.size == 0)
      return fail(w.at, shown(w.text) + " is not a number", "a number at the end, as in max-step(self, 1)");
    if (n.too_many_digits || n.too_extreme || n.value.coefficient < 0) {
      fail(w.at, "the step " + shown(w.text) + " cannot be used", "a number of at most 15 digits, not below 0");
      error_.code = errc::out_of_range;
      return false;
    }
    out_.step = n.value;
    words_.pop_back();
    return true;
  }

  struct argument {
    std::string text;
    bool quoted = false;
    std::size_t at = 0;
  };
  std::string_view text_;
  std::size_t at_ = 0;
  property out_;
  std::vector<argument> words_;
  error error_;
};

class prover {
 public:
  prover(const table& t, const property& p, const prove_options& options)
      : t_(t), options_(options), work_(options.steps), grid_(t, options.domain), shapes_(t.inputs().size()),
        loose_(t.needs_row()) {
    out_.property = p;
    const std::size_t rules = t.rules(), n = t.inputs().size();
    shapes_.reserve(rules);
    exact_.assign(rules, true);
    for (std::size_t r = 0; r != rules; ++r)
      for (std::size_t i = 0; i != n; ++i) {
        grid_.take(i, t.runs(r, i), shapes_.open_column());
        shapes_.close_column();
        if (loose_ && t.names_input(r, i)) exact_[r] = false;
      }
    for (std::size_t i = 0; i != n; ++i) whole_.push_back(grid_.all(i));
  }

  result<proof> run(const table* other) {
    if (maybe<error> e = find_columns(other)) return std::move(*e);
    for (std::size_t i = 0; i != t_.inputs().size(); ++i)
      out_.domain.push_back({t_.input(i).name, domain_text(t_, i, reading_of(i))});
    switch (out_.property.kind) {
      case property_kind::total: prove_total(); break;
      case property_kind::deterministic: prove_deterministic(); break;
      case property_kind::no_dead: prove_no_dead(); break;
      case property_kind::invariant: prove_invariant(); break;
      case property_kind::monotone:
      case property_kind::max_step: prove_moves(); break;
      case property_kind::reachable: prove_reachable(); break;
      case property_kind::refines:
        if (maybe<error> e = prove_refines(*other)) return std::move(*e);
        break;
    }
    out_.status = !out_.violations.empty() ? proof_status::violated
                  : !out_.open.empty()     ? proof_status::inconclusive
                                           : proof_status::proved;
    if (!out_.open.empty()) out_.smallest = false;
    return std::move(out_);
  }

 private:
  bool moves() const noexcept {
    return out_.property.kind == property_kind::monotone || out_.property.kind == property_kind::max_step;
  }

  // --- what the names stand for ---------------------------------------------------------------------

  maybe<error> find_columns(const table* other) {
    const property& p = out_.property;
    const std::string what(name(p.kind));
    const auto wrong = [&](errc code, std::string message, std::string expected, std::string hint) {
      return maybe<error>(error{code, std::move(message), corner_of(t_), std::move(expected), std::move(hint)});
    };
    if (p.kind == property_kind::refines) {
      if (other != nullptr) return {};
      return wrong(errc::bad_argument, "refines is about two tables, and one is given", "the table that is refined as well", {});
    }
    if (moves() || p.kind == property_kind::invariant) {
      if (p.inputs.empty() || (moves() && p.inputs.size() != 1))
        return wrong(errc::missing_field, what + " does not say which input " + (moves() ? "moves" : "changes"),
                     (moves() ? "one of: " : "some of: ") + names(t_.inputs()), "write " + what + "(" + t_.input(0).name + ")");
      for (const std::string& s : p.inputs) {
        const maybe<std::size_t> i = t_.find_input(s);
        if (!i)
          return wrong(errc::unknown_field, "the table " + shown(t_.name()) + " has no input " + shown(s),
                       "one of: " + names(t_.inputs()), t_.find_output(s) ? "it is an output of the table" : "");
        inputs_.push_back(static_cast<std::uint32_t>(*i));
      }
      sort_unique(inputs_);
    }
    if (!moves() && p.kind != property_kind::reachable) return {};
    if (!p.output.empty()) {
      const maybe<std::size_t> o = t_.find_output(p.output);
      if (!o)
        return wrong(errc::unknown_field, "the table " + shown(t_.name()) + " has no output " + shown(p.output),
                     "one of: " + names(t_.outputs()), t_.find_input(p.output) ? "it is an input of the table" : "");
      outputs_.push_back(static_cast<std::uint32_t>(*o));
    }
    if (p.kind == property_kind::reachable) return find_targets();
    if (outputs_.empty() && t_.outputs().size() != 1)
      return wrong(errc::missing_field, what + " does not say which output", "one of: " + names(t_.outputs()),
                   "write " + what + "(" + p.inputs[0] + ", " + t_.output(0).name + (p.kind == property_kind::max_step ? ", 1)" : ")"));
    if (outputs_.empty()) outputs_.push_back(0);
    if (!single_hit(t_.hit_policy()) && t_.aggregation() == aggregation::none)
      return wrong(errc::bad_argument, "the table gives a list, and lists have no order", "a table that gives one value", {});
    if (p.step.coefficient < 0)
      return wrong(errc::out_of_range, "the step " + to_string(p.step) + " is below 0", "0 or more", {});
    const column& in = t_.input(inputs_[0]);
    if (!has_order(in.domain)) return no_order("input", in);
    const column& out = t_.output(outputs_[0]);
    if (t_.aggregation() != aggregation::count && !has_order(out.domain)) return no_order("output", out);
    // Null is not on the line.
    whole_[inputs_[0]].last -= in.domain.nullable && options_.domain.null ? 1 : 0;
    return {};
  }
  static bool has_order(const domain& d) noexcept { return d.ordered || d.type == value_kind::boolean; }
  maybe<error> no_order(std::string_view role, const column& c) const {
    return error{errc::bad_argument, "the values of the " + std::string(role) + " " + shown(c.name) + " have no order",
                 {t_.file(), c.line, c.offset, {}},
                 "numbers, dates, times, durations, booleans, or a list that begins with 'ordered:'",
                 c.domain.listed ? "if the list stands in order, write ordered: " + to_string(c.domain) : ""};
  }
  std::string names(std::span<const std::uint32_t> columns) const {
    std::string out;
    for (const std::uint32_t c : columns) out += (out.empty() ? "" : ", ") + t_.columns()[c].name;
    return out;
  }
  domain_reading reading_of(std::size_t i) const {
    domain_reading out = options_.domain;
    if (moves() && inputs_[0] == i) out.null = false;
    return out;
  }

  // --- records --------------------------------------------------------------------------------------

  struct seen {
    std::vector<input_value> record;
    std::vector<value_ref> values;
    outcome decided;
    std::vector<std::uint32_t> hits;
    std::string text;
    std::vector<std::string> rules;
  };
  // What a record of these cells gets. Its values borrow from the table.
  seen look_at(const list<std::uint32_t>& cells) const {
    seen out;
    for (std::size_t i = 0; i != cells.size(); ++i) {
      out.values.push_back(t_.axis(i).representative(grid_.cell(i, cells[i])));
      out.record.push_back({t_.input(i).name, value(out.values.back())});
    }
    scratch work = t_.make_scratch();
    out.decided = t_.decide(out.values, work);
    if (out.decided.status == rule_status::conflict) {
      out.hits = {out.decided.rule, out.decided.other};
      out.text = "conflict";
    } else {
      for (const std::uint32_t r : work.hits()) out.hits.push_back(r);
      out.text = out.decided ? to_string(answer_of(t_, out.decided, out.hits)) : "no rule";
    }
    for (const std::uint32_t r : out.hits) out.rules.push_back(id(r));
    return out;
  }
  std::string id(std::size_t rule) const { return std::string(t_.rule_id(rule)); }
  location place_of(const std::vector<std::uint32_t>& rules) const {
    return rules.empty() ? corner_of(t_) : t_.rule_location(rules[0]);
  }
  static bool before(const list<std::uint32_t>& a, const list<std::uint32_t>& b) noexcept {
    for (std::size_t i = 0; i != a.size(); ++i)
      if (a[i] != b[i]) return a[i] < b[i];
    return false;
  }

  // The smallest record found so far.
  class least_record {
   public:
    bool found() const noexcept { return !cells_.empty(); }
    const list<std::uint32_t>& cells() const noexcept { return cells_; }
    /// Can this box have a smaller one?
    bool beaten_by(const list<cell_run>& box) const noexcept {
      if (!found()) return true;
      for (std::size_t i = 0; i != box.size(); ++i)
        if (box[i].first != cells_[i]) return box[i].first < cells_[i];
      return false;
    }
    /// The first record of a box.
    void take(const list<cell_run>& box) {
      if (!beaten_by(box)) return;
      cells_.clear();
      for (const cell_run& r : box) cells_.push_back(r.first);
    }

   private:
    list<std::uint32_t> cells_;
  };

  // --- what was left open ---------------------------------------------------------------------------

  void leave_open(std::string why) {
    if (out_.open.empty()) out_.open = std::move(why);
  }
  void out_of_steps() { leave_open("the steps allowed are used up"); }
  void leave_open(std::uint32_t rule) {
    std::size_t i = 0;
    while (i != t_.inputs().size() && !t_.names_input(rule, i)) ++i;
    if (i == t_.inputs().size()) return;
    leave_open("the test " + shown(t_.cell_text(rule, t_.inputs()[i])) + " of " + t_.input(i).name + " in " + id(rule) +
               " names another input, and cells do not say where it holds");
  }

  // --- total ----------------------------------------------------------------------------------------

  struct gap_judge {
    least_record& least;
    std::size_t count = 0;
    verdict look(const list<cell_run>& box, const met_shape*, std::size_t met) {
      if (!least.beaten_by(box)) return verdict::done;
      if (met != 0) return verdict::split;
      least.take(box);
      return verdict::done;
    }
    bool untouched(const list<cell_run>& box) {
      least.take(box);
      return true;
    }
    void covered(std::uint32_t) {}
  };
  bool find_gap(least_record& least, bool sure) {
    gap_judge judge{least};
    splitter<gap_judge> search(shapes_, work_, judge);
    search.whole_settles = true;
    search.begin(whole_);
    for (std::uint32_t r = 0; r != t_.rules(); ++r)
      if (!shapes_.empty(r) && (sure || exact_[r])) search.add(r);
    return search.run();
  }
  void prove_total() {
    if (t_.has_defaults()) return;
    least_record least;
    if (!find_gap(least, true)) out_of_steps();
    if (loose_) {
      least_record perhaps;
      if (!find_gap(perhaps, false)) out_of_steps();
      else if (perhaps.found() && (!least.found() || before(perhaps.cells(), least.cells())))
        for (std::uint32_t r = 0; r != t_.rules(); ++r)
          if (!exact_[r] && holds(r, perhaps.cells())) leave_open(r);
    }
    if (!least.found()) return;
    const seen s = look_at(least.cells());
    violation v;
    v.kind = violation_kind::gap;
    v.message = "no rule matches " + to_string(s.record) + ", and there is no default";
    add(std::move(v), s);
  }
  bool holds(std::size_t rule, const list<std::uint32_t>& cells) const {
    for (std::size_t i = 0; i != cells.size(); ++i)
      if (!shapes_.holds(rule, i, cells[i])) return false;
    return true;
  }
  violation& add(violation v, const seen& s) {
    v.record = s.record;
    if (v.outcome.empty()) v.outcome = s.text;
    v.rules = s.rules;
    v.at = place_of(s.hits);
    out_.violations.push_back(std::move(v));
    return out_.violations.back();
  }

  // --- deterministic --------------------------------------------------------------------------------

  void prove_deterministic() {
    const bool any = t_.hit_policy() == hit_policy::any;
    if (!any && t_.hit_policy() != hit_policy::unique) return;
    const output_classes classes(t_);
    least_record least;
    std::uint32_t perhaps = none;
    list<cell_run> corner;
    const auto found = [&](std::uint32_t a, std::uint32_t b) {
      if (any && classes[a] == classes[b]) return true;
      if (!exact_[a] || !exact_[b]) {
        if (perhaps == none) perhaps = exact_[a] ? b : a;
        return true;
      }
      corner.clear();
      for (std::size_t i = 0; i != whole_.size(); ++i) {
        const std::uint32_t c = first_common(shapes_.runs(a, i), shapes_.runs(b, i));
        corner.push_back({c, c});
      }
      least.take(corner);
      return true;
    };
    pair_finder<decltype(found)> finder(shapes_, work_, found);
    for (std::uint32_t r = 0; r != t_.rules(); ++r)
      if (!shapes_.empty(r)) finder.add(r);
    if (!finder.run()) out_of_steps();
    if (perhaps != none) leave_open(perhaps);
    if (!least.found()) return;
    const seen s = look_at(least.cells());
    violation v;
    v.kind = violation_kind::conflict;
    v.message = listed(s.rules, 2) + " both match " + to_string(s.record) + (any ? " and say something else" : "");
    add(std::move(v), s);
  }
  // Precondition: there is one.
  static std::uint32_t first_common(std::span<const cell_run> a, std::span<const cell_run> b) noexcept {
    std::size_t m = 0, n = 0;
    while (a[m].last < b[n].first || b[n].last < a[m].first) a[m].last < b[n].first ? ++m : ++n;
    return a[m].first > b[n].first ? a[m].first : b[n].first;
  }

  // --- no dead rules --------------------------------------------------------------------------------

  void prove_no_dead() {
    analyse_options o;
    o.domain = options_.domain;
    o.advice = false;
    o.steps = options_.steps;
    o.gaps = 0;
    o.findings = 0;
    const analysis a = analyse(t_, o);
    if (!a.dead_known) leave_open("the steps allowed are used up, or more pairs of rules overlap than are listed");
    std::size_t k = 0;
    for (std::uint32_t r = 0; r != t_.rules(); ++r) {
      list<std::uint32_t> cells;
      for (std::size_t i = 0; i != whole_.size() && !shapes_.empty(r); ++i) cells.push_back(shapes_.hull(r, i).first);
      if (k != a.dead.size() && a.dead[k] == r) {
        ++k;
        if (out_.violations.size() != options_.violations) add_dead(r, cells);
      } else if (loose_ && !selected_at(r, cells)) {
        for (std::uint32_t m = 0; m != t_.rules(); ++m)
          if (!exact_[m] && (m == r || shapes_.meet(m, r))) leave_open(m);
      }
    }
    if (a.dead.size() > out_.violations.size()) leave_open("more rules are never selected than are listed");
  }
  bool selected_at(std::uint32_t rule, const list<std::uint32_t>& cells) const {
    const seen s = look_at(cells);
    bool out = false;
    for (const std::uint32_t h : s.hits) out = out || h == rule;
    return out && bool(s.decided);
  }
  void add_dead(std::uint32_t rule, const list<std::uint32_t>& cells) {
    violation v;
    v.kind = violation_kind::dead_rule;
    v.message = id(rule) + " is never selected";
    seen s;
    if (cells.empty()) {
      v.message += ": it matches nothing";
      v.outcome = "no rule";
    } else {
      s = look_at(cells);
      const bool clash = s.decided.status == rule_status::conflict;
      v.message += ": at " + to_string(s.record) + " ";
      v.message += clash ? listed(s.rules, 2) + " are in conflict" : listed(s.rules, 12) + " decides";
    }
    std::vector<std::uint32_t> hits = {rule};
    for (const std::uint32_t h : s.hits)
      if (h != rule) hits.push_back(h);
    s.hits = hits;
    s.rules.clear();
    for (const std::uint32_t h : hits) s.rules.push_back(id(h));
    add(std::move(v), s);
  }

  // --- inputs that move or change -------------------------------------------------------------------

  // Where a value stands in its order.
  struct position {
    bool known = false, defined = false;
    double at = 0;
    bool exact = false;
    policy::decimal number;  // the same, if it has 15 digits or fewer
  };

  // What is said over a piece; rules that name inputs may match and may not.
  outcomes::said settle(outcomes& said, const met_shape* met, std::size_t count) {
    return settle(said, met, count, [](std::uint32_t s) { return s; });
  }
  template <class RuleOf>
  outcomes::said settle(outcomes& said, const met_shape* met, std::size_t count, RuleOf rule_of) {
    if (!loose_) return said.settle(met, count, rule_of);
    list<met_shape> sure;
    for (std::size_t k = 0; k != count; ++k) sure.push_back({met[k].shape, met[k].open | (exact_[met[k].shape] ? 0u : 1u)});
    return said.settle(sure.data(), count, rule_of);
  }
  static bool is_leaf(const met_shape* met, std::size_t count) noexcept {
    for (std::size_t k = 0; k != count; ++k)
      if (met[k].open != 0) return false;
    return true;
  }

  // The value of the output that counts, of the rules that decide.
  value_ref value_of(const list<std::uint32_t>& hits) const {
    const std::size_t o = outputs_[0];
    const std::span<const std::uint32_t> all{hits.data(), hits.size()};
    if (hits.empty() && t_.has_defaults()) return t_.default_output(o);
    if (t_.aggregation() == aggregation::count) return value_ref(hits.size());
    if (hits.empty()) return {};
    return t_.aggregation() == aggregation::none ? t_.output(hits[0], o) : aggregate(t_, all);
  }
  position position_of(const value_ref& v) const {
    position out;
    out.known = true;
    // A count cannot be compared with a default that is a word.
    out.defined = !v.is_null() && (t_.aggregation() != aggregation::count || v.kind() == value_kind::number);
    if (v.kind() == value_kind::boolean) {
      out.at = v.boolean() ? 1 : 0;
    } else if (v.kind() == value_kind::text) {
      const auto& words = t_.output(outputs_[0]).domain.words;
      std::size_t k = 0;
      while (k != words.size() && std::string_view(words[k]) != v.text()) ++k;
      out.at = static_cast<double>(k);
    } else if (out.defined) {
      out.at = v.number();
    }
    out.exact = nearest_decimal(out.at, out.number);
    return out;
  }
  // Each outcome's position, worked out once.
  const position& position_of(const outcomes& said, const outcomes::said& s) {
    while (positions_.size() <= s.id) positions_.push_back({});
    position& p = positions_[s.id];
    if (!p.known && s.id == said.conflict()) p.known = true;
    if (!p.known) p = position_of(value_of(said.hits()));
    return p;
  }

  // Does going from a to b break the property?
  bool breaks(const position& a, const position& b) const {
    const property& p = out_.property;
    if (!a.defined || !b.defined) return false;
    if (p.kind == property_kind::monotone) return p.descending ? a.at < b.at : b.at < a.at;
    const position &low = a.at < b.at ? a : b, &high = a.at < b.at ? b : a;
    if (!low.exact || !high.exact) return high.at - low.at > p.step.to_double();
    return beyond(low.number, high.number).rounded() > 0;
  }
  // How much further than the step it is.
  decimal_sum beyond(const decimal& low, const decimal& high) const {
    decimal_sum sum;
    sum.add(high);
    sum.add({-low.coefficient, low.exponent});
    sum.add({-out_.property.step.coefficient, out_.property.step.exponent});
    return sum;
  }

  // Compares the two cells on both sides of an edge of the moving column.
  struct edge_judge {
    prover& owner;
    outcomes& said;
    least_record& least;
    std::size_t column;
    std::uint32_t left;
    bool improved = false;

    verdict look(const list<cell_run>& box, const met_shape* met, std::size_t count) {
      if (!least.beaten_by(box)) return verdict::done;
      const shapes& all = owner.shapes_;
      bool same = true;
      for (std::size_t k = 0; k != count && same; ++k)
        same = all.holds(met[k].shape, column, left) == all.holds(met[k].shape, column, left + 1);
      if (same) return verdict::done;
      const auto side = [&](std::uint32_t cell) {
        return owner.settle(said, met, count, [&](std::uint32_t s) { return all.holds(s, column, cell) ? s : none; });
      };
      const outcomes::said a = side(left);
      if (!a.settled) return verdict::split;
      const position from = owner.moves() ? owner.position_of(said, a) : position();
      const outcomes::said b = side(left + 1);
      if (!b.settled) return verdict::split;
      const position to = owner.moves() ? owner.position_of(said, b) : position();
      if (!(owner.moves() ? owner.breaks(from, to) : a.id != b.id)) return verdict::done;
      improved = true;
      least.take(box);
      return verdict::done;
    }
  };

  // The smallest record from which one cell further in this column breaks the property; true if there is
  // a smaller one than before.
  bool find_edge(outcomes& said, least_record& least, std::size_t column) {
    list<std::uint32_t> edges;
    for (std::uint32_t r = 0; r != t_.rules(); ++r)
      for (const cell_run& c : shapes_.runs(r, column)) {
        if (c.first != 0 && c.first <= whole_[column].last) edges.push_back(c.first);
        if (c.last < whole_[column].last) edges.push_back(c.last + 1);
      }
    sort_unique(edges);
    bool improved = false;
    for (const std::uint32_t e : edges) {
      edge_judge judge{*this, said, least, column, e - 1};
      splitter<edge_judge> search(shapes_, work_, judge);
      search.uncut = column;
      // Only where the rules lie that hold on one side.
      list<cell_run> region;
      bool any = false;
      for (std::size_t i = 0; i != whole_.size(); ++i) region.push_back(i == column ? cell_run{e - 1, e} : cell_run{1, 0});
      for (std::uint32_t r = 0; r != t_.rules(); ++r) {
        if (shapes_.empty(r) || shapes_.holds(r, column, e - 1) == shapes_.holds(r, column, e)) continue;
        for (std::size_t i = 0; i != whole_.size(); ++i) {
          if (i == column) continue;
          const cell_run& h = shapes_.hull(r, i);
          if (!any || h.first < region[i].first) region[i].first = h.first;
          if (!any || h.last > region[i].last) region[i].last = h.last;
        }
        any = true;
      }
      if (!work_.take(t_.rules())) break;
      if (!any) continue;
      search.begin(region);
      for (const std::uint32_t r : said.order())
        if (!shapes_.empty(r)) search.add(r);
      const bool done = search.run();
      improved = improved || judge.improved;
      if (!done) break;
    }
    if (work_.spent()) out_of_steps();
    return improved;
  }

  // Looks for pieces whose outcome hangs on a test that names another input.
  struct loose_judge {
    prover& owner;
    outcomes& said;
    std::uint32_t rule = none;
    verdict look(const list<cell_run>&, const met_shape* met, std::size_t count) {
      if (owner.settle(said, met, count).settled) return verdict::done;
      if (!is_leaf(met, count)) return verdict::split;
      for (std::size_t k = 0; k != count && rule == none; ++k)
        if (!owner.exact_[met[k].shape]) rule = met[k].shape;
      return verdict::stop;
    }
  };
  void check_loose(outcomes& said) {
    if (!loose_) return;
    loose_judge judge{*this, said};
    splitter<loose_judge> search(shapes_, work_, judge);
    add_all(search, said);
    search.run();
    if (judge.rule != none) leave_open(judge.rule);
    else if (work_.spent()) out_of_steps();
  }
  template <class Search>
  void add_all(Search& search, const outcomes& said) {
    search.begin(whole_);
    for (const std::uint32_t r : said.order())
      if (!shapes_.empty(r)) search.add(r);
  }

  void prove_invariant() {
    text_ids texts;
    outcomes said(t_, texts);
    least_record least;
    std::size_t column = 0;
    for (const std::uint32_t i : inputs_)
      if (find_edge(said, least, i)) column = i;
    check_loose(said);
    if (least.found()) add_pair(violation_kind::change, least.cells(), column, least.cells()[column] + 1);
  }

  // --- monotone and max-step ------------------------------------------------------------------------

  // Looks for the smallest record without a value to compare.
  struct undefined_judge {
    prover& owner;
    outcomes& said;
    least_record& least;
    verdict look(const list<cell_run>& box, const met_shape* met, std::size_t count) {
      if (!least.beaten_by(box) || owner.surely_defined(met, count)) return verdict::done;
      const outcomes::said s = owner.settle(said, met, count);
      if (!s.settled) return verdict::split;
      if (!owner.position_of(said, s).defined) least.take(box);
      return verdict::done;
    }
  };
  // Whichever of these decide, there is a value?
  bool surely_defined(const met_shape* met, std::size_t count) const {
    const hit_policy how = t_.hit_policy();
    if (how == hit_policy::any || (how == hit_policy::unique && count > 1)) return false;
    const bool counts = t_.aggregation() == aggregation::count;
    bool whole = t_.has_defaults() ? position_of(t_.default_output(outputs_[0])).defined : counts;
    for (std::size_t k = 0; k != count; ++k) {
      const std::uint32_t r = met[k].shape;
      if (!counts && t_.output(r, outputs_[0]).is_null()) return false;
      whole = whole || (met[k].open == 0 && exact_[r]);
    }
    return whole;
  }

  // Compares cells of the moving column that are not neighbours, across such as have no value.
  struct line_judge {
    prover& owner;
    outcomes& said;
    least_record& least;
    std::size_t column;
    std::uint32_t other = 0;  // the cell moved to

    verdict look(const list<cell_run>& box, const met_shape* met, std::size_t count) {
      if (!least.beaten_by(box)) return verdict::done;
      const shapes& all = owner.shapes_;
      bool same = true;
      for (std::size_t k = 0; k != count && same; ++k)
        same = all.meets(met[k].shape, column, box[column]) == meeting::whole;
      if (same) return verdict::done;
      if (!is_leaf(met, count)) return verdict::split;
      list<std::uint32_t> edges;
      edges.push_back(box[column].first);
      for (std::size_t k = 0; k != count; ++k)
        for (const cell_run& r : all.runs(met[k].shape, column)) {
          if (box[column].first < r.first && r.first <= box[column].last) edges.push_back(r.first);
          if (r.last < box[column].last) edges.push_back(r.last + 1);
        }
      sort_unique(edges);
      if (!owner.work_.take(edges.size() * (count + edges.size()))) return verdict::stop;
      list<position> line;
      for (const std::uint32_t e : edges) {
        const outcomes::said s =
            owner.settle(said, met, count, [&](std::uint32_t x) { return all.holds(x, column, e) ? x : none; });
        line.push_back(s.settled ? owner.position_of(said, s) : position());
      }
      for (std::size_t a = 0; a != line.size(); ++a)
        for (std::size_t b = a + 1; b != line.size(); ++b) {
          if (!owner.breaks(line[a], line[b])) continue;
          list<cell_run> found = box;
          found[column].first = edges[a];
          if (!least.beaten_by(found)) return verdict::done;
          least.take(found);
          other = edges[b];
          return verdict::done;
        }
      return verdict::done;
    }
  };

  void prove_moves() {
    const property& p = out_.property;
    text_ids texts;
    outcomes said(t_, texts, outputs_);
    const std::size_t column = inputs_[0];
    least_record least;
    find_edge(said, least, column);
    if (least.found()) {
      add_pair(p.kind == property_kind::monotone ? violation_kind::order : violation_kind::step, least.cells(), column,
               least.cells()[column] + 1);
    } else if (!p.ignore_undefined || p.kind == property_kind::monotone) {
      undefined_judge judge{*this, said, least};
      splitter<undefined_judge> search(shapes_, work_, judge);
      search.whole_hides = !loose_ && (t_.hit_policy() == hit_policy::first || t_.hit_policy() == hit_policy::priority);
      add_all(search, said);
      if (!search.run()) out_of_steps();
      if (least.found() && !p.ignore_undefined) {
        add_undefined(least.cells());
      } else if (least.found()) {
        least = least_record();
        line_judge across{*this, said, least, column};
        splitter<line_judge> lines(shapes_, work_, across);
        lines.uncut = column;
        add_all(lines, said);
        if (!lines.run()) out_of_steps();
        if (least.found()) add_pair(violation_kind::order, least.cells(), column, across.other);
      }
    }
    check_loose(said);
  }

  // --- their words ----------------------------------------------------------------------------------

  std::string output_text(const seen& s) const {
    if (!s.decided || outputs_.empty()) return s.text;
    list<std::uint32_t> hits;
    for (const std::uint32_t h : s.hits) hits.push_back(h);
    return to_string(value_of(hits));
  }
  std::string others_text(const seen& s, std::size_t column) const {
    std::vector<input_value> others;
    for (std::size_t i = 0; i != s.record.size(); ++i)
      if (i != column) others.push_back(s.record[i]);
    return others.empty() ? std::string() : ", where " + to_string(others);
  }
  void add_pair(violation_kind kind, const list<std::uint32_t>& cells, std::size_t column, std::uint32_t to) {
    list<std::uint32_t> moved = cells;
    moved[column] = to;
    const seen a = look_at(cells), b = look_at(moved);
    violation v;
    v.kind = kind;
    v.outcome = output_text(a);
    v.other = b.record;
    v.other_outcome = output_text(b);
    v.other_rules = b.rules;
    const bool changes = kind == violation_kind::change;
    v.message = (changes ? "changing " : "moving ") + t_.input(column).name + " from " +
                to_string(a.values[column]) + " to " + to_string(b.values[column]);
    if (changes) v.message += " changes the outcome from ";
    else v.message += " takes " + t_.output(outputs_[0]).name +
                      (kind == violation_kind::step ? "" : out_.property.descending ? " up" : " down") + " from ";
    v.message += v.outcome + " to " + v.other_outcome;
    if (kind == violation_kind::step) v.message += ", " + distance_text(a, b);
    v.message += others_text(a, column);
    violation& added = add(std::move(v), a);
    if (a.hits.empty()) added.at = place_of(b.hits);
  }
  std::string distance_text(const seen& a, const seen& b) const {
    const auto at = [&](const seen& s) {
      list<std::uint32_t> hits;
      for (const std::uint32_t h : s.hits) hits.push_back(h);
      return position_of(value_of(hits));
    };
    const position x = at(a), y = at(b);
    const bool up = x.at < y.at;
    decimal_sum sum;
    sum.add((up ? y : x).number);
    sum.add({-(up ? x : y).number.coefficient, (up ? x : y).number.exponent});
    const double far = x.exact && y.exact ? sum.rounded() : up ? y.at - x.at : x.at - y.at;
    const value_kind kind =
        t_.aggregation() == aggregation::count ? value_kind::number : t_.output(outputs_[0]).domain.type;
    const std::string_view unit = kind == value_kind::date     ? " days"
                                  : kind == value_kind::months ? " months"
                                  : is_temporal(kind)          ? " seconds"
                                  : kind == value_kind::number ? ""
                                                               : " places";
    return "which is " + to_string(value_ref(far)) + std::string(unit) + " and more than " + to_string(out_.property.step);
  }
  void add_undefined(const list<std::uint32_t>& cells) {
    const seen s = look_at(cells);
    violation v;
    v.kind = violation_kind::undefined;
    v.outcome = output_text(s);
    const std::string& output = t_.output(outputs_[0]).name;
    if (s.decided)
      v.message = output + " is " + v.outcome + " at " + to_string(s.record) + (v.outcome == "null" ? "" : ", and a number elsewhere");
    else v.message = output + " has no value at " + to_string(s.record) + ": " +
                     (s.decided.status == rule_status::conflict ? listed(s.rules, 2) + " are in conflict" : "no rule matches");
    add(std::move(v), s);
  }

  // --- reachable ------------------------------------------------------------------------------------

  // A value that is to come out of an output.
  struct target {
    std::uint32_t output = 0;
    value_ref value;
    bool reached = false, perhaps = false;
  };

  maybe<error> find_targets() {
    if (t_.aggregation() == aggregation::count)
      return error{errc::bad_argument, "the table counts, and puts out no value of a list", corner_of(t_),
                   "a table that puts out the values of its outputs", {}};
    const auto lists = [](const domain& d) { return d.listed || d.type == value_kind::boolean; };
    if (outputs_.empty())
      for (std::uint32_t o = 0; o != t_.outputs().size(); ++o)
        if (lists(t_.output(o).domain)) outputs_.push_back(o);
    for (const std::uint32_t o : outputs_)
      if (const column& c = t_.output(o); !lists(c.domain))
        return error{errc::bad_argument, "the output " + shown(c.name) + " does not list its values",
                     {t_.file(), c.line, c.offset, {}}, "a list of values, or boolean", "it holds " + to_string(c.domain)};
    if (outputs_.empty())
      return error{errc::bad_argument, "no output lists its values", corner_of(t_),
                   "a list of values, or boolean, as the domain of an output", {}};
    for (const std::uint32_t o : outputs_) {
      const domain& d = t_.output(o).domain;
      if (d.type == value_kind::boolean) {
        targets_.push_back({o, false});
        targets_.push_back({o, true});
      }
      for (const auto& w : d.words) targets_.push_back({o, std::string_view(w)});
      for (const decimal& n : d.numbers) targets_.push_back({o, n.to_double()});
      // What COLLECT makes of values is never null.
      if (d.nullable && t_.aggregation() == aggregation::none) targets_.push_back({o, {}});
    }
    return {};
  }

  struct target_judge {
    prover& owner;
    outcomes& said;

    verdict look(const list<cell_run>&, const met_shape* met, std::size_t count) {
      prover& o = owner;
      if (o.unreached_ == 0) return verdict::stop;
      if (!o.worth_while(met, count)) return verdict::done;
      const bool lists = !single_hit(o.t_.hit_policy()) && o.t_.aggregation() == aggregation::none;
      // A list has all that surely match.
      if (lists)
        for (std::size_t k = 0; k != count; ++k)
          if (met[k].open == 0 && o.exact_[met[k].shape]) o.reach_rule(met[k].shape);
      const outcomes::said s = o.settle(said, met, count);
      if (s.settled) {
        o.reach(said, s);
        return verdict::done;
      }
      if (!is_leaf(met, count)) return verdict::split;
      o.perhaps(met, count);
      return verdict::done;
    }
  };
  target* find_target(std::size_t output, const value_ref& v) {
    for (target& x : targets_)
      if (x.output == output && x.value == v) return &x;
    return nullptr;
  }
  bool wanted(std::size_t output, const value_ref& v) {
    const target* const x = find_target(output, v);
    return x != nullptr && !x->reached;
  }
  // Can anything new come out of a piece with these rules?
  bool worth_while(const met_shape* met, std::size_t count) {
    if (t_.aggregation() == aggregation::sum && count != 0) return true;
    bool whole = false;
    for (std::size_t k = 0; k != count; ++k) {
      whole = whole || (met[k].open == 0 && exact_[met[k].shape]);
      if (exhausted_[met[k].shape]) continue;
      for (const std::uint32_t o : outputs_)
        if (wanted(o, t_.output(met[k].shape, o))) return true;
      exhausted_[met[k].shape] = true;
    }
    for (const std::uint32_t o : outputs_)
      if (!whole && t_.has_defaults() && wanted(o, t_.default_output(o))) return true;
    return false;
  }
  void reach_value(std::size_t output, const value_ref& v) {
    target* const x = find_target(output, v);
    if (x == nullptr || x->reached) return;
    x->reached = true;
    --unreached_;
  }
  void reach_rule(std::uint32_t rule) {
    for (const std::uint32_t o : outputs_) reach_value(o, t_.output(rule, o));
  }
  void reach(const outcomes& said, const outcomes::said& s) {
    if (s.id == said.conflict()) return;
    const list<std::uint32_t>& hits = said.hits();
    if (t_.aggregation() != aggregation::none && !hits.empty()) {
      reach_value(0, aggregate(t_, {hits.data(), hits.size()}));
    } else if (hits.empty()) {
      for (const std::uint32_t o : outputs_)
        if (t_.has_defaults()) reach_value(o, t_.default_output(o));
    } else {
      const std::size_t end = single_hit(t_.hit_policy()) ? 1 : hits.size();
      for (std::size_t k = 0; k != end; ++k) reach_rule(hits[k]);
    }
  }
  // Any of these may decide, and so may the default.
  void perhaps(const met_shape* met, std::size_t count) {
    for (target& x : targets_) {
      bool may = t_.aggregation() == aggregation::sum || (t_.has_defaults() && t_.default_output(x.output) == x.value);
      for (std::size_t k = 0; k != count; ++k) may = may || t_.output(met[k].shape, x.output) == x.value;
      x.perhaps = x.perhaps || may;
    }
    for (std::size_t k = 0; k != count && undecided_ == none; ++k)
      if (!exact_[met[k].shape]) undecided_ = met[k].shape;
  }

  void prove_reachable() {
    unreached_ = targets_.size();
    exhausted_.assign(t_.rules(), false);
    text_ids texts;
    outcomes said(t_, texts, outputs_);
    target_judge judge{*this, said};
    splitter<target_judge> search(shapes_, work_, judge);
    add_all(search, said);
    search.run();
    if (work_.spent()) {
      if (unreached_ != 0) out_of_steps();
      return;
    }
    for (const target& x : targets_) {
      if (x.reached) continue;
      if (x.perhaps) {
        leave_open(undecided_);
        continue;
      }
      if (out_.violations.size() == options_.violations) {
        leave_open("more values are out of reach than are listed");
        break;
      }
      const column& c = t_.output(x.output);
      violation v;
      v.kind = violation_kind::unreachable;
      v.outcome = to_string(x.value);
      v.message = "no record gets " + c.name + " " + v.outcome;
      v.at = {t_.file(), c.line, c.offset, {}};
      for (std::uint32_t r = 0; r != t_.rules(); ++r) {
        if (!(t_.output(r, x.output) == x.value)) continue;
        if (v.rules.empty()) v.at = t_.rule_location(r);
        v.rules.push_back(id(r));
      }
      if (!v.rules.empty() && t_.aggregation() == aggregation::none)
        v.message += ": " + listed(v.rules, 12) + (v.rules.size() == 1 ? " is" : " are") + " never selected";
      out_.violations.push_back(std::move(v));
    }
  }

  // --- refines --------------------------------------------------------------------------------------

  maybe<error> prove_refines(const table& other) {
    diff_options o;
    o.domain = options_.domain;
    o.region = out_.property.region;
    o.steps = options_.steps;
    const result<difference> found = diff(other, t_, o);
    if (!found) return found.error();
    const difference& d = *found;
    out_.domain = d.domain;
    out_.notes = d.notes;
    if (!d.complete) leave_open(d.open);
    const change* least = nullptr;
    std::vector<std::uint32_t> cells;
    for (const change& c : d.changes) {
      const std::vector<std::uint32_t> first = witness_cells(c.box);
      bool smaller = least == nullptr;
      for (std::size_t i = 0; i != cells.size(); ++i) {
        if (first[i] == cells[i]) continue;
        smaller = first[i] < cells[i];
        break;
      }
      if (!smaller) continue;
      least = &c;
      cells = first;
    }
    if (least == nullptr) return {};
    violation v;
    v.kind = violation_kind::difference;
    v.record = least->witness;
    v.outcome = least->after;
    v.other_outcome = least->before;
    v.rules = least->rules_after;
    v.other_rules = least->rules_before;
    const auto says = [](const std::string& text, const std::vector<std::string>& rules) {
      return text + (rules.empty() ? std::string() : " (" + listed(rules, 12) + ")");
    };
    v.message = "at " + to_string(v.record) + " the outcome is " + says(v.outcome, v.rules) + ", and that of " +
                (other.name().empty() ? std::string("the other table") : shown(other.name())) + " is " +
                says(v.other_outcome, v.other_rules);
    const maybe<std::size_t> rule = v.rules.empty() ? maybe<std::size_t>() : t_.find_rule(v.rules[0]);
    v.at = rule ? t_.rule_location(*rule) : corner_of(t_);
    out_.violations.push_back(std::move(v));
    return {};
  }

  const table& t_;
  const prove_options& options_;
  work_budget work_;
  grid grid_;
  shapes shapes_;  // the rules
  bool loose_;
  list<bool> exact_;  // no test of the rule names another input
  list<cell_run> whole_;
  list<std::uint32_t> inputs_, outputs_;  // those the property names; positions among all
  list<position> positions_;              // by outcome
  std::vector<target> targets_;
  std::size_t unreached_ = 0;
  list<bool> exhausted_;  // rules whose values have all come out
  std::uint32_t undecided_ = none;
  proof out_;
};
}  // namespace detail

ECTP_DEF result<property> parse_property(std::string_view text) { return detail::property_reader(text).read(); }

ECTP_DEF std::string to_string(const property& p) {
  std::vector<std::string> words;
  const auto name_of = [](const std::string& s) {
    if (!detail::property_reader::needs_quotes(s)) return s;
    std::string out = "\"";
    for (const char c : s) out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return out + "\"";
  };
  const bool moves = p.kind == property_kind::monotone || p.kind == property_kind::max_step;
  if (moves || p.kind == property_kind::invariant)
    for (const std::string& i : p.inputs) words.push_back(name_of(i));
  if ((moves || p.kind == property_kind::reachable) && !p.output.empty()) words.push_back(name_of(p.output));
  if (p.kind == property_kind::max_step) words.push_back(to_string(p.step));
  if (p.kind == property_kind::monotone && p.descending) words.emplace_back(detail::property_reader::descending);
  if (moves && p.ignore_undefined) words.emplace_back(detail::property_reader::ignore);
  if (p.kind == property_kind::refines)
    for (const input_test& t : p.region) words.push_back(name_of(t.input) + ": " + t.test);
  std::string out(name(p.kind));
  for (std::size_t k = 0; k != words.size(); ++k)
    out += (k == 0 ? "(" : p.kind == property_kind::refines ? "; " : ", ") + words[k];
  return out + (words.empty() ? "" : ")");
}

ECTP_DEF result<proof> prove(const table& t, const property& p, const prove_options& options) {
  return detail::prover(t, p, options).run(nullptr);
}

ECTP_DEF result<proof> prove(const table& t, const property& p, const table& other, const prove_options& options) {
  return detail::prover(t, p, options).run(&other);
}

ECTP_DEF std::string to_string(const proof& p) {
  const std::string what = std::string(name(p.status)) + ": " + to_string(p.property);
  std::string out;
  for (const violation& v : p.violations) {
    const std::string at = to_string(v.at);
    out += at + (at.empty() ? "" : ": ") + what + ": " + v.message + "\n";
  }
  if (p.violations.empty()) out = what + (p.open.empty() ? "" : ": " + p.open) + "\n";
  else if (!p.open.empty()) out += "  left open: " + p.open + "\n";
  for (const std::string& n : p.notes) out += "  " + n + "\n";
  for (const input_test& d : p.domain) out += "  " + d.input + ": " + d.test + "\n";
  return out;
}

}  // namespace ectp::inline ECTP_ABI::policy
