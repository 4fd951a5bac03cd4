#pragma once
/// What analysing, proving and comparing tables have in common: rules as products of sets of cells,
/// and the search that cuts a box until nothing is left to ask about its pieces.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "ectp/core/list.hpp"
#include "ectp/policy/answer.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/region.hpp"
#include "ectp/policy/storage.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy::detail {

/// How much may still be looked at.
class work_budget {
 public:
  explicit work_budget(std::uint64_t steps) : left_(steps) {}
  bool take(std::uint64_t n) noexcept {
    spent_ = spent_ || n > left_;
    left_ -= spent_ ? 0 : n;
    return !spent_;
  }
  bool spent() const noexcept { return spent_; }

 private:
  std::uint64_t left_;
  bool spent_ = false;
};

/// Brings the item that belongs at `nth` in ascending order of `key` there; none before it is greater.
template <class List, class Key>
void select(List& items, std::size_t begin, std::size_t nth, std::size_t end, Key key) {
  const auto swap = [&](std::size_t a, std::size_t b) {
    const auto t = items[a];
    items[a] = items[b];
    items[b] = t;
  };
  while (end - begin > 1) {
    const auto pivot = key(items[begin + (end - begin) / 2]);
    std::size_t less = begin, greater = end;
    for (std::size_t i = begin; i < greater;) {
      const auto k = key(items[i]);
      if (k < pivot) swap(less++, i++);
      else if (pivot < k) swap(i, --greater);
      else ++i;
    }
    if (nth < less) end = less;
    else if (nth >= greater) begin = greater;
    else return;
  }
}

/// The cells of each column that are looked at, numbered afresh from 0: all of them, or all but null
/// or the strings that no test mentions.
class grid {
 public:
  grid() = default;
  grid(const table& t, const domain_reading& reading) {
    for (std::size_t i = 0; i != t.inputs().size(); ++i) {
      const axis& a = t.axis(i);
      column c;
      c.size = a.size();
      if (a.other_cell() != no_cell && !reading.other && !a.words().empty()) {
        c.skipped = a.other_cell();
        --c.size;
      }
      if (a.nullable() && !reading.null) --c.size;
      columns_.push_back(c);
    }
  }
  std::size_t columns() const noexcept { return columns_.size(); }
  std::uint32_t size(std::size_t i) const noexcept { return columns_[i].size; }
  cell_run all(std::size_t i) const noexcept { return {0, columns_[i].size - 1}; }
  /// The table's cell.
  std::uint32_t cell(std::size_t i, std::uint32_t n) const noexcept {
    return n + (columns_[i].skipped <= n ? 1 : 0);
  }
  /// Appends the table's runs as runs of this numbering.
  void take(std::size_t i, std::span<const cell_run> runs, list<cell_run>& out) const {
    const std::size_t begin = out.size();
    for (const cell_run& r : runs) {
      const std::uint32_t first = number(i, r.first), end = number(i, r.last + 1);
      if (first >= end) continue;
      if (out.size() > begin && out.back().last + 1 == first) out.back().last = end - 1;
      else out.push_back({first, end - 1});
    }
  }
  /// Appends runs of this numbering as the table's runs.
  void give(std::size_t i, std::span<const cell_run> runs, list<cell_run>& out) const {
    const std::uint32_t skipped = columns_[i].skipped;
    for (const cell_run& r : runs) {
      if (r.first < skipped && skipped <= r.last) {
        out.push_back({r.first, skipped - 1});
        out.push_back({skipped + 1, r.last + 1});
      } else {
        out.push_back({cell(i, r.first), cell(i, r.last)});
      }
    }
  }

 private:
  struct column {
    std::uint32_t size = 0, skipped = no_cell;
  };
  // How many cells below this one are looked at.
  std::uint32_t number(std::size_t i, std::uint32_t cell) const noexcept {
    const std::uint32_t n = cell - (columns_[i].skipped < cell ? 1 : 0);
    return n < columns_[i].size ? n : columns_[i].size;
  }
  list<column> columns_;
};

/// How a set of cells and a range lie to each other: it holds in none, some or all of the range.
enum class meeting : std::uint8_t { apart, part, whole };

/// Products of sets of cells, one set a column.
class shapes {
 public:
  shapes() = default;
  explicit shapes(std::size_t columns) : columns_(columns) { begins_.push_back(0); }

  std::size_t columns() const noexcept { return columns_; }
  std::size_t size() const noexcept { return columns_ == 0 ? 0 : hulls_.size() / columns_; }
  void reserve(std::size_t n) {
    hulls_.reserve(n * columns_);
    begins_.reserve(n * columns_ + 1);
    runs_.reserve(n * columns_);
  }
  /// The next column of the last shape, or the first of another.
  void push_back(std::span<const cell_run> runs) {
    for (const cell_run& r : runs) runs_.push_back(r);
    close_column();
  }
  void push_back(const cell_run& r) {
    runs_.push_back(r);
    close_column();
  }
  /// Runs are put straight into this list, then `close_column` is called.
  list<cell_run>& open_column() noexcept { return runs_; }
  void close_column() {
    const std::uint32_t begin = begins_.back();
    hulls_.push_back(begin == runs_.size() ? cell_run{1, 0} : cell_run{runs_[begin].first, runs_.back().last});
    begins_.push_back(static_cast<std::uint32_t>(runs_.size()));
    holes_ = holes_ || runs_.size() - begin > 1;
  }
  void pop_back() {
    for (std::size_t i = 0; i != columns_; ++i) {
      hulls_.pop_back();
      begins_.pop_back();
    }
    while (runs_.size() > begins_.back()) runs_.pop_back();
  }

  /// From the first cell to the last; {1, 0} if there is none.
  const cell_run& hull(std::size_t k, std::size_t i) const noexcept { return hulls_[k * columns_ + i]; }
  const cell_run* hulls(std::size_t k) const noexcept { return hulls_.data() + k * columns_; }
  std::span<const cell_run> runs(std::size_t k, std::size_t i) const noexcept {
    const std::size_t at = k * columns_ + i;
    return {runs_.data() + begins_[at], begins_[at + 1] - begins_[at]};
  }
  bool empty(std::size_t k) const noexcept {
    for (std::size_t i = 0; i != columns_; ++i)
      if (hull(k, i).first > hull(k, i).last) return true;
    return false;
  }
  bool holds(std::size_t k, std::size_t i, std::uint32_t cell) const noexcept {
    return meets(k, i, {cell, cell}) != meeting::apart;
  }
  meeting meets(std::size_t k, std::size_t i, const cell_run& range) const noexcept {
    const std::size_t at = k * columns_ + i;
    const cell_run& h = hulls_[at];
    if (h.last < range.first || range.last < h.first) return meeting::apart;
    if (!holes_ || begins_[at + 1] - begins_[at] == 1)
      return h.first <= range.first && range.last <= h.last ? meeting::whole : meeting::part;
    return meets_runs(k, i, range);
  }
  meeting meets_runs(std::size_t k, std::size_t i, const cell_run& range) const noexcept {
    const std::span<const cell_run> all = runs(k, i);
    const std::size_t n = partition_point(all.size(), [&](std::size_t m) { return all[m].last < range.first; });
    if (n == all.size() || range.last < all[n].first) return meeting::apart;
    return all[n].first <= range.first && range.last <= all[n].last ? meeting::whole : meeting::part;
  }
  /// Have the two shapes a common cell in this column?
  bool meet(std::size_t a, std::size_t b, std::size_t i) const noexcept {
    const cell_run &x = hull(a, i), &y = hull(b, i);
    if (x.last < y.first || y.last < x.first) return false;
    const std::span<const cell_run> left = runs(a, i), right = runs(b, i);
    if (left.size() == 1 && right.size() == 1) return true;
    for (std::size_t m = 0, n = 0; m != left.size() && n != right.size();) {
      if (left[m].last < right[n].first) ++m;
      else if (right[n].last < left[m].first) ++n;
      else return true;
    }
    return false;
  }
  bool meet(std::size_t a, std::size_t b) const noexcept {
    const cell_run *x = hulls(a), *y = hulls(b);
    for (std::size_t i = 0; i != columns_; ++i)
      if (x[i].last < y[i].first || y[i].last < x[i].first) return false;
    for (std::size_t i = 0; i != columns_; ++i)
      if (!meet(a, b, i)) return false;
    return true;
  }
  /// Does b hold in all cells of this column in which a does?
  bool inside(std::size_t a, std::size_t b, std::size_t i) const noexcept {
    for (const cell_run& r : runs(a, i))
      if (meets(b, i, r) != meeting::whole) return false;
    return true;
  }
  bool inside(std::size_t a, std::size_t b) const noexcept {
    for (std::size_t i = 0; i != columns_; ++i)
      if (!inside(a, b, i)) return false;
    return true;
  }
  bool same(std::size_t a, std::size_t b, std::size_t i) const noexcept {
    const std::span<const cell_run> x = runs(a, i), y = runs(b, i);
    if (x.size() != y.size()) return false;
    for (std::size_t m = 0; m != x.size(); ++m)
      if (!(x[m] == y[m])) return false;
    return true;
  }
  bool same(std::size_t a, std::size_t b) const noexcept {
    for (std::size_t i = 0; i != columns_; ++i)
      if (!same(a, b, i)) return false;
    return true;
  }

 private:
  std::size_t columns_ = 0;
  list<cell_run> hulls_;  // shape-major
  list<cell_run> runs_;
  list<std::uint32_t> begins_;  // shape-major: where the runs begin
  bool holes_ = false;          // has any set more than one run?
};

/// The cells that two sets have in common, or that the first has and the second has not.
inline void common_runs(std::span<const cell_run> a, std::span<const cell_run> b, list<cell_run>& out) {
  for (std::size_t m = 0, n = 0; m != a.size() && n != b.size();) {
    const std::uint32_t first = a[m].first > b[n].first ? a[m].first : b[n].first;
    const std::uint32_t last = a[m].last < b[n].last ? a[m].last : b[n].last;
    if (first <= last) out.push_back({first, last});
    if (a[m].last < b[n].last) ++m;
    else ++n;
  }
}
inline void runs_without(std::span<const cell_run> a, std::span<const cell_run> b, list<cell_run>& out) {
  std::size_t n = 0;
  for (const cell_run& r : a) {
    std::uint32_t next = r.first;
    while (n != b.size() && b[n].last < r.first) ++n;
    for (std::size_t k = n; k != b.size() && b[k].first <= r.last; ++k) {
      if (next < b[k].first) out.push_back({next, b[k].first - 1});
      next = b[k].last + 1;
    }
    if (next <= r.last) out.push_back({next, r.last});
  }
}
/// The cells of both sets.
inline void joined_runs(std::span<const cell_run> a, std::span<const cell_run> b, list<cell_run>& out) {
  const std::size_t begin = out.size();
  for (std::size_t m = 0, n = 0; m != a.size() || n != b.size();) {
    const bool left = n == b.size() || (m != a.size() && a[m].first <= b[n].first);
    const cell_run r = left ? a[m++] : b[n++];
    if (out.size() > begin && r.first <= out.back().last + 1) {
      if (out.back().last < r.last) out.back().last = r.last;
    } else {
      out.push_back(r);
    }
  }
}

/// A shape that meets the box, and the columns in which it leaves out a part of it: bit i stands for
/// the columns i, i + 64 and so on.
struct met_shape {
  std::uint32_t shape = 0;
  std::uint64_t open = 0;
};

/// What is to become of a piece.
enum class verdict : std::uint8_t { split, done, stop };

/// Cuts a box in two, again and again, at the edges of the shapes that meet it. A judge looks at
/// every piece:
///
///     verdict look(const list<cell_run>& box, const met_shape* met, std::size_t count);
///
/// and is asked until all shapes that meet a piece hold everywhere in it. `met` keeps the order in
/// which the shapes were added. A judge with `peels` is told by
/// `bool untouched(const list<cell_run>& box)` of pieces that no shape meets, as large as they come;
/// false stops.
template <class Judge>
class splitter {
 public:
  splitter(const shapes& s, work_budget& work, Judge& judge) : shapes_(s), work_(work), judge_(judge) {}

  /// A shape that holds in all of a piece settles it: the judge is told by `covered(shape)` alone.
  bool whole_settles = false;
  /// A shape that holds in all of a piece hides those behind it.
  bool whole_hides = false;
  /// A column that is never cut, and in which a shape need not hold everywhere.
  std::size_t uncut = static_cast<std::size_t>(-1);

  /// The box that the next shapes are added to.
  void begin(const list<cell_run>& whole) {
    box_ = whole;
    active_.clear();
    settled_ = hidden_ = false;
  }
  void add(std::uint32_t shape) {
    if (settled_ || hidden_) return;
    met_shape m{shape, 0};
    for (std::size_t i = 0; i != box_.size(); ++i) {
      const meeting how = shapes_.meets(shape, i, box_[i]);
      if (how == meeting::apart) return;
      if (how == meeting::part && i != uncut) m.open |= bit_of(i);
    }
    hidden_ = !push(m);
  }
  /// False if the judge stopped or the budget is spent.
  bool run() { return settled_ ? work_.take(1) : node(0); }

 private:
  // Takes a shape; false if nothing behind it needs to be looked at.
  static std::uint64_t bit_of(std::size_t column) noexcept { return std::uint64_t{1} << column % 64; }
  // The shape now holds in all of this column.
  void close(met_shape& m, std::size_t column) const noexcept {
    for (std::size_t i = column % 64; i < box_.size(); i += 64)
      if (i != column && i != uncut && shapes_.meets(m.shape, i, box_[i]) == meeting::part) return;
    m.open &= ~bit_of(column);
  }
  bool push(const met_shape& m) {
    active_.push_back(m);
    if (m.open != 0) return true;
    if constexpr (requires { judge_.covered(m.shape); }) {
      if (whole_settles) {
        judge_.covered(m.shape);
        settled_ = true;
        return false;
      }
    }
    return !whole_hides;
  }

  bool node(std::size_t first) {
    const std::size_t saved = saved_.size();
    const bool go_on = visit(first);
    if (saved_.size() != saved) {
      for (std::size_t i = 0; i != box_.size(); ++i) box_[i] = saved_[saved + i];
      while (saved_.size() > saved) saved_.pop_back();
    }
    while (active_.size() > first) active_.pop_back();
    return go_on;
  }

  bool visit(std::size_t first) {
    const std::size_t size = active_.size() - first, n = box_.size();
    if (!work_.take(1 + size)) return false;
    const verdict v = judge_.look(box_, active_.data() + first, size);
    if (v != verdict::split) return v == verdict::done;
    if constexpr (requires { judge_.untouched(box_); }) {
      if (size <= 8) {
        bool covered = false;
        if (!peel(first, covered)) return false;
        if (covered) return true;
      }
    }
    std::size_t busiest = n;
    std::uint32_t split = 0;
    const std::size_t step = size / 32 + 1;
    choose(first, step, busiest, split);
    if (busiest == n && step != 1) choose(first, 1, busiest, split);
    if (busiest == n) return true;
    const cell_run whole = box_[busiest];
    // The right half's shapes first, the left half's above them.
    const std::size_t end = active_.size();
    const bool go_right = filter(first, end, busiest, {split, whole.last});
    const std::size_t middle = active_.size();
    const bool go_left = filter(first, end, busiest, {whole.first, split - 1});
    if (go_left && !node(middle)) return false;
    while (active_.size() > middle) active_.pop_back();
    box_[busiest] = {split, whole.last};
    if (go_right && !node(end)) return false;
    box_[busiest] = whole;
    return true;
  }

  // Adds the shapes of [first, end) that meet the half; false if one of them settles it.
  bool filter(std::size_t first, std::size_t end, std::size_t column, const cell_run& half) {
    const std::uint64_t bit = bit_of(column);
    box_[column] = half;
    const std::size_t begin = active_.size();
    for (std::size_t k = first; k != end; ++k) {
      met_shape m = active_[k];
      if ((m.open & bit) != 0) {
        const meeting now = shapes_.meets(m.shape, column, half);
        if (now == meeting::apart) continue;
        if (now == meeting::whole) close(m, column);
      }
      if (!push(m)) break;
    }
    if (!settled_) return true;
    settled_ = false;
    while (active_.size() > begin) active_.pop_back();
    return false;
  }

  // Tells of the parts of the box outside all shapes' hulls, and takes them off.
  bool peel(std::size_t first, bool& covered) {
    const std::size_t n = box_.size(), saved = saved_.size();
    bool shrunk = false;
    for (std::size_t i = 0; i != n; ++i) {
      cell_run hull{0xFFFF'FFFF, 0};
      for (std::size_t k = first; k != active_.size(); ++k) {
        const cell_run& h = shapes_.hull(active_[k].shape, i);
        if (h.first < hull.first) hull.first = h.first;
        if (h.last > hull.last) hull.last = h.last;
      }
      const cell_run whole = box_[i];
      if (hull.first <= whole.first && whole.last <= hull.last) continue;
      if (!shrunk)
        for (std::size_t c = 0; c != n; ++c) saved_.push_back(box_[c]);
      shrunk = true;
      if (whole.first < hull.first) {
        box_[i] = {whole.first, hull.first - 1};
        if (!judge_.untouched(box_)) return false;
      }
      if (hull.last < whole.last) {
        box_[i] = {hull.last + 1, whole.last};
        if (!judge_.untouched(box_)) return false;
      }
      box_[i] = {hull.first < whole.first ? whole.first : hull.first,
                 hull.last > whole.last ? whole.last : hull.last};
    }
    if (!shrunk) return true;
    // A column that was not cut has not changed for any shape.
    for (std::size_t k = first; k != active_.size(); ++k) {
      met_shape& m = active_[k];
      for (std::size_t i = 0; i != n; ++i)
        if ((m.open & bit_of(i)) != 0 && !(box_[i] == saved_[saved + i]) &&
            shapes_.meets(m.shape, i, box_[i]) == meeting::whole)
          close(m, i);
      if constexpr (requires { judge_.covered(m.shape); }) {
        if (m.open == 0 && whole_settles) {
          judge_.covered(m.shape);
          covered = true;
          return true;
        }
      }
    }
    return true;
  }

  // The edge that fewest shapes cross, and that leaves the halves even; the number of columns if
  // there is none.
  void choose(std::size_t first, std::size_t step, std::size_t& column, std::uint32_t& split) {
    const std::size_t n = box_.size();
    std::uint64_t open = 0;
    for (std::size_t k = first; k < active_.size(); k += step) open |= active_[k].open;
    std::uint64_t least = ~std::uint64_t{0};
    for (; open != 0; open &= open - 1)
      for (auto i = static_cast<std::size_t>(std::countr_zero(open)); i < n; i += 64) {
        if (i == uncut) continue;
        begins_.clear();
        ends_.clear();
        const cell_run range = box_[i];
        std::size_t total = 0;
        for (std::size_t k = first; k < active_.size(); k += step) {
          const met_shape& m = active_[k];
          ++total;
          if ((m.open & bit_of(i)) == 0) continue;
          for (const cell_run& r : shapes_.runs(m.shape, i)) {
            if (range.first < r.first && r.first <= range.last) insert(begins_, r.first);
            if (range.first <= r.last && r.last < range.last) insert(ends_, r.last + 1);
          }
        }
        // At a cut, those that begin there or later are not on the left, those that end there or
        // before are not on the right.
        const std::size_t all = begins_.size() + ends_.size();
        std::size_t b = 0, e = 0;
        while (b + e != all) {
          const std::uint32_t cut = b == begins_.size() || (e != ends_.size() && ends_[e] < begins_[b]) ? ends_[e] : begins_[b];
          const std::size_t begun = b;
          while (b != begins_.size() && begins_[b] == cut) ++b;
          while (e != ends_.size() && ends_[e] == cut) ++e;
          const std::size_t left = total > begins_.size() - begun ? total - (begins_.size() - begun) : 0;
          const std::size_t right = total > e ? total - e : 0;
          const std::uint64_t crossed = left + right > total ? left + right - total : 0;
          const std::uint64_t cost = crossed * 4 + (left > right ? left : right);
          if (cost < least) {
            least = cost;
            column = i;
            split = cut;
          }
        }
      }
  }
  static void insert(list<std::uint32_t>& sorted, std::uint32_t x) {
    sorted.push_back(x);
    std::size_t k = sorted.size() - 1;
    for (; k != 0 && sorted[k - 1] > x; --k) sorted[k] = sorted[k - 1];
    sorted[k] = x;
  }

  const shapes& shapes_;
  work_budget& work_;
  Judge& judge_;
  list<cell_run> box_;
  list<met_shape> active_;   // those of the piece at the end
  list<cell_run> saved_;     // boxes as they were before they were peeled
  list<std::uint32_t> begins_, ends_;
  bool settled_ = false, hidden_ = false;
};

/// A whole number below 2^128, for counting cells.
struct wide_count {
  std::uint64_t high = 0, low = 0;
  constexpr void multiply(std::uint32_t m) noexcept {
    constexpr std::uint64_t word = 0xFFFF'FFFF;
    const std::uint64_t bottom = (low & word) * m, top = (low >> 32) * m + (bottom >> 32);
    low = top << 32 | (bottom & word);
    high = high * m + (top >> 32);
  }
  constexpr void add(const wide_count& o) noexcept {
    low += o.low;
    high += o.high + (low < o.low ? 1 : 0);
  }
  friend constexpr bool operator==(const wide_count&, const wide_count&) = default;
};

/// Collects the boxes that no shape covers, column after column.
struct uncovered {
  const shapes& all;
  list<cell_run>* boxes = nullptr;   ///< none: only whether there is one
  std::size_t most = 1;              ///< how many are collected before it stops
  list<std::uint32_t>* used = nullptr;  ///< the shapes that covered a piece, with repetitions
  bool disjoint = false;                ///< no two shapes meet
  bool found = false;

  verdict look(const list<cell_run>& box, const met_shape* met, std::size_t count) {
    if (count != 0) return disjoint && filled(box, met, count) ? verdict::done : verdict::split;
    return untouched(box) ? verdict::done : verdict::stop;
  }
  bool untouched(const list<cell_run>& box) {
    found = true;
    if (boxes == nullptr) return false;
    if (boxes->size() >= most * box.size()) return false;
    for (const cell_run& r : box) boxes->push_back(r);
    return true;
  }
  void covered(std::uint32_t shape) {
    if (used != nullptr) used->push_back(shape);
  }

 private:
  // Disjoint shapes cover the box exactly when they have as many cells in it as it has.
  bool filled(const list<cell_run>& box, const met_shape* met, std::size_t count) const {
    wide_count whole{0, 1}, sum;
    auto bits = static_cast<std::size_t>(std::bit_width(count));
    for (const cell_run& r : box) {
      bits += static_cast<std::size_t>(std::bit_width(r.last - r.first + 1));
      whole.multiply(r.last - r.first + 1);
    }
    if (bits > 128) return false;
    for (std::size_t k = 0; k != count; ++k) {
      wide_count cells{0, 1};
      for (std::size_t i = 0; i != box.size(); ++i) {
        std::uint32_t in = 0;
        for (const cell_run& r : all.runs(met[k].shape, i)) {
          const std::uint32_t first = r.first > box[i].first ? r.first : box[i].first;
          const std::uint32_t last = r.last < box[i].last ? r.last : box[i].last;
          in += first <= last ? last - first + 1 : 0;
        }
        cells.multiply(in);
      }
      sum.add(cells);
    }
    return sum == whole;
  }
};

/// Finds the pairs of shapes that have a record in common, where few of them meet in one place:
/// `bool found(a, b)` with a < b is called once for each pair; false stops.
template <class Found>
struct common_pairs {
  const shapes& all;
  Found& found;
  std::uint64_t room = 0;    ///< comparisons that are worth while
  bool crowded = false;      ///< there would have been more
  bool stopped = false;

  verdict look(const list<cell_run>& box, const met_shape* met, std::size_t count) {
    std::size_t open = 0;
    for (std::size_t k = 0; k != count; ++k) open += met[k].open != 0 ? 1 : 0;
    if (count > 1 && open > 6) return verdict::split;
    const std::uint64_t work = std::uint64_t{count} * count + 1;
    crowded = work > room;
    if (crowded) return verdict::stop;
    room -= work;
    for (std::size_t x = 0; x != count; ++x)
      for (std::size_t y = x + 1; y != count; ++y) {
        const std::uint32_t a = met[x].shape, b = met[y].shape;
        if (!begins_in(box, a, b)) continue;
        stopped = !(a < b ? found(a, b) : found(b, a));
        if (stopped) return verdict::stop;
      }
    return verdict::done;
  }

 private:
  // Does their first common cell, which belongs to one piece only, lie in the box?
  bool begins_in(const list<cell_run>& box, std::uint32_t a, std::uint32_t b) const {
    const cell_run *x = all.hulls(a), *y = all.hulls(b);
    for (std::size_t i = 0; i != box.size(); ++i) {
      const std::uint32_t first = x[i].first > y[i].first ? x[i].first : y[i].first;
      if (first > box[i].last || x[i].last < first || y[i].last < first) return false;
    }
    for (std::size_t i = 0; i != box.size(); ++i) {
      std::uint32_t first = no_cell;
      const std::span<const cell_run> left = all.runs(a, i), right = all.runs(b, i);
      for (std::size_t m = 0, n = 0; first == no_cell && m != left.size() && n != right.size();) {
        if (left[m].last < right[n].first) ++m;
        else if (right[n].last < left[m].first) ++n;
        else first = left[m].first > right[n].first ? left[m].first : right[n].first;
      }
      if (first == no_cell || first < box[i].first || box[i].last < first) return false;
    }
    return true;
  }
};

/// Every text once, with a number.
class text_ids {
 public:
  std::uint32_t id_of(std::string text) {
    if (buckets_.empty()) buckets_.assign(64, 0);
    std::size_t at = hash_of(text) % buckets_.size();
    for (; buckets_[at] != 0; at = (at + 1) % buckets_.size())
      if (texts_[buckets_[at] - 1] == text) return buckets_[at] - 1;
    texts_.push_back(std::move(text));
    const auto id = static_cast<std::uint32_t>(texts_.size());
    buckets_[at] = id;
    if (2 * texts_.size() > buckets_.size()) {
      buckets_.assign(4 * buckets_.size(), 0);
      for (std::uint32_t k = 0; k != texts_.size(); ++k) {
        std::size_t to = hash_of(texts_[k]) % buckets_.size();
        while (buckets_[to] != 0) to = (to + 1) % buckets_.size();
        buckets_[to] = k + 1;
      }
    }
    return id - 1;
  }
  const std::string& text(std::uint32_t id) const noexcept { return texts_[id]; }

 private:
  static std::size_t hash_of(const std::string& s) noexcept {
    std::uint64_t h = 0xCBF29CE484222325u;
    for (const char c : s) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    return static_cast<std::size_t>(h ^ h >> 32);
  }
  list<std::string> texts_;
  list<std::uint32_t> buckets_;  // id + 1, or 0
};

/// Disjoint boxes of one run a column, put together again: no two are left that differ in one column
/// only. A region of few boxes is cut in the first column where what is behind it differs, and so on,
/// which depends on the region alone; unless joining leaves fewer boxes.
class box_joiner {
 public:
  explicit box_joiner(std::size_t columns) : columns_(columns) { buckets_.assign(64, 0); }

  void add(const cell_run* runs) {
    for (std::size_t i = 0; i != columns_; ++i) ids_.push_back(id_of({runs + i, 1}));
  }
  std::size_t size() const noexcept { return columns_ == 0 ? 0 : ids_.size() / columns_; }
  std::span<const cell_run> runs(std::size_t box, std::size_t i) const noexcept { return set(ids_[box * columns_ + i]); }

  /// Joins and sorts. Of both directions in which columns can come the one that leaves fewer boxes.
  void join() {
    const list<std::uint32_t> apart = ids_;
    join_all(false);
    list<std::uint32_t> forward = std::move(ids_);
    ids_ = apart;
    join_all(true);
    if (forward.size() <= ids_.size()) ids_ = std::move(forward);
    if (size() > 1 && size() <= 256) join_by_column();
    sort_boxes();
  }

 private:
  std::span<const cell_run> set(std::uint32_t id) const noexcept {
    return {pool_.data() + sets_[id].first, sets_[id].last - sets_[id].first};
  }
  static std::uint64_t mix(std::uint64_t h) noexcept {
    h ^= h >> 31;
    h *= 0x9E3779B97F4A7C15u;
    h ^= h >> 29;
    h *= 0xBF58476D1CE4E5B9u;
    return h ^ h >> 32;
  }
  std::uint32_t id_of(std::span<const cell_run> runs) {
    std::uint64_t h = runs.size();
    for (const cell_run& r : runs) h = mix(h + (std::uint64_t{r.first} << 32 | r.last));
    std::size_t at = h % buckets_.size();
    for (; buckets_[at] != 0; at = (at + 1) % buckets_.size()) {
      const std::span<const cell_run> known = set(buckets_[at] - 1);
      bool same = known.size() == runs.size();
      for (std::size_t k = 0; same && k != runs.size(); ++k) same = known[k] == runs[k];
      if (same) return buckets_[at] - 1;
    }
    const auto begin = static_cast<std::uint32_t>(pool_.size());
    for (const cell_run& r : runs) pool_.push_back(r);
    sets_.push_back({begin, static_cast<std::uint32_t>(pool_.size())});
    hashes_.push_back(h);
    const auto id = static_cast<std::uint32_t>(sets_.size());
    buckets_[at] = id;
    if (2 * sets_.size() > buckets_.size()) {
      buckets_.assign(4 * buckets_.size(), 0);
      for (std::uint32_t k = 0; k != sets_.size(); ++k) {
        std::size_t to = hashes_[k] % buckets_.size();
        while (buckets_[to] != 0) to = (to + 1) % buckets_.size();
        buckets_[to] = k + 1;
      }
    }
    return id - 1;
  }

  void join_all(bool backward) {
    for (bool again = true; again;) {
      again = false;
      for (std::size_t i = 0; i != columns_; ++i) again = join_along(backward ? columns_ - 1 - i : i) || again;
    }
  }
  bool join_along(std::size_t column) {
    const std::size_t count = size();
    std::size_t slots = 16;
    while (slots < 2 * count) slots *= 2;
    table_.assign(slots, 0);
    bool joined = false;
    std::size_t kept = 0;
    for (std::size_t b = 0; b != count; ++b) {
      std::uint64_t h = 0;
      for (std::size_t i = 0; i != columns_; ++i)
        if (i != column) h = mix(h + ids_[b * columns_ + i] + 1);
      std::size_t at = h & (slots - 1);
      for (; table_[at] != 0; at = (at + 1) & (slots - 1)) {
        const std::size_t other = table_[at] - 1;
        bool same = true;
        for (std::size_t i = 0; same && i != columns_; ++i)
          same = i == column || ids_[other * columns_ + i] == ids_[b * columns_ + i];
        if (!same) continue;
        scratch_.clear();
        joined_runs(set(ids_[other * columns_ + column]), set(ids_[b * columns_ + column]), scratch_);
        ids_[other * columns_ + column] = id_of({scratch_.data(), scratch_.size()});
        joined = true;
        break;
      }
      if (table_[at] != 0) continue;
      if (kept != b)
        for (std::size_t i = 0; i != columns_; ++i) ids_[kept * columns_ + i] = ids_[b * columns_ + i];
      table_[at] = static_cast<std::uint32_t>(++kept);
    }
    while (ids_.size() > kept * columns_) ids_.pop_back();
    return joined;
  }

  // A column's sets of cells, each with what is behind it: a node of a diagram in which no two nodes
  // are alike. Given up where the diagram grows out of hand.
  void join_by_column() {
    const list<std::uint32_t> joined = ids_;
    // Regions that come out simpler do so soon.
    calls_ = size() < 48 ? 64 * size() + 1'000 : 4'000;
    nodes_ = text_ids();
    ends_.clear();
    parts_.clear();
    list<std::uint32_t> all, path;
    for (std::uint32_t b = 0; b != size(); ++b) all.push_back(b);
    const std::uint32_t root = build(0, all);
    if (calls_ == 0) return;
    const std::size_t most = joined.size();
    ids_.clear();
    walk(root, path, most);
    if (ids_.size() > most) ids_ = joined;
    else join_all(false);
    if (ids_.size() > most) ids_ = joined;
  }
  std::uint32_t build(std::size_t column, const list<std::uint32_t>& active) {
    if (column == columns_) return inside;
    if (calls_ == 0 || --calls_ == 0) return inside;
    struct part {
      list<cell_run> runs;
      std::uint32_t behind = 0;
    };
    list<std::uint32_t> edges, some;
    for (const std::uint32_t b : active)
      for (const cell_run& r : runs(b, column)) {
        edges.push_back(r.first);
        edges.push_back(r.last + 1);
      }
    sort_unique(edges);
    list<part> parts;
    for (std::size_t e = 0; e + 1 < edges.size(); ++e) {
      some.clear();
      for (const std::uint32_t b : active)
        for (const cell_run& r : runs(b, column))
          if (r.first <= edges[e] && edges[e] <= r.last) some.push_back(b);
      if (some.empty()) continue;
      const std::uint32_t behind = build(column + 1, some);
      std::size_t k = 0;
      while (k != parts.size() && parts[k].behind != behind) ++k;
      if (k == parts.size()) {
        parts.push_back({});
        parts[k].behind = behind;
      }
      list<cell_run>& to = parts[k].runs;
      if (!to.empty() && to.back().last + 1 == edges[e]) to.back().last = edges[e + 1] - 1;
      else to.push_back({edges[e], edges[e + 1] - 1});
    }
    list<cell_run> made;  // set and node
    std::string key;
    const auto put = [&](std::uint32_t n) {
      for (int k = 0; k != 4; ++k) key += static_cast<char>(n >> 8 * k & 0xFF);
    };
    put(static_cast<std::uint32_t>(column));
    for (const part& p : parts) {
      made.push_back({id_of({p.runs.data(), p.runs.size()}), p.behind});
      put(made.back().first);
      put(p.behind);
    }
    const std::uint32_t id = nodes_.id_of(std::move(key));
    if (id != ends_.size()) return id;
    for (const cell_run& m : made) parts_.push_back(m);
    ends_.push_back(static_cast<std::uint32_t>(parts_.size()));
    return id;
  }
  void walk(std::uint32_t node, list<std::uint32_t>& path, std::size_t most) {
    if (ids_.size() > most) return;
    if (node == inside) {
      for (const std::uint32_t set : path) ids_.push_back(set);
      return;
    }
    for (std::size_t k = node == 0 ? 0 : ends_[node - 1]; k != ends_[node]; ++k) {
      path.push_back(parts_[k].first);
      walk(parts_[k].last, path, most);
      path.pop_back();
    }
  }

  void sort_boxes() {
    list<std::uint32_t> order;
    for (std::size_t b = 0; b != size(); ++b) order.push_back(static_cast<std::uint32_t>(b));
    sort(order, 0, order.size(), [&](std::uint32_t a, std::uint32_t b) {
      for (std::size_t i = 0; i != columns_; ++i) {
        if (ids_[a * columns_ + i] == ids_[b * columns_ + i]) continue;
        const std::span<const cell_run> x = runs(a, i), y = runs(b, i);
        for (std::size_t k = 0; k != x.size() && k != y.size(); ++k) {
          if (x[k].first != y[k].first) return x[k].first < y[k].first;
          if (x[k].last != y[k].last) return x[k].last < y[k].last;
        }
        return x.size() < y.size();
      }
      return false;
    });
    list<std::uint32_t> ids;
    ids.reserve(ids_.size());
    for (const std::uint32_t b : order)
      for (std::size_t i = 0; i != columns_; ++i) ids.push_back(ids_[b * columns_ + i]);
    ids_ = std::move(ids);
  }

  std::size_t columns_;
  list<std::uint32_t> ids_;      // box-major
  list<cell_run> pool_, sets_;   // sets_: where a set lies in the pool
  list<std::uint64_t> hashes_;
  list<std::uint32_t> buckets_;  // id + 1, or 0
  list<std::uint32_t> table_;
  list<cell_run> scratch_;
  static constexpr std::uint32_t inside = 0xFFFF'FFFF;
  text_ids nodes_;
  list<std::uint32_t> ends_;  // of the diagram's nodes: where their parts end
  list<cell_run> parts_;      // a set, and the node behind it
  std::size_t calls_ = 0;
};

/// Finds every pair of shapes that have a record in common, however many: shapes that lie close together share a
/// leaf of a tree, and only leaves whose hulls meet are compared.
template <class Found>
class pair_finder {
 public:
  pair_finder(const shapes& s, work_budget& work, Found& found) : shapes_(s), work_(work), found_(found) {}

  void add(std::uint32_t shape) { order_.push_back(shape); }
  /// Calls `bool found(a, b)` for each pair; false if it stopped that way or the budget is spent.
  bool run() {
    if (order_.empty()) return true;
    build(0, order_.size());
    return within(0);
  }

 private:
  static constexpr std::size_t leaf = 8;
  struct branch {
    std::uint32_t begin = 0, end = 0, right = 0;  // the left one comes next; right 0: a leaf
  };
  const cell_run* hull(std::uint32_t node) const noexcept { return boxes_.data() + node * shapes_.columns(); }

  std::uint32_t build(std::size_t begin, std::size_t end) {
    const std::size_t n = shapes_.columns();
    const auto id = static_cast<std::uint32_t>(tree_.size());
    tree_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), 0});
    std::size_t widest = 0;
    double most = -1;
    for (std::size_t i = 0; i != n; ++i) {
      cell_run all{0xFFFF'FFFF, 0};
      std::uint64_t low = ~std::uint64_t{0}, high = 0, width = 0;
      for (std::size_t k = begin; k != end; ++k) {
        const cell_run& h = shapes_.hull(order_[k], i);
        if (h.first < all.first) all.first = h.first;
        if (h.last > all.last) all.last = h.last;
        const std::uint64_t centre = std::uint64_t{h.first} + h.last;
        if (centre < low) low = centre;
        if (centre > high) high = centre;
        width += h.last - h.first + std::uint64_t{1};
      }
      boxes_.push_back(all);
      // How far apart they are, in widths of one.
      const double spread = static_cast<double>(high - low) / static_cast<double>(width);
      if (spread > most) {
        most = spread;
        widest = i;
      }
    }
    if (end - begin <= leaf) return id;
    const std::size_t middle = begin + (end - begin) / 2;
    select(order_, begin, middle, end, [&](std::uint32_t k) {
      return std::uint64_t{shapes_.hull(k, widest).first} + shapes_.hull(k, widest).last;
    });
    build(begin, middle);
    const std::uint32_t right = build(middle, end);
    tree_[id].right = right;
    return id;
  }

  bool try_pair(std::size_t x, std::size_t y) {
    const std::uint32_t a = order_[x], b = order_[y];
    if (!shapes_.meet(a, b)) return true;
    return a < b ? found_(a, b) : found_(b, a);
  }
  bool within(std::uint32_t node) {
    const branch b = tree_[node];
    if (b.right != 0) return within(node + 1) && within(b.right) && across(node + 1, b.right);
    if (!work_.take((b.end - b.begin) * std::uint64_t{leaf} / 2 + 1)) return false;
    for (std::size_t x = b.begin; x != b.end; ++x)
      for (std::size_t y = x + 1; y != b.end; ++y)
        if (!try_pair(x, y)) return false;
    return true;
  }
  bool across(std::uint32_t left, std::uint32_t right) {
    if (!work_.take(1)) return false;
    const cell_run *x = hull(left), *y = hull(right);
    for (std::size_t i = 0; i != shapes_.columns(); ++i)
      if (x[i].last < y[i].first || y[i].last < x[i].first) return true;
    const branch &a = tree_[left], &b = tree_[right];
    if (a.right != 0 && (b.right == 0 || a.end - a.begin >= b.end - b.begin))
      return across(left + 1, right) && across(a.right, right);
    if (b.right != 0) return across(left, right + 1) && across(left, b.right);
    if (!work_.take(std::uint64_t{a.end - a.begin} * (b.end - b.begin))) return false;
    for (std::size_t k = a.begin; k != a.end; ++k) {
      const cell_run* const h = shapes_.hulls(order_[k]);
      bool meets = true;
      for (std::size_t i = 0; meets && i != shapes_.columns(); ++i)
        meets = h[i].first <= y[i].last && y[i].first <= h[i].last;
      for (std::size_t m = b.begin; meets && m != b.end; ++m)
        if (!try_pair(k, m)) return false;
    }
    return true;
  }

  const shapes& shapes_;
  work_budget& work_;
  Found& found_;
  list<std::uint32_t> order_;
  list<branch> tree_;
  list<cell_run> boxes_;  // node-major
};

/// Which rules put out the same, in every output.
class output_classes {
 public:
  explicit output_classes(const table& t) {
    const std::size_t rules = t.rules();
    list<std::uint32_t> buckets;  // rule + 1, or 0
    std::size_t slots = 16;
    while (slots < 2 * rules) slots *= 2;
    buckets.assign(slots, 0);
    of_.reserve(rules);
    for (std::uint32_t r = 0; r != rules; ++r) {
      std::size_t at = static_cast<std::size_t>(hash_of(t, r)) & (slots - 1);
      while (buckets[at] != 0 && !t.same_outputs(buckets[at] - 1, r)) at = (at + 1) & (slots - 1);
      if (buckets[at] == 0) {
        buckets[at] = r + 1;
        of_.push_back(static_cast<std::uint32_t>(first_.size()));
        first_.push_back(r);
      } else {
        of_.push_back(of_[buckets[at] - 1]);
      }
    }
  }
  std::uint32_t operator[](std::size_t rule) const noexcept { return of_[rule]; }
  std::size_t size() const noexcept { return first_.size(); }
  /// The first rule of a class.
  std::uint32_t first(std::size_t c) const noexcept { return first_[c]; }

 private:
  static std::uint64_t hash_of(const table& t, std::size_t rule) {
    std::uint64_t h = 0xCBF29CE484222325u;
    const auto add = [&](std::uint64_t x) {
      h = (h ^ x) * 0x9E3779B97F4A7C15u;
      h ^= h >> 29;
    };
    for (std::size_t i = 0; i != t.outputs().size(); ++i) {
      const value_ref v = t.output(rule, i);
      add(static_cast<std::uint64_t>(v.kind()));
      if (v.kind() == value_kind::boolean) add(v.boolean() ? 1 : 0);
      else if (v.kind() == value_kind::text)
        for (const char c : v.text()) add(static_cast<unsigned char>(c));
      else if (!v.is_null()) add(std::bit_cast<std::uint64_t>(v.number() + 0.0));
    }
    return h;
  }
  list<std::uint32_t> of_, first_;
};

/// What a table says where certain of its rules match, as a number: two numbers are equal exactly
/// when the status and the answer are. Of two tables too, if both use the same texts.
class outcomes {
 public:
  /// `outputs`: those that count, in the order in which they are named; more than one are named.
  outcomes(const table& t, text_ids& texts, const list<std::uint32_t>& outputs)
      : table_(t), classes_(t), texts_(texts), outputs_(outputs) {
    begin();
  }
  outcomes(const table& t, text_ids& texts) : table_(t), classes_(t), texts_(texts) {
    for (std::uint32_t i = 0; i != t.outputs().size(); ++i) outputs_.push_back(i);
    begin();
  }

  /// The rules in the order in which they take precedence: splitters are to be given them so.
  const list<std::uint32_t>& order() const noexcept { return order_; }
  const output_classes& classes() const noexcept { return classes_; }
  std::uint32_t nothing() const noexcept { return nothing_; }
  std::uint32_t conflict() const noexcept { return conflict_; }
  const std::string& text(std::uint32_t id) const noexcept { return texts_.text(id); }

  /// What is said in a piece; not settled while it depends on where in the piece.
  struct said {
    bool settled = false;
    std::uint32_t id = 0;
    bool sure = false;  ///< and `hits()` are the same all over the piece
  };
  /// `rule_of(shape)` is the table's rule, or `none` for shapes of something else. `hits()` has the
  /// rules that are the reason for it.
  template <class RuleOf>
  said settle(const met_shape* met, std::size_t count, RuleOf rule_of) {
    hits_.clear();
    const hit_policy how = table_.hit_policy();
    const bool ordered = how == hit_policy::first || how == hit_policy::priority;
    std::size_t active = 0, whole = 0;
    std::uint32_t first_whole = none;
    bool same = true, clash = false, first_is_whole = false;
    for (std::size_t k = 0; k != count; ++k) {
      const std::uint32_t rule = rule_of(met[k].shape);
      if (rule == none) continue;
      const bool holds = met[k].open == 0;
      // The first of them decides, whatever comes behind.
      if (ordered && active != 0 && classes_[hits_[0]] != classes_[rule]) return {};
      first_is_whole = first_is_whole || (active == 0 && holds);
      same = same && (active == 0 || classes_[hits_[0]] == classes_[rule]);
      hits_.push_back(rule);
      ++active;
      if (!holds) continue;
      ++whole;
      if (ordered) return {true, id_of(hits_[0]), active == 1};
      if (first_whole == none) first_whole = rule;
      clash = clash || classes_[first_whole] != classes_[rule];
    }
    if (active == 0) return {true, nothing_, true};
    switch (how) {
      case hit_policy::unique:
        if (whole > 1) return {true, conflict_, whole == active};
        return whole == active ? said{true, id_of(hits_[0]), true} : said{};
      case hit_policy::any:
        if (clash) return {true, conflict_, whole == active};
        if (!same || whole == 0) return {};
        while (hits_.size() > 1) hits_.pop_back();
        return {true, id_of(hits_[0]), first_is_whole};
      case hit_policy::first:
      case hit_policy::priority: return {};
      default: break;
    }
    if (whole != active) return {};
    return {true, texts_.id_of(text_of({hits_.data(), hits_.size()})), true};
  }
  /// Of the last piece: those that decide, or that are in conflict.
  const list<std::uint32_t>& hits() const noexcept { return hits_; }

  /// The answer of the rules that decide, as text; of none, what is said where no rule matches.
  std::string text_of(std::span<const std::uint32_t> hits) const {
    const table& t = table_;
    outcome decided;
    decided.status = rule_status::decided;
    const bool defaulted = hits.empty() && t.has_defaults();
    if (t.aggregation() != aggregation::none && !defaulted) {
      if (hits.empty() && t.aggregation() != aggregation::count) return "no rule";
      return to_string(answer_of(t, decided, hits));
    }
    const bool listed = !single_hit(t.hit_policy()) && t.aggregation() == aggregation::none;
    if (hits.empty() && !defaulted && t.hit_policy() != hit_policy::collect) return "no rule";
    std::string out = listed ? "[" : "";
    for (std::size_t k = 0; k != hits.size() + (defaulted ? 1 : 0); ++k) {
      if (k != 0) out += ", ";
      if (outputs_.size() > 1) out += '{';
      for (std::size_t i = 0; i != outputs_.size(); ++i) {
        if (i != 0) out += ", ";
        if (outputs_.size() > 1) out += t.output(outputs_[i]).name + ": ";
        out += to_string(defaulted ? t.default_output(outputs_[i]) : t.output(hits[k], outputs_[i]));
      }
      if (outputs_.size() > 1) out += '}';
    }
    return out + (listed ? "]" : "");
  }

 private:
  void begin() {
    ids_.assign(classes_.size(), none);
    for (std::uint32_t r = 0; r != table_.rules(); ++r) order_.push_back(r);
    // PRIORITY and OUTPUT ORDER have ranks; others go by the row.
    sort(order_, 0, order_.size(), [&](std::uint32_t a, std::uint32_t b) {
      return table_.rank(a) == table_.rank(b) ? a < b : table_.rank(a) < table_.rank(b);
    });
    nothing_ = texts_.id_of(text_of({}));
    conflict_ = texts_.id_of("conflict");
  }
  std::uint32_t id_of(std::uint32_t rule) {
    std::uint32_t& id = ids_[classes_[rule]];
    if (id == none) id = texts_.id_of(text_of({&rule, 1}));
    return id;
  }

  const table& table_;
  output_classes classes_;
  text_ids& texts_;
  list<std::uint32_t> outputs_, order_, ids_, hits_;
  std::uint32_t nothing_ = 0, conflict_ = 0;
};

}  // namespace ectp::inline ECTP_ABI::policy::detail
