#pragma once
#include <bit>
#include <cmath>
#include <limits>

#include "ectp/policy/batch.hpp"
#include "ectp/policy/impl/answer.ipp"
#include "ectp/policy/impl/decide.ipp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// Combinations of cells that are decided when a plan is made, at most.
inline constexpr std::size_t batch_most_spots = 65'536;

/// The rule that the lowest bit of a word of rules stands for.
inline std::uint32_t rule_at(std::size_t word, std::uint64_t bits) noexcept {
  return static_cast<std::uint32_t>(word * 64) + static_cast<std::uint32_t>(std::countr_zero(bits));
}
/// The numbers behind which infinity fills up the list to a power of two less one.
ECTP_DECL void fill_up(list<double>& at);
/// What makes an answer that is not one rule's what it is, in one output: for a list the codes of its
/// items, for one value its kind and bits, or its code alone if it is on no line. Hands back that value
/// as a number, NaN if it is none.
ECTP_DECL double answer_key(const table& t, const batch_value& v, std::size_t output,
                            std::span<const std::uint32_t> hits, list<std::uint32_t>& key);
/// The number of a key, a new one if need be; none for the one value null.
ECTP_DECL std::uint32_t answer_code(const table& t, const list<std::uint32_t>& key, list_finder& answers);
/// The values behind a key.
ECTP_DECL void answer_values(const table& t, const batch_value& v, std::span<const std::uint32_t> key,
                             list<value>& out);

ECTP_DEF std::uint32_t list_finder::find_or_add(std::span<const std::uint32_t> items) {
  const auto hash_of = [](std::span<const std::uint32_t> all) {
    std::uint64_t h = 0x9E3779B97F4A7C15u + all.size();
    for (const std::uint32_t item : all) {
      h = (h ^ item) * 0xBF58476D1CE4E5B9u;
      h ^= h >> 29;
    }
    return static_cast<std::size_t>(h);
  };
  const auto free_from = [&](std::size_t hash) { return hash & (buckets_.size() - 1); };
  if (2 * lists_.size() >= buckets_.size()) {
    buckets_.assign(buckets_.empty() ? 64 : 4 * buckets_.size(), 0);
    for (std::size_t i = 0; i != lists_.size(); ++i) {
      std::size_t at = free_from(hash_of(lists_[i]));
      while (buckets_[at] != 0) at = free_from(at + 1);
      buckets_[at] = static_cast<std::uint32_t>(i + 1);
    }
  }
  const auto same = [&](std::span<const std::uint32_t> other) {
    if (other.size() != items.size()) return false;
    for (std::size_t i = 0; i != items.size(); ++i)
      if (other[i] != items[i]) return false;
    return true;
  };
  std::size_t at = free_from(hash_of(items));
  for (; buckets_[at] != 0; at = free_from(at + 1))
    if (same(lists_[buckets_[at] - 1])) return buckets_[at] - 1;
  lists_.push_back(items);
  buckets_[at] = static_cast<std::uint32_t>(lists_.size());
  return buckets_[at] - 1;
}

ECTP_DEF void fill_up(list<double>& at) {
  std::size_t size = 1;
  while (size <= at.size()) size *= 2;
  while (at.size() + 1 < size) at.push_back(std::numeric_limits<double>::infinity());
}

ECTP_DEF double answer_key(const table& t, const batch_value& v, std::size_t output,
                           std::span<const std::uint32_t> hits, list<std::uint32_t>& key) {
  key.clear();
  const bool defaulted = hits.empty() && t.has_defaults();
  if (t.aggregation() == aggregation::none) {
    for (const std::uint32_t rule : hits) key.push_back(v.codes[rule]);
    if (defaulted) key.push_back(v.codes[t.rules()]);
    return std::numeric_limits<double>::quiet_NaN();
  }
  const value_ref one = defaulted                                   ? t.default_output(output)
                        : t.aggregation() == aggregation::count ? value_ref(hits.size())
                                                                : aggregate(t, hits);
  if (!is_line(one.kind())) {
    key.push_back(v.codes[t.rules()]);
    return std::numeric_limits<double>::quiet_NaN();
  }
  const auto bits = std::bit_cast<std::uint64_t>(one.number() + 0.0);
  key.push_back(static_cast<std::uint32_t>(one.kind()));
  key.push_back(static_cast<std::uint32_t>(bits >> 32));
  key.push_back(static_cast<std::uint32_t>(bits));
  return one.number();
}

ECTP_DEF std::uint32_t answer_code(const table& t, const list<std::uint32_t>& key, list_finder& answers) {
  if (t.aggregation() != aggregation::none && key.size() == 1 && key[0] == none) return none;
  return answers.find_or_add({key.data(), key.size()});
}

ECTP_DEF void answer_values(const table& t, const batch_value& v, std::span<const std::uint32_t> key,
                            list<value>& out) {
  if (t.aggregation() != aggregation::none && key.size() == 3) {
    const double x = std::bit_cast<double>(std::uint64_t{key[1]} << 32 | key[2]);
    out.push_back(value_ref(static_cast<value_kind>(key[0]), x));
    return;
  }
  for (const std::uint32_t code : key) out.push_back(code == none ? value() : v.dictionary[code]);
}

/// Makes a plan: what each output says, where each input is cut, and what all combinations come to.
class batch_maker {
 public:
  explicit batch_maker(batch_plan& plan)
      : plan_(plan), table_(plan.table_), words_((plan.table_.rules() + 63) / 64) {}

  void make(bool near) {
    for (std::size_t i = 0; i != table_.outputs().size(); ++i) plan_.values_.push_back(value_of(i));
    find_same();
    for (std::size_t i = 0; i != table_.inputs().size(); ++i) plan_.inputs_.push_back(input_of(i));
    if (!lay_out()) return;
    if (!fill()) {
      plan_.records_ = {};
      plan_.sets_ = {};
      return;
    }
    tell_answers();
    if (near && fine_) find_near();
    number_records();
  }

 private:
  batch_value value_of(std::size_t output) const {
    const domain& d = table_.output(output).domain;
    const auto rules = static_cast<std::uint32_t>(table_.rules());
    const auto said = [&](std::uint32_t rule) {
      return rule == rules ? table_.default_output(output) : table_.output(rule, output);
    };
    batch_value out;
    for (std::uint32_t r = 0; r <= rules; ++r) {
      const value_ref v = said(r);
      out.numbers.push_back(is_line(v.kind()) ? v.number() : std::numeric_limits<double>::quiet_NaN());
    }
    out.codes.assign(rules + std::size_t{1}, none);
    if (d.type == value_kind::boolean) {
      out.dictionary.push_back(value(false));
      out.dictionary.push_back(value(true));
      for (std::uint32_t r = 0; r <= rules; ++r)
        if (!said(r).is_null()) out.codes[r] = said(r).boolean() ? 1 : 0;
      return out;
    }
    if (d.bare_words()) {
      for (const std::string& w : d.words) out.dictionary.push_back(value_ref(w));
      for (std::uint32_t r = 0; r <= rules; ++r)
        for (std::uint32_t w = 0; w != d.words.size() && !said(r).is_null() && out.codes[r] == none; ++w)
          if (said(r).text() == d.words[w]) out.codes[r] = w;
      return out;
    }
    // Rules that say the same stand together, the first of them first; they are numbered by it.
    list<std::uint32_t> order, first;
    for (std::uint32_t r = 0; r <= rules; ++r)
      if (!said(r).is_null()) order.push_back(r);
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
      const value_ref x = said(a), y = said(b);
      if (x == y) return a < b;
      return x.kind() == value_kind::text ? x.text() < y.text() : x.number() < y.number();
    };
    detail::sort(order, 0, order.size(), before);
    first.assign(rules + std::size_t{1}, none);
    for (std::size_t k = 0; k != order.size(); ++k) {
      const bool again = k != 0 && said(order[k - 1]) == said(order[k]);
      first[order[k]] = again ? first[order[k - 1]] : order[k];
    }
    for (std::uint32_t r = 0; r <= rules; ++r) {
      if (first[r] == none) continue;
      if (first[r] == r) {
        out.codes[r] = static_cast<std::uint32_t>(out.dictionary.size());
        out.dictionary.push_back(value(said(r)));
      }
      out.codes[r] = out.codes[first[r]];
    }
    return out;
  }

  void find_same() {
    list_finder all;
    list<std::uint32_t> key, first;
    for (std::size_t r = 0; r <= table_.rules(); ++r) {
      key.clear();
      for (const batch_value& v : plan_.values_) key.push_back(v.codes[r]);
      const std::uint32_t n = all.find_or_add({key.data(), key.size()});
      if (n == first.size()) first.push_back(static_cast<std::uint32_t>(r));
      plan_.same_.push_back(first[n]);
    }
  }

  batch_input input_of(std::size_t i) const {
    const policy::axis& a = table_.axis(i);
    batch_input in;
    in.type = a.type();
    in.integer = a.integer();
    in.listed = a.listed();
    in.ordered = a.ordered();
    in.fixed = table_.input(i).fixed;
    in.size = a.size();
    in.plain = a.nullable() ? a.size() - 1 : a.size();
    if (!is_line(in.type)) return in;
    constexpr double infinite = std::numeric_limits<double>::infinity();
    const auto next = [&](double x) { return std::nextafter(x, infinite); };
    in.low = in.beyond = infinite;
    for (std::uint32_t c = 0; c != in.plain; ++c) {
      double low = 0, high = 0;
      a.ends_of(c, low, high);
      const double begin = low == high ? low : next(low);  // -infinity: the lowest number there is
      if (c == 0) in.low = begin;
      else in.starts.push_back(begin);
      in.beyond = low == high ? next(high) : high;
    }
    fill_up(in.starts);
    return in;
  }

  // The first cell that every rule takes as it takes this one, for each cell of an input.
  list<std::uint32_t> alike(std::size_t i, std::size_t most, std::size_t& kinds) const {
    const std::uint32_t size = plan_.inputs_[i].size;
    std::size_t buckets = 64;
    while (buckets < 2 * std::size_t{size}) buckets *= 2;
    list<std::uint32_t> found, firsts;
    found.assign(buckets, none);
    kinds = 0;
    for (std::uint32_t c = 0; c != size && kinds <= most; ++c) {
      const rule_set rules = table_.rules_of(i, c);
      std::uint64_t h = 0;
      for (std::size_t w = 0; w != words_; ++w) {
        h = (h ^ rules.word(w)) * 0xBF58476D1CE4E5B9u;
        h ^= h >> 29;
      }
      const auto same = [&](std::uint32_t other) {
        const rule_set theirs = table_.rules_of(i, other);
        for (std::size_t w = 0; w != words_; ++w)
          if (theirs.word(w) != rules.word(w)) return false;
        return true;
      };
      std::size_t at = h & (buckets - 1);
      while (found[at] != none && !same(found[at])) at = (at + 1) & (buckets - 1);
      if (found[at] == none) {
        found[at] = c;
        ++kinds;
      }
      firsts.push_back(found[at]);
    }
    return firsts;
  }

  // Gives every combination its place; false if there are too many, or cells alone do not decide.
  bool lay_out() {
    const std::size_t inputs = plan_.inputs_.size();
    if (table_.needs_row() || inputs == 0 || inputs >= 0xFF || table_.rules() >= 0xFFFF) return false;
    const auto times = [](std::size_t a, std::size_t b) { return b > batch_most_spots ? b : a * b; };
    std::size_t spots = 1;
    for (std::size_t i = 0; i != inputs && spots <= batch_most_spots; ++i)
      spots = times(spots, plan_.inputs_[i].size);
    fine_ = spots <= batch_most_spots;
    list<list<std::uint32_t>> firsts;
    std::size_t kinds = 1;
    for (std::size_t i = 0; i != inputs; ++i) {
      std::size_t here = 0;
      firsts.push_back(alike(i, batch_most_spots, here));
      kinds = times(kinds, here);
      if (!fine_ && kinds > batch_most_spots) return false;
    }
    // The last input's cells lie side by side.
    std::size_t stride = 1;
    cells_.assign(inputs, {});
    for (std::size_t i = inputs; i-- != 0;) {
      batch_input& in = plan_.inputs_[i];
      const list<std::uint32_t>& first = firsts[i];
      for (std::uint32_t c = 0; c != in.size; ++c) {
        const bool kept = fine_ || first[c] == c;
        in.spots.push_back(kept ? static_cast<std::uint16_t>(cells_[i].size() * stride) : in.spots[first[c]]);
        if (kept) cells_[i].push_back(c);
      }
      if (is_line(in.type)) {
        // Whatever is no number of the line is counted too before it is put right.
        while (in.spots.size() <= in.starts.size()) in.spots.push_back(0);
        list<std::uint16_t> after;
        std::uint16_t last = in.spots[first[0]];
        after.push_back(last);
        for (std::uint32_t c = 1; c < in.plain; ++c)
          if (first[c] != first[c - 1]) {
            in.merged_starts.push_back(in.starts[c - 1]);
            after.push_back(last = in.spots[first[c]]);
          }
        in.cuts = in.merged_starts.size();
        fill_up(in.merged_starts);
        while (after.size() <= in.merged_starts.size()) after.push_back(last);
        in.merged_spots = after;
      }
      stride *= cells_[i].size();
    }
    plan_.records_.assign(stride, 0);
    return true;
  }

  // Finds the rules that match in every combination; what they come to is decided once a set.
  bool fill() {
    const std::size_t inputs = plan_.inputs_.size(), spots = plan_.records_.size();
    list<std::uint64_t> rows;  // of each input: the rules that match in it and all before it
    rows.assign((inputs + 1) * words_, ~std::uint64_t{0});
    list<std::uint32_t> place, cells, matched;
    place.assign(inputs, 0);
    cells.assign(inputs, 0);
    list<std::uint64_t> last;
    last.assign(words_, 0);
    std::uint64_t record = 0;
    scratch work = table_.make_scratch();
    list_finder sets;
    std::size_t changed = 0;  // the first input whose cell is another than before
    for (std::size_t spot = 0; spot != spots; ++spot) {
      for (std::size_t i = changed; i != inputs; ++i) {
        cells[i] = cells_[i][place[i]];
        const rule_set set = table_.rules_of(i, cells[i]);
        for (std::size_t w = 0; w != words_; ++w)
          rows[(i + 1) * words_ + w] = rows[i * words_ + w] & set.word(w);
      }
      const std::uint64_t* const match = rows.data() + inputs * words_;
      bool same = spot != 0;
      for (std::size_t w = 0; w != words_; ++w) {
        same = same && match[w] == last[w];
        last[w] = match[w];
      }
      if (!same) {
        matched.clear();
        for (std::size_t w = 0; w != words_; ++w)
          for (std::uint64_t bits = match[w]; bits != 0; bits &= bits - 1)
            matched.push_back(rule_at(w, bits));
        const std::uint32_t set = sets.find_or_add({matched.data(), matched.size()});
        if (sets.lists().items() > most_items || set >= 0xFFFF) return false;
        if (set == outcomes_.size()) {
          outcomes_.push_back(table_.decide_cells({cells.data(), cells.size()}, work));
          hits_.push_back(work.hits());
        }
        const outcome& o = outcomes_[set];
        record = set | std::uint64_t{o.rule & 0xFFFF} << 16 | std::uint64_t{0xFF'FFFF} << 32 |
                 static_cast<std::uint64_t>(o.status) << 56;
      }
      plan_.records_[spot] = record;
      for (changed = inputs; changed-- != 0;) {
        if (++place[changed] != cells_[changed].size()) break;
        place[changed] = 0;
      }
    }
    // Where several rules answer, the order of the answer is the order of the set.
    for (std::uint32_t set = 0; set != outcomes_.size(); ++set)
      plan_.sets_.push_back(single_hit(table_.hit_policy()) ? sets.lists()[set] : hits_[set]);
    return true;
  }

  // What each output says for each set.
  void tell_answers() {
    const bool single = single_hit(table_.hit_policy());
    const auto rules = static_cast<std::uint32_t>(table_.rules());
    list<std::uint32_t> key;
    for (std::size_t i = 0; i != plan_.values_.size(); ++i) {
      const batch_value& v = plan_.values_[i];
      list<std::uint32_t> codes;
      list<double> numbers;
      list_finder answers;
      for (std::uint32_t set = 0; set != outcomes_.size(); ++set) {
        const outcome& o = outcomes_[set];
        const std::uint32_t rule = o.rule == none ? rules : o.rule;
        std::uint32_t code = none;
        double number = std::numeric_limits<double>::quiet_NaN();
        if (o && single) {
          code = v.codes[rule];
          number = v.numbers[rule];
        } else if (o) {
          number = answer_key(table_, v, i, hits_[set], key);
          code = answer_code(table_, key, answers);
        }
        codes.push_back(code);
        numbers.push_back(number);
      }
      list<std::uint8_t> direct;
      if (single && v.dictionary.size() < 0xFF)
        for (const std::uint64_t record : plan_.records_)
          direct.push_back(static_cast<std::uint8_t>(codes[record & 0xFFFF]));
      plan_.direct_.push_back(direct);
      plan_.set_codes_.push_back(codes);
      plan_.set_numbers_.push_back(numbers);
      plan_.answers_.push_back(answers.lists());
    }
    // Rules of one byte leave room for what the first two outputs say.
    plan_.narrow_ = rules < 0xFF;
    for (std::size_t i = 0; plan_.narrow_ && i != plan_.values_.size() && i != 2; ++i)
      for (std::size_t spot = 0; spot != plan_.direct_[i].size(); ++spot) {
        const unsigned shift = i == 0 ? 24 : 40;
        std::uint64_t& record = plan_.records_[spot];
        record = (record & ~(std::uint64_t{0xFF} << shift)) | std::uint64_t{plan_.direct_[i][spot]} << shift;
      }
  }

  // Of each set: a number that is the same where the answer is; none where there is no answer.
  list<std::uint32_t> answer_numbers() const {
    list<std::uint32_t> out, key;
    list_finder answers;
    for (std::uint32_t set = 0; set != outcomes_.size(); ++set) {
      const outcome& o = outcomes_[set];
      key.clear();
      if (single_hit(table_.hit_policy()))
        key.push_back(plan_.same_[o.rule == none ? table_.rules() : o.rule]);
      else
        for (const list<std::uint32_t>& codes : plan_.set_codes_) key.push_back(codes[set]);
      out.push_back(o ? answers.find_or_add({key.data(), key.size()}) : none);
    }
    return out;
  }

  // The nearest cell with another answer, along every input and for every combination.
  void find_near() {
    const list<std::uint32_t> answers = answer_numbers();
    list<std::uint64_t>& records = plan_.records_;
    list<std::uint32_t> steps;  // of the best change so far
    steps.assign(records.size(), none);
    std::size_t stride = records.size();
    for (std::size_t i = 0; i != plan_.inputs_.size(); ++i) {
      const batch_input& in = plan_.inputs_[i];
      const std::size_t length = stride;
      stride /= in.size;
      if (in.fixed) continue;
      list<std::uint32_t> line, target, distance;
      line.assign(in.size, none);
      target.assign(in.size, none);
      distance.assign(in.size, none);
      for (std::size_t base = 0; base != records.size(); ++base) {
        if (base % length >= stride) continue;  // not the first cell of this input
        for (std::uint32_t c = 0; c != in.size; ++c) line[c] = answers[records[base + c * stride] & 0xFFFF];
        walk(in, line, target, distance);
        for (std::uint32_t c = 0; c != in.size; ++c) {
          const std::size_t spot = base + c * stride;
          if (distance[c] >= steps[spot]) continue;
          steps[spot] = distance[c];
          const std::uint64_t field = plan_.narrow_ ? 0xFF : 0xFFFF;
          const std::uint64_t rule = records[base + target[c] * stride] >> 16 & field;
          records[spot] = (records[spot] & ~(field << 32 | std::uint64_t{0xFF} << 48)) | rule << 32 |
                          static_cast<std::uint64_t>(i) << 48;
        }
      }
    }
    plan_.near_ = true;
  }

  // Keeps each record once.
  void number_records() {
    list<std::uint64_t> records;
    list_finder found;
    std::uint32_t number = 0;
    for (std::size_t spot = 0; spot != plan_.records_.size(); ++spot) {
      const std::uint64_t record = plan_.records_[spot];
      if (spot == 0 || record != plan_.records_[spot - 1]) {
        const std::uint32_t halves[] = {static_cast<std::uint32_t>(record), static_cast<std::uint32_t>(record >> 32)};
        number = found.find_or_add({halves, 2});
        if (number == records.size()) records.push_back(record);
      }
      plan_.record_of_.push_back(static_cast<std::uint16_t>(number));
    }
    plan_.records_ = records;
  }

  // For each cell of one line of answers: the nearest other answer, and how many steps away it is.
  static void walk(const batch_input& in, const list<std::uint32_t>& line, list<std::uint32_t>& target,
                   list<std::uint32_t>& distance) {
    // The latest answer, and the latest that is another than that.
    std::uint32_t one = none, other = none;
    const auto meet = [&](std::uint32_t c) {
      if (line[c] == none) return;
      if (one != none && line[one] != line[c]) other = one;
      one = c;
    };
    const auto take = [&](std::uint32_t c, std::uint32_t from, std::uint32_t steps) {
      if (from == none || steps >= distance[c]) return;
      target[c] = from;
      distance[c] = steps;
    };
    const auto differs = [&](std::uint32_t c) { return one != none && line[one] != line[c] ? one : other; };
    for (std::uint32_t c = 0; c != in.size; ++c) distance[c] = target[c] = none;
    if (in.ordered) {
      for (std::uint32_t c = 0; c != in.plain; ++c) {
        take(c, differs(c), differs(c) == none ? none : c - differs(c));
        meet(c);
      }
      one = other = none;
      for (std::uint32_t c = in.plain; c-- != 0;) {
        take(c, differs(c), differs(c) == none ? none : differs(c) - c);
        meet(c);
      }
    }
    // Any change to or from null, or without an order, is one step; the lowest cell is taken.
    one = other = none;
    for (std::uint32_t c = in.plain; c-- != 0;) meet(c);
    if (in.size != in.plain) take(in.plain, differs(in.plain), 1);
    if (!in.ordered) {
      for (std::uint32_t c = 0; c != in.plain; ++c) take(c, differs(c), 1);
    }
    if (in.size != in.plain && line[in.plain] != none)
      for (std::uint32_t c = 0; c != in.plain; ++c)
        if (line[c] != line[in.plain]) take(c, in.plain, 1);
  }

  static constexpr std::size_t most_items = std::size_t{1} << 24;

  batch_plan& plan_;
  const table& table_;
  std::size_t words_;
  bool fine_ = false;             // every cell has places of its own
  list<list<std::uint32_t>> cells_;  // of each input: one cell for each of its places
  list<outcome> outcomes_;           // of each set
  numbered_lists<std::uint32_t> hits_;
};
}  // namespace detail

ECTP_DEF batch_plan::batch_plan(policy::table t, const batch_plan_options& options) : table_(std::move(t)) {
  detail::batch_maker(*this).make(options.near);
}

}  // namespace ectp::inline ECTP_ABI::policy
