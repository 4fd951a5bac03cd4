#pragma once
/// Strong ids: an id of one kind never stands in for another. Text of 1 to 64 characters out of
/// `A-Z a-z 0-9 . _ : -`; the library never makes one up.
#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <boost/core/nvp.hpp>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/result.hpp"

namespace ectp::inline ECTP_ABI {

/// Is this text a legal id?
constexpr bool is_id(std::string_view s) noexcept {
  if (s.empty() || s.size() > 64) return false;
  for (const char c : s)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
          c == '_' || c == ':' || c == '-'))
      return false;
  return true;
}

/// An id of the kind named by `Tag`. The default is "no id" (empty).
template <class Tag>
class id {
 public:
  id() = default;
  /// Error: `bad_id`.
  static result<id> make(std::string_view s) {
    if (!is_id(s))
      return error{errc::bad_id, "'" + std::string(s.substr(0, 70)) + "' is not an id", {},
                   "1 to 64 characters of A-Z a-z 0-9 . _ : -",
                   "use the host system's own pseudonymous id, never a name"};
    id out;
    out.text_ = s;
    return out;
  }
  const std::string& str() const noexcept { return text_; }
  bool empty() const noexcept { return text_.empty(); }
  friend auto operator<=>(const id&, const id&) = default;

  template <class Archive>
  void serialize(Archive& ar, unsigned /*version*/) {
    ar& boost::make_nvp("text", text_);
  }

 private:
  std::string text_;
};

}  // namespace ectp::inline ECTP_ABI
