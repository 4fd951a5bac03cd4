#pragma once
/// Proofs about the rules of a small table, at compile time and at run time: which rules share an
/// input, whether a set of rules covers everything, and if not, an input that it leaves out. Exact;
/// nothing here knows where the rules come from.
///
/// A column is a list of *classes*: all of its elementary cells in which the same rules hold. A
/// rule's tests make it a box; every question is about boxes.
#include <bit>
#include <cstddef>
#include <cstdint>

#include "ectp/core/config.hpp"
#include "ectp/policy/storage.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// How large a table can be for these proofs.
inline constexpr std::size_t most_checked_rules = 64, most_checked_inputs = 16, most_checked_cells = 256;

namespace detail {

/// The columns as sets of rules, in at most `Classes` classes.
template <std::size_t Classes>
struct rule_grid {
  std::size_t rules = 0, inputs = 0;
  std::uint32_t first[most_checked_inputs + 1] = {};  // where each input's classes begin
  std::uint64_t masks[Classes] = {};                  // the rules that hold in each class
  std::uint32_t cells[Classes] = {};                  // the first cell of each class

  constexpr std::uint64_t all() const noexcept {
    return rules == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << rules) - 1;
  }
  /// Adds an input with these classes. Precondition: there is room.
  template <class Masks, class Cells>
  constexpr void add(const Masks& m, const Cells& c) noexcept {
    const std::uint32_t begin = first[inputs++];
    for (std::size_t k = 0; k != m.size(); ++k) {
      masks[begin + k] = m[k];
      cells[begin + k] = c[k];
    }
    first[inputs] = begin + static_cast<std::uint32_t>(m.size());
  }
};

/// What one column says about pairs of rules.
struct column_pairs {
  std::uint64_t beside[most_checked_rules] = {};   // the rules that hold in some class with this one, and itself
  std::uint32_t classes[most_checked_rules] = {};  // in which the rule holds
};
template <class Masks>
constexpr void look_beside(const Masks& masks, column_pairs& out) noexcept {
  for (const std::uint64_t mask : masks)
    for (std::uint64_t m = mask; m != 0; m &= m - 1) {
      const int r = std::countr_zero(m);
      out.beside[r] |= mask;
      ++out.classes[r];
    }
}

/// Which rules share an input with which, and in how many classes of each column they hold.
struct rule_pairs {
  std::uint64_t meets[most_checked_rules] = {};  // its own bit too, unless the rule holds nowhere
  std::uint32_t classes[most_checked_inputs][most_checked_rules] = {};

  /// Takes a column into account: two boxes meet exactly if they meet in every column.
  constexpr void add(std::size_t input, const column_pairs& c) noexcept {
    for (std::size_t r = 0; r != most_checked_rules; ++r) {
      meets[r] = input == 0 ? c.beside[r] : meets[r] & c.beside[r];
      classes[input][r] = c.classes[r];
    }
  }
  /// Do no two rules share an input?
  constexpr bool disjoint() const noexcept {
    for (std::size_t r = 0; r != most_checked_rules; ++r)
      if ((meets[r] & ~(std::uint64_t{1} << r)) != 0) return false;
    return true;
  }
  /// The rules that hold for some input.
  constexpr std::uint64_t possible() const noexcept {
    std::uint64_t out = 0;
    for (std::size_t r = 0; r != most_checked_rules; ++r) out |= meets[r] & std::uint64_t{1} << r;
    return out;
  }
};

/// One elementary cell for each input, if there is such a point.
struct grid_point {
  bool exists = false;
  std::uint32_t cells[most_checked_inputs] = {};
};

/// The first point, column by column, that all of these rules share.
template <std::size_t Classes>
constexpr grid_point shared_point(const rule_grid<Classes>& g, std::uint64_t rules) noexcept {
  grid_point out;
  for (std::size_t i = 0; i != g.inputs; ++i) {
    std::size_t k = g.first[i];
    while (k != g.first[i + 1] && (g.masks[k] & rules) != rules) ++k;
    if (k == g.first[i + 1]) return {};
    out.cells[i] = g.cells[k];
  }
  out.exists = true;
  return out;
}

/// A number of points, below 2^128; `lost` once it would be more.
struct point_count {
  std::uint64_t high = 0, low = 0;
  bool lost = false;

  constexpr point_count times(std::uint32_t n) const noexcept {
    const std::uint64_t a = (low & 0xFFFF'FFFF) * n, b = (low >> 32) * n + (a >> 32);
    const std::uint64_t c = (high & 0xFFFF'FFFF) * n + (b >> 32), d = (high >> 32) * n + (c >> 32);
    return {d << 32 | (c & 0xFFFF'FFFF), b << 32 | (a & 0xFFFF'FFFF), lost || (d >> 32) != 0};
  }
  constexpr point_count plus(const point_count& o) const noexcept {
    const std::uint64_t l = low + o.low, carry = l < low ? 1 : 0, h = high + o.high;
    return {h + carry, l, lost || o.lost || h < high || h + carry < h};
  }
  friend constexpr bool operator==(const point_count&, const point_count&) = default;
};

/// Of rules that share no input, by counting: do they cover everything?
enum class count_says : std::uint8_t { yes, no, too_many };
template <std::size_t Classes>
constexpr count_says covers_everything(const rule_grid<Classes>& g, const rule_pairs& pairs) noexcept {
  point_count whole{0, 1}, covered;
  for (std::size_t i = 0; i != g.inputs; ++i) whole = whole.times(g.first[i + 1] - g.first[i]);
  for (std::size_t r = 0; r != g.rules; ++r) {
    point_count box{0, 1};
    for (std::size_t i = 0; i != g.inputs; ++i) box = box.times(pairs.classes[i][r]);
    covered = covered.plus(box);
  }
  if (whole.lost || covered.lost) return count_says::too_many;
  return covered == whole ? count_says::yes : count_says::no;
}

/// Looks for a point of a box that no rule of a set covers: branches on the column in which most of
/// the remaining rules still test something, until no rule is left (found) or one of them tests
/// nothing more (covered). It can stop at any time and be resumed.
template <std::size_t Classes>
class cover_search {
 public:
  /// No box: everything.
  static constexpr std::size_t no_box = most_checked_rules;

  /// Begins: the box of the rule `box`, and the rules of `cover`. Adds to `work` what it took.
  constexpr void begin(const rule_grid<Classes>& g, const rule_pairs& pairs, std::size_t box,
                       std::uint64_t cover, std::size_t& work) noexcept {
    inputs_ = g.inputs;
    over_ = found_ = false;
    depth_ = 0;
    const std::uint64_t inside = box == no_box ? 0 : std::uint64_t{1} << box;
    std::uint64_t alive = box == no_box ? cover : cover & pairs.meets[box];
    for (std::size_t i = 0; i != g.inputs; ++i) {
      first_[i + 1] = first_[i];
      bool empty = true;
      for (std::size_t k = g.first[i]; k != g.first[i + 1]; ++k) {
        ++work;
        if ((g.masks[k] & inside) != inside) continue;
        if (empty) lowest_[i] = g.cells[k];
        empty = false;
        keep(i, g.masks[k] & alive, g.cells[k], work);
      }
      if (empty) {
        over_ = true;  // the box holds nothing
        return;
      }
      std::uint64_t always = ~std::uint64_t{0};
      for (std::size_t k = first_[i]; k != first_[i + 1]; ++k) always &= masks_[k];
      always_[i] = always;
    }
    frames_[0] = {alive, (std::uint32_t{1} << g.inputs) - 1, none, 0};
  }

  /// Goes on until it is over or `work` has reached `most`; true when it is over.
  constexpr bool run(std::size_t& work, std::size_t most) noexcept {
    while (!over_ && work < most) {
      frame& f = frames_[depth_];
      if (f.column == none) {
        enter(f, work);
        continue;
      }
      if (f.next == first_[f.column + 1]) {
        leave();
        continue;
      }
      const std::uint32_t k = f.next++;
      const std::uint64_t child = f.alive & masks_[k];
      // A class in which more rules are left than in an earlier one has nothing to add.
      std::uint32_t j = first_[f.column];
      while (j != k && (f.alive & masks_[j] & ~child) != 0) ++j;
      work += 1 + (j - first_[f.column]);
      if (j != k) continue;
      chosen_[f.column] = cells_[k];
      frames_[++depth_] = {child, f.open & ~(std::uint32_t{1} << f.column), none, 0};
    }
    return over_;
  }

  constexpr bool over() const noexcept { return over_; }
  /// What was found, once it is over.
  constexpr grid_point point() const noexcept {
    grid_point out;
    out.exists = found_;
    for (std::size_t i = 0; i != inputs_; ++i)
      out.cells[i] = (frames_[depth_].open >> i & 1) != 0 ? lowest_[i] : chosen_[i];
    return out;
  }

 private:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;
  struct frame {
    std::uint64_t alive = 0;     // the rules that hold in the classes chosen so far
    std::uint32_t open = 0;      // the columns in which no class has been chosen, as bits
    std::uint32_t column = none; // on which it branches; none: not entered yet
    std::uint32_t next = 0;      // the class to try next
  };

  // Only the smallest sets matter: where fewer rules hold, less is covered.
  constexpr void keep(std::size_t i, std::uint64_t mask, std::uint32_t cell, std::size_t& work) noexcept {
    std::uint32_t end = first_[i];
    work += first_[i + 1] - first_[i];
    for (std::uint32_t k = first_[i]; k != first_[i + 1]; ++k)
      if ((masks_[k] & ~mask) == 0) return;
    for (std::uint32_t k = first_[i]; k != first_[i + 1]; ++k) {
      if ((mask & ~masks_[k]) == 0) continue;
      masks_[end] = masks_[k];
      cells_[end++] = cells_[k];
    }
    masks_[end] = mask;
    cells_[end++] = cell;
    first_[i + 1] = end;
  }

  constexpr void enter(frame& f, std::size_t& work) noexcept {
    work += 2;
    if (f.alive == 0) {
      over_ = found_ = true;
      return;
    }
    std::uint64_t everywhere = f.alive;
    int most = -1;
    for (std::uint32_t open = f.open; open != 0; open &= open - 1) {
      const auto i = static_cast<std::uint32_t>(std::countr_zero(open));
      everywhere &= always_[i];
      const int tests = std::popcount(f.alive & ~always_[i]);
      ++work;
      if (tests <= most) continue;
      most = tests;
      f.column = i;
    }
    if (everywhere != 0) leave();
    else f.next = first_[f.column];
  }

  constexpr void leave() noexcept {
    if (depth_ == 0) over_ = true;
    else --depth_;
  }

  std::size_t inputs_ = 0, depth_ = 0;
  bool over_ = true, found_ = false;
  std::uint32_t first_[most_checked_inputs + 1] = {};
  std::uint64_t always_[most_checked_inputs] = {};  // the rules that hold in every class
  std::uint32_t lowest_[most_checked_inputs] = {};  // the first cell of the box
  std::uint32_t chosen_[most_checked_inputs] = {};
  std::uint64_t masks_[Classes] = {};
  std::uint32_t cells_[Classes] = {};
  frame frames_[most_checked_inputs + 1] = {};
};

/// Questions of one kind: is the box of a rule (or everything) covered by a set of rules?
struct cover_questions {
  std::size_t count = 0;
  std::size_t box[most_checked_rules] = {};
  std::uint64_t cover[most_checked_rules] = {};
};

/// The answers, question after question.
template <std::size_t Classes>
struct cover_answers {
  std::size_t next = 0;
  bool asking = false;
  std::uint64_t covered = 0;  ///< one bit a question
  grid_point last;            ///< found for the last question that was not covered
  cover_search<Classes> search;

  constexpr bool complete(const cover_questions& q) const noexcept { return next == q.count; }
};

/// Goes on with the questions for about so much work; an amount of work is the same everywhere.
template <std::size_t Classes>
constexpr cover_answers<Classes> resume(cover_answers<Classes> a, const rule_grid<Classes>& g,
                                        const rule_pairs& pairs, const cover_questions& q, std::size_t most) {
  std::size_t work = 0;
  while (a.next != q.count && work < most) {
    if (!a.asking) a.search.begin(g, pairs, q.box[a.next], q.cover[a.next], work);
    a.asking = true;
    if (!a.search.run(work, most)) break;
    const grid_point p = a.search.point();
    if (p.exists) a.last = p;
    else a.covered |= std::uint64_t{1} << a.next;
    a.asking = false;
    ++a.next;
  }
  return a;
}

}  // namespace detail
}  // namespace ectp::inline ECTP_ABI::policy
