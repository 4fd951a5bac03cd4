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

/// Specialised for each listed enumeration with `what` (a noun for messages) and `list`.
template <class E>
struct words_of;

template <class E>
concept listed = requires { words_of<E>::list; };

/// The word for a value, such as `self_audit`.
template <listed E>
constexpr std::string_view name(E e) noexcept {
  return words_of<E>::list[static_cast<std::size_t>(e)];
}

/// All words of a list, in order.
template <listed E>
std::string word_list() {
  std::string out;
  for (const auto w : words_of<E>::list) {
    if (!out.empty()) out += ", ";
    out += w;
  }
  return out;
}

/// The value that a word stands for. Error: `out_of_range`, listing the words.
template <listed E>
result<E> from_word(std::string_view word) {
  std::size_t i = 0;
  for (const auto w : words_of<E>::list) {
    if (w == word) return static_cast<E>(i);
    ++i;
  }
  return error{errc::out_of_range,
               "'" + std::string(word.substr(0, 60)) + "' is not a " + std::string(words_of<E>::what),
               {}, word_list<E>(), ""};
}

}  // namespace ectp::inline ECTP_ABI

/// Names the words of an enumeration; use at namespace `ectp::inline ECTP_ABI`.
#define ECTP_WORDS(E, WHAT, ...)                                        \
  template <>                                                           \
  struct words_of<E> {                                                  \
    static constexpr std::string_view what = WHAT;                      \
    static constexpr auto list = std::to_array<std::string_view>({__VA_ARGS__}); \
  }
