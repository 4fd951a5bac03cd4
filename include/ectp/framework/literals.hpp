#pragma once
/// Codes that the compiler checks:
///
///     using namespace ectp::literals;
///     constexpr auto wait_time = "4n"_ittecf2024;      // a code that ITTECF 2024 does not have
///     constexpr auto same = "ittecf-2024:4n"_ref;      // is an error while compiling
///     constexpr auto before = "4m"_ecf2019;            // also _ccf2019 and _ts
///
/// All are an `edition_ref`, whose type carries the edition: a bare code is not one, and
/// references of two editions do not compare.
#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

#include "ectp/content/ccf_2019.hpp"
#include "ectp/content/ecf_2019.hpp"
#include "ectp/content/ittecf_2024.hpp"
#include "ectp/content/teachers_standards.hpp"
#include "ectp/core/config.hpp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {

/// The edition ITTECF 2024 as a type, for `edition_ref`.
struct ittecf_2024 {
  static constexpr const detail::tables& data() noexcept { return content::ittecf_2024::edition; }
};
/// The Early Career Framework of 2019.
struct ecf_2019 {
  static constexpr const detail::tables& data() noexcept { return content::ecf_2019::edition; }
};
/// The Core Content Framework of 2019.
struct ccf_2019 {
  static constexpr const detail::tables& data() noexcept { return content::ccf_2019::edition; }
};
/// The Teachers' Standards.
struct teachers_standards {
  static constexpr const detail::tables& data() noexcept {
    return content::teachers_standards::edition;
  }
};

namespace detail {
/// Compilers name the function that stopped a constant expression: these names are the message.
inline void unknown_statement_code() {}
inline void unknown_edition() {}
inline void reference_without_edition() {}
}  // namespace detail

/// A node of one built-in edition, named in the source and checked by the compiler.
/// `Edition` has a static `data()` that returns the edition's constant `tables`.
template <class Edition>
class edition_ref {
 public:
  /// The node with this bare code; one that does not exist is an error while compiling.
  static consteval edition_ref of(std::string_view code) {
    const detail::node_index i = Edition::data().find(code);
    if (i == detail::no_node || i == 0) detail::unknown_statement_code();
    return edition_ref(node_id(i));
  }
  constexpr node_id id() const noexcept { return id_; }
  constexpr node_view node() const noexcept { return {&Edition::data(), id_}; }
  constexpr std::string_view code() const noexcept { return node().code(); }
  constexpr std::string_view edition() const noexcept { return node().edition(); }
  /// `edition:code`.
  std::string str() const { return node().ref(); }
  /// Framework order.
  friend constexpr auto operator<=>(edition_ref, edition_ref) noexcept = default;

 private:
  explicit constexpr edition_ref(node_id id) noexcept : id_(id) {}
  node_id id_;
};

namespace detail {

/// The text of a string literal as a template argument.
template <std::size_t N>
struct literal_text {
  char chars[N]{};
  consteval literal_text(const char (&s)[N]) {
    for (std::size_t i = 0; i != N; ++i) chars[i] = s[i];
  }
  constexpr std::string_view view() const noexcept { return {chars, N - 1}; }
};

template <literal_text Text>
consteval auto checked_ref() {
  // A copy: with -fsanitize=undefined, g++ takes no pointer into a template argument for constant.
  constexpr literal_text text = Text;
  constexpr std::size_t colon = text.view().find(':');
  if constexpr (colon == std::string_view::npos) {
    reference_without_edition();
  } else {
    constexpr auto of = [](std::string_view all, std::string_view edition) {
      return all.substr(0, all.find(':')) == edition;
    };
    const std::string_view code = text.view().substr(colon + 1);
    if constexpr (of(text.view(), "ittecf-2024")) return edition_ref<ittecf_2024>::of(code);
    else if constexpr (of(text.view(), "ecf-2019")) return edition_ref<ecf_2019>::of(code);
    else if constexpr (of(text.view(), "ccf-2019")) return edition_ref<ccf_2019>::of(code);
    else if constexpr (of(text.view(), "teachers-standards"))
      return edition_ref<teachers_standards>::of(code);
    else unknown_edition();
  }
}

}  // namespace detail

}  // namespace ectp::inline ECTP_ABI::framework

namespace ectp::inline ECTP_ABI::literals {

/// `"4n"_ittecf2024`: any standard, group or statement of ITTECF 2024.
consteval framework::edition_ref<framework::ittecf_2024> operator""_ittecf2024(const char* s,
                                                                               std::size_t n) {
  return framework::edition_ref<framework::ittecf_2024>::of({s, n});
}

/// `"4m"_ecf2019`: any standard, group or statement of ECF 2019.
consteval framework::edition_ref<framework::ecf_2019> operator""_ecf2019(const char* s,
                                                                         std::size_t n) {
  return framework::edition_ref<framework::ecf_2019>::of({s, n});
}
/// `"S4-LHT-01"_ccf2019`: any standard, group or statement of CCF 2019.
consteval framework::edition_ref<framework::ccf_2019> operator""_ccf2019(const char* s,
                                                                         std::size_t n) {
  return framework::edition_ref<framework::ccf_2019>::of({s, n});
}
/// `"TS4"_ts`: any standard or bullet of the Teachers' Standards.
consteval framework::edition_ref<framework::teachers_standards> operator""_ts(const char* s,
                                                                              std::size_t n) {
  return framework::edition_ref<framework::teachers_standards>::of({s, n});
}

/// `"ittecf-2024:4n"_ref`: the edition is part of the text, and of the type it gives.
template <framework::detail::literal_text Text>
consteval auto operator""_ref() {
  return framework::detail::checked_ref<Text>();
}

}  // namespace ectp::inline ECTP_ABI::literals
