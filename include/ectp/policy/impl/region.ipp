#pragma once
#include "ectp/policy/impl/axis.ipp"
#include "ectp/policy/impl/domain.ipp"
#include "ectp/policy/impl/value.ipp"
#include "ectp/policy/region.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// A number in digits.
ECTP_DECL std::string digits(std::size_t n);
/// `r1`, `r1 and r2`, `r1, r2 and r3`, `r1, r2, r3 and 5 more`.
ECTP_DECL std::string listed(const std::vector<std::string>& words, std::size_t most);
/// A run of cells on a line as one test, or two for two listed numbers.
ECTP_DECL std::string line_test(const axis& a, const cell_run& r);
/// The words of a run of cells as tests; `ranges`: as a range where the words are ordered.
ECTP_DECL std::string word_tests(const axis& a, const cell_run& r, bool ranges);

ECTP_DEF std::string digits(std::size_t n) {
  std::string out;
  do out.insert(out.begin(), static_cast<char>('0' + n % 10));
  while ((n /= 10) != 0);
  return out;
}

ECTP_DEF std::string listed(const std::vector<std::string>& words, std::size_t most) {
  std::string out;
  const std::size_t shown = words.size() > most ? most - 1 : words.size();
  for (std::size_t i = 0; i != shown; ++i)
    out += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  if (shown != words.size()) out += " and " + digits(words.size() - shown) + " more";
  return out;
}

ECTP_DEF std::string line_test(const axis& a, const cell_run& r) {
  double low = 0, high = 0, ignored = 0;
  a.ends_of(r.first, low, ignored);
  a.ends_of(r.last, ignored, high);
  const auto text = [&](double x) { return to_string(value_ref(a.type(), x)); };
  const auto is_point = [&](std::uint32_t cell) {
    double from = 0, to = 0;
    a.ends_of(cell, from, to);
    return from == to;
  };
  bool keep_low = is_point(r.first), keep_high = is_point(r.last);
  if (r.first == r.last && keep_low) return text(low);
  if (a.listed() && r.last - r.first == 1) return text(low) + "," + text(high);
  const bool from = low - low == 0;
  // Nobody writes the end of a clock's day.
  const bool to = high - high == 0 && !(a.type() == value_kind::time && high == 86400);
  if (!from) return (keep_high ? "<= " : "< ") + text(high);
  if (!to) return (keep_low ? ">= " : "> ") + text(low);
  constexpr double big = 9e15;
  if (a.integer() && low > -big && high < big) {
    low += keep_low ? 0 : 1;
    high -= keep_high ? 0 : 1;
    keep_low = keep_high = true;
    if (low == high) return text(low);
  }
  return (keep_low ? "[" : "(") + text(low) + ".." + text(high) + (keep_high ? "]" : ")");
}

ECTP_DEF std::string word_tests(const axis& a, const cell_run& r, bool ranges) {
  const auto text = [&](std::uint32_t cell) {
    if (a.type() == value_kind::boolean) return std::string(cell == 1 ? "true" : "false");
    return a.listed() ? listed_word(a.words()[cell]) : to_string(value_ref(a.words()[cell]));
  };
  if (ranges && a.listed() && a.ordered() && r.last - r.first > 1)
    return "[" + text(r.first) + ".." + text(r.last) + "]";
  std::string out;
  for (std::uint32_t c = r.first; c <= r.last; ++c) out += (out.empty() ? "" : ",") + text(c);
  return out;
}
}  // namespace detail

ECTP_DEF std::string tests_text(const axis& a, std::span<const cell_run> runs) {
  const std::uint32_t plain = a.nullable() ? a.size() - 1 : a.size();
  list<cell_run> kept;
  bool null = false;
  std::uint32_t cells = 0, words = 0;
  for (cell_run r : runs) {
    if (r.last == a.null_cell()) {
      null = true;
      if (r.first == r.last) continue;
      --r.last;
    }
    kept.push_back(r);
    cells += r.last - r.first + 1;
  }
  if (cells == plain) return null || !a.nullable() ? "-" : "not(null)";
  std::string out;
  const auto add = [&](const std::string& test) { out += (out.empty() ? "" : ",") + test; };
  if (a.type() == value_kind::text) {
    words = a.other_cell() == no_cell ? plain : plain - 1;
    const bool other = words != plain && !kept.empty() && kept.back().last == a.other_cell();
    if (other || (cells > 3 && (plain - cells) * 2 < cells)) {
      // The words that it leaves out. not("a") holds for null, but not(["a".."c"]) does not.
      std::uint32_t next = 0;
      for (const cell_run& r : kept) {
        if (next < r.first) add(detail::word_tests(a, {next, r.first - 1}, false));
        next = r.last + 1;
      }
      if (next < words) add(detail::word_tests(a, {next, words - 1}, false));
      if (a.nullable() && !null) add("null");
      return "not(" + out + ")";
    }
  }
  for (const cell_run& r : kept) add(is_line(a.type()) ? detail::line_test(a, r) : detail::word_tests(a, r, true));
  if (null) add("null");
  return out;
}

ECTP_DEF std::vector<input_test> tests_of(const table& t, const box& b) {
  std::vector<input_test> out;
  for (std::size_t i = 0; i != b.inputs(); ++i) out.push_back({t.input(i).name, tests_text(t.axis(i), b.runs(i))});
  return out;
}

ECTP_DEF std::vector<std::uint32_t> witness_cells(const box& b) {
  std::vector<std::uint32_t> out;
  // Null is the last cell, and the strings that no test mentions come just before it.
  for (std::size_t i = 0; i != b.inputs(); ++i) out.push_back(b.runs(i)[0].first);
  return out;
}

ECTP_DEF std::vector<input_value> witness_of(const table& t, const box& b) {
  const std::vector<std::uint32_t> cells = witness_cells(b);
  std::vector<input_value> out;
  for (std::size_t i = 0; i != cells.size(); ++i)
    out.push_back({t.input(i).name, value(t.axis(i).representative(cells[i]))});
  return out;
}

ECTP_DEF std::string to_string(const std::vector<input_test>& tests) {
  std::string out;
  for (const input_test& t : tests)
    if (t.test != "-") out += (out.empty() ? "" : ", ") + t.input + " " + t.test;
  return out.empty() ? "anything" : out;
}

ECTP_DEF std::string to_string(const std::vector<input_value>& values) {
  std::string out;
  for (const input_value& v : values)
    out += (out.empty() ? "" : ", ") + v.input + " = " + to_string(v.value.ref());
  return out;
}

ECTP_DEF std::string domain_text(const table& t, std::size_t i, const domain_reading& reading) {
  const axis& a = t.axis(i);
  domain d = t.input(i).domain;
  d.nullable = false;
  std::string out = to_string(d);
  if (a.other_cell() != no_cell) {
    if (reading.other || a.words().empty()) {
      out += ", any text";
    } else {
      out += ", only";
      for (std::size_t w = 0; w != a.words().size(); ++w)
        out += (w == 0 ? " " : ",") + to_string(value_ref(a.words()[w]));
    }
  }
  if (a.type() == value_kind::number && !a.listed() && !a.integer()) out += ", any fraction";
  return out + (!a.nullable() ? "; never null" : reading.null ? "; or null" : "; null left out");
}

}  // namespace ectp::inline ECTP_ABI::policy
