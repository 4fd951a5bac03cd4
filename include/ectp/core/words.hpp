#pragma once
/// Listed values: an enumeration and the words that stand for it in every door (JSON, CSV,
/// frames, C). The order of the words is the order of the codes.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/result.hpp"

namespace ectp::inline ECTP_ABI {

/// Specialised by ECTP_WORDS for each listed enumeration: `what` is a noun for messages.
template <class E>
struct words_of;

template <class E>
concept listed = requires { words_of<E>::what; };

/// The words of a list in the order of their codes. Made only where it is used: a table of words
/// costs every reader of a header otherwise.
template <listed E>
inline constexpr auto words_in = words_of<E>::make();

/// The word for a value, such as `self_audit`.
template <listed E>
constexpr std::string_view name(E e) noexcept {
  return words_in<E>[static_cast<std::size_t>(e)];
}

/// All words of a list, in order.
template <listed E>
std::string word_list() {
  std::string out;
  for (const auto w : words_in<E>) {
    if (!out.empty()) out += ", ";
    out += w;
  }
  return out;
}

/// The value that a word stands for. Error: `out_of_range`, listing the words.
template <listed E>
result<E> from_word(std::string_view word) {
  std::size_t i = 0;
  for (const auto w : words_in<E>) {
    if (w == word) return static_cast<E>(i);
    ++i;
  }
  return error{errc::out_of_range,
               "'" + std::string(word.substr(0, 60)) + "' is not a " + words_of<E>::what,
               {}, word_list<E>(), ""};
}

}  // namespace ectp::inline ECTP_ABI

/// Names the words of an enumeration; use at namespace `ectp::inline ECTP_ABI`.
#define ECTP_WORDS(E, WHAT, ...)                            \
  template <>                                               \
  struct words_of<E> {                                      \
    static constexpr const char* what = WHAT;               \
    ECTP_LAZY static constexpr auto make() noexcept {       \
      return std::to_array<std::string_view>({__VA_ARGS__}); \
    }                                                       \
  }
