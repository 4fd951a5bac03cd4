#pragma once
/// A decision that is a function of the caller's, made into a table: over inputs of finitely many values
/// every combination is asked for once, and what came out is joined to rules. The table then explains,
/// is analysed, proved, compared and written like any other.
///
/// Not part of the umbrella.
#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/table.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// An input or output of a callable.
struct callable_column {
  std::string name;
  std::string domain;  ///< as a table writes it (domain.hpp). Of an output it may be empty: it then lists
                       ///< what came out, text in the order in which it first did, numbers ascending; any
                       ///< string where an empty one did
  friend bool operator==(const callable_column&, const callable_column&) = default;
};

/// What a callable takes and gives.
struct callable_shape {
  std::string name;  ///< of the table
  std::vector<callable_column> inputs;   ///< each of finitely many values: listed ones, booleans, or whole
                                         ///< numbers, days or months between two ends; null as well
  std::vector<callable_column> outputs;  ///< at least one
};

/// How large a table may be made.
struct tabulate_options {
  std::size_t calls = 1'000'000;  ///< combinations at most
  table_limits limits = {};
};

/// The values of an input of finitely many, in the order in which a callable is asked for them: listed ones
/// in the order of the list, others ascending, null last. Errors: `bad_domain`, `bad_argument` (the domain has no
/// end of values), `too_large` (more than `options.calls`); the location's path names the column.
ECTP_DECL result<std::vector<value>> finite_values(const callable_column& input, const tabulate_options& options = {});

namespace detail {
/// The callable without its type: values in, values out; false: it decides nothing.
struct callable_ref {
  void* of = nullptr;
  result<bool> (*call)(void* of, std::span<const value_ref> in, std::span<value> out) = nullptr;
};
ECTP_DECL result<table> tabulate(const callable_shape& shape, callable_ref f, const tabulate_options& options);
}  // namespace detail

/// Calls `f(in, out)` once for every combination of the inputs' values, the last input changing fastest:
/// `in` has a value for each input, and `out` is to be filled with one for each output (null at first).
/// It returns nothing, a `bool` (false: no decision here, and no rule either), or a `result<bool>`.
///
/// The table is UNIQUE, with rules `c1`, `c2` and so on in the order in which what they say first came
/// out. Before it is given, every combination is decided by it and compared with what was recorded.
///
/// Errors: `bad_domain`, `bad_argument` (an input that is not finite, two columns of one name, none at
/// all, no decision anywhere), `too_large`, `wrong_type` and `out_of_range` (a value that its output does not take, with the
/// inputs it came of), and whatever `f` returns.
template <class F>
result<table> tabulate(const callable_shape& shape, F&& f, const tabulate_options& options = {}) {
  using callable = std::remove_reference_t<F>;
  const detail::callable_ref ref{
      const_cast<void*>(static_cast<const void*>(&f)),
      [](void* of, std::span<const value_ref> in, std::span<value> out) -> result<bool> {
        using returned = decltype((*static_cast<callable*>(of))(in, out));
        if constexpr (std::is_void_v<returned>) {
          (*static_cast<callable*>(of))(in, out);
          return true;
        } else {
          return (*static_cast<callable*>(of))(in, out);
        }
      }};
  return detail::tabulate(shape, ref, options);
}

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/tabulate.ipp"
#endif
