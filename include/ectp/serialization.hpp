#pragma once
/// Records in Boost archives (target `ectp::serialization`, links Boost.Serialization).
///
/// Boost archives are for trusted local persistence: a cache, a session file, a copy between
/// processes. What comes from outside is read as JSON (`ectp/interop/record_json.hpp`), which is
/// bounded and names the place of every error. Text archives are portable; binary ones belong to
/// the machine, and both to this version of Boost or a later one.
///
/// Each archive stands behind one line, which is checked before Boost sees a byte, because the
/// constructors of its archives trust the lengths that they read:
///
///     ectp-archive LAYOUT FORM PRODUCER LENGTH SHA256
///
/// LAYOUT is the number of this envelope, FORM `text` or `binary`, PRODUCER the version of ectp
/// that wrote it, LENGTH and SHA256 those of the bytes that follow the line.
#include <boost/archive/archive_exception.hpp>
#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/archive/text_iarchive.hpp>
#include <boost/archive/text_oarchive.hpp>
#include <boost/serialization/nvp.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/tracking.hpp>
#include <boost/serialization/vector.hpp>
#include <boost/serialization/version.hpp>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <istream>
#include <locale>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/sha256.hpp"
#include "ectp/core/version.hpp"
#include "ectp/record.hpp"

#if !ECTP_EXCEPTIONS
#  error "ectp/serialization.hpp needs exceptions: Boost archives throw them"
#endif

namespace ectp::inline ECTP_ABI {

namespace detail {
/// Is this a value type of ours that archives hold? Such types are never tracked by address, and
/// their layout version is `serial_version`.
template <class T>
inline constexpr bool stored_value = false;
template <class Tag>
inline constexpr bool stored_value<id<Tag>> = true;
template <>
inline constexpr bool stored_value<date> = true;
template <>
inline constexpr bool stored_value<score> = true;
template <>
inline constexpr bool stored_value<evidence> = true;
template <>
inline constexpr bool stored_value<recommendation> = true;
template <>
inline constexpr bool stored_value<decision> = true;
template <>
inline constexpr bool stored_value<assessment> = true;
template <>
inline constexpr bool stored_value<time_in_post> = true;
template <>
inline constexpr bool stored_value<start> = true;
template <>
inline constexpr bool stored_value<block> = true;
template <>
inline constexpr bool stored_value<wish> = true;
template <>
inline constexpr bool stored_value<target> = true;
template <>
inline constexpr bool stored_value<step> = true;
template <>
inline constexpr bool stored_value<step_tried> = true;
template <>
inline constexpr bool stored_value<step_moved> = true;
template <>
inline constexpr bool stored_value<session> = true;
template <>
inline constexpr bool stored_value<entitlement> = true;
template <>
inline constexpr bool stored_value<rehearsed> = true;
template <>
inline constexpr bool stored_value<feedback> = true;
template <>
inline constexpr bool stored_value<appraisal_answer> = true;
template <>
inline constexpr bool stored_value<appraisal> = true;
template <>
inline constexpr bool stored_value<agreement> = true;
template <>
inline constexpr bool stored_value<handover> = true;
template <>
inline constexpr bool stored_value<inquiry> = true;
template <>
inline constexpr bool stored_value<entry> = true;
template <>
inline constexpr bool stored_value<record> = true;
}  // namespace detail

/// Dates and ids come before the serialization protocol, so their layout is checked here.
template <class Archive>
void serialize(Archive& ar, date& value, const unsigned v) {
  detail::check_version(value, v);
  value.serialize(ar, v);
}
template <class Archive, class Tag>
void serialize(Archive& ar, id<Tag>& value, const unsigned v) {
  detail::check_version(value, v);
  value.serialize(ar, v);
}

}  // namespace ectp::inline ECTP_ABI

namespace boost::serialization {
template <class T>
requires(ectp::detail::stored_value<T>) struct tracking_level<T> {
  using tag = mpl::integral_c_tag;
  using type = mpl::int_<track_never>;
  static constexpr int value = track_never;
};
template <class T>
requires(ectp::detail::stored_value<T>) struct version<T> {
  using tag = mpl::integral_c_tag;
  using type = mpl::int_<static_cast<int>(ectp::serial_version<T>)>;
  static constexpr int value = static_cast<int>(ectp::serial_version<T>);
  static_assert(ectp::serial_version<T> < 256, "Boost keeps a version in eight bits");
};
}  // namespace boost::serialization

namespace ectp::inline ECTP_ABI {

/// The number of the envelope that is written; a later one is refused.
inline constexpr unsigned archive_layout = 1;
/// The most bytes that an archive may have, envelope included.
inline constexpr std::size_t max_archive_bytes = std::size_t{64} << 20;

namespace detail {

enum class archive_form : std::uint8_t { text, binary };
constexpr std::string_view word(archive_form f) noexcept {
  return f == archive_form::text ? "text" : "binary";
}

inline error bad_archive(std::string message, std::string hint = {}) {
  return {errc::syntax, std::move(message), {}, "an archive as ectp wrote it", std::move(hint)};
}

inline std::string in_envelope(std::string_view payload, archive_form form) {
  std::string out = "ectp-archive " + std::to_string(archive_layout) + " ";
  out += word(form);
  out += std::string(" ") + version + " " + std::to_string(payload.size()) + " " +
         to_hex(sha256(payload)) + "\n";
  out += payload;
  return out;
}

/// Digits only; nothing when there are none, or too many for any archive.
inline bool read_digits(std::string_view s, std::size_t& out) noexcept {
  if (s.empty() || s.size() > 9) return false;
  out = 0;
  for (const char c : s) {
    if (c < '0' || c > '9') return false;
    out = out * 10 + static_cast<std::size_t>(c - '0');
  }
  return true;
}

/// The bytes behind the envelope, once it holds all that it says.
inline result<std::string_view> out_of_envelope(std::string_view bytes, archive_form form) {
  if (bytes.size() > max_archive_bytes)
    return error{errc::too_large,
                 "an archive of " + std::to_string(bytes.size()) + " bytes",
                 {},
                 "at most " + std::to_string(max_archive_bytes) + " bytes",
                 ""};
  const std::string_view head = bytes.substr(0, 256);
  const std::size_t end = head.find('\n');
  constexpr std::string_view magic = "ectp-archive ";
  if (head.substr(0, magic.size()) != magic || end == head.npos)
    return bad_archive("these bytes do not begin as an archive of ectp does",
                       "is it the right file, and whole?");
  std::vector<std::string_view> words;
  for (std::size_t from = magic.size(); from <= end;) {
    const std::size_t to = head.find_first_of(" \n", from);
    words.push_back(head.substr(from, to - from));
    from = to + 1;
  }
  std::size_t layout = 0, length = 0;
  if (!read_digits(words[0], layout) || layout == 0)
    return bad_archive("the archive's layout is not a number");
  if (layout > archive_layout)
    return error{errc::newer_version,
                 "an archive of layout " + std::to_string(layout),
                 {},
                 "layout " + std::to_string(archive_layout) + " or older",
                 "read it with the version of ectp that wrote it, or a newer one"};
  if (words.size() != 5 || !read_digits(words[3], length))
    return bad_archive("the archive's first line is damaged");
  if (words[1] != word(form))
    return error{errc::wrong_type,
                 "the archive is not " + std::string(word(form)),
                 {},
                 std::string(word(form)) + " archive",
                 form == archive_form::text ? "try load_binary" : "try load_text"};
  const std::string_view payload = bytes.substr(end + 1);
  if (payload.size() != length)
    return bad_archive("the archive promises " + std::to_string(length) + " bytes and holds " +
                           std::to_string(payload.size()),
                       "was it copied whole?");
  if (words[4] != to_hex(sha256(payload)))
    return bad_archive("the archive's bytes were changed since it was written");
  return payload;
}

/// Runs what may throw, and turns whatever it throws into an error.
template <class T, class Work>
result<T> without_exceptions(Work work) {
  try {
    return work();
  } catch (const exception& e) {
    return e.error();
  } catch (const boost::archive::archive_exception& e) {
    using code = boost::archive::archive_exception;
    if (e.code == code::unsupported_version || e.code == code::unsupported_class_version)
      return error{errc::newer_version,
                   "the archive was written by a later version of Boost",
                   {},
                   "an archive of this version of Boost or an older one",
                   "carry records between machines as JSON"};
    return bad_archive(std::string("Boost refuses the archive: ") + e.what());
  } catch (const std::bad_alloc&) {
    return error{errc::too_large, "the archive asks for more memory than there is", {}, "", ""};
  } catch (const std::length_error&) {
    return error{
        errc::too_large, "the archive asks for a longer list than there can be", {}, "", ""};
  } catch (const std::exception& e) {
    return bad_archive(std::string("the archive cannot be read: ") + e.what());
  }
}

/// Walks a value as an archive does, and sees whether every word, id, date and score is one.
class soundness {
 public:
  using is_loading = std::false_type;
  using is_saving = std::true_type;

  template <class T>
  soundness& operator&(const boost::nvp<T>& member) {
    look(member.value());
    if (!sound_ && where_.empty()) where_ = member.name();
    return *this;
  }
  /// The first member that is not what it should be; empty when all are.
  const std::string& where() const noexcept { return where_; }

 private:
  template <class T>
  void look(T& value) {
    if constexpr (listed<T>)
      sound_ = sound_ && static_cast<std::size_t>(value) < words_in<T>.size();
    else if constexpr (stored_value<T>) value.serialize(*this, serial_version<T>);
  }
  template <class T>
  void look(std::vector<T>& values) {
    for (T& v : values)
      look(v);
  }
  template <class Tag>
  void look(id<Tag>& value) {
    sound_ = sound_ && (value.empty() || is_id(value.str()));
  }
  void look(date& value) {
    sound_ =
        sound_ && value >= date::from_civil(1, 1, 1) && value <= date::from_civil(9999, 12, 31);
  }
  void look(score& value) {
    sound_ = sound_ && (!value.has_value() || value.thousandths() <= 1000);
  }
  bool sound_ = true;
  std::string where_;
};

/// Is this decision one that the named functions would make?
inline bool sound(const decision& d) {
  recommendation r;
  r.standard = d.standard();
  r.as_of = d.as_of();
  r.recommended = d.recommended();
  r.rule = d.rule();
  r.policy_sha256 = d.policy_sha256();
  const date on = d.decided_on();
  const named_by by = d.decided_by();
  const auto again = d.response() == response::accepted ? decision::accept(r, on, by)
                     : d.response() == response::overridden
                         ? decision::override_with(r, d.chosen(), d.reason(), d.because(), on, by)
                     : d.response() == response::chosen
                         ? decision::choose(r, d.chosen(), d.because(), on, by)
                         : decision::defer(r, on, by);
  return again && *again == d;
}

inline result<record> checked(record r) {
  soundness walk;
  r.serialize(walk, serial_version<record>);
  if (!walk.where().empty())
    return bad_archive("the archive holds a value of '" + walk.where() + "' that cannot be");
  for (const entry& e : r.entries())
    if (e.kind == entry_kind::evidence && r.all_evidence()[e.index].id != e.id)
      return bad_archive("evidence under another id than its entry's");
  for (const decision& d : r.all_decisions())
    if (!sound(d)) return bad_archive("a decision that cannot be made");
  return r;
}

template <class Archive>
result<std::string> save(const record& r, archive_form form) {
  return without_exceptions<std::string>([&]() -> result<std::string> {
    std::ostringstream out(std::ios::out | std::ios::binary);
    out.imbue(std::locale::classic());
    {
      Archive archive(out);
      archive << boost::make_nvp("record", r);
    }
    std::string framed = in_envelope(out.str(), form);
    if (framed.size() > max_archive_bytes)
      return error{errc::too_large,
                   "the record is too large for an archive",
                   {},
                   "at most " + std::to_string(max_archive_bytes) + " bytes",
                   ""};
    return framed;
  });
}

template <class Archive>
result<record> load(std::string_view bytes, archive_form form) {
  return without_exceptions<record>([&]() -> result<record> {
    const auto payload = out_of_envelope(bytes, form);
    if (!payload) return payload.error();
    std::istringstream in(std::string(*payload), std::ios::in | std::ios::binary);
    in.imbue(std::locale::classic());
    record r;
    {
      Archive archive(in);
      archive >> boost::make_nvp("record", r);
    }
    // Boost takes a text that was cut short as it is.
    if (in.fail()) return bad_archive("the archive ends within the record");
    if (form == archive_form::text) in >> std::ws;
    if (in.peek() != std::istringstream::traits_type::eof())
      return bad_archive("bytes after the record's end");
    return checked(std::move(r));
  });
}

}  // namespace detail

/// A record as a portable text archive. Error: `too_large`.
inline result<std::string> save_text(const record& r) {
  return detail::save<boost::archive::text_oarchive>(r, detail::archive_form::text);
}
/// A record as a binary archive, for this kind of machine only. Error: `too_large`.
inline result<std::string> save_binary(const record& r) {
  return detail::save<boost::archive::binary_oarchive>(r, detail::archive_form::binary);
}
/// What `save_text` wrote. The statements in it are not checked against a framework: `state_of`
/// does that. Errors: `syntax` (not an archive, cut short, changed), `newer_version`,
/// `wrong_type` (a binary archive), `too_large`, and those of `record::append`.
inline result<record> load_text(std::string_view bytes) {
  return detail::load<boost::archive::text_iarchive>(bytes, detail::archive_form::text);
}
/// What `save_binary` wrote on the same kind of machine. Errors as `load_text`.
inline result<record> load_binary(std::string_view bytes) {
  return detail::load<boost::archive::binary_iarchive>(bytes, detail::archive_form::binary);
}

}  // namespace ectp::inline ECTP_ABI
