#pragma once
/// The serialization protocol: `serialize(archive, version)` with named values, nothing but
/// `boost/core/nvp.hpp`. The archives themselves are opt-in (`ectp/serialization.hpp`).
#include <string>

#include <boost/core/nvp.hpp>

#include "ectp/core/maybe.hpp"
#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/result.hpp"

namespace boost::serialization {
template <class T>
struct version;
}

namespace ectp::inline ECTP_ABI {

/// The layout version that this library writes for a type; 0 unless stated beside the type.
template <class T>
inline constexpr unsigned serial_version = 0;

namespace detail {
/// Refuses a layout newer than this library knows. Archives do not all check it themselves.
template <class T>
void check_version(const T&, unsigned found) {
  if (found > serial_version<T>)
    raise(error{errc::newer_version,
                "the archive holds layout " + std::to_string(found) + " of a type that this library knows as " +
                    std::to_string(serial_version<T>),
                {}, "an archive written by this version or an older one",
                "read it with the version of ectp that wrote it, or a newer one"});
}

/// An optional member: a flag, then the value (its default when there is none).
template <class Archive, class T>
void serialize_optional(Archive& ar, const char* flag, const char* member, maybe<T>& value) {
  bool has = value.has_value();
  T held = value ? *value : T{};
  ar& boost::make_nvp(flag, has) & boost::make_nvp(member, held);
  if constexpr (Archive::is_loading::value) {
    if (has) value = std::move(held);
    else value.reset();
  }
}
}  // namespace detail

}  // namespace ectp::inline ECTP_ABI

/// Inside a value type: lists its members, each under its own name, in the order of the layout.
#define ECTP_NVP(member) boost::make_nvp(#member, member)
/// The same for a `std::optional` member, as a statement.
#define ECTP_OPTIONAL(member) ::ectp::detail::serialize_optional(ar, "has_" #member, #member, member)
