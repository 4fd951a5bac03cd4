#pragma once
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/policy/diff.hpp"
#include "ectp/policy/impl/answer.ipp"
#include "ectp/policy/impl/boxes.ipp"
#include "ectp/policy/impl/decide.ipp"
#include "ectp/policy/impl/region.ipp"
#include "ectp/policy/impl/table.ipp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// The outputs that both tables have, as positions in each; in the order of the first. `notes` are about
/// the others. Error: `bad_argument` if there are none.
ECTP_DECL maybe<error> common_outputs(const table& a, const table& b, list<std::uint32_t> (&in)[2],
                                      std::vector<std::string>& notes);
/// The values that two inputs of one name both take. Error: `bad_argument` if there are none.
ECTP_DECL result<domain> common_domain(const column& a, const column& b);
/// Cuts an axis where another one is cut. It is not closed yet.
ECTP_DECL void mention_cells(axis& to, const axis& from);
/// `self_view is text in one and a number in the other`: an error about an input of two tables.
ECTP_DECL error not_comparable(const column& a, std::string message);

ECTP_DEF maybe<error> common_outputs(const table& a, const table& b, list<std::uint32_t> (&in)[2],
                                     std::vector<std::string>& notes) {
  for (std::uint32_t i = 0; i != a.outputs().size(); ++i) {
    if (const maybe<std::size_t> o = b.find_output(a.output(i).name)) {
      in[0].push_back(i);
      in[1].push_back(static_cast<std::uint32_t>(*o));
    } else {
      notes.push_back("the output " + shown(a.output(i).name) + " is gone: not compared");
    }
  }
  for (std::size_t i = 0; i != b.outputs().size(); ++i)
    if (!a.find_output(b.output(i).name))
      notes.push_back("the output " + shown(b.output(i).name) + " is new: not compared");
  if (!in[0].empty()) return {};
  return error{errc::bad_argument, "the tables have no output in common", {b.file(), 0, 0, {}},
               "an output of the same name", {}};
}

ECTP_DEF error not_comparable(const column& a, std::string message) {
  return {errc::bad_argument, std::move(message), at_input(a.name), "inputs of one kind, with values in common", {}};
}

ECTP_DEF result<domain> common_domain(const column& a, const column& b) {
  const domain &x = a.domain, &y = b.domain;
  if (x.type != y.type)
    return not_comparable(a, "the input " + shown(a.name) + " is " + to_string(x) + " in one table and " + to_string(y) +
                                 " in the other");
  domain d = x;
  d.integer = x.integer || y.integer;
  d.nullable = x.nullable && y.nullable;
  d.ordered = x.ordered && y.ordered;
  if (x.listed || y.listed) {
    const domain& from = x.listed ? x : y;
    axis other(x.listed ? y : x);
    other.close();
    d.listed = true;
    d.low = d.high = {};
    d.words.clear();
    d.numbers.clear();
    for (const std::string& w : from.words)
      if (other.cell_of(value_ref(w)) != no_cell) d.words.push_back(w);
    for (const decimal& n : from.numbers)
      if (other.cell_of(n.to_double()) != no_cell) d.numbers.push_back(n);
    if (x.type != value_kind::boolean && d.words.empty() && d.numbers.empty() && !d.nullable)
      return not_comparable(a, "the input " + shown(a.name) + " takes no value in both tables");
    return d;
  }
  const auto tighter = [](const range_end& p, const range_end& q, bool low) {
    if (!p.bounded || !q.bounded) return p.bounded ? p : q;
    if (p.at == q.at) return p.open ? p : q;
    return (p.at < q.at) == low ? q : p;
  };
  d.low = tighter(x.low, y.low, true);
  d.high = tighter(x.high, y.high, false);
  if (d.low.bounded && d.high.bounded) {
    const double low = d.low.at.to_double(), high = d.high.at.to_double();
    const double room = d.integer ? (d.low.open ? 1.0 : 0.0) + (d.high.open ? 1.0 : 0.0) : 0.0;
    if (high < low || (low == high && (d.low.open || d.high.open)) || high - low < room)
      return not_comparable(a, "the input " + shown(a.name) + " takes no value in both tables");
  }
  return d;
}

ECTP_DEF void mention_cells(axis& to, const axis& from) {
  literal l;
  if (is_line(to.type())) {
    l.kind = is_temporal(to.type()) ? literal_kind::temporal : literal_kind::number;
    l.temporal = to.type();
    const auto mention = [&](const decimal& d) {
      l.number = d;
      (void)to.mention(l, true);  // points outside the domain cut nothing in it
    };
    for (const decimal& p : from.points()) {
      if (!to.integer() || p.is_integer()) {
        mention(p);
        continue;
      }
      // Between two whole numbers: both keep to their sides.
      decimal d;
      const double x = p.to_double();
      const auto below = static_cast<std::int64_t>(x < 0 ? x - 1 : x);
      for (const std::int64_t n : {below, below + 1})
        if (make_decimal(n, 0, d)) mention(d);
    }
  } else if (to.type() == value_kind::text && !to.listed()) {
    l.kind = literal_kind::quoted;
    for (const std::string& w : from.words()) {
      l.text = w;
      (void)to.mention(l, false);
    }
  }
}

/// One input of either table, and the cells that no test of either tells apart.
struct common_input {
  std::uint32_t in[2] = {none, none};  // its position in each table
  list<std::uint32_t> cells[2];        // of each cell: that table's cell
  bool rising[2] = {true, true};       // these ascend
};

class comparison {
 public:
  comparison(const table& before, const table& after, const diff_options& options)
      : tables_{&before, &after}, options_(options), work_(options.steps) {}

  result<difference> run() {
    if (maybe<error> e = common_outputs(*tables_[0], *tables_[1], outputs_, out_.notes)) return std::move(*e);
    if (maybe<error> e = find_inputs()) return std::move(*e);
    list<cell_run> region;
    if (maybe<error> e = make_axes(region)) return std::move(*e);
    shapes_ = shapes(inputs_.size());
    for (const int side : {0, 1}) add_rules(side);
    add_region(region);
    compare();
    return std::move(out_);
  }

 private:
  // What is said of a piece, and by whom.
  struct judge {
    comparison& of;
    verdict look(const list<cell_run>& box, const met_shape* met, std::size_t count) {
      return of.look(box, met, count);
    }
  };
  struct reason {
    std::uint32_t before = 0, after = 0;    // ids of the answers
    list<std::uint32_t> rules_before, rules_after;
    std::size_t joiner = 0;
  };

  maybe<error> find_inputs() {
    for (const int side : {0, 1})
      for (std::uint32_t i = 0; i != tables_[side]->inputs().size(); ++i) {
        const std::string& n = tables_[side]->input(i).name;
        const maybe<std::size_t> other = tables_[1 - side]->find_input(n);
        if (side == 1 && other) continue;
        common_input c;
        c.in[side] = i;
        if (other) c.in[1 - side] = static_cast<std::uint32_t>(*other);
        else out_.notes.push_back("the input " + shown(n) + (side == 0 ? " is gone" : " is new"));
        inputs_.push_back(c);
      }
    for (const input_test& t : options_.region) {
      bool known = false;
      for (const common_input& c : inputs_) known = known || name_of(c) == t.input;
      if (!known)
        return error{errc::bad_argument, "the region names " + shown(t.input) + ", which is no input", at_input(t.input),
                     "an input of the tables", {}};
    }
    return {};
  }
  const column& column_of(const common_input& c) const noexcept {
    return c.in[0] != none ? tables_[0]->input(c.in[0]) : tables_[1]->input(c.in[1]);
  }
  const std::string& name_of(const common_input& c) const noexcept { return column_of(c).name; }

  // Axes cut at the tests of both tables and of the region, and the region's cells of each.
  maybe<error> make_axes(list<cell_run>& region) {
    for (std::size_t i = 0; i != inputs_.size(); ++i) {
      common_input& c = inputs_[i];
      domain d = column_of(c).domain;
      if (c.in[0] != none && c.in[1] != none) {
        const domain &x = tables_[0]->input(c.in[0]).domain, &y = tables_[1]->input(c.in[1]).domain;
        const result<domain> both = common_domain(tables_[0]->input(c.in[0]), tables_[1]->input(c.in[1]));
        if (!both) return both.error();
        d = *both;
        if (!(to_string(x) == to_string(y)))
          out_.notes.push_back("the input " + shown(name_of(c)) + " goes from " + to_string(x) + " to " + to_string(y) +
                               ": compared where both take the value");
      }
      axis a(d);
      for (const int side : {0, 1})
        if (c.in[side] != none) mention_cells(a, tables_[side]->axis(c.in[side]));
      std::vector<collected> only;
      for (const input_test& t : options_.region) {
        if (t.input != name_of(c)) continue;
        only.push_back({a, {}, false, false});
        if (const fault f = parse_cell(t.test, d.syntax(), only.back())) {
          error e = to_error(f, t.test, &d);
          e.at = at_input(name_of(c));
          return e;
        }
      }
      a.close();
      if (a.size() == 0) return not_comparable(column_of(c), "the input " + shown(name_of(c)) + " takes no value in both tables");
      list<cell_run> runs;
      runs.push_back(a.all());
      for (const collected& t : only) {
        if (t.everything) continue;
        list<cell_run> holds, both;
        a.append_runs(t.tests.data(), t.tests.size(), t.negated, holds);
        common_runs({runs.data(), runs.size()}, {holds.data(), holds.size()}, both);
        runs = std::move(both);
      }
      for (const cell_run& r : runs) region.push_back(r);
      region_ends_.push_back(static_cast<std::uint32_t>(region.size()));
      for (std::uint32_t cell = 0; cell != a.size(); ++cell)
        for (const int side : {0, 1}) {
          if (c.in[side] == none) continue;
          const std::uint32_t of = tables_[side]->axis(c.in[side]).cell_of(a.representative(cell));
          if (cell != 0 && of < c.cells[side].back()) c.rising[side] = false;
          c.cells[side].push_back(of);
        }
      out_.axes.push_back(std::move(a));
    }
    for (std::size_t i = 0; i != inputs_.size(); ++i) describe(i);
    return {};
  }
  struct collected {
    policy::axis& cells;
    list<unary_test> tests;
    bool everything, negated;
    void any() { everything = true; }
    void negate() { negated = true; }
    fault test(const unary_test& t) {
      tests.push_back(t);
      return cells.mention(t);
    }
  };
  void describe(std::size_t i) {
    const axis& a = out_.axes[i];
    std::string text = to_string(column_of(inputs_[i]).domain);
    if (inputs_[i].in[0] != none && inputs_[i].in[1] != none) {
      const result<domain> both = common_domain(tables_[0]->input(inputs_[i].in[0]), tables_[1]->input(inputs_[i].in[1]));
      text = to_string(*both);
    }
    if (a.other_cell() != no_cell) text += options_.domain.other || a.words().empty() ? ", any text" : ", only what tests mention";
    if (a.nullable() && !options_.domain.null) text += "; null left out";
    for (const input_test& t : options_.region)
      if (t.input == name_of(inputs_[i])) text += "; " + t.test + " only";
    out_.domain.push_back({name_of(inputs_[i]), std::move(text)});
  }

  // The cells of this comparison in which a rule's test holds.
  void put_runs(std::size_t i, int side, std::uint32_t rule, list<cell_run>& out) const {
    const common_input& c = inputs_[i];
    const std::uint32_t size = out_.axes[i].size();
    if (c.in[side] == none) {
      out.push_back({0, size - 1});
      return;
    }
    const list<std::uint32_t>& cells = c.cells[side];
    const std::size_t begin = out.size();
    if (c.rising[side]) {
      for (const cell_run& r : tables_[side]->runs(rule, c.in[side])) {
        const auto first = static_cast<std::uint32_t>(partition_point(size, [&](std::size_t k) { return cells[k] < r.first; }));
        const auto end = static_cast<std::uint32_t>(partition_point(size, [&](std::size_t k) { return cells[k] <= r.last; }));
        if (first == end) continue;
        if (out.size() > begin && out.back().last + 1 == first) out.back().last = end - 1;
        else out.push_back({first, end - 1});
      }
      return;
    }
    for (std::uint32_t cell = 0; cell != size; ++cell) {
      if (!tables_[side]->holds(rule, c.in[side], cells[cell])) continue;
      if (out.size() > begin && out.back().last + 1 == cell) ++out.back().last;
      else out.push_back({cell, cell});
    }
  }

  void add_rules(int side) {
    const table& t = *tables_[side];
    if (side == 1) second_ = static_cast<std::uint32_t>(shapes_.size());
    for (std::uint32_t r = 0; r != t.rules(); ++r) {
      std::string key;
      bool loose = false;
      for (std::size_t i = 0; i != inputs_.size(); ++i) {
        put_runs(i, side, r, shapes_.open_column());
        shapes_.close_column();
        for (const cell_run& c : shapes_.runs(shape_of(side, r), i))
          key += digits(c.first) + "-" + digits(c.last) + ",";
        const std::uint32_t in = inputs_[i].in[side];
        if (in != none && t.needs_row() && t.names_input(r, in)) {
          loose = true;
          // The same words mean the same only in the same domain.
          for (const std::string& text : {std::string(t.cell_text(r, t.inputs()[in])), to_string(t.input(in).domain)})
            key += digits(text.size()) + ":" + text;
        }
        key += ';';
      }
      for (const std::uint32_t o : outputs_[side]) key += to_string(t.output(r, o)) + ";";
      twins_.push_back(keys_.id_of(std::move(key)));
      loose_.push_back(loose);
    }
  }
  std::uint32_t shape_of(int side, std::uint32_t rule) const noexcept { return side == 0 ? rule : second_ + rule; }

  void add_region(const list<cell_run>& runs) {
    bool whole = true;
    region_ = static_cast<std::uint32_t>(shapes_.size());
    list<cell_run> some;
    for (std::size_t i = 0; i != inputs_.size(); ++i) {
      const axis& a = out_.axes[i];
      some.clear();
      for (std::size_t k = i == 0 ? 0 : region_ends_[i - 1]; k != region_ends_[i]; ++k) some.push_back(runs[k]);
      // What the reading of the domain leaves out.
      list<cell_run> less;
      for (const std::uint32_t gone : {options_.domain.null ? no_cell : a.null_cell(),
                                       options_.domain.other || a.words().empty() ? no_cell : a.other_cell()}) {
        if (gone == no_cell) continue;
        const cell_run hole{gone, gone};
        less.clear();
        runs_without({some.data(), some.size()}, {&hole, 1}, less);
        some = less;
      }
      whole = whole && some.size() == 1 && some[0] == a.all();
      shapes_.push_back({some.data(), some.size()});
    }
    if (whole) region_ = none;
  }

  void compare() {
    text_ids texts;
    outcomes before(*tables_[0], texts, outputs_[0]), after(*tables_[1], texts, outputs_[1]);
    said_[0] = &before;
    said_[1] = &after;
    const table &a = *tables_[0], &b = *tables_[1];
    alike_ = a.hit_policy() == b.hit_policy() && a.aggregation() == b.aggregation() && before.nothing() == after.nothing() &&
             a.outputs().size() == outputs_[0].size() && b.outputs().size() == outputs_[0].size();
    judge j{*this};
    splitter<judge> search(shapes_, work_, j);
    list<cell_run> whole;
    for (const axis& x : out_.axes) whole.push_back(x.all());
    search.begin(whole);
    if (region_ != none && !shapes_.empty(region_)) search.add(region_);
    for (const int side : {0, 1})
      for (const std::uint32_t r : said_[side]->order())
        if (!shapes_.empty(shape_of(side, r))) search.add(shape_of(side, r));
    if (!search.run()) {
      out_.complete = false;
      out_.open = work_.spent() ? "the steps allowed are used up" : "more differences than are listed at most";
    } else if (unsettled_) {
      out_.complete = false;
      out_.open = "tests that name another input: where such rules match is not looked at";
    }
    write(texts);
  }

  verdict look(const list<cell_run>& box, const met_shape* met, std::size_t count) {
    std::size_t begin = 0;
    bool inside = true;
    if (region_ != none) {
      if (count == 0 || met[0].shape != region_) return verdict::done;
      inside = met[0].open == 0;
      begin = 1;
    }
    const met_shape* const of = met + begin;
    count -= begin;
    std::size_t first = 0;
    while (first != count && of[first].shape < second_) ++first;
    // The same rules in the same order say the same.
    if (alike_ && first + first == count) {
      bool same = true;
      for (std::size_t k = 0; same && k != first; ++k) same = twins_[of[k].shape] == twins_[of[first + k].shape];
      if (same) return verdict::done;
    }
    bool whole = true;
    for (std::size_t k = 0; k != count; ++k) whole = whole && of[k].open == 0;
    for (const int side : {0, 1})
      if (hangs_on_row(side, of, count)) {
        if (!whole) return verdict::split;
        unsettled_ = true;
        return verdict::done;
      }
    const outcomes::said x = settle(0, of, count);
    if (!x.settled) return verdict::split;
    list<std::uint32_t>& hits = hits_;
    hits.clear();
    for (const std::uint32_t h : said_[0]->hits()) hits.push_back(h);
    const outcomes::said y = settle(1, of, count);
    if (!y.settled) return verdict::split;
    if (x.id == y.id) return verdict::done;
    if (!inside || !x.sure || !y.sure) return verdict::split;
    return take(box, x.id, y.id, hits, said_[1]->hits()) ? verdict::done : verdict::stop;
  }
  outcomes::said settle(int side, const met_shape* met, std::size_t count) {
    return said_[side]->settle(met, count, [&](std::uint32_t s) {
      return (s < second_) == (side == 0) ? (side == 0 ? s : s - second_) : none;
    });
  }
  // Does the outcome depend on where rules match whose tests name another input?
  bool hangs_on_row(int side, const met_shape* met, std::size_t count) const {
    const table& t = *tables_[side];
    if (!t.needs_row()) return false;
    const bool ordered = t.hit_policy() == hit_policy::first || t.hit_policy() == hit_policy::priority;
    for (std::size_t k = 0; k != count; ++k) {
      if ((met[k].shape < second_) != (side == 0)) continue;
      if (loose_[met[k].shape]) return true;
      if (ordered && met[k].open == 0) return false;
    }
    return false;
  }

  bool take(const list<cell_run>& box, std::uint32_t before, std::uint32_t after, const list<std::uint32_t>& rules_before,
            const list<std::uint32_t>& rules_after) {
    if (taken_++ == options_.changes) return false;
    std::string key = digits(before) + "," + digits(after) + ":";
    for (const std::uint32_t r : rules_before) key += digits(r) + ",";
    key += ":";
    for (const std::uint32_t r : rules_after) key += digits(r) + ",";
    const std::uint32_t id = groups_.id_of(std::move(key));
    if (id == reasons_.size()) {
      reasons_.push_back({before, after, rules_before, rules_after, joiners_.size()});
      joiners_.emplace_back(box.size());
    }
    joiners_[id].add(box.data());
    return true;
  }

  void write(const text_ids& texts) {
    for (const reason& r : reasons_) {
      box_joiner& joined = joiners_[r.joiner];
      joined.join();
      for (std::size_t b = 0; b != joined.size(); ++b) {
        change c;
        for (std::size_t i = 0; i != inputs_.size(); ++i) {
          c.box.push_back(joined.runs(b, i));
          c.tests.push_back({name_of(inputs_[i]), tests_text(out_.axes[i], joined.runs(b, i))});
          c.witness.push_back({name_of(inputs_[i]), value(out_.axes[i].representative(joined.runs(b, i)[0].first))});
        }
        c.before = texts.text(r.before);
        c.after = texts.text(r.after);
        c.status_before = status_of(c.before);
        c.status_after = status_of(c.after);
        for (const std::uint32_t k : r.rules_before) c.rules_before.emplace_back(tables_[0]->rule_id(k));
        for (const std::uint32_t k : r.rules_after) c.rules_after.emplace_back(tables_[1]->rule_id(k));
        out_.changes.push_back(std::move(c));
      }
    }
    list<std::uint32_t> order;
    for (std::uint32_t k = 0; k != out_.changes.size(); ++k) order.push_back(k);
    sort(order, 0, order.size(), [&](std::uint32_t a, std::uint32_t b) {
      return box_before(out_.changes[a].box, out_.changes[b].box);
    });
    std::vector<change> sorted;
    sorted.reserve(order.size());
    for (const std::uint32_t k : order) sorted.push_back(std::move(out_.changes[k]));
    out_.changes = std::move(sorted);
  }
  // Texts of a table stand in quotes.
  static rule_status status_of(const std::string& answer) {
    return answer == "no rule" ? rule_status::no_rule : answer == "conflict" ? rule_status::conflict : rule_status::decided;
  }
  static bool box_before(const box& a, const box& b) {
    for (std::size_t i = 0; i != a.inputs(); ++i) {
      const std::span<const cell_run> x = a.runs(i), y = b.runs(i);
      for (std::size_t k = 0; k != x.size() && k != y.size(); ++k) {
        if (x[k].first != y[k].first) return x[k].first < y[k].first;
        if (x[k].last != y[k].last) return x[k].last < y[k].last;
      }
      if (x.size() != y.size()) return x.size() < y.size();
    }
    return false;
  }

  const table* tables_[2];
  const diff_options& options_;
  work_budget work_;
  list<std::uint32_t> outputs_[2];
  list<common_input> inputs_;
  list<std::uint32_t> region_ends_;
  shapes shapes_;              // the rules of both tables, then the region
  std::uint32_t second_ = 0, region_ = none;
  text_ids keys_, groups_;
  list<std::uint32_t> twins_;  // of each rule: the same number for the same tests and outputs
  list<bool> loose_;           // a test names another input
  outcomes* said_[2] = {nullptr, nullptr};
  list<std::uint32_t> hits_;
  bool alike_ = false, unsettled_ = false;
  std::size_t taken_ = 0;
  std::vector<reason> reasons_;
  std::vector<box_joiner> joiners_;
  difference out_;
};
}  // namespace detail

ECTP_DEF result<difference> diff(const table& before, const table& after, const diff_options& options) {
  return detail::comparison(before, after, options).run();
}

ECTP_DEF std::string to_string(const change& c) {
  const auto side = [](const std::string& answer, const std::vector<std::string>& rules) {
    return rules.empty() ? answer : answer + " (" + detail::listed(rules, 12) + ")";
  };
  return to_string(c.tests) + ": " + side(c.before, c.rules_before) + " -> " + side(c.after, c.rules_after);
}

}  // namespace ectp::inline ECTP_ABI::policy
