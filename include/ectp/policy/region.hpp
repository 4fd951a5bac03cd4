#pragma once
/// Sets of records, as the analyses of a table talk about them: boxes of elementary cells, written
/// as the tests of a table.
///
/// Not part of the umbrella.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/list.hpp"
#include "ectp/policy/axis.hpp"
#include "ectp/policy/table.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// All records whose every input lies in that input's set of elementary cells.
class box {
 public:
  /// How many inputs it has.
  std::size_t inputs() const noexcept { return ends_.size(); }
  /// The cells of the i-th input: disjoint runs, ascending and not adjacent.
  std::span<const cell_run> runs(std::size_t i) const noexcept {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return {runs_.data() + begin, ends_[i] - begin};
  }
  /// Are these cells, one for each input, in it?
  bool contains(std::span<const std::uint32_t> cells) const noexcept {
    for (std::size_t i = 0; i != ends_.size(); ++i) {
      bool in = false;
      for (const cell_run& r : runs(i)) in = in || (r.first <= cells[i] && cells[i] <= r.last);
      if (!in) return false;
    }
    return true;
  }
  /// Adds an input with these cells.
  void push_back(std::span<const cell_run> cells) {
    for (const cell_run& r : cells) runs_.push_back(r);
    ends_.push_back(static_cast<std::uint32_t>(runs_.size()));
  }
  friend bool operator==(const box&, const box&) = default;

 private:
  list<cell_run> runs_;
  list<std::uint32_t> ends_;
};

/// An input's name and a test of it, as a rule's cell would say it.
struct input_test {
  std::string input, test;
  friend bool operator==(const input_test&, const input_test&) = default;
};

/// An input's name and a value of it.
struct input_value {
  std::string input;
  policy::value value;
  friend bool operator==(const input_value&, const input_value&) = default;
};

/// A set of cells as the text of a rule's cell: it holds in these cells and in no other. `runs` are
/// ascending and not adjacent.
ECTP_DECL std::string tests_text(const axis& a, std::span<const cell_run> runs);

/// The box as tests, one for each input.
ECTP_DECL std::vector<input_test> tests_of(const table& t, const box& b);

/// A record in the box. Null and strings that no test mentions are given only where nothing else is
/// left. Precondition: no input's set of cells is empty.
ECTP_DECL std::vector<input_value> witness_of(const table& t, const box& b);

/// The cells of that record, one for each input.
ECTP_DECL std::vector<std::uint32_t> witness_cells(const box& b);

/// `self >= 4, mentor low`: the tests, leaving out those that always hold; `anything` if all do.
ECTP_DECL std::string to_string(const std::vector<input_test>& tests);

/// `self = 4, mentor = "low"`.
ECTP_DECL std::string to_string(const std::vector<input_value>& values);

/// Which values the columns of a table are taken to hold.
struct domain_reading {
  bool null = true;   ///< null, in columns that allow it
  bool other = true;  ///< in columns of any text: strings that no test mentions
  friend bool operator==(const domain_reading&, const domain_reading&) = default;
};

/// What the i-th input is taken to hold, in words: `integer [0..5]; null left out`.
ECTP_DECL std::string domain_text(const table& t, std::size_t i, const domain_reading& reading);

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/region.ipp"
#endif
