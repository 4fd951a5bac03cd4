#pragma once
#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <exception>
#include <limits>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "ectp/policy/batch.hpp"
#include "ectp/policy/impl/batch_block.ipp"
#include "ectp/policy/impl/batch_plan.ipp"
#include "ectp/policy/impl/decide.ipp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// A part of a place, or a cell, that says that the value does not belong to its input.
inline constexpr std::uint32_t batch_refused = 0xFFFF'FFFF;
/// Up to so many cuts of a line, comparing with each beats searching.
inline constexpr std::size_t batch_compared_cuts = 24;
/// What a number that belongs to its input adds to the sum of its row, above every place.
inline constexpr double batch_belongs = 65'536;

/// An input column beside the input it is for. A part is what a value adds to the place of its row; row
/// by row it is the value's cell.
struct batch_source {
  const input_column* from = nullptr;
  const batch_input* to = nullptr;
  const policy::axis* axis = nullptr;
  std::uint32_t null_part = batch_refused;
  bool null_placed = false;  // null is placed like any other value, without care
  // Codes and bits.
  list<std::uint32_t> parts;   // of each code; of one byte: of every code there can be
  std::uint32_t codes = 0;     // from here on a code is null or stands for nothing
  std::uint16_t stride = 0;    // straight: what each part is above the one before it
  bool straight = false, sound = false;  // sound: every code below `codes` belongs to the input
  bool straight_null = false;            // and null has its part behind the last code's
  bool masked = false;                   // null of a bitmap is made all ones
  // Numbers.
  bool numbers = false;
  list<double> begins, weight;  // what is added to the sum from where on, an even number
  list<double> listed;        // the numbers of a list
  double nan = 0;             // what NaN adds, if it is one of the parts
  bool search = false;        // too many cuts to compare with each: the parts are not in the sum
  bool may_break = false;     // floating point where whole numbers are asked for
};

/// The codes that one thread gave out: for what, in their order, and from which row on.
struct batch_codes {
  static constexpr std::uint16_t unknown = 0xFFFF;
  list<std::uint16_t> code_of;  // of what a plan has numbered
  list<std::uint32_t> ids;
  list<std::size_t> rows;
  std::uint32_t code(std::uint32_t id, std::size_t row) {
    if (code_of[id] == unknown) {
      code_of[id] = static_cast<std::uint16_t>(ids.size());
      ids.push_back(id);
      rows.push_back(row);
    }
    return code_of[id];
  }
};

/// What a row came to, where rows are decided one by one.
struct batch_outcome {
  rule_status status = rule_status::invalid_input;
  std::uint32_t rule = none, set = none, hits = none, near_rule = none, near_input = none;
};

/// What one thread works with.
struct batch_worker {
  batch_worker() {}  // leaves the arrays as they are: a block writes what it reads
  std::uint16_t spot[batch_block], set[batch_block];
  std::uint64_t record[batch_block];
  alignas(8) unsigned char tail[8 * batch_block];
  double numbers[batch_block], masked[batch_block], sum[batch_block];
  std::uint32_t reached[batch_block];
  std::uint8_t refused[batch_block], valid[batch_block], codes[batch_block];
  bool careful = false;  // the last block had a value that does not belong, or null that is not placed
  list<bool> look_up;    // of each input: its codes have had null, so that straight ones are told apart too
  batch_codes matched;
  list<std::uint64_t> records;  // the plan's, but with the code of the set, if it has one yet
  list<batch_codes> answers;
  // Row by row only.
  scratch work, probe;
  list<std::uint32_t> cells, cell, changed, rules, key, probe_key;
  list<std::uint64_t> match, changes;
  list<list<std::uint32_t>> reachable;  // of each input: the rules that all other inputs let match
  list<value_ref> values;
  list<batch_outcome> out;      // of a block
  list<batch_outcome> memory;   // by the hash of the cells...
  list<std::uint32_t> memory_cells;
  list_finder sets, hits;       // the rules that match; those that decide, where several may
  list<list_finder> said;       // of each output: the answers
  list<list<std::uint32_t>> hit_codes;
  list<list<double>> hit_numbers;
};

/// Calls `work(number)` on so many threads, the caller's being number 0. What one throws sets `stop`, and is
/// thrown again when all are done. Where no more threads are to be had, those there are do the work.
template <class Work>
void run_on_threads(std::size_t count, [[maybe_unused]] std::atomic<bool>& stop, Work work) {
#if ECTP_EXCEPTIONS
  list<std::exception_ptr> thrown;
  thrown.assign(count, nullptr);
#endif
  const auto guarded = [&](std::size_t number) {
#if ECTP_EXCEPTIONS
    try {
      work(number);
    } catch (...) {
      stop.store(true);
      thrown[number] = std::current_exception();
    }
#else
    work(number);
#endif
  };
  list<std::thread> threads;
  threads.reserve(count);
#if ECTP_EXCEPTIONS
  try {
#endif
    for (std::size_t number = 1; number < count; ++number) threads.push_back(std::thread(guarded, number));
#if ECTP_EXCEPTIONS
  } catch (...) {
    // No more threads to be had.
  }
#endif
  guarded(0);
  for (std::size_t t = 0; t != threads.size(); ++t) threads[t].join();
#if ECTP_EXCEPTIONS
  for (const std::exception_ptr& e : thrown)
    if (e) std::rethrow_exception(e);
#endif
}

/// One batch.
class batch_run {
 public:
  batch_run(const batch_plan& plan, std::span<const input_column> inputs, const batch_output& outputs,
            const batch_options& options)
      : plan_(plan), table_(plan.table_), inputs_(inputs), outputs_(outputs), options_(options) {}

  result<batch_result> run() {
    if (maybe<error> e = begin()) return std::move(*e);
    batch_result out;
    if (rows_ == 0) return out;
    chunk_ = (options_.chunk < batch_block ? batch_block : options_.chunk) / batch_block * batch_block;
    chunks_ = (rows_ + chunk_ - 1) / chunk_;
    std::size_t threads = options_.threads == 0 ? 1 : options_.threads;
    if (threads > chunks_) threads = chunks_;
    if (threads > 256) threads = 256;
    workers_ = std::vector<batch_worker>(threads);
    for (std::size_t w = 0; w != threads; ++w) prepare(workers_[w]);
    if (threads > 1) takers_.assign(chunks_, 0);
    on_threads([this](std::size_t w) { work(w); });
    const std::size_t begun = next_.load() < chunks_ ? next_.load() : chunks_;
    out.rows = begun * chunk_ < rows_ ? begun * chunk_ : rows_;
    out.cancelled = out.rows != rows_;
    if (maybe<error> e = number_alike(out)) return std::move(*e);
    return out;
  }

 private:
  friend class cohort_comparison;

  // --- before ---

  maybe<error> begin() {
    if (maybe<error> e = check()) return e;
    near_ = outputs_.near_rule.wanted() || outputs_.near_input.wanted();
    tabulated_ = plan_.tabulated() && (plan_.near_ || !near_);
    for (std::size_t i = 0; i != inputs_.size() && rows_ != 0; ++i) sources_.push_back(source_of(i));
    return {};
  }

  static error wrong(errc code, std::string message, location at, std::string expected,
                     std::string hint = {}) {
    return {code, std::move(message), std::move(at), std::move(expected), std::move(hint)};
  }
  static std::string count(std::size_t n, std::string_view what) {
    return std::to_string(n) + " " + std::string(what) + (n == 1 ? "" : "s");
  }

  maybe<error> check() {
    const std::size_t n = table_.inputs().size();
    if (inputs_.size() != n)
      return wrong(errc::bad_argument,
                   count(inputs_.size(), "input column") + " for the table " + shown(table_.name()), {},
                   count(n, "input column"), "one column for each input, in the order of the table");
    rows_ = n == 0 ? 0 : inputs_[0].rows;
    for (std::size_t i = 0; i != n; ++i)
      if (maybe<error> e = check_input(i)) return e;
    if (!outputs_.values.empty() && outputs_.values.size() != table_.outputs().size())
      return wrong(errc::bad_argument,
                   count(outputs_.values.size(), "output column") + " for the table " + shown(table_.name()),
                   {}, count(table_.outputs().size(), "output column") + ", or none",
                   "a default output_column leaves one out");
    for (std::size_t i = 0; i != outputs_.values.size(); ++i) {
      const output_column& c = outputs_.values[i];
      const column& to = table_.output(i);
      const bool several = !single_hit(table_.hit_policy());
      if (c.wanted() && !c.is_code()) {
        const bool one = !several || table_.aggregation() != aggregation::none;
        if (!(one && is_line(to.domain.type)) && table_.aggregation() != aggregation::count)
          return wrong(errc::wrong_type, "the output " + shown(to.name) + " is asked for as numbers",
                       at_input(to.name), "a column of codes",
                       several ? "its answer is a list" : "it holds " + to_string(to.domain));
      }
      const std::size_t codes = several ? 0 : plan_.values_[i].dictionary.size();
      if (maybe<error> e = check_output(c, to.name, codes)) return e;
    }
    if ((outputs_.near_rule.wanted() || outputs_.near_input.wanted()) && table_.needs_row())
      return wrong(errc::bad_argument, "no nearest change is known for the table " + shown(table_.name()),
                   at_input(outputs_.near_rule.wanted() ? "near_rule" : "near_input"),
                   "a table whose tests name no other input", "leave out near_rule and near_input");
    const std::size_t rules = table_.rules();
    maybe<error> e = check_reason(outputs_.status, "status", 4);
    if (!e) e = check_reason(outputs_.rule, "rule", rules);
    if (!e) e = check_reason(outputs_.near_rule, "near_rule", rules);
    if (!e) e = check_reason(outputs_.near_input, "near_input", n);
    if (!e) e = check_reason(outputs_.matched, "matched", 0);
    return e;
  }
  maybe<error> check_reason(const output_column& c, const char* name, std::size_t codes) const {
    if (c.wanted() && !c.is_code())
      return wrong(errc::wrong_type, "the column " + shown(name) + " is asked for as numbers", at_input(name),
                   "a column of codes");
    return check_output(c, name, codes);
  }

  static std::size_t bytes_of(column_type t) noexcept {
    switch (t) {
      case column_type::code8:
      case column_type::int8:
      case column_type::uint8: return 1;
      case column_type::code16:
      case column_type::int16:
      case column_type::uint16: return 2;
      case column_type::code32:
      case column_type::int32:
      case column_type::uint32:
      case column_type::float32: return 4;
      case column_type::int64:
      case column_type::uint64:
      case column_type::float64: return 8;
      case column_type::bit: return 0;
    }
    return 0;
  }
  static bool is_code(column_type t) noexcept { return t <= column_type::code32; }

  maybe<error> check_memory(const void* data, std::size_t bytes, const std::string& name) const {
    if (data == nullptr && rows_ != 0)
      return wrong(errc::bad_argument, "the column " + shown(name) + " has no memory", at_input(name),
                   count(rows_, "row"));
    if (bytes > 1 && reinterpret_cast<std::uintptr_t>(data) % bytes != 0)
      return wrong(errc::bad_argument, "the column " + shown(name) + " begins inside a value", at_input(name),
                   "an address that is a multiple of " + std::to_string(bytes), "copy the column");
    return {};
  }

  maybe<error> check_input(std::size_t i) const {
    const input_column& c = inputs_[i];
    const column& to = table_.input(i);
    const std::string what = "the column for the input " + shown(to.name);
    if (c.rows != rows_)
      return wrong(errc::bad_argument, what + " has " + count(c.rows, "row"), at_input(to.name),
                   count(rows_, "row") + ", as has the column for the input " + shown(table_.input(0).name));
    if (maybe<error> e = check_memory(c.data, bytes_of(c.type), to.name)) return e;
    const domain& d = to.domain;
    if (c.type == column_type::bit && d.type != value_kind::boolean)
      return wrong(errc::wrong_type, what + " holds bits", at_input(to.name), to_string(d));
    if (c.type > column_type::code32 && c.type != column_type::bit && !is_line(d.type))
      return wrong(errc::wrong_type, what + " holds numbers", at_input(to.name), to_string(d),
                   d.type == value_kind::boolean || d.bare_words()
                       ? "pass them as codes, if that is what they are"
                       : "pass codes with a dictionary of their values");
    if (!is_code(c.type)) return {};
    if (!c.decoded) {
      if (d.type != value_kind::boolean && !d.bare_words())
        return wrong(errc::wrong_type, what + " holds codes without a dictionary", at_input(to.name),
                     "codes with a dictionary of their values, as the input lists no words: " + to_string(d),
                     is_line(d.type) ? "pass numbers as numbers" : "");
      return {};
    }
    bool suits = false;
    value_kind other = value_kind::null;
    for (const value_ref& v : c.dictionary) {
      suits = suits || v.kind() == d.type;
      if (!v.is_null()) other = v.kind();
    }
    if (!suits && other != value_kind::null)
      return wrong(errc::wrong_type, what + " has a dictionary of another kind: " + std::string(name(other)),
                   at_input(to.name), to_string(d));
    return {};
  }

  maybe<error> check_output(const output_column& c, const std::string& name, std::size_t codes) const {
    if (!c.wanted()) return {};
    if (c.rows != rows_)
      return wrong(errc::bad_argument, "the output column " + shown(name) + " has " + count(c.rows, "row"),
                   at_input(name), count(rows_, "row") + ", as the input columns have");
    if (maybe<error> e = check_memory(c.data, c.bytes, name)) return e;
    if (c.is_code() && codes != 0 && codes - 1 > c.greatest()) return too_narrow(c, name, codes);
    return {};
  }
  error too_narrow(const output_column& c, const std::string& name, std::size_t codes) const {
    const std::string most = std::to_string(std::uint64_t{c.greatest()} + 1);
    return wrong(errc::too_large,
                 "the output column " + shown(name) + " needs " + std::to_string(codes) + " codes",
                 at_input(name), "at most " + most + " in " + count(c.bytes, "byte"), "use a wider type");
  }

  batch_source source_of(std::size_t i) const {
    batch_source s;
    s.from = &inputs_[i];
    s.to = &plan_.inputs_[i];
    s.axis = &table_.axis(i);
    const batch_input& in = *s.to;
    const column_type type = s.from->type;
    const auto part = [&](std::uint32_t cell) {
      return cell == no_cell ? batch_refused : tabulated_ ? std::uint32_t{in.spots[cell]} : cell;
    };
    s.null_part = part(s.axis->null_cell());
    s.numbers = !is_code(type) && type != column_type::bit;
    if (s.numbers) {
      prepare_numbers(s);
      return s;
    }
    const std::size_t known = s.from->decoded ? s.from->dictionary.size() : in.plain;
    s.parts.assign(type == column_type::code8 && known < 0x100 ? 0x100 : known, batch_refused);
    for (std::uint32_t code = 0; code != known; ++code)
      s.parts[code] = part(s.from->decoded ? s.axis->cell_of(s.from->dictionary[code]) : code);
    s.codes = static_cast<std::uint32_t>(known);
    const std::uint32_t all = type == column_type::code8 ? 0xFF : type == column_type::code16 ? 0xFFFF : none;
    if (s.from->validity == nullptr && s.codes > all) s.codes = all;
    s.sound = true;
    s.straight = tabulated_;
    s.stride = s.codes > 1 ? static_cast<std::uint16_t>(s.parts[1]) : std::uint16_t{0};
    for (std::size_t code = 0; code != s.codes; ++code) {
      s.sound = s.sound && s.parts[code] != batch_refused;
      s.straight = s.straight && s.parts[code] == code * s.stride;
    }
    if (type != column_type::code8) return s;
    s.masked = s.from->validity != nullptr && s.codes < 0xFF;
    s.null_placed = (s.masked || s.from->validity == nullptr) && s.null_part != batch_refused;
    s.straight_null = s.straight && s.codes < 0xFF && s.null_part == s.codes * std::uint32_t{s.stride};
    if (s.masked || s.from->validity == nullptr) s.parts[0xFF] = s.null_part;
    return s;
  }

  void prepare_numbers(batch_source& s) const {
    const batch_input& in = *s.to;
    const column_type type = s.from->type;
    s.may_break = in.integer && (type == column_type::float32 || type == column_type::float64);
    // The lowest number is null, if nothing else says what is.
    double low = in.low, lowest = -std::numeric_limits<double>::infinity();
    if (type == column_type::int8) lowest = -128;
    if (type == column_type::int16) lowest = -32768;
    if (type == column_type::int32) lowest = -2147483648.0;
    if (type == column_type::int64) lowest = -9223372036854775808.0;
    if (s.from->validity == nullptr && low <= lowest) low = std::nextafter(lowest, 0.0);
    const auto cut = [&](double from, double weight) {
      s.begins.push_back(from);
      s.weight.push_back(weight);
    };
    if (in.listed) {
      for (std::uint32_t c = 0; c != in.plain; ++c) {
        double number = 0, same = 0;
        s.axis->ends_of(c, number, same);
        // Of a longer list, each number is looked at by itself.
        if (number >= low && in.plain <= batch_compared_cuts) s.listed.push_back(number);
      }
    } else {
      cut(low, batch_belongs);
      cut(in.beyond, -batch_belongs);
    }
    const list<double>& starts = near_ ? in.starts : in.merged_starts;
    const list<std::uint16_t>& spots = near_ ? in.spots : in.merged_spots;
    const std::size_t cuts = near_ ? in.plain - std::size_t{1} : in.cuts;
    s.search = !tabulated_ || cuts > batch_compared_cuts;
    for (std::size_t k = 0; k != cuts && !s.search; ++k) cut(starts[k], spots[k + 1] - spots[k]);
    if (s.begins.size() % 2 != 0) cut(std::numeric_limits<double>::infinity(), 0);
    // NaN reaches no cut, but counts as a fraction.
    if (s.search || s.null_part == batch_refused) return;
    s.nan = s.null_part + (s.may_break ? 2 : 1) * batch_belongs;
    s.null_placed = s.from->validity != nullptr || type == column_type::float32 || type == column_type::float64;
  }

  void prepare(batch_worker& w) const {
    w.answers.assign(plan_.values_.size(), {});
    w.look_up.assign(sources_.size(), false);
    if (tabulated_) {
      if (outputs_.matched.wanted()) {
        w.matched.code_of.assign(plan_.sets_.size(), batch_codes::unknown);
        w.records.assign(plan_.records_.size(), 0);
        for (std::size_t i = 0; i != w.records.size(); ++i) w.records[i] = plan_.records_[i] | 0xFFFF;
      }
      for (std::size_t i = 0; i != w.answers.size(); ++i)
        w.answers[i].code_of.assign(plan_.answers_[i].size(), batch_codes::unknown);
      return;
    }
    const std::size_t n = inputs_.size();
    w.work = table_.make_scratch();
    w.probe = table_.make_scratch();
    w.cells.assign(n * batch_block, 0);
    w.cell.assign(n, 0);
    w.changed.assign(n, 0);
    w.values.assign(n, value_ref());
    w.match.assign(n + 1, 0);
    w.reachable.assign(n, {});
    w.out.assign(batch_block, {});
    w.said.assign(plan_.values_.size(), {});
    w.hit_codes.assign(plan_.values_.size(), {});
    w.hit_numbers.assign(plan_.values_.size(), {});
    if (!table_.needs_row()) {
      std::size_t kept = 4096;
      while (kept > 64 && kept > rows_) kept /= 2;
      w.memory.assign(kept, {});
      w.memory_cells.assign(kept * n, batch_refused);
    }
  }

  // --- threads ---

  template <class Work>
  void on_threads(Work work) {
    run_on_threads(workers_.size(), stop_, work);
  }

  void work(std::size_t number) {
    batch_worker& w = workers_[number];
    while (!stop_.load(std::memory_order_relaxed)) {
      const std::size_t c = next_.fetch_add(1);
      if (c >= chunks_) return;
      if (!takers_.empty()) takers_[c] = static_cast<std::uint8_t>(number);
      const std::size_t begin = c * chunk_, end = begin + chunk_ < rows_ ? begin + chunk_ : rows_;
      for (std::size_t row = begin; row < end; row += batch_block)
        decide_block(w, row, end - row < batch_block ? end - row : batch_block);
      const std::size_t done = done_.fetch_add(end - begin) + (end - begin);
      if (number == 0 && options_.progress != nullptr && !options_.progress(options_.context, done, rows_))
        stop_.store(true);
    }
  }

  void decide_block(batch_worker& w, std::size_t row, std::size_t n) {
    if (!tabulated_) {
      decide_rows(w, row, n);
      return;
    }
    put(w, row, n, place_block(w, row, n));
  }
  // The place of every row of a block; true if some are refused.
  bool place_block(batch_worker& w, std::size_t row, std::size_t n) const {
    if (!w.careful && place(w, row, n)) return false;
    w.careful = true;
    return place_carefully(w, row, n);
  }

  // --- columns to places ---

  // The values of a block; the last block of a batch is filled up with zeros.
  template <class T>
  static const T* block_of(const batch_source& s, batch_worker& w, std::size_t row, std::size_t n) {
    const T* const p = static_cast<const T*>(s.from->data) + row;
    if (n == batch_block) return p;
    std::memset(w.tail, 0, sizeof w.tail);
    std::memcpy(w.tail, p, n * sizeof(T));
    return reinterpret_cast<const T*>(w.tail);
  }

  static const double* doubles_of(const batch_source& s, batch_worker& w, std::size_t row, std::size_t n) {
    const auto from = [&]<class T>(T) {
      to_doubles(block_of<T>(s, w, row, n), w.numbers);
      return static_cast<const double*>(w.numbers);
    };
    switch (s.from->type) {
      case column_type::int8: return from(std::int8_t{});
      case column_type::int16: return from(std::int16_t{});
      case column_type::int32: return from(std::int32_t{});
      case column_type::int64: return from(std::int64_t{});
      case column_type::uint8: return from(std::uint8_t{});
      case column_type::uint16: return from(std::uint16_t{});
      case column_type::uint32: return from(std::uint32_t{});
      case column_type::uint64: return from(std::uint64_t{});
      case column_type::float32: return from(float{});
      default: return block_of<double>(s, w, row, n);
    }
  }

  // Adds to the sums that each number belongs to its input and is not null, and its part unless that is
  // searched for. What it adds to the part of others is of no use.
  static void add_numbers(const batch_source& s, const double* x, double* sum) {
    std::size_t k = 0;
    for (; k + 4 <= s.begins.size(); k += 4) add_cuts(x, s.begins.data() + k, s.weight.data() + k, sum);
    if (k != s.begins.size()) add_two_cuts(x, s.begins.data() + k, s.weight.data() + k, sum);
    for (const double number : s.listed) add_equal(x, number, batch_belongs, sum);
    if (s.may_break) take_fractions(x, batch_belongs, sum);
    if (s.nan != 0) add_nan(x, s.nan, sum);
  }
  // The parts that are searched for, by how many cuts x has reached.
  const std::uint16_t* search(const batch_source& s, const double* x, batch_worker& w) const {
    const list<double>& starts = near_ || !tabulated_ ? s.to->starts : s.to->merged_starts;
    reach(x, starts.data(), starts.size() + 1, w.reached);
    return near_ ? s.to->spots.data() : s.to->merged_spots.data();
  }

  // Codes of one byte, null among them.
  static bool add_bytes(const batch_source& s, const std::uint8_t* p, batch_worker& w) {
    if (s.straight_null) return add_nullable_codes(p, static_cast<std::uint8_t>(s.codes), s.stride, w.spot);
    return add_any_codes(p, s.parts.data(), w.spot);
  }
  template <class T>
  static bool add_codes_of(const batch_source& s, batch_worker& w, std::size_t row, std::size_t n) {
    const T* const p = block_of<T>(s, w, row, n);
    if constexpr (sizeof(T) == 1) {
      if (!s.masked) return add_bytes(s, p, w);
      expand_bits(s.from->validity, s.from->validity_first_bit + row, n, w.valid);
      mask_codes(p, w.valid, w.codes);
      return add_bytes(s, w.codes, w);
    }
    if (!s.sound || !codes_below(p, s.codes)) return false;
    if (s.straight) (void)add_codes(p, s.codes, s.stride, w.spot);
    else add_looked_up(p, s.parts.data(), w.spot);
    return true;
  }

  // Straight codes of one byte, of one column or, where there is a second, of two. Codes beyond are taken
  // back, and they, null among them, are told apart from now on.
  bool add_straight(std::size_t i, std::size_t i2, batch_worker& w, std::size_t row) const {
    const bool two = i2 != sources_.size();
    const batch_source &s = sources_[i], &s2 = sources_[two ? i2 : i];
    const std::uint8_t* const p = static_cast<const std::uint8_t*>(s.from->data) + row;
    const std::uint8_t* const p2 = static_cast<const std::uint8_t*>(s2.from->data) + row;
    const auto add = [&](std::uint16_t a, std::uint16_t b) {
      return two ? add_codes(p, s.codes, a, p2, s2.codes, b, w.spot) : add_codes(p, s.codes, a, w.spot);
    };
    if (add(s.stride, s2.stride)) return true;
    add(static_cast<std::uint16_t>(-s.stride), static_cast<std::uint16_t>(-s2.stride));
    w.look_up[i] = true;
    if (two) w.look_up[i2] = true;
    constexpr std::size_t n = batch_block;
    return add_codes_of<std::uint8_t>(s, w, row, n) && (!two || add_codes_of<std::uint8_t>(s2, w, row, n));
  }

  // The place of every row of the block, if all values are there and belong; else false.
  bool place(batch_worker& w, std::size_t row, std::size_t n) const {
    std::memset(w.spot, 0, sizeof w.spot);
    std::int32_t numbers = 0;
    std::size_t waiting = sources_.size();  // straight codes are added two columns at a time
    for (std::size_t i = 0; i != sources_.size(); ++i) {
      const batch_source& s = sources_[i];
      const bool valid = all_valid(s, row, n);
      if (!valid && !s.null_placed) return false;
      bool good = true;
      switch (s.from->type) {
        case column_type::code8:
          if (!s.straight || w.look_up[i] || n != batch_block || !valid) {
            good = add_codes_of<std::uint8_t>(s, w, row, n);
          } else if (waiting == sources_.size()) {
            waiting = i;
          } else {
            good = add_straight(waiting, i, w, row);
            waiting = sources_.size();
          }
          break;
        case column_type::code16: good = add_codes_of<std::uint16_t>(s, w, row, n); break;
        case column_type::code32: good = add_codes_of<std::uint32_t>(s, w, row, n); break;
        case column_type::bit:
          for (std::size_t k = 0; k != n; ++k)
            w.spot[k] = static_cast<std::uint16_t>(w.spot[k] + s.parts[bit(s, row + k) ? 1 : 0]);
          break;
        default: {
          const double* x = doubles_of(s, w, row, n);
          if (!valid) {
            expand_bits(s.from->validity, s.from->validity_first_bit + row, n, w.valid);
            mask_numbers(x, w.valid, w.masked);
            x = w.masked;
          }
          if (numbers++ == 0) std::memset(w.sum, 0, sizeof w.sum);
          add_numbers(s, x, w.sum);
          if (s.search) add_looked_up(w.reached, search(s, x, w), w.spot);
        }
      }
      if (!good) return false;
    }
    if (waiting != sources_.size() && !add_straight(waiting, sources_.size(), w, row)) return false;
    return numbers == 0 || add_places(w.sum, numbers, w.spot);
  }

  // The same for any block. A row with a value that does not belong is marked as refused; true if
  // there is one.
  bool place_carefully(batch_worker& w, std::size_t row, std::size_t n) const {
    std::memset(w.spot, 0, sizeof w.spot);
    std::memset(w.refused, 0, sizeof w.refused);
    bool refused = false, plain = true;
    for (const batch_source& s : sources_) {
      const auto add = [&](std::size_t k, std::uint32_t part) {
        if (part == batch_refused) refused = (w.refused[k] = 1) != 0;
        else w.spot[k] = static_cast<std::uint16_t>(w.spot[k] + part);
      };
      const bool all = s.numbers ? each_number(s, w, row, n, add) : each_code(s, row, n, add);
      plain = plain && (all || s.null_placed);
    }
    w.careful = refused || !plain;
    return refused;
  }

  // Calls take(k, part) for every row of a block of codes; false if one is null or unknown.
  template <class Take>
  static bool each_code(const batch_source& s, std::size_t row, std::size_t n, Take take) {
    const std::uint32_t* const parts = s.parts.data();
    const std::uint32_t codes = s.codes, null_part = s.null_part;
    const std::uint8_t* const validity = s.from->validity;
    const std::size_t first = s.from->validity_first_bit + row;
    const auto each = [&](auto code_of, std::uint32_t null) {
      bool plain = true;
      for (std::size_t k = 0; k != n; ++k) {
        const std::uint32_t code = code_of(row + k);
        const bool is_null = validity == nullptr ? code == null : !bit_at(validity, first + k);
        const bool known = !is_null && code < codes;
        plain = plain && known;
        take(k, known ? parts[code] : is_null ? null_part : batch_refused);
      }
      return plain;
    };
    const void* const p = s.from->data;
    switch (s.from->type) {
      case column_type::code8:
        return each([p](std::size_t r) { return static_cast<const std::uint8_t*>(p)[r]; }, 0xFF);
      case column_type::code16:
        return each([p](std::size_t r) { return static_cast<const std::uint16_t*>(p)[r]; }, 0xFFFF);
      case column_type::code32:
        return each([p](std::size_t r) { return static_cast<const std::uint32_t*>(p)[r]; }, none);
      default: return each([&](std::size_t r) { return bit(s, r) ? 1u : 0u; }, none);
    }
  }

  // Calls take(k, part) for every row of a block of numbers; false if one is null or does not belong.
  template <class Take>
  bool each_number(const batch_source& s, batch_worker& w, std::size_t row, std::size_t n, Take take) const {
    const double* const x = doubles_of(s, w, row, n);
    std::memset(w.sum, 0, sizeof w.sum);
    add_numbers(s, x, w.sum);
    const std::uint16_t* const parts = s.search ? search(s, x, w) : nullptr;
    bool plain = true;
    for (std::size_t k = 0; k != n; ++k) {
      const auto sum = static_cast<std::int32_t>(w.sum[k]);
      if (s.from->validity != nullptr && !valid(s, row + k)) {
        plain = false;
        take(k, s.null_part);
      } else if (sum >> 16 == 1) {
        take(k, !s.search ? static_cast<std::uint32_t>(sum & 0xFFFF) : tabulated_ ? parts[w.reached[k]] : w.reached[k]);
      } else {
        plain = false;
        const std::uint32_t cell = s.axis->cell_of(number_at(s, row + k));
        take(k, cell == no_cell ? batch_refused : tabulated_ ? std::uint32_t{s.to->spots[cell]} : cell);
      }
    }
    return plain;
  }

  // --- one value at a time ---

  static bool all_valid(const batch_source& s, std::size_t row, std::size_t n) {
    const std::uint8_t* const bits = s.from->validity;
    if (bits == nullptr) return true;
    std::size_t i = s.from->validity_first_bit + row;
    const std::size_t end = i + n;
    for (; i != end && i % 8 != 0; ++i)
      if (!bit_at(bits, i)) return false;
    unsigned all = 0xFF;
    for (; i + 8 <= end; i += 8) all &= bits[i / 8];
    for (; i != end; ++i)
      if (!bit_at(bits, i)) return false;
    return all == 0xFF;
  }
  static bool bit_at(const std::uint8_t* bits, std::size_t i) noexcept {
    return (bits[i / 8] >> i % 8 & 1) != 0;
  }
  static bool bit(const batch_source& s, std::size_t row) {
    return bit_at(static_cast<const std::uint8_t*>(s.from->data), s.from->first_bit + row);
  }
  static bool valid(const batch_source& s, std::size_t row) {
    return s.from->validity == nullptr || bit_at(s.from->validity, s.from->validity_first_bit + row);
  }

  // The code of a row that is valid; none is null.
  static std::uint32_t code_at(const batch_source& s, std::size_t row) {
    const bool null = s.from->validity == nullptr;
    switch (s.from->type) {
      case column_type::bit: return bit(s, row) ? 1 : 0;
      case column_type::code8: {
        const std::uint8_t c = static_cast<const std::uint8_t*>(s.from->data)[row];
        return c == 0xFF && null ? none : c;
      }
      case column_type::code16: {
        const std::uint16_t c = static_cast<const std::uint16_t*>(s.from->data)[row];
        return c == 0xFFFF && null ? none : c;
      }
      default: {
        const std::uint32_t c = static_cast<const std::uint32_t*>(s.from->data)[row];
        return c == none && !null ? none - 1 : c;  // another code that no dictionary reaches
      }
    }
  }
  template <class T>
  static double number_of(const batch_source& s, std::size_t row) {
    const T x = static_cast<const T*>(s.from->data)[row];
    if constexpr (std::is_integral_v<T> && std::is_signed_v<T>)
      if (x == std::numeric_limits<T>::min() && s.from->validity == nullptr)
        return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(x);
  }
  // The number of a row that is valid; NaN is null.
  static double number_at(const batch_source& s, std::size_t row) {
    switch (s.from->type) {
      case column_type::int8: return number_of<std::int8_t>(s, row);
      case column_type::int16: return number_of<std::int16_t>(s, row);
      case column_type::int32: return number_of<std::int32_t>(s, row);
      case column_type::int64: return number_of<std::int64_t>(s, row);
      case column_type::uint8: return number_of<std::uint8_t>(s, row);
      case column_type::uint16: return number_of<std::uint16_t>(s, row);
      case column_type::uint32: return number_of<std::uint32_t>(s, row);
      case column_type::uint64: return number_of<std::uint64_t>(s, row);
      case column_type::float32: return number_of<float>(s, row);
      default: return number_of<double>(s, row);
    }
  }

  // The value of a row that was not refused.
  static value_ref value_at(const batch_source& s, std::size_t row) {
    if (!valid(s, row)) return {};
    if (s.numbers) {
      const double x = number_at(s, row);
      return x == x ? value_ref(s.to->type, x) : value_ref();
    }
    const std::uint32_t c = code_at(s, row);
    if (c == none) return {};
    return s.from->decoded ? s.from->dictionary[c] : s.axis->representative(c);
  }

  // --- places to outputs ---

  // Calls f with a pointer of the column's type to a row of it.
  template <class F>
  static void to_codes(const output_column& c, std::size_t row, F f) {
    if (c.bytes == 1) f(static_cast<std::uint8_t*>(c.data) + row);
    else if (c.bytes == 2) f(static_cast<std::uint16_t*>(c.data) + row);
    else f(static_cast<std::uint32_t*>(c.data) + row);
  }

  // A field of one or two bytes, of which all ones is none.
  static void put_field(const output_column& c, const std::uint8_t* __restrict low,
                        const std::uint8_t* __restrict high, std::size_t row, std::size_t n) {
    if (!c.wanted()) return;
    to_codes(c, row, [&](auto* __restrict to) {
      using T = std::remove_reference_t<decltype(*to)>;
      if constexpr (sizeof(T) == 1) {
        std::memcpy(to, low, n);
      } else {
        T last[batch_block];
        T* const all = n == batch_block ? to : last;
        if (high == nullptr) widen(low, all);
        else widen(low, high, all);
        if (n != batch_block) std::memcpy(to, last, n * sizeof(T));
      }
    });
  }

  // Gives the sets of a block that have no code yet the next ones. `low` and `high` are their bytes.
  void number_sets(batch_worker& w, std::size_t row, std::size_t n, bool refused, std::uint8_t* low,
                   std::uint8_t* high) const {
    if (!any_none(low, high)) return;
    for (std::size_t k = 0; k != n; ++k) {
      if ((low[k] & high[k]) != 0xFF || (refused && w.refused[k] != 0)) continue;
      const std::uint16_t record = plan_.record_of_[w.spot[k]];
      const std::uint32_t code = w.matched.code(plan_.records_[record] & 0xFFFF, row + k);
      w.records[record] = (plan_.records_[record] & ~std::uint64_t{0xFFFF}) | code;
      low[k] = static_cast<std::uint8_t>(code);
      high[k] = static_cast<std::uint8_t>(code >> 8);
    }
  }

  // Codes, in the order of their first appearance, of what `numbers` has for each row's set.
  static void put_codes(batch_codes& codes, const std::uint32_t* numbers, const batch_worker& w,
                        std::size_t row, std::size_t n, bool refused, const output_column& c) {
    to_codes(c, row, [&](auto* __restrict to) {
      using T = std::remove_reference_t<decltype(*to)>;
      for (std::size_t k = 0; k != n; ++k) {
        const std::uint32_t number = numbers[w.set[k]];
        const bool nothing = (refused && w.refused[k] != 0) || number == none;
        to[k] = static_cast<T>(nothing ? none : codes.code(number, row + k));
      }
    });
  }

  void put(batch_worker& w, std::size_t row, std::size_t n, bool refused) {
    bool sets = false;
    const bool matched = outputs_.matched.wanted();
    for (std::size_t i = 0; i != outputs_.values.size(); ++i)
      sets = sets || (outputs_.values[i].wanted() && !is_direct(i));
    const bool records = sets || matched || near_ || outputs_.status.wanted() || outputs_.rule.wanted();
    const auto byte = [&](std::size_t i) { return reinterpret_cast<std::uint8_t*>(w.record + 64 * i); };
    if (records) {
      look_up_records(matched ? w.records.data() : plan_.records_.data(), plan_.record_of_.data(), w.spot, w.record);
      to_columns(w.record);
      if (matched) number_sets(w, row, n, refused, byte(0), byte(1));
      put_field(outputs_.matched, byte(0), byte(1), row, n);
      const bool narrow = plan_.narrow_;
      put_field(outputs_.rule, byte(2), narrow ? nullptr : byte(3), row, n);
      put_field(outputs_.near_rule, byte(4), narrow ? nullptr : byte(5), row, n);
      put_field(outputs_.near_input, byte(6), nullptr, row, n);
      put_field(outputs_.status, byte(7), nullptr, row, n);
    }
    for (std::size_t i = 0; i != outputs_.values.size(); ++i) {
      if (!is_direct(i)) continue;
      std::uint8_t* const to = static_cast<std::uint8_t*>(outputs_.values[i].data) + row;
      if (records && plan_.narrow_ && i < 2) std::memcpy(to, byte(i == 0 ? 3 : 5), n);
      else look_up(plan_.direct_[i].data(), w.spot, n, to);
    }
    if (sets) {
      const std::uint8_t *__restrict low = byte(0), *__restrict high = byte(1);
      for (std::size_t k = 0; k != batch_block; ++k)
        w.set[k] = static_cast<std::uint16_t>(low[k] | high[k] << 8);
      // Rows that are refused, and those behind the last, may be without a code.
      for (std::size_t k = 0; matched && k != batch_block; ++k)
        w.set[k] = w.set[k] == 0xFFFF ? std::uint16_t{0} : static_cast<std::uint16_t>(w.matched.ids[w.set[k]]);
    }
    for (std::size_t i = 0; i != outputs_.values.size(); ++i) {
      const output_column& c = outputs_.values[i];
      if (!c.wanted() || is_direct(i)) continue;
      const std::uint32_t* const codes = plan_.set_codes_[i].data();
      if (!c.is_code()) look_up(plan_.set_numbers_[i].data(), w.set, n, static_cast<double*>(c.data) + row);
      else if (several()) put_codes(w.answers[i], codes, w, row, n, refused, c);
      else to_codes(c, row, [&](auto* to) { look_up(codes, w.set, n, to); });
    }
    if (refused)
      for (std::size_t k = 0; k != n; ++k)
        if (w.refused[k] != 0) put_refused(row + k);
  }

  // Is the output looked up by place, in one byte?
  bool is_direct(std::size_t i) const noexcept {
    return outputs_.values[i].bytes == 1 && !plan_.direct_[i].empty();
  }
  bool several() const noexcept { return !single_hit(table_.hit_policy()); }

  template <class T>
  static void put_none(T& to) noexcept {
    to = static_cast<T>(none);
  }
  void put_refused(std::size_t row) const {
    const auto nothing = [&](const output_column& c) {
      if (!c.wanted()) return;
      if (!c.is_code()) static_cast<double*>(c.data)[row] = std::numeric_limits<double>::quiet_NaN();
      else to_codes(c, row, [](auto* to) { put_none(*to); });
    };
    for (const output_column& c : outputs_.values) nothing(c);
    nothing(outputs_.rule);
    nothing(outputs_.near_rule);
    nothing(outputs_.near_input);
    nothing(outputs_.matched);
    if (outputs_.status.wanted())
      to_codes(outputs_.status, row, [](auto* to) {
        *to = static_cast<std::remove_pointer_t<decltype(to)>>(rule_status::invalid_input);
      });
  }

  // --- row by row ---

  void decide_rows(batch_worker& w, std::size_t row, std::size_t n) {
    find_cells(w, row, n);
    const std::size_t inputs = sources_.size();
    for (std::size_t k = 0; k != n; ++k) {
      w.out[k] = {};
      if (w.refused[k] != 0) continue;
      for (std::size_t i = 0; i != inputs; ++i) w.cell[i] = w.cells[i * batch_block + k];
      w.out[k] = outcome_of(w, row + k);
    }
    put_rows(w, row, n);
  }

  void find_cells(batch_worker& w, std::size_t row, std::size_t n) const {
    std::memset(w.refused, 0, sizeof w.refused);
    for (std::size_t i = 0; i != sources_.size(); ++i) {
      const batch_source& s = sources_[i];
      const auto take = [&](std::size_t k, std::uint32_t cell) {
        if (cell == batch_refused) w.refused[k] = 1;
        w.cells[i * batch_block + k] = cell;
      };
      if (s.numbers) each_number(s, w, row, n, take);
      else each_code(s, row, n, take);
    }
  }

  // What the cells in `w.cell` come to. The same cells come to the same, so a few of them are remembered.
  batch_outcome outcome_of(batch_worker& w, std::size_t row) {
    if (w.memory.empty()) return decide_row(w, row);
    std::uint64_t h = 0;
    for (const std::uint32_t c : w.cell) {
      h = (h ^ c) * 0xBF58476D1CE4E5B9u;
      h ^= h >> 32;
    }
    const std::size_t at = h & (w.memory.size() - 1), n = w.cell.size();
    std::uint32_t* const known = w.memory_cells.data() + at * n;
    if (std::memcmp(known, w.cell.data(), n * sizeof *known) == 0) return w.memory[at];
    std::memcpy(known, w.cell.data(), n * sizeof *known);
    return w.memory[at] = decide_row(w, row);
  }

  batch_outcome decide_row(batch_worker& w, std::size_t row) {
    outcome o;
    if (table_.needs_row()) {
      for (std::size_t i = 0; i != sources_.size(); ++i) w.values[i] = value_at(sources_[i], row);
      o = table_.decide({w.values.data(), w.values.size()}, w.work);
    } else {
      o = table_.decide_cells({w.cell.data(), w.cell.size()}, w.work);
    }
    batch_outcome out;
    out.status = o.status;
    out.rule = o.rule;
    if (o && several() && !outputs_.values.empty()) out.hits = number_of_hits(w, row);
    if (outputs_.matched.wanted()) {
      find_matched(w, o);
      out.set = w.sets.find_or_add({w.rules.data(), w.rules.size()});
      if (out.set == w.matched.ids.size()) {
        w.matched.ids.push_back(out.set);
        w.matched.rows.push_back(row);
      }
    }
    if (near_) find_near(w, o, out);
    return out;
  }

  // The number of the list of rules that decided; what each output makes of it is found once.
  std::uint32_t number_of_hits(batch_worker& w, std::size_t row) {
    const std::uint32_t number = w.hits.find_or_add(w.work.hits());
    for (std::size_t i = 0; i != plan_.values_.size() && number == w.hit_codes[i].size(); ++i) {
      w.hit_numbers[i].push_back(answer_key(table_, plan_.values_[i], i, w.work.hits(), w.key));
      const std::uint32_t code = answer_code(table_, w.key, w.said[i]);
      w.hit_codes[i].push_back(code);
      if (code != w.answers[i].ids.size()) continue;  // said before, or null
      w.answers[i].ids.push_back(code);
      w.answers[i].rows.push_back(row);
    }
    return number;
  }

  // Every rule that matches, into `w.rules`.
  void find_matched(batch_worker& w, const outcome& o) const {
    w.rules.clear();
    const bool all = several() || o.rule == none || (o && table_.hit_policy() == hit_policy::unique);
    if (all) {
      for (const std::uint32_t rule : w.work.hits()) w.rules.push_back(rule);
      return;
    }
    // Words before the first rule that matches are empty.
    const std::size_t first = table_.hit_policy() == hit_policy::priority ? 0 : o.rule / 64;
    for (std::size_t word = first, words = (table_.rules() + 63) / 64; word != words; ++word) {
      std::uint64_t bits = ~std::uint64_t{0};
      for (std::size_t i = 0; i != w.cell.size() && bits != 0; ++i)
        bits &= table_.rules_of(i, w.cell[i]).word(word);
      for (; bits != 0; bits &= bits - 1) {
        const std::uint32_t rule = rule_at(word, bits);
        if (!table_.needs_row() || row_tests_hold(w, rule)) w.rules.push_back(rule);
      }
    }
  }
  bool row_tests_hold(const batch_worker& w, std::uint32_t rule) const {
    const std::span<const value_ref> values(w.values.data(), w.values.size());
    for (std::size_t i = 0; i != values.size(); ++i)
      if (table_.names_input(rule, i) && table_.row_test(rule, i, values) != truth::yes) return false;
    return true;
  }

  // What makes an answer what it is; empty where there is none.
  void answer_of(const outcome& o, const scratch& work, list<std::uint32_t>& one,
                 list<std::uint32_t>& key) const {
    key.clear();
    if (!o) return;
    if (!several()) {
      key.push_back(plan_.same_[o.rule == none ? table_.rules() : o.rule]);
      return;
    }
    for (std::size_t i = 0; i != plan_.values_.size(); ++i) {
      (void)answer_key(table_, plan_.values_[i], i, work.hits(), one);
      key.push_back(static_cast<std::uint32_t>(one.size()));
      for (const std::uint32_t item : one) key.push_back(item);
    }
  }

  // The nearest change of one input that leads to another answer. The rules that match can only change
  // where a test of a rule that all other inputs let match begins or ends.
  void find_near(batch_worker& w, const outcome& o, batch_outcome& out) const {
    const std::size_t n = w.cell.size();
    answer_of(o, w.work, w.rules, w.key);
    for (std::size_t i = 0; i != n; ++i) w.reachable[i].clear();
    for (std::size_t word = 0, words = (table_.rules() + 63) / 64; word != words; ++word) {
      const std::size_t rules = table_.rules() - word * 64;
      w.match[0] = rules < 64 ? (std::uint64_t{1} << rules) - 1 : ~std::uint64_t{0};
      for (std::size_t i = 0; i != n; ++i)
        w.match[i + 1] = w.match[i] & table_.rules_of(i, w.cell[i]).word(word);
      std::uint64_t behind = ~std::uint64_t{0};
      for (std::size_t i = n; i-- != 0 && behind != 0;) {
        for (std::uint64_t bits = w.match[i] & behind ; bits != 0; bits &= bits - 1)
          w.reachable[i].push_back(rule_at(word, bits));
        behind &= table_.rules_of(i, w.cell[i]).word(word);
      }
    }
    std::uint32_t best = none;
    for (std::size_t i = 0; i != n; ++i) {
      const batch_input& in = plan_.inputs_[i];
      if (in.fixed || w.reachable[i].empty()) continue;
      find_changes(w, i, best);
      for (std::size_t k = 0; k != n; ++k) w.changed[k] = w.cell[k];
      for (const std::uint64_t change : w.changes) {
        const auto steps = static_cast<std::uint32_t>(change >> 32);
        if (steps >= best) break;
        w.changed[i] = static_cast<std::uint32_t>(change);
        const outcome there = table_.decide_cells({w.changed.data(), n}, w.probe);
        answer_of(there, w.probe, w.rules, w.probe_key);
        if (!there || w.probe_key == w.key) continue;
        best = steps;
        out.near_input = static_cast<std::uint32_t>(i);
        out.near_rule = there.rule;
        break;
      }
    }
  }

  // The cells of one input, fewer than `most` steps away, in which other rules may match than in their
  // neighbours: steps and cell, ascending, each once.
  void find_changes(batch_worker& w, std::size_t i, std::uint32_t most) const {
    const batch_input& in = plan_.inputs_[i];
    const std::uint32_t here = w.cell[i];
    w.changes.clear();
    const auto offer = [&](std::uint32_t cell, std::uint32_t steps) {
      if (cell != here && steps < most) w.changes.push_back(std::uint64_t{steps} << 32 | cell);
    };
    const bool far = in.ordered && here < in.plain;  // steps are counted
    if (!far) offer(0, 1);
    for (const std::uint32_t rule : w.reachable[i])
      for (const cell_run& run : table_.runs(rule, i)) {
        const std::uint32_t first = run.first, behind = run.last + 1 < in.plain ? run.last + 1 : in.plain;
        if (!far) {
          if (first < in.plain) offer(first, 1);
          if (behind < in.plain) offer(behind, 1);
          continue;
        }
        if (first > here && first < in.plain) offer(first, first - here);
        if (behind > here && behind < in.plain) offer(behind, behind - here);
        if (first != 0 && first - 1 < here) offer(first - 1, here - (first - 1));
        if (behind != 0 && behind - 1 < here) offer(behind - 1, here - (behind - 1));
      }
    if (in.size != in.plain) offer(in.plain, 1);
    sort_unique(w.changes);
  }

  void put_rows(batch_worker& w, std::size_t row, std::size_t n) {
    const auto put = [&](const output_column& c, auto field) {
      if (!c.wanted()) return;
      to_codes(c, row, [&](auto* to) {
        for (std::size_t k = 0; k != n; ++k)
          to[k] = static_cast<std::remove_pointer_t<decltype(to)>>(field(w.out[k]));
      });
    };
    put(outputs_.status, [](const batch_outcome& o) { return static_cast<std::uint32_t>(o.status); });
    put(outputs_.rule, [](const batch_outcome& o) { return o.rule; });
    put(outputs_.near_rule, [](const batch_outcome& o) { return o.near_rule; });
    put(outputs_.near_input, [](const batch_outcome& o) { return o.near_input; });
    put(outputs_.matched, [](const batch_outcome& o) { return o.set; });
    for (std::size_t i = 0; i != outputs_.values.size(); ++i) {
      const output_column& c = outputs_.values[i];
      if (!c.wanted()) continue;
      const batch_value& v = plan_.values_[i];
      const auto said_by = [&](const batch_outcome& o) { return o.rule == none ? table_.rules() : o.rule; };
      if (!c.is_code())
        for (std::size_t k = 0; k != n; ++k) {
          const batch_outcome& o = w.out[k];
          double& to = static_cast<double*>(c.data)[row + k];
          if (o.status != rule_status::decided) to = std::numeric_limits<double>::quiet_NaN();
          else to = several() ? w.hit_numbers[i][o.hits] : v.numbers[said_by(o)];
        }
      else
        put(c, [&](const batch_outcome& o) {
          if (o.status != rule_status::decided) return none;
          return several() ? w.hit_codes[i][o.hits] : v.codes[said_by(o)];
        });
    }
  }

  // --- behind ---

  std::span<const std::uint32_t> set_of(const batch_worker& w, std::uint32_t id) const {
    return tabulated_ ? plan_.sets_[id] : w.sets.lists()[id];
  }
  std::span<const std::uint32_t> answer_of(const batch_worker& w, std::size_t i, std::uint32_t id) const {
    return tabulated_ ? plan_.answers_[i][id] : w.said[i].lists()[id];
  }

  // Gives all threads' codes of one column one numbering, by first appearance, and writes the column
  // anew where a thread had another; false if the column cannot hold it.
  template <class Codes, class Of>
  bool number_column(const output_column& c, Codes codes, Of of, numbered_lists<std::uint32_t>& all) {
    if (workers_.size() == 1) {
      for (const std::uint32_t id : codes(workers_[0]).ids) all.push_back(of(workers_[0], id));
      return all.size() <= std::size_t{c.greatest()} + 1;
    }
    list_finder found;
    struct appearance {
      std::size_t row = 0, worker = 0;
      std::uint32_t code = 0;
    };
    list<appearance> order;
    list<list<std::uint32_t>> now;  // of each thread, by its own codes
    now.assign(workers_.size(), {});
    for (std::size_t w = 0; w != workers_.size(); ++w) {
      const batch_codes& own = codes(workers_[w]);
      for (std::uint32_t code = 0; code != own.ids.size(); ++code) order.push_back({own.rows[code], w, code});
      now[w].assign(own.ids.size(), none);
    }
    sort(order, 0, order.size(), [](const appearance& a, const appearance& b) { return a.row < b.row; });
    bool same = true;
    for (const appearance& a : order) {
      const batch_worker& w = workers_[a.worker];
      const std::uint32_t code = found.find_or_add(of(w, codes(w).ids[a.code]));
      now[a.worker][a.code] = code;
      same = same && code == a.code;
    }
    all = found.lists();
    if (all.size() > std::size_t{c.greatest()} + 1) return false;
    if (same) return true;
    const std::size_t chunks = (result_rows_ + chunk_ - 1) / chunk_;
    next_.store(0);
    on_threads([&](std::size_t) {
      for (std::size_t k = next_.fetch_add(1); k < chunks; k = next_.fetch_add(1)) {
        const list<std::uint32_t>& code = now[takers_[k]];
        const std::size_t begin = k * chunk_;
        const std::size_t rows = begin + chunk_ < result_rows_ ? chunk_ : result_rows_ - begin;
        to_codes(c, begin, [&](auto* to) {
          using T = std::remove_pointer_t<decltype(to)>;
          for (std::size_t row = 0; row != rows; ++row)
            if (to[row] != std::numeric_limits<T>::max()) to[row] = static_cast<T>(code[to[row]]);
        });
      }
    });
    return true;
  }

  maybe<error> number_alike(batch_result& out) {
    result_rows_ = out.rows;
    if (outputs_.matched.wanted()) {
      numbered_lists<std::uint32_t>& all = out.matched;
      const bool fits = number_column(
          outputs_.matched, [](const batch_worker& w) -> const batch_codes& { return w.matched; },
          [&](const batch_worker& w, std::uint32_t id) { return set_of(w, id); }, all);
      if (!fits) return too_narrow(outputs_.matched, "matched", all.size());
    }
    if (!several() || outputs_.values.empty()) return {};
    out.answers.resize(outputs_.values.size());
    for (std::size_t i = 0; i != outputs_.values.size(); ++i) {
      const output_column& c = outputs_.values[i];
      if (!c.is_code()) continue;
      numbered_lists<std::uint32_t> all;
      const bool fits = number_column(
          c, [i](const batch_worker& w) -> const batch_codes& { return w.answers[i]; },
          [&](const batch_worker& w, std::uint32_t id) { return answer_of(w, i, id); }, all);
      if (!fits) return too_narrow(c, table_.output(i).name, all.size());
      list<value> said;
      for (std::size_t k = 0; k != all.size(); ++k) {
        said.clear();
        answer_values(table_, plan_.values_[i], all[k], said);
        out.answers[i].push_back({said.data(), said.size()});
      }
    }
    return {};
  }

  const batch_plan& plan_;
  const table& table_;
  std::span<const input_column> inputs_;
  const batch_output& outputs_;
  const batch_options& options_;
  std::size_t rows_ = 0, result_rows_ = 0, chunk_ = batch_block, chunks_ = 0;
  bool near_ = false, tabulated_ = false;
  list<batch_source> sources_;
  std::vector<batch_worker> workers_;
  list<std::uint8_t> takers_;  // of each chunk: the thread that took it, if there are several
  std::atomic<std::size_t> next_{0}, done_{0};
  std::atomic<bool> stop_{false};
};
}  // namespace detail

ECTP_DEF result<batch_result> batch_plan::decide(std::span<const input_column> inputs,
                                                 const batch_output& outputs,
                                                 const batch_options& options) const {
  return detail::batch_run(*this, inputs, outputs, options).run();
}

}  // namespace ectp::inline ECTP_ABI::policy
