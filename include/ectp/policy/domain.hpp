#pragma once
/// What a column may hold, as its third row writes it:
///
///     integer [0..5]          whole numbers; both ends belong to it
///     integer                 any whole number
///     number (0..1]           0 itself left out; ')' and '[' leave out the upper end, ']' the lower
///     [0..5]                  a bare range is a number
///     integer >= 0            open to one side: one of >= > <= < and a number
///     date >= 2025-09-01      days; also time, date and time, days and time duration, years and
///                             months duration, with or without a range
///     boolean                 true and false
///     string                  any text; in tests it stands in double quotes
///     low,high                one of these values, bare or in double quotes
///     ordered: low,mid,high   the same, and tests may compare: low comes before high
///     0,0.5,1                 one of these numbers
///     ... , null              null as well, behind any of these
///
/// A value that is itself one of the words above, or true, false or a number among words, stands
/// in quotes. Infinity belongs to no domain.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/policy/literal.hpp"
#include "ectp/policy/number.hpp"
#include "ectp/policy/storage.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// One end of a range of numbers.
struct range_end {
  bool bounded = false;
  bool open = false;  ///< the end itself is left out
  decimal at;
  friend constexpr bool operator==(const range_end&, const range_end&) = default;
};

/// What a column may hold.
template <class Storage>
struct basic_domain {
  value_kind type = value_kind::null;  ///< null: no domain at all (a note)
  bool integer = false;   ///< numbers: whole ones only; also set for days and for months
  bool nullable = false;  ///< null belongs to it
  bool listed = false;    ///< one of `words` or `numbers`
  bool ordered = false;   ///< tests may compare: all but booleans, strings and words not said to be
  range_end low, high;    ///< of a line (`is_line(type)`) that is not listed
  typename Storage::template list<typename Storage::text> words;  ///< in the order of the list
  typename Storage::template list<decimal> numbers;               ///< in the order of the list

  /// Values may stand bare in tests and outputs.
  constexpr bool bare_words() const noexcept { return listed && type == value_kind::text; }
  /// What bare text means in this column's cells.
  constexpr literal_syntax syntax() const noexcept {
    return {bare_words(), is_temporal(type) ? type : value_kind::null};
  }
  friend constexpr bool operator==(const basic_domain&, const basic_domain&) = default;
};

using domain = basic_domain<heap_storage>;

namespace detail {
template <class Storage>
constexpr bool hold_text(const literal& l, typename Storage::text& out) {
  if constexpr (requires { out.push_back('c'); }) {
    out.clear();
    decode(l, out);
    return true;
  } else {
    out = l.text;
    return !l.escaped;
  }
}

inline constexpr value_kind temporal_kinds[] = {value_kind::date_time, value_kind::date, value_kind::time,
                                                value_kind::duration, value_kind::months};
constexpr bool names_time(std::string_view w) noexcept {
  for (const value_kind k : temporal_kinds)
    if (w == name(k)) return true;
  return w == "duration";
}

/// `[0..5]` or `>= 0`: numbers, or what the domain says.
template <class Storage>
constexpr bool take_range(literal_scanner& in, basic_domain<Storage>& out) {
  const auto number = [&](range_end& end) {
    literal l;
    if (!in.take_literal(l)) return false;
    const bool suits = is_temporal(out.type) ? l.kind == literal_kind::temporal && l.temporal == out.type
                                             : l.kind == literal_kind::number;
    if (!suits) return in.fail(problem::wrong_kind, l.at, l.size);
    if (out.integer && !l.number.is_integer()) return in.fail(problem::not_integer, l.at, l.size);
    end.bounded = true;
    end.at = l.number;
    return true;
  };
  in.skip_blanks();
  const std::size_t begin = in.at();
  if (in.take(">")) {
    out.low.open = !in.take("=");
    return number(out.low);
  }
  if (in.take("<")) {
    out.high.open = !in.take("=");
    return number(out.high);
  }
  out.low.open = in.take("(") || in.take("]");
  if (!out.low.open) in.take("[");
  if (!number(out.low)) return false;
  if (!in.take("..")) return in.fail_here(problem::dots_expected);
  if (!number(out.high)) return false;
  if (!in.take("]")) {
    out.high.open = in.take(")") || in.take("[");
    if (!out.high.open) return in.fail_here(problem::bracket_expected);
  }
  const std::size_t size = in.at() - begin;
  const double low = out.low.at.to_double(), high = out.high.at.to_double();
  if (high < low) return in.fail(problem::reversed_ends, begin, size);
  const double room = out.integer ? (out.low.open ? 1.0 : 0.0) + (out.high.open ? 1.0 : 0.0) : 0.0;
  if ((low == high && (out.low.open || out.high.open)) || high - low < room)
    return in.fail(problem::domain_empty, begin, size);
  return true;
}

/// A word that names a whole domain, so that it is no value unless it stands in quotes.
constexpr bool names_domain(std::string_view w) noexcept {
  return w == "integer" || w == "number" || w == "boolean" || w == "string" || names_time(w);
}

template <class Storage>
constexpr bool take_values(literal_scanner& in, basic_domain<Storage>& out) {
  struct place {
    std::size_t at = 0, size = 0;
  };
  typename Storage::template list<place> places;
  std::size_t count = 0;
  do {
    if (out.nullable) return in.fail_here(problem::null_not_last);
    literal l;
    if (!in.take_literal(l)) return false;
    if (l.kind == literal_kind::null) {
      out.nullable = true;
      continue;
    }
    if (l.kind == literal_kind::boolean) return in.fail(problem::value_is_keyword, l.at, l.size);
    if (l.text.empty()) return in.fail(problem::value_empty, l.at, l.size);
    if (l.kind == literal_kind::word && names_domain(l.text))
      return in.fail(problem::domain_word, l.at, l.size);
    const scanned_number n = scan_number(l.text);
    const bool number = l.kind == literal_kind::word && n.size == l.text.size();
    if (!places.empty() && number != (out.type == value_kind::number))
      return in.fail(problem::values_mixed, l.at, l.size);
    out.type = number ? value_kind::number : value_kind::text;
    if (number) {
      if (n.too_many_digits) return in.fail(problem::too_many_digits, l.at, l.size);
      if (n.too_extreme) return in.fail(problem::too_extreme, l.at, l.size);
      out.numbers.push_back(n.value);
      out.ordered = true;
    } else {
      typename Storage::text t{};
      if (!hold_text<Storage>(l, t)) return in.fail(problem::escape_not_held, l.at, l.size);
      out.words.push_back(t);
    }
    places.push_back({l.at, l.size});
    ++count;
    if (places.size() != count || out.numbers.size() + out.words.size() != count)
      return in.fail(problem::too_many_items, l.at, l.size);
  } while (in.take(","));
  if (!in.at_end()) return in.fail_here(problem::unexpected_text);
  if (places.empty()) return in.fail(problem::domain_empty, 0, in.at());
  out.listed = true;
  typename Storage::template list<std::uint32_t> order;
  for (std::size_t i = 0; i != places.size(); ++i) order.push_back(static_cast<std::uint32_t>(i));
  const auto less = [&](std::uint32_t a, std::uint32_t b) {
    if (out.type == value_kind::number)
      return out.numbers[a] == out.numbers[b] ? a < b : out.numbers[a] < out.numbers[b];
    return out.words[a] == out.words[b] ? a < b : out.words[a] < out.words[b];
  };
  sort(order, 0, order.size(), less);
  std::size_t repeated = places.size();
  for (std::size_t i = 1; i < order.size(); ++i) {
    const std::uint32_t a = order[i - 1], b = order[i];
    const bool same = out.type == value_kind::number ? out.numbers[a] == out.numbers[b]
                                                     : out.words[a] == out.words[b];
    if (same && b < repeated) repeated = b;
  }
  return repeated == places.size() ||
         in.fail(problem::value_repeated, places[repeated].at, places[repeated].size);
}

template <class Storage>
constexpr bool take_domain(literal_scanner& in, std::string_view text, basic_domain<Storage>& out) {
  const auto null_or_end = [&] {
    if (in.at_end()) return true;
    if (!in.take(",")) return in.fail_here(problem::unexpected_text);
    literal l;
    if (!in.take_literal(l)) return false;
    if (l.kind != literal_kind::null) return in.fail(problem::text_after_domain, l.at, l.size);
    out.nullable = true;
    return in.at_end() || in.fail_here(problem::unexpected_text);
  };
  if (in.at_end()) return in.fail(problem::domain_missing, 0, text.size());
  if (in.take("ordered:")) {
    if (!take_values(in, out)) return false;
    out.ordered = true;
    return true;
  }
  const auto opens_range = [](literal_scanner& at) {
    const char c = at.peek();
    return c == '[' || c == '(' || c == ']' || c == '<' || c == '>';
  };
  bool range = opens_range(in);
  const auto line = [&](std::string_view type, value_kind kind) {
    literal_scanner ahead = in;
    if (range || out.type != value_kind::null || !ahead.take(type) ||
        !(ahead.at_end() || ahead.peek() == ',' || opens_range(ahead)))
      return;
    in = ahead;
    out.integer = type == "integer" || kind == value_kind::date || kind == value_kind::months;
    out.type = kind;
    out.ordered = true;
    range = opens_range(in);
  };
  line("integer", value_kind::number);
  line("number", value_kind::number);
  for (const value_kind k : temporal_kinds) line(name(k), k);
  if (out.type == value_kind::time && !range) {
    out.low.bounded = out.high.bounded = out.high.open = true;
    out.high.at = {864, 2};
  }
  if (out.type != value_kind::null && !range) return null_or_end();
  if (!range) {
    literal_scanner ahead = in;
    literal first;
    if (!ahead.take_literal(first)) {
      in = ahead;
      return false;
    }
    if (first.kind == literal_kind::word && names_time(first.text))
      return in.fail(problem::domain_word, first.at, first.size);
    if (first.kind == literal_kind::word && (first.text == "boolean" || first.text == "string")) {
      out.type = first.text == "boolean" ? value_kind::boolean : value_kind::text;
      in = ahead;
      return null_or_end();
    }
  }
  if (!range) return take_values(in, out);
  if (out.type == value_kind::null) out.type = value_kind::number;
  out.ordered = true;
  literal_scanner numbers(text, {false, is_temporal(out.type) ? out.type : value_kind::null});
  numbers.skip(in.at());
  if (!take_range(numbers, out)) {
    in = numbers;
    return false;
  }
  in = numbers;
  // A clock's day has two ends, whatever the range leaves open.
  if (out.type == value_kind::time) {
    if (!out.low.bounded) out.low.bounded = true;
    if (!out.high.bounded) {
      out.high.bounded = out.high.open = true;
      out.high.at = {864, 2};
    }
  }
  return null_or_end();
}
}  // namespace detail

/// Reads a domain; gives the first fault. Allocation-free when the storage is.
template <class Storage>
constexpr fault parse_domain(std::string_view text, basic_domain<Storage>& out) {
  out = basic_domain<Storage>{};
  literal_scanner in(text, {true, value_kind::null});
  detail::take_domain(in, text, out);
  return in.fault();
}

/// The domain as its row would write it, in one canonical spelling.
ECTP_DECL std::string to_string(const domain& d);

/// A fault in words: message, what was expected, and a hint; the location is left to the caller.
/// `text` is the text that was parsed; `d` the domain of the column, if it is known.
ECTP_DECL error to_error(const fault& f, std::string_view text, const domain* d = nullptr);

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/domain.ipp"
#endif
