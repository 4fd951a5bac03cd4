#pragma once
/// A column cut into elementary cells: the values that no test of the table tells apart share a
/// cell. Numbers give open gap, point, open gap...; listed values one cell each, in the order of
/// the list; text one cell for each string some test mentions and one for every other string;
/// null, where it is allowed, comes last. Whole numbers have only cells with a whole number in
/// them. Everything after this works on the cells' numbers, so it is exact.
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>

#include "ectp/core/config.hpp"
#include "ectp/policy/cell.hpp"
#include "ectp/policy/domain.hpp"
#include "ectp/policy/literal.hpp"
#include "ectp/policy/storage.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// No elementary cell: the value does not belong to the column.
inline constexpr std::uint32_t no_cell = std::numeric_limits<std::uint32_t>::max();

/// Cells `first` to `last`, both included.
struct cell_run {
  std::uint32_t first = 0, last = 0;
  friend constexpr bool operator==(const cell_run&, const cell_run&) = default;
};

/// The elementary cells of one column. Built in three steps: from the domain, `mention` each test,
/// `close`; only then has it cells.
template <class Storage>
class basic_axis {
 public:
  constexpr basic_axis() = default;
  constexpr explicit basic_axis(const basic_domain<Storage>& d)
      : type_(d.type), integer_(d.integer), nullable_(d.nullable), listed_(d.listed), ordered_(d.ordered),
        low_(d.low), high_(d.high), points_(d.numbers), words_(d.words) {
    if (low_.bounded) points_.push_back(low_.at);
    if (high_.bounded) points_.push_back(high_.at);
    detail::sort_unique(points_);
    sort_words();
  }

  /// Takes note of a test; a fault if it does not suit the column.
  constexpr fault mention(const unary_test& t) {
    const bool order = t.how != relation::equal && t.how != relation::not_equal;
    if (const fault f = mention(t.low, order)) return f;
    if (t.how != relation::within) return {};
    if (const fault f = mention(t.high, order)) return f;
    const bool open = t.low_open || t.high_open;
    bool reversed = false, same = false;
    if (is_line(type_)) {
      reversed = t.high.number < t.low.number;
      same = t.high.number == t.low.number;
    } else {
      const std::uint32_t low = word(t.low), high = word(t.high);
      reversed = high < low;
      same = high == low;
    }
    if (reversed) return {problem::reversed_ends, t.at, t.size};
    if (same && open) return {problem::empty_interval, t.at, t.size};
    return {};
  }

  /// Cuts the column into its cells.
  constexpr void close() {
    if (is_line(type_)) {
      detail::sort_unique(points_);
      cut_numbers();
    } else if (type_ == value_kind::boolean) {
      size_ = 2;
    } else if (listed_) {
      size_ = static_cast<std::uint32_t>(words_.size());
    } else if (type_ == value_kind::text) {
      detail::sort_unique(words_);
      size_ = static_cast<std::uint32_t>(words_.size()) + 1;
      sort_words();
    }
    if (nullable_) ++size_;
  }

  constexpr value_kind type() const noexcept { return type_; }
  constexpr bool integer() const noexcept { return integer_; }
  constexpr bool nullable() const noexcept { return nullable_; }
  constexpr bool listed() const noexcept { return listed_; }
  constexpr bool ordered() const noexcept { return ordered_; }
  /// The number of cells.
  constexpr std::uint32_t size() const noexcept { return size_; }
  /// The cell of null, or `no_cell`.
  constexpr std::uint32_t null_cell() const noexcept { return nullable_ ? size_ - 1 : no_cell; }
  /// The cell of all strings that no test mentions, or `no_cell`.
  constexpr std::uint32_t other_cell() const noexcept {
    return type_ == value_kind::text && !listed_ ? static_cast<std::uint32_t>(words_.size()) : no_cell;
  }
  /// The ends and points of the cells of numbers, ascending.
  constexpr const auto& points() const noexcept { return points_; }
  /// The listed values in list order, or the strings that tests mention, ascending by bytes.
  constexpr const auto& words() const noexcept { return words_; }

  /// The cell that holds this value, or `no_cell` if it does not belong to the column.
  constexpr std::uint32_t cell_of(const value_ref& v) const noexcept {
    if (v.is_null()) return null_cell();
    if (v.kind() != type_) return no_cell;
    switch (type_) {
      case value_kind::null: return no_cell;
      case value_kind::boolean: return v.boolean() ? 1 : 0;
      case value_kind::text: {
        const std::uint32_t w = word(v.text());
        return w == no_cell ? other_cell() : w;
      }
      default: return cell_of(v.number());
    }
  }

  /// The cell that holds this number or position; precondition: `is_line(type())`. NaN is null.
  constexpr std::uint32_t cell_of(double x) const noexcept {
    if (x != x) return null_cell();
    if (x - x != 0 || (integer_ && !is_whole(x))) return no_cell;
    std::size_t below = 0, n = values_.size();
    // No branch on the comparison: thresholds are as good as random to a predictor.
    while (n > 1) {
      const std::size_t half = n / 2;
      below += values_[below + half - 1] < x ? half : 0;
      n -= half;
    }
    if (n == 1 && values_[below] < x) ++below;
    const std::size_t raw = 2 * below + (below < values_.size() && values_[below] == x ? 1 : 0);
    return before_[raw] == before_[raw + 1] ? no_cell : before_[raw];
  }

  /// Why a value does not belong to the column; `none` if it does.
  constexpr problem refusal(const value_ref& v) const noexcept {
    if (cell_of(v) != no_cell) return problem::none;
    if (v.is_null()) return problem::null_not_allowed;
    if (v.kind() != type_) return problem::wrong_kind;
    if (listed_) return problem::not_listed;
    if (is_line(type_) && integer_ && !is_whole(v.number())) return problem::not_integer;
    return problem::outside_domain;
  }

  /// A value in this cell: for a gap a number of few digits near its middle.
  constexpr value_ref representative(std::uint32_t cell) const noexcept {
    if (cell == null_cell()) return {};
    if (type_ == value_kind::boolean) return cell == 1;
    if (type_ == value_kind::text)
      return cell == other_cell() ? value_ref(other_) : value_ref(std::string_view(words_[cell]));
    const std::uint32_t raw = raw_of(cell);
    if (raw % 2 == 1) return {type_, values_[raw / 2]};
    const std::size_t k = raw / 2, n = values_.size();
    if (n == 0) return {type_, 0.0};
    if (k != 0 && k != n) return {type_, between(values_[k - 1], values_[k])};
    if (!is_temporal(type_)) return {type_, k == 0 ? -above(-values_[0]) : above(values_[n - 1])};
    const double step = integer_ ? 1 : 3600;
    return {type_, k == 0 ? values_[0] - step : values_[n - 1] + step};
  }

  /// The two ends of a cell of numbers; a point has twice the same. Infinite where it is open.
  constexpr void ends_of(std::uint32_t cell, double& low, double& high) const noexcept {
    const std::uint32_t raw = raw_of(cell);
    const std::size_t k = raw / 2, n = values_.size();
    constexpr double infinite = std::numeric_limits<double>::infinity();
    low = raw % 2 == 1 ? values_[k] : k == 0 ? -infinite : values_[k - 1];
    high = raw % 2 == 1 ? values_[k] : k == n ? infinite : values_[k];
  }

  /// Appends the cells in which a test holds, as disjoint runs, ascending and not adjacent. The
  /// tests are those of one rule's cell; each must have been mentioned.
  template <class Runs>
  constexpr void append_runs(const unary_test* tests, std::size_t count, bool negated, Runs& out) const {
    const std::size_t begin = out.size();
    // Three-valued: one true makes the list true; otherwise one unknown makes it unknown.
    bool null_true = false, null_unknown = false;
    for (std::size_t i = 0; i != count; ++i) append_test(tests[i], out, null_true, null_unknown);
    merge(out, begin);
    const std::uint32_t plain = nullable_ ? size_ - 1 : size_;
    if (negated) {
      complement(out, begin, plain);
      null_true = !null_true && !null_unknown;
    }
    if (nullable_ && null_true) add(out, begin, {plain, plain});
  }

  /// The run of all cells, null included: what an empty cell or `-` holds for.
  constexpr cell_run all() const noexcept { return {0, size_ - 1}; }

  /// Did a list of fixed size run over?
  constexpr bool overflowed() const noexcept {
    if constexpr (requires { points_.overflowed(); })
      return points_.overflowed() || words_.overflowed() || values_.overflowed() || before_.overflowed();
    else
      return false;
  }

  /// Is this literal the name of another input, if it is anything? Precondition: of this column.
  constexpr bool names_input(const literal& l) const {
    return l.kind == literal_kind::word && !(listed_ && type_ == value_kind::text && word(l) != no_cell);
  }
  /// May tests of these two columns compare one with the other: the same kind, and where both list
  /// words and `order` is asked for, the same words in the same order?
  constexpr problem comparable(const basic_axis& o, bool order) const {
    if (type_ != o.type_) return problem::other_kind;
    if (!order) return problem::none;
    if (type_ == value_kind::boolean) return problem::boolean_not_ordered;
    if (type_ != value_kind::text) return problem::none;
    if (!listed_ || !o.listed_) return problem::text_not_ordered;
    if (!ordered_ || !o.ordered_) return problem::list_not_ordered;
    return words_ == o.words_ ? problem::none : problem::other_list;
  }
  /// Takes note of one literal of a test; `order`: the test compares. A fault if it does not suit.
  constexpr fault mention(const literal& l, bool order) {
    const auto wrong = [&](problem p) { return fault{p, l.at, l.size}; };
    if (l.kind == literal_kind::null) {
      if (order) return wrong(problem::null_not_ordered);
      return nullable_ ? fault{} : wrong(problem::null_not_allowed);
    }
    if (names_input(l)) return wrong(listed_ && type_ == value_kind::text ? problem::not_listed : problem::unknown_name);
    if (type_ == value_kind::boolean) {
      if (l.kind != literal_kind::boolean) return wrong(problem::wrong_kind);
      return order ? wrong(problem::boolean_not_ordered) : fault{};
    }
    if (is_line(type_)) {
      const bool suits = is_temporal(type_) ? l.kind == literal_kind::temporal && l.temporal == type_
                                            : l.kind == literal_kind::number;
      return suits ? mention_number(l, order) : wrong(problem::wrong_kind);
    }
    if (!listed_) {
      if (l.kind != literal_kind::quoted) return wrong(problem::wrong_kind);
      if (order) return wrong(problem::text_not_ordered);
      typename Storage::text t{};
      if (!detail::hold_text<Storage>(l, t)) return wrong(problem::escape_not_held);
      words_.push_back(t);
      return {};
    }
    if (!l.is_text()) return wrong(problem::wrong_kind);
    if (order && !ordered_) return wrong(problem::list_not_ordered);
    return word(l) == no_cell ? wrong(problem::not_listed) : fault{};
  }

  friend constexpr bool operator==(const basic_axis&, const basic_axis&) = default;

 private:
  static constexpr bool is_whole(double x) noexcept {
    constexpr double big = 9007199254740992.0;
    if (x >= big || x <= -big) return true;
    return static_cast<double>(static_cast<std::int64_t>(x)) == x;
  }

  // A comparison may name an end that is left out of the domain, an equality may not.
  constexpr fault mention_number(const literal& l, bool order) {
    const decimal& x = l.number;
    if (integer_ && !x.is_integer()) return {problem::not_integer, l.at, l.size};
    if (listed_) {
      const std::size_t i = detail::partition_point(points_.size(), [&](std::size_t k) { return points_[k] < x; });
      if (i == points_.size() || points_[i] != x) return {problem::not_listed, l.at, l.size};
      return {};
    }
    if ((low_.bounded && (x < low_.at || (x == low_.at && low_.open && !order))) ||
        (high_.bounded && (high_.at < x || (x == high_.at && high_.open && !order))))
      return {problem::outside_domain, l.at, l.size};
    points_.push_back(x);
    return {};
  }

  constexpr void sort_words() {
    by_text_.clear();
    for (std::size_t i = 0; i != words_.size(); ++i) by_text_.push_back(static_cast<std::uint32_t>(i));
    detail::sort(by_text_, 0, by_text_.size(),
                 [&](std::uint32_t a, std::uint32_t b) { return words_[a] < words_[b]; });
    if (type_ == value_kind::text && !listed_) name_other();
  }

  // A string that no test mentions, for witnesses: `other` with as many `_` as it takes.
  constexpr void name_other() {
    constexpr std::string_view longest =
        "other________________________________________________________________________________";
    std::size_t n = 5;
    for (other_ = typename Storage::text(longest.substr(0, n)); word(std::string_view(other_)) != no_cell; ++n) {
      if constexpr (requires { other_.push_back('_'); }) other_.push_back('_');
      else other_ = longest.substr(0, n + 1);
    }
  }

  constexpr std::uint32_t word(std::string_view s) const noexcept {
    // A few words are compared sooner than they are searched: most differ in length.
    if (by_text_.size() <= 8) {
      for (std::uint32_t i = 0; i != words_.size(); ++i)
        if (words_[i].size() == s.size() && std::string_view(words_[i]) == s) return i;
      return no_cell;
    }
    const std::size_t i = detail::partition_point(
        by_text_.size(), [&](std::size_t k) { return std::string_view(words_[by_text_[k]]) < s; });
    return i != by_text_.size() && std::string_view(words_[by_text_[i]]) == s ? by_text_[i] : no_cell;
  }
  constexpr std::uint32_t word(const literal& l) const {
    if (!l.escaped) return word(l.text);
    typename Storage::text t{};
    return detail::hold_text<Storage>(l, t) ? word(std::string_view(t)) : no_cell;
  }

  // Raw cells 2k are gaps, 2k+1 points; before_[r] counts the raw cells below r that are kept.
  constexpr void cut_numbers() {
    const std::size_t n = points_.size();
    values_.clear();
    before_.clear();
    values_.reserve(n);
    before_.reserve(2 * n + 2);
    for (const decimal& p : points_) values_.push_back(p.to_double());
    std::uint32_t kept = 0;
    for (std::size_t raw = 0; raw <= 2 * n; ++raw) {
      before_.push_back(kept);
      if (raw % 2 == 1 ? keeps_point(raw / 2) : keeps_gap(raw / 2)) ++kept;
    }
    before_.push_back(kept);
    size_ = kept;
  }
  constexpr bool keeps_point(std::size_t k) const noexcept {
    if (low_.bounded && low_.open && points_[k] == low_.at) return false;
    return !(high_.bounded && high_.open && points_[k] == high_.at);
  }
  constexpr bool keeps_gap(std::size_t k) const noexcept {
    if (listed_) return false;
    if (k == 0) return !low_.bounded;
    if (k == points_.size()) return !high_.bounded;
    return !integer_ || values_[k] - values_[k - 1] > 1;
  }
  constexpr std::uint32_t raw_of(std::uint32_t cell) const noexcept {
    return static_cast<std::uint32_t>(
               detail::partition_point(before_.size(), [&](std::size_t r) { return before_[r] <= cell; })) - 1;
  }

  // A number of few digits above x, whole.
  static constexpr double above(double x) noexcept {
    if (x < 0) return 0;
    return x < 9e15 ? static_cast<double>(static_cast<std::int64_t>(x) + 1) : x * 2;
  }
  // Of all multiples of the largest power of ten that has one inside the gap, the middle one; with
  // times, of the largest of day, hour and minute.
  constexpr double between(double a, double b) const noexcept {
    if (is_temporal(type_) && !integer_)
      for (const double unit : {86400.0, 3600.0, 60.0}) {
        const auto i = static_cast<std::int64_t>(a / unit), j = static_cast<std::int64_t>(b / unit);
        for (const std::int64_t m : {i + (j - i) / 2, i + (j - i) / 2 + 1}) {
          const double x = static_cast<double>(m) * unit;
          if (a < x && x < b) return x;
        }
      }
    for (int e = 22; e >= (integer_ ? 0 : -22); --e) {
      const double unit = detail::powers_of_ten[e < 0 ? -e : e];
      const double first = e < 0 ? a * unit : a / unit, last = e < 0 ? b * unit : b / unit;
      if (first > 9e15 || first < -9e15 || last > 9e15 || last < -9e15) break;
      const auto i = static_cast<std::int64_t>(first), j = static_cast<std::int64_t>(last);
      const std::int64_t middle = i + (j - i) / 2;
      for (const std::int64_t m : {middle, middle + 1, middle - 1}) {
        const double x = e < 0 ? static_cast<double>(m) / unit : static_cast<double>(m) * unit;
        if (a < x && x < b) return x;
      }
    }
    return a + (b - a) / 2;
  }

  /// Where the test begins or ends on the line of cells: cells [0, edge) are below it.
  constexpr std::uint32_t edge(const literal& l, bool past) const noexcept {
    if (!is_line(type_)) return word(l) + (past ? 1 : 0);
    const double x = l.number.to_double();
    const std::size_t k = detail::partition_point(values_.size(), [&](std::size_t i) { return values_[i] < x; });
    return before_[2 * k + 1 + (past ? 1 : 0)];
  }

  template <class Runs>
  constexpr void append_test(const unary_test& t, Runs& out, bool& null_true, bool& null_unknown) const {
    const std::uint32_t plain = nullable_ ? size_ - 1 : size_;
    const bool null_literal = t.low.kind == literal_kind::null;
    std::uint32_t begin = 0, end = plain;
    switch (t.how) {
      case relation::equal:
      case relation::not_equal: {
        const bool inverse = t.how == relation::not_equal;
        if (null_literal != inverse) null_true = true;
        if (null_literal) {
          end = inverse ? plain : 0;
          break;
        }
        if (type_ == value_kind::boolean) {
          begin = t.low.boolean ? 1 : 0;
          end = begin + 1;
        } else {
          begin = edge(t.low, false);
          end = edge(t.low, true);
        }
        if (inverse) {
          push(out, 0, begin);
          begin = end;
          end = plain;
        }
        break;
      }
      case relation::less: end = edge(t.low, false); break;
      case relation::less_equal: end = edge(t.low, true); break;
      case relation::greater: begin = edge(t.low, true); break;
      case relation::greater_equal: begin = edge(t.low, false); break;
      case relation::within:
        begin = edge(t.low, t.low_open);
        end = edge(t.high, !t.high_open);
        break;
    }
    if (t.how != relation::equal && t.how != relation::not_equal) null_unknown = true;
    push(out, begin, end);
  }

  template <class Runs>
  static constexpr void push(Runs& out, std::uint32_t begin, std::uint32_t end) {
    if (begin < end) out.push_back({begin, end - 1});
  }
  // Joins the run to the last one where they touch.
  template <class Runs>
  static constexpr void add(Runs& out, std::size_t begin, cell_run r) {
    if (out.size() > begin && r.first <= out[out.size() - 1].last + 1) {
      if (out[out.size() - 1].last < r.last) out[out.size() - 1].last = r.last;
    } else {
      out.push_back(r);
    }
  }
  template <class Runs>
  static constexpr void merge(Runs& out, std::size_t begin) {
    detail::sort(out, begin, out.size(),
                 [](const cell_run& a, const cell_run& b) { return a.first < b.first; });
    std::size_t kept = begin;
    for (std::size_t i = begin; i < out.size(); ++i) {
      if (kept > begin && out[i].first <= out[kept - 1].last + 1) {
        if (out[kept - 1].last < out[i].last) out[kept - 1].last = out[i].last;
      } else {
        out[kept++] = out[i];
      }
    }
    while (out.size() > kept) out.pop_back();
  }
  // The runs between the runs; there can be one more of them than there were.
  template <class Runs>
  static constexpr void complement(Runs& out, std::size_t begin, std::uint32_t plain) {
    std::uint32_t next = 0;
    std::size_t kept = begin;
    for (std::size_t i = begin; i != out.size(); ++i) {
      const cell_run r = out[i];
      if (next < r.first) out[kept++] = {next, r.first - 1};
      next = r.last + 1;
    }
    while (out.size() > kept) out.pop_back();
    push(out, next, plain);
  }

  value_kind type_ = value_kind::null;
  bool integer_ = false, nullable_ = false, listed_ = false, ordered_ = false;
  range_end low_, high_;
  typename Storage::template list<decimal> points_;
  typename Storage::template list<typename Storage::text> words_;
  typename Storage::template list<std::uint32_t> by_text_;
  typename Storage::template list<double> values_;
  typename Storage::template list<std::uint32_t> before_;
  typename Storage::text other_{};
  std::uint32_t size_ = 0;
};

using axis = basic_axis<heap_storage>;

/// The cell as a unary test that holds for it alone, such as `3`, `(0..1)`, `"low"`, `null`; the
/// cell of all other strings is `not("a","b")`.
ECTP_DECL std::string cell_text(const axis& a, std::uint32_t cell);

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/axis.ipp"
#endif
