#pragma once
/// Semantic versions: `major.minor.patch`, then `-` and the names of a pre-release, then `+` and the
/// names of a build, as https://semver.org/spec/v2.0.0.html has them. A version is its text.
#include <cstddef>
#include <string_view>

#include "ectp/core/config.hpp"
#include "ectp/core/text.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// Takes the part in front of `sign` off a text; all of it if there is no such sign.
constexpr std::string_view take_part(std::string_view& rest, char sign, bool& more) noexcept {
  const std::size_t end = rest.find(sign);
  const std::string_view part = rest.substr(0, end);
  more = end != rest.npos;
  rest = more ? rest.substr(end + 1) : std::string_view();
  return part;
}

constexpr bool all_digits(std::string_view s) noexcept {
  for (const char c : s)
    if (!is_digit(c)) return false;
  return !s.empty();
}
/// Digits, and no 0 in front of others.
constexpr bool is_version_number(std::string_view s) noexcept {
  return all_digits(s) && (s.size() == 1 || s.front() != '0');
}
/// Names between dots; where `numbers` is set, names of digits are numbers.
constexpr bool are_version_names(std::string_view s, bool numbers) noexcept {
  for (bool more = true; more;) {
    const std::string_view part = take_part(s, '.', more);
    if (part.empty() || (numbers && all_digits(part) && !is_version_number(part))) return false;
    for (const char c : part)
      if (!is_digit(c) && !is_letter(c) && c != '-') return false;
  }
  return true;
}

/// Two version numbers of any length: -1, 0 or 1.
constexpr int compare_numbers(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  const int order = a.compare(b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}
constexpr int compare_names(std::string_view a, std::string_view b) noexcept {
  for (bool more_a = true, more_b = true; more_a || more_b;) {
    if (!more_a || !more_b) return more_b ? -1 : 1;
    const std::string_view x = take_part(a, '.', more_a), y = take_part(b, '.', more_b);
    const bool number_x = all_digits(x), number_y = all_digits(y);
    if (number_x != number_y) return number_x ? -1 : 1;
    const int text = x.compare(y);
    const int order = number_x ? compare_numbers(x, y) : text < 0 ? -1 : text > 0 ? 1 : 0;
    if (order != 0) return order;
  }
  return 0;
}
}  // namespace detail

/// Is this text a semantic version of at most 128 bytes?
constexpr bool is_semantic_version(std::string_view s) noexcept {
  if (s.size() > 128) return false;
  bool build = false, pre = false, more = false;
  std::string_view rest = s;
  std::string_view front = detail::take_part(rest, '+', build);
  if (build && !detail::are_version_names(rest, false)) return false;
  std::string_view names = front;
  front = detail::take_part(names, '-', pre);
  if (pre && !detail::are_version_names(names, true)) return false;
  for (int i = 0; i != 3; ++i) {
    if (!detail::is_version_number(detail::take_part(front, '.', more)) || more != (i != 2)) return false;
  }
  return true;
}

/// The precedence of two versions: -1 if `a` comes first, 1 if `b` does, 0 if neither; the build does
/// not count. Precondition: both are semantic versions.
constexpr int compare_versions(std::string_view a, std::string_view b) noexcept {
  bool ignored = false, pre_a = false, pre_b = false;
  std::string_view names_a = detail::take_part(a, '+', ignored), names_b = detail::take_part(b, '+', ignored);
  std::string_view front_a = detail::take_part(names_a, '-', pre_a), front_b = detail::take_part(names_b, '-', pre_b);
  for (int i = 0; i != 3; ++i)
    if (const int order = detail::compare_numbers(detail::take_part(front_a, '.', ignored),
                                                  detail::take_part(front_b, '.', ignored)))
      return order;
  // A pre-release comes before its release.
  if (pre_a != pre_b) return pre_a ? -1 : 1;
  return pre_a ? detail::compare_names(names_a, names_b) : 0;
}

}  // namespace ectp::inline ECTP_ABI::policy
