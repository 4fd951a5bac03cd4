#pragma once
/// The versions of one policy, each valid for some days, and deciding by the one that holds on a day.
///
/// Not part of the umbrella.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/date.hpp"
#include "ectp/core/list.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/analyse.hpp"
#include "ectp/policy/batch.hpp"
#include "ectp/policy/table.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
class versions_maker;
class versions_run;
}  // namespace detail

/// Some versions of one policy; a value type, immutable, and free to share between threads. They are
/// in the order of the days from which they are valid, then of their version numbers.
class versions {
 public:
  versions() = default;
  std::size_t size() const noexcept { return tables_.size(); }
  bool empty() const noexcept { return tables_.empty(); }
  /// Precondition: `i < size()`.
  const table& operator[](std::size_t i) const noexcept { return tables_[i]; }
  /// Which of the tables that `make_versions` was given this one is. Precondition: `i < size()`.
  std::size_t given(std::size_t i) const noexcept { return given_[i]; }
  /// The id that all of them have; empty if they have none.
  std::string_view id() const noexcept { return empty() ? std::string_view() : tables_[0].id(); }

  /// The position of the version that holds on a day: where several are valid, the last of them in
  /// their order. None where none is.
  ECTP_DECL maybe<std::size_t> find(date on) const noexcept;
  /// That version, or null.
  ECTP_DECL const table* as_of(date on) const noexcept;

  /// What is wrong with them: days on which two are valid (error), days between the first and the last
  /// on which none is, and versions that do not say when they are valid (error), numbers that do not
  /// rise with the days (warning), other columns than before (note). The days are the box and the
  /// witness of a finding, as the input `as_of`.
  ECTP_DECL std::vector<finding> findings() const;
  /// The same, with every day from `from` to `to` on which none is valid, and no day outside of these.
  ECTP_DECL std::vector<finding> check(date from, date to) const;

 private:
  friend class versions_plan;
  friend class detail::versions_maker;
  friend class detail::versions_run;
  ECTP_DECL std::vector<finding> look_over(std::int64_t first, std::int64_t last) const;
  // From `start` up to the next one's, `version` holds.
  struct stretch {
    std::int32_t start = 0;
    std::uint32_t version = 0;
    friend bool operator==(const stretch&, const stretch&) = default;
  };
  ECTP_DECL std::uint32_t stretch_of(std::int32_t day) const noexcept;

  std::vector<table> tables_;
  list<std::uint32_t> given_;
  list<stretch> stretches_;  // ascending; the first begins before all days
};

/// Puts the versions of a policy together. Errors: `bad_argument` for no table, a table without
/// columns, or two with different ids.
ECTP_DECL result<versions> make_versions(std::vector<table> tables);

/// The column for an input, by its name.
struct named_column {
  std::string_view name;
  input_column column;
};

/// What a batch by versions is to write. Every column may be left out.
struct versions_output {
  /// The position of the version that held on the row's day; none (all ones) where there is no day or
  /// no version. Such a row has the status `no_rule`, and nothing else.
  output_column version;
  /// One for each of `versions_plan::outputs`, or none at all: a code of `versions_plan::dictionary`,
  /// or where a version may answer with several rules (`versions_plan::lists`) of
  /// `batch_result::answers`, or a number. Null where the row's version has no such output.
  std::span<const output_column> values = {};
  output_column status;      ///< `rule_status` as a code
  output_column rule;        ///< `outcome::rule`, in the row's version; likewise these:
  output_column near_rule;   ///< as in `batch_output`
  output_column near_input;  ///< as in `batch_output`, but a position in `versions_plan::inputs`
  output_column matched;     ///< as in `batch_output`
};

/// Versions made ready for batches; a value type, immutable, and free to share between threads.
class versions_plan {
 public:
  versions_plan() = default;
  ECTP_DECL explicit versions_plan(policy::versions v, const batch_plan_options& options = {});

  const policy::versions& versions() const noexcept { return versions_; }
  /// The names of all inputs and outputs that any version has, in the order in which they first come.
  std::span<const std::string> inputs() const noexcept { return inputs_; }
  std::span<const std::string> outputs() const noexcept { return outputs_; }
  /// What the codes of the i-th output stand for in every version: the values of the first version's
  /// `batch_plan::dictionary`, then those that later versions add.
  std::span<const value> dictionary(std::size_t i) const noexcept {
    return {dictionaries_[i].data(), dictionaries_[i].size()};
  }
  /// Has any version a hit policy by which several rules answer? Then every code of an output is one
  /// of `batch_result::answers`.
  bool lists() const noexcept { return lists_; }

  /// Decides each row by the version that holds on its day. `days` are days since 1970-01-01 in 32
  /// bits; the lowest number, or a 0 of its bitmap, is no day. The columns come in any order; one is
  /// needed for each input of each version that any row's day calls for. `chunk` rows for each thread
  /// are looked at together. Errors, before anything is written: those of `batch_plan::decide`, and
  /// `missing_field`, `unknown_field` and `bad_argument` for a column that is missing, that no version
  /// reads, or that is named twice. The codes of answers and of matched sets are numbered as the rows
  /// first come to them.
  ECTP_DECL result<batch_result> decide(const input_column& days, std::span<const named_column> inputs,
                                        const versions_output& outputs, const batch_options& options = {}) const;

 private:
  friend class detail::versions_run;
  struct ways {
    list<std::uint32_t> inputs, outputs;  // of this version's: which of all; none: 0xFFFFFFFF
    list<list<std::uint32_t>> codes;      // of this version's outputs: the code in the dictionary
  };
  policy::versions versions_;
  std::vector<batch_plan> plans_;
  std::vector<ways> ways_;
  std::vector<std::string> inputs_, outputs_;
  std::vector<std::vector<value>> dictionaries_;
  bool lists_ = false;
  // The version of each day from `low_day_` on, the last one's from there on, the first one's before;
  // empty where that would be too many days.
  list<std::uint32_t> by_day_;
  std::int64_t low_day_ = 0;
};

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/versions.ipp"
#endif
