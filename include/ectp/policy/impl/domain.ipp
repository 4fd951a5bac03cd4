#pragma once
#include "ectp/policy/domain.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// A listed value as it can stand in a domain: bare where that reads back as the same word.
ECTP_DECL std::string listed_word(std::string_view s);
/// At most 40 bytes of a text, in single quotes, not cut inside a character.
ECTP_DECL std::string shown(std::string_view s);

ECTP_DEF std::string listed_word(std::string_view s) {
  literal_scanner in(s, {true, value_kind::null});
  literal l;
  const bool bare = in.take_literal(l) && in.at_end() && l.at == 0 && l.kind == literal_kind::word &&
                    l.text == s && scan_number(s).size != s.size() && s.substr(0, 8) != "ordered:" &&
                    !names_domain(s) && s.find_first_of("\n\r\t") == s.npos;
  return bare ? std::string(s) : to_string(value_ref(s));
}

ECTP_DEF std::string shown(std::string_view s) {
  std::size_t n = s.size();
  if (n > 40)
    for (n = 37; n != 0 && (static_cast<unsigned char>(s[n]) & 0xC0) == 0x80;) --n;
  return "'" + std::string(s.substr(0, n)) + (n == s.size() ? "'" : "...'");
}
}  // namespace detail

ECTP_DEF std::string to_string(const domain& d) {
  std::string out;
  const auto listed = [&](const std::string& item) { out += (out.empty() ? "" : ",") + item; };
  if (d.listed) {
    for (const std::string& w : d.words) listed(detail::listed_word(w));
    for (const decimal& n : d.numbers) listed(to_string(n));
    if (d.ordered && d.type == value_kind::text) out.insert(0, "ordered: ");
  } else if (d.type == value_kind::boolean) {
    out = "boolean";
  } else if (d.type == value_kind::text) {
    out = "string";
  } else if (is_line(d.type)) {
    out = is_temporal(d.type) ? name(d.type) : d.integer ? "integer" : "number";
    const auto at = [&](const range_end& e) {
      return is_temporal(d.type) ? temporal_text(d.type, e.at.to_double()) : to_string(e.at);
    };
    // The ends of a clock's day are not written.
    const bool clock = d.type == value_kind::time;
    const bool low = d.low.bounded && !(clock && d.low.at == decimal{} && !d.low.open);
    const bool high = d.high.bounded && !(clock && d.high.at == decimal{864, 2});
    if (low && high)
      out += (d.low.open ? " (" : " [") + at(d.low) + ".." + at(d.high) + (d.high.open ? ")" : "]");
    else if (low)
      out += (d.low.open ? " > " : " >= ") + at(d.low);
    else if (high)
      out += (d.high.open ? " < " : " <= ") + at(d.high);
  }
  if (d.nullable) out += ", null";
  return out;
}

ECTP_DEF error to_error(const fault& f, std::string_view text, const domain* d) {
  error e;
  e.code = d == nullptr ? errc::bad_domain : errc::bad_cell;
  const std::string it = detail::shown(text.substr(f.at < text.size() ? f.at : text.size(), f.size));
  const std::string there = f.size == 0 ? "the end of the cell" : it;
  const std::string column = d == nullptr ? std::string("a domain") : to_string(*d);
  const auto how_written = [](const domain* of) -> std::string {
    if (of == nullptr) return {};
    switch (of->type) {
      case value_kind::boolean: return "write true or false";
      case value_kind::text: return of->listed ? "" : "put text in double quotes";
      case value_kind::date: return "write a day that exists as 2025-09-01";
      case value_kind::time: return "write 00:00 to 23:59 as 08:45 or 08:45:30, without a zone";
      case value_kind::date_time: return "write 2025-09-01T08:45, without a zone";
      case value_kind::duration: return "write P14D, PT1H30M or -P1DT2H";
      case value_kind::months: return "write P1Y6M or -P3M";
      default: return {};
    }
  };
  switch (f.what) {
    case problem::none: break;
    case problem::value_expected:
      e.message = there + " where a value should stand";
      e.expected = d == nullptr ? "a number or a value of the list" : "a value of " + column;
      break;
    case problem::unexpected_text:
      e.message = "unexpected text " + it + " behind a complete test";
      if (d == nullptr) e.message = "unexpected text " + it;
      e.expected = "a comma or the end of the cell";
      e.hint = d == nullptr ? "put a value with signs in it in double quotes"
                            : "separate alternatives with commas; write a range as [1..5]";
      break;
    case problem::dots_expected:
      e.message = there + " inside a range";
      e.expected = "two dots between the ends, as in [1..5]";
      break;
    case problem::bracket_expected:
      e.message = there + " where a range should close";
      e.expected = "']' to keep the upper end, ')' or '[' to leave it out";
      break;
    case problem::not_unclosed:
      e.message = "not( is never closed";
      e.expected = "')' at the end of the cell";
      break;
    case problem::any_in_list:
      e.message = "'-' among other tests";
      e.expected = "'-' alone in its cell, or an empty cell";
      e.hint = "'-' holds for everything: leave the other tests out, or take it out";
      break;
    case problem::double_equals:
      e.message = "'==' is not a test";
      e.expected = "'=', or the value alone";
      break;
    case problem::string_unclosed:
      e.message = "the double quote is never closed";
      e.expected = "a double quote at the end of the string";
      e.hint = "write a double quote inside a string as \\\"";
      break;
    case problem::bad_escape:
      e.message = "unknown escape " + it;
      e.expected = "one of \\\" \\' \\\\ \\n \\r \\t \\uXXXX \\UXXXXXX";
      e.hint = "write a backslash as \\\\";
      break;
    case problem::too_many_digits:
      e.message = "the number " + it + " has more than 15 significant digits";
      e.expected = "at most 15 significant digits";
      break;
    case problem::too_extreme:
      e.message = "the number " + it + " is too large or too fine";
      e.expected = "a whole number of at most 15 digits times a power of ten from -22 to 22";
      break;
    case problem::reversed_ends:
      e.message = "the range " + it + " has its lower end above its upper end";
      e.expected = "the lower end first";
      break;
    case problem::empty_interval:
      e.message = "the range " + it + " holds nothing";
      e.expected = "different ends, or both of them kept as in [3..3]";
      break;
    case problem::too_many_items:
      e.message = "too many items for the storage of this table";
      break;
    case problem::escape_not_held:
      e.message = "the string " + it + " has an escape, which the storage of this table cannot hold";
      break;
    case problem::bad_temporal:
      e.message = there + " is not a date, a time or a duration";
      e.expected = "date(\"2025-09-01\"), time(\"08:45\"), date and time(\"2025-09-01T08:45\"), duration(\"P14D\") "
                   "or duration(\"P1Y6M\")";
      e.hint = "a time has no zone; seconds have at most three decimals";
      break;
    case problem::not_a_function:
      e.message = "the function " + it + " is not known";
      if (it == "'not'") e.message = "'not' among other tests";
      e.expected = it == "'not'" ? "not(...) around the whole cell" : "date, time, date and time or duration";
      e.hint = d == nullptr     ? "put the word in double quotes if it is a value of a list"
               : it == "'not'" ? ""
                               : "bring what it would compute in as an input of its own";
      break;
    case problem::unknown_name:
      e.message = it + " is not a value of " + column + ", nor the name of another input";
      e.expected = "a value of " + column + ", or the name of another input";
      e.hint = how_written(d);
      break;
    case problem::other_kind:
      e.message = "the input " + it + " holds another kind of value";
      e.expected = "an input that holds " + column;
      break;
    case problem::other_list:
      e.message = "the input " + it + " lists other words, or in another order";
      e.expected = "an input of " + column;
      e.hint = "only = and != compare words of different lists";
      break;
    case problem::wrong_kind:
      e.message = it + " is of another kind than its column";
      if (d == nullptr) e.message = it + " cannot be an end of this range";
      e.expected = d == nullptr ? "a number, or a value of the domain's kind" : "a value of " + column;
      e.hint = d == nullptr ? "write 2025-09-01, 08:45, 2025-09-01T08:45, P14D or P1Y6M" : how_written(d);
      break;
    case problem::null_not_allowed:
      e.message = "null in a column that does not allow it";
      e.expected = "a value of " + column;
      e.hint = "write ', null' behind the domain if the value may be missing";
      break;
    case problem::null_not_ordered:
      e.message = "null has no order";
      e.expected = "null, = null or != null";
      break;
    case problem::outside_domain:
      e.message = it + " lies outside the domain of its column";
      e.expected = "a value of " + column;
      break;
    case problem::not_integer:
      e.message = it + " is not a whole number";
      e.expected = d == nullptr ? "a whole number" : "a value of " + column;
      break;
    case problem::not_listed:
      e.message = it + " is not one of the column's values";
      e.expected = "one of " + column;
      break;
    case problem::boolean_not_ordered:
      e.message = "true and false have no order";
      e.expected = "true, false or not(...)";
      break;
    case problem::text_not_ordered:
      e.message = "text of an open column has no order";
      e.expected = "strings, a list of them, or not(...)";
      e.hint = "list the values as 'ordered: a,b,c' to compare them";
      break;
    case problem::list_not_ordered:
      e.message = "the values of this column have no stated order";
      e.expected = "values, a list of them, or not(...)";
      e.hint = "write 'ordered: ' before the column's values to compare them";
      break;
    case problem::output_not_literal:
      e.message = it + " is a test, not a value";
      e.expected = "one value of " + column;
      break;
    case problem::output_missing:
      e.message = "the output is empty";
      e.expected = "a value of " + column;
      e.hint = "write ', null' behind the domain if a rule may leave it out";
      break;
    case problem::domain_missing:
      e.message = "the column has no domain";
      e.expected = "integer [0..5], number, boolean, string, or a list of values";
      break;
    case problem::domain_word:
      e.message = it + " names a whole domain and cannot stand in a list";
      e.expected = "the word in double quotes, if it is a value of the list";
      break;
    case problem::text_after_domain:
      e.message = it + " stands behind a whole domain";
      e.expected = "nothing, or ', null'";
      e.hint = "put integer, number, boolean or string in double quotes to list them as values";
      break;
    case problem::values_mixed:
      e.message = it + " mixes numbers and words in one list";
      e.expected = "only numbers, or only words";
      e.hint = "put values that look like numbers in double quotes";
      break;
    case problem::value_repeated:
      e.message = "the value " + it + " is listed twice";
      e.expected = "every value once";
      break;
    case problem::value_is_keyword:
      e.message = it + " cannot be a listed value";
      e.expected = "words or numbers";
      e.hint = "use the domain boolean, or put the word in double quotes";
      break;
    case problem::value_empty:
      e.message = "an empty string cannot be a listed value";
      e.expected = "a word";
      e.hint = "write ', null' behind the list if the value may be missing";
      break;
    case problem::null_not_last:
      e.message = "null stands before other values";
      e.expected = "null at the end of the list";
      break;
    case problem::domain_empty:
      e.message = f.size == 0 ? "the domain holds nothing" : it + " holds nothing";
      e.expected = "a domain with at least one value";
      break;
  }
  return e;
}

}  // namespace ectp::inline ECTP_ABI::policy
