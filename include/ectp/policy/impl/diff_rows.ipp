#pragma once
#include <atomic>
#include <bit>
#include <string>
#include <utility>

#include "ectp/core/sort.hpp"
#include "ectp/policy/diff_rows.hpp"
#include "ectp/policy/impl/batch.ipp"
#include "ectp/policy/impl/boxes.ipp"
#include "ectp/policy/impl/diff.ipp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// Counts rows by what was the reason before and after. A slot is the number of a pair from 1 on, twice,
/// and whether its answers differ; 0 is a pair that was not seen yet.
class reason_pairs {
 public:
  struct pair {
    std::uint32_t before = 0, after = 0;
    std::size_t first = 0, rows = 0;
  };
  std::size_t size() const noexcept { return pairs_.size(); }
  pair operator[](std::size_t i) const noexcept {
    pair p = pairs_[i];
    p.rows = rows_[i + 1];
    return p;
  }

  /// Room for reasons below these: side by side as long as that is not too much, then by their hash.
  void make_room(std::uint32_t before, std::uint32_t after) {
    if (hashed_ || (before <= before_ && after <= after_)) return;
    while (before_ < before) before_ = before_ == 0 ? before : 2 * before_;
    while (after_ < after) after_ = after_ == 0 ? after : 2 * after_;
    hashed_ = std::uint64_t{before_} * after_ > most_slots;
    rebuild(hashed_ ? 1024 : std::size_t{before_} * after_);
  }
  /// How far apart the slots of two reasons before are; 0: they are hashed.
  std::uint32_t stride() const noexcept { return hashed_ ? 0 : after_; }
  const std::uint32_t* slots() const noexcept { return slots_.data(); }
  std::uint64_t* rows() noexcept { return rows_.data(); }

  std::size_t place_of(std::uint32_t before, std::uint32_t after) const noexcept {
    if (!hashed_) return std::size_t{before} * after_ + after;
    std::uint64_t h = (std::uint64_t{before} << 32 | after) * 0x9E3779B97F4A7C15u;
    std::size_t at = (h ^ h >> 32) & (slots_.size() - 1);
    for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
      const pair& p = pairs_[(slots_[at] >> 1) - 1];
      if (p.before == before && p.after == after) break;
    }
    return at;
  }
  /// Adds a pair that has no slot yet; hands back its slot.
  std::uint32_t add(std::uint32_t before, std::uint32_t after, std::size_t row, bool differs) {
    pairs_.push_back({before, after, row, 0});
    differs_.push_back(differs);
    rows_.push_back(0);
    const std::uint32_t slot = slot_of(pairs_.size());
    if (hashed_ && 2 * pairs_.size() > slots_.size()) rebuild(4 * slots_.size());
    else slots_[place_of(before, after)] = slot;
    return slot;
  }

 private:
  static constexpr std::uint64_t most_slots = std::uint64_t{1} << 18;
  std::uint32_t slot_of(std::size_t number) const noexcept {
    return static_cast<std::uint32_t>(2 * number) + (differs_[number - 1] ? 1u : 0u);
  }
  void rebuild(std::size_t slots) {
    while (hashed_ && slots < 2 * pairs_.size()) slots *= 2;
    slots_.assign(slots, 0);
    for (std::size_t i = 0; i != pairs_.size(); ++i) slots_[place_of(pairs_[i].before, pairs_[i].after)] = slot_of(i + 1);
    if (rows_.empty()) rows_.push_back(0);
  }
  list<pair> pairs_;
  list<bool> differs_;
  list<std::uint64_t> rows_;  // by the number of the pair
  list<std::uint32_t> slots_;
  std::uint32_t before_ = 0, after_ = 0;
  bool hashed_ = false;
};

/// Both tables over a cohort. What a row comes to in one table is a reason: a number for each rule where
/// one rule decides, one for no rule, one for an invalid input, and one for each set of rules that decide
/// together or are in conflict.
class cohort_comparison {
 public:
  cohort_comparison(const batch_plan& before, std::span<const input_column> inputs_before, const batch_plan& after,
                    std::span<const input_column> inputs_after, const batch_options& options)
      : sides_{{before, inputs_before, options}, {after, inputs_after, options}}, options_(options) {}

  result<cohort_difference> run() {
    cohort_difference out;
    list<std::uint32_t> outputs[2];
    if (maybe<error> e = common_outputs(sides_[0].table, sides_[1].table, outputs, out.notes)) return std::move(*e);
    for (side& s : sides_)
      if (maybe<error> e = s.run.begin()) return std::move(*e);
    rows_ = sides_[0].run.rows_;
    if (rows_ != sides_[1].run.rows_)
      return error{errc::bad_argument,
                   "the columns have " + digits(rows_) + " rows before and " + digits(sides_[1].run.rows_) + " after",
                   {}, "the same rows for both tables", {}};
    if (rows_ == 0) return out;
    text_ids texts;
    const outcomes before(sides_[0].table, texts, outputs[0]), after(sides_[1].table, texts, outputs[1]);
    said_[0] = &before;
    said_[1] = &after;
    for (side& s : sides_) s.tabulate();
    chunk_ = (options_.chunk < batch_block ? batch_block : options_.chunk) / batch_block * batch_block;
    chunks_ = (rows_ + chunk_ - 1) / chunk_;
    changed_.assign((rows_ + 63) / 64, 0);
    std::size_t threads = options_.threads == 0 ? 1 : options_.threads;
    if (threads > chunks_) threads = chunks_;
    if (threads > 256) threads = 256;
    workers_.assign(threads, worker());
    run_on_threads(threads, stop_, [this](std::size_t w) { work(w); });
    const std::size_t begun = next_.load() < chunks_ ? next_.load() : chunks_;
    out.rows = begun * chunk_ < rows_ ? begun * chunk_ : rows_;
    out.cancelled = out.rows != rows_;
    tell(out);
    return out;
  }

 private:
  // A table and its columns. Sets of rules are numbered behind the other reasons.
  struct side {
    side(const batch_plan& p, std::span<const input_column> inputs, const batch_options& options)
        : plan(p), table(p.table()), single(single_hit(p.table().hit_policy())),
          rules(single ? static_cast<std::uint32_t>(p.table().rules()) : 0), run(p, inputs, outputs, options) {
      // Only where a set can be the reason is it looked for. Nothing is written to the column.
      const hit_policy how = table.hit_policy();
      if (!p.tabulated() && how != hit_policy::first && how != hit_policy::priority)
        outputs.matched = output_column(&unwritten, inputs.empty() ? 0 : inputs[0].rows);
    }
    std::uint32_t nothing() const noexcept { return rules; }
    std::uint32_t invalid() const noexcept { return rules + 1; }
    std::uint32_t fixed() const noexcept { return rules + 2; }

    // The reason of every combination of cells.
    void tabulate() {
      if (!plan.tabulated()) return;
      list<std::uint32_t> of_set;
      of_set.assign(plan.sets_.size(), none);
      reasons.reserve(plan.record_of_.size());
      for (const std::uint16_t number : plan.record_of_) {
        const std::uint64_t record = plan.records_[number];
        const auto set = static_cast<std::uint32_t>(record & 0xFFFF);
        const std::uint32_t no = plan.narrow_ ? 0xFF : 0xFFFF;
        const std::uint32_t rule = static_cast<std::uint32_t>(record >> 16) & no;
        if (single && static_cast<rule_status>(record >> 56) != rule_status::conflict) {
          reasons.push_back(rule == no ? nothing() : rule);
          continue;
        }
        if (of_set[set] == none) {
          of_set[set] = fixed() + static_cast<std::uint32_t>(sets.size());
          sets.push_back(plan.sets_[set]);
        }
        reasons.push_back(of_set[set]);
      }
      if (fixed() + sets.size() > 0x100) return;
      for (const std::uint32_t r : reasons) narrow.push_back(static_cast<std::uint8_t>(r));
    }

    const batch_plan& plan;
    const policy::table& table;
    bool single;          // one rule decides
    std::uint32_t rules;  // that do so
    std::uint32_t unwritten = 0;
    batch_output outputs;
    batch_run run;
    // By combination of cells, if the plan has them all.
    list<std::uint32_t> reasons;
    list<std::uint8_t> narrow;            // the same in one byte, where they fit
    numbered_lists<std::uint32_t> sets;
  };
  struct worker {
    batch_worker of[2];
    list<std::uint32_t> answers[2];  // of each reason: its text, `none` until it is asked for
    std::uint8_t narrow[2][batch_block];
    std::uint32_t reasons[2][batch_block], keys[batch_block];
    reason_pairs pairs;
    text_ids texts;
  };

  void work(std::size_t number) {
    worker& w = workers_[number];
    for (std::size_t s = 0; s != 2; ++s) sides_[s].run.prepare(w.of[s]);
    while (!stop_.load(std::memory_order_relaxed)) {
      const std::size_t c = next_.fetch_add(1);
      if (c >= chunks_) return;
      const std::size_t begin = c * chunk_, end = begin + chunk_ < rows_ ? begin + chunk_ : rows_;
      for (std::size_t row = begin; row < end; row += batch_block)
        compare(w, row, end - row < batch_block ? end - row : batch_block);
      const std::size_t done = done_.fetch_add(end - begin) + (end - begin);
      if (number == 0 && options_.progress != nullptr && !options_.progress(options_.context, done, rows_))
        stop_.store(true);
    }
  }

  // --- one block ---

  // True if the reasons are in `narrow`; else they are in `reasons`.
  bool find_reasons(worker& w, std::size_t number, std::size_t row, std::size_t n) {
    side& s = sides_[number];
    batch_worker& b = w.of[number];
    std::uint32_t* const to = w.reasons[number];
    if (s.plan.tabulated()) {
      const bool refused = s.run.place_block(b, row, n), narrow = !s.narrow.empty();
      if (narrow) look_up(s.narrow.data(), b.spot, batch_block, w.narrow[number]);
      else look_up(s.reasons.data(), b.spot, batch_block, to);
      for (std::size_t k = 0; refused && k != n; ++k) {
        if (b.refused[k] == 0) continue;
        if (narrow) w.narrow[number][k] = static_cast<std::uint8_t>(s.invalid());
        else to[k] = s.invalid();
      }
      return narrow;
    }
    s.run.find_cells(b, row, n);
    for (std::size_t k = 0; k != n; ++k) {
      to[k] = s.invalid();
      if (b.refused[k] != 0) continue;
      for (std::size_t i = 0; i != b.cell.size(); ++i) b.cell[i] = b.cells[i * batch_block + k];
      const batch_outcome o = s.run.outcome_of(b, row + k);
      if (!s.single || o.status == rule_status::conflict) to[k] = s.fixed() + o.set;
      else if (o.status != rule_status::invalid_input) to[k] = o.rule == none ? s.nothing() : o.rule;
    }
    return false;
  }

  void compare(worker& w, std::size_t row, std::size_t n) {
    const bool narrow[2] = {find_reasons(w, 0, row, n), find_reasons(w, 1, row, n)};
    w.pairs.make_room(reasons_of(w, 0), reasons_of(w, 1));
    const std::uint32_t stride = w.pairs.stride();
    if (narrow[0] && narrow[1] && stride != 0) {
      narrow_keys(w.narrow[0], w.narrow[1], stride, w.keys);
      count(w, row, n, [&](std::size_t k) { return w.keys[k]; });
      return;
    }
    for (std::size_t s = 0; s != 2; ++s)
      for (std::size_t k = 0; narrow[s] && k != n; ++k) w.reasons[s][k] = w.narrow[s][k];
    if (stride != 0) count(w, row, n, [&](std::size_t k) { return w.reasons[0][k] * std::size_t{stride} + w.reasons[1][k]; });
    else count(w, row, n, [&](std::size_t k) { return w.pairs.place_of(w.reasons[0][k], w.reasons[1][k]); });
  }
  static void narrow_keys(const std::uint8_t* __restrict a, const std::uint8_t* __restrict b, std::uint32_t stride,
                          std::uint32_t* __restrict to) noexcept {
    for (std::size_t k = 0; k != batch_block; ++k) to[k] = a[k] * stride + b[k];
  }

  // Counts the rows of a block, and marks those that changed.
  template <class Place>
  void count(worker& w, std::size_t row, std::size_t n, Place place_of) {
    const std::uint32_t* slots = w.pairs.slots();
    std::uint64_t* rows = w.pairs.rows();
    for (std::size_t begin = 0; begin < n; begin += 64) {
      std::uint64_t changed = 0;
      const std::size_t end = n - begin < 64 ? n : begin + 64;
      for (std::size_t k = begin; k != end; ++k) {
        std::uint32_t slot = slots[place_of(k)];
        if (slot == 0) {
          slot = add_pair(w, row, k);
          slots = w.pairs.slots();
          rows = w.pairs.rows();
        }
        ++rows[slot >> 1];
        changed = changed >> 1 | std::uint64_t{slot} << 63;
      }
      changed_[(row + begin) / 64] = changed >> (64 - (end - begin));
    }
  }
  std::uint32_t add_pair(worker& w, std::size_t row, std::size_t k) {
    std::uint32_t reason[2];
    for (std::size_t s = 0; s != 2; ++s)
      reason[s] = sides_[s].plan.tabulated() && !sides_[s].narrow.empty() ? w.narrow[s][k] : w.reasons[s][k];
    return w.pairs.add(reason[0], reason[1], row + k, answer(w, 0, reason[0]) != answer(w, 1, reason[1]));
  }

  const numbered_lists<std::uint32_t>& sets_of(const worker& w, std::size_t s) const noexcept {
    return sides_[s].plan.tabulated() ? sides_[s].sets : w.of[s].sets.lists();
  }
  std::uint32_t reasons_of(const worker& w, std::size_t s) const noexcept {
    return sides_[s].fixed() + static_cast<std::uint32_t>(sets_of(w, s).size());
  }
  // The rules behind a reason.
  std::span<const std::uint32_t> rules_of(const worker& w, std::size_t s, const std::uint32_t& reason) const noexcept {
    if (reason < sides_[s].rules) return {&reason, 1};
    if (reason < sides_[s].fixed()) return {};
    return sets_of(w, s)[reason - sides_[s].fixed()];
  }
  std::string answer_text(const worker& w, std::size_t s, std::uint32_t reason) const {
    if (reason == sides_[s].invalid()) return "invalid input";
    if (sides_[s].single && reason >= sides_[s].fixed()) return "conflict";
    return said_[s]->text_of(rules_of(w, s, reason));
  }
  std::uint32_t answer(worker& w, std::size_t s, std::uint32_t reason) const {
    list<std::uint32_t>& known = w.answers[s];
    while (known.size() <= reason) known.push_back(none);
    if (known[reason] == none) known[reason] = w.texts.id_of(answer_text(w, s, reason));
    return known[reason];
  }

  // --- behind ---

  void tell(cohort_difference& out) const {
    struct appearance {
      std::uint32_t worker = 0, pair = 0;
      std::size_t first = 0;
    };
    list<appearance> order;
    for (std::uint32_t w = 0; w != workers_.size(); ++w)
      for (std::uint32_t p = 0; p != workers_[w].pairs.size(); ++p) order.push_back({w, p, workers_[w].pairs[p].first});
    sort(order, 0, order.size(), [](const appearance& a, const appearance& b) { return a.first < b.first; });

    text_ids texts;
    list_finder reasons, moves;
    list<std::uint32_t> key;
    std::size_t changed = 0;
    for (const appearance& from : order) {
      const worker& w = workers_[from.worker];
      const reason_pairs::pair p = w.pairs[from.pair];
      const std::uint32_t reason[2] = {p.before, p.after};
      std::uint32_t said[2];
      key.clear();
      for (std::size_t s = 0; s != 2; ++s) {
        std::string text = answer_text(w, s, reason[s]);
        said[s] = texts.id_of(text);
        if (said[s] == out.answers.size()) out.answers.push_back(std::move(text));
        const std::span<const std::uint32_t> rules = rules_of(w, s, reason[s]);
        key.push_back(said[s]);
        key.push_back(static_cast<std::uint32_t>(rules.size()));
        for (const std::uint32_t r : rules) key.push_back(r);
      }
      const std::uint32_t move = moves.find_or_add({said, 2});
      if (move == out.transitions.size()) out.transitions.push_back({said[0], said[1], 0});
      out.transitions[move].rows += p.rows;
      if (said[0] == said[1]) continue;
      changed += p.rows;
      const std::uint32_t number = reasons.find_or_add({key.data(), key.size()});
      if (number == out.reasons.size()) {
        attribution a{said[0], said[1], {}, {}, 0, p.first};
        for (const std::uint32_t r : rules_of(w, 0, p.before)) a.rules_before.emplace_back(sides_[0].table.rule_id(r));
        for (const std::uint32_t r : rules_of(w, 1, p.after)) a.rules_after.emplace_back(sides_[1].table.rule_id(r));
        out.reasons.push_back(std::move(a));
      }
      out.reasons[number].rows += p.rows;
    }
    ectp::detail::sort(out.transitions, [](const transition& a, const transition& b) {
      return a.before != b.before ? a.before < b.before : a.after < b.after;
    });
    // Stable: those with as many rows stay in the order of their first.
    ectp::detail::sort(out.reasons, [](const attribution& a, const attribution& b) { return a.rows > b.rows; });
    out.changed.reserve(changed);
    for (std::size_t word = 0; word != changed_.size(); ++word)
      for (std::uint64_t bits = changed_[word]; bits != 0; bits &= bits - 1)
        out.changed.push_back(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
  }

  side sides_[2];
  const batch_options& options_;
  const outcomes* said_[2] = {nullptr, nullptr};
  std::size_t rows_ = 0, chunk_ = batch_block, chunks_ = 0;
  list<std::uint64_t> changed_;  // a bit for each row
  list<worker> workers_;
  std::atomic<std::size_t> next_{0}, done_{0};
  std::atomic<bool> stop_{false};
};
}  // namespace detail

ECTP_DEF result<cohort_difference> diff(const batch_plan& before, std::span<const input_column> inputs_before,
                                        const batch_plan& after, std::span<const input_column> inputs_after,
                                        const batch_options& options) {
  return detail::cohort_comparison(before, inputs_before, after, inputs_after, options).run();
}

}  // namespace ectp::inline ECTP_ABI::policy
