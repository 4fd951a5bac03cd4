#pragma once
/// Reading JSON: bounded, located, exact. Private to the interop library and the program.
/// A value knows its own file, line, column and JSON pointer, so that every error a reader makes
/// can name the place; numbers keep their source text and are never rounded on the way.
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "ectp/core/config.hpp"
#include "ectp/core/date.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/result.hpp"

namespace ectp::inline ECTP_ABI::interop {

/// What a document may cost. Passing a limit is an error, never a shortened document.
struct json_limits {
  std::size_t bytes = std::size_t{16} << 20;  ///< of text (4 GiB - 2 at most)
  unsigned depth = 64;                        ///< arrays and objects inside each other
  std::size_t values = 1'000'000;             ///< values of all kinds, field names not counted
  friend bool operator==(const json_limits&, const json_limits&) = default;
};

enum class json_kind : std::uint8_t { null, boolean, number, string, array, object };

/// With its article, for sentences: `null`, `a boolean`, `an array`.
std::string_view name(json_kind) noexcept;

class json_elements;
class json_members;

namespace detail {
struct json_storage;
}

/// One value of a document: a handle of two words, valid while a copy of its document lives.
class json_value {
 public:
  json_kind kind() const noexcept;
  bool is_null() const noexcept { return kind() == json_kind::null; }
  /// Elements of an array, members of an object, else 0.
  std::size_t size() const noexcept;
  /// A string's text with its escapes resolved; a number as written; else empty.
  std::string_view text() const noexcept;
  /// The value as it stands in the document.
  std::string_view source() const noexcept;
  /// Its first byte, counted from the start of the document's text.
  std::size_t offset() const noexcept;

  /// File, line, column and JSON pointer.
  location where() const;
  /// The same without the pointer, which takes a walk through everything before it.
  location line_and_column() const;
  /// An error at this place.
  error fail(errc code, std::string message, std::string expected = {},
             std::string hint = {}) const;
  /// Another function's error, given this place; its message is made fit to print.
  error locate(error e) const;

  // Reading. Each is `wrong_type`, with the place, when the value is of another kind.

  /// A field that must be there, null or not. Error: `missing_field`.
  result<json_value> field(std::string_view name) const;
  /// A field that may be absent; null counts as absent.
  result<std::optional<json_value>> optional_field(std::string_view name) const;
  /// The field as it stands (null is kept); nothing when absent or when this is no object.
  std::optional<json_value> find(std::string_view name) const noexcept;
  /// Keep the result while walking: `if (const auto rows = v.elements()) for (const auto row :
  /// *rows)`.
  result<json_elements> elements() const;
  /// As `elements()`, for the fields of an object.
  result<json_members> members() const;

  result<std::string_view> as_string() const;
  result<bool> as_boolean() const;
  /// Exact: `3`, `3.0` and `30e-1` are 3. Error: `wrong_type` for a fraction, `out_of_range`.
  result<std::int64_t> as_integer(std::int64_t lo, std::int64_t hi) const;
  /// A number of at most three decimals, times 1000, exactly; the bounds are in thousandths too.
  /// Error: `out_of_range`.
  result<std::int64_t> as_thousandths(std::int64_t lo, std::int64_t hi) const;
  /// The nearest double, in every locale; what is too small to tell from zero is zero.
  result<double> as_double() const;
  /// Error: `bad_date`.
  result<date> as_date() const;
  /// An `ectp::id`, or any type with `make(text)`. Error: what `make` says, at this place.
  template <class Id>
  result<Id> as_id() const {
    const auto text = as_string();
    if (!text) return text.error();
    auto made = Id::make(*text);
    if (!made) return locate(std::move(made).error());
    return made;
  }
  /// The position of this word in the list. Error: `out_of_range`, naming the nearest word.
  result<std::size_t> as_word(std::span<const std::string_view> list) const;
  result<std::size_t> as_word(std::initializer_list<std::string_view> list) const {
    return as_word(std::span<const std::string_view>(list.begin(), list.size()));
  }
  /// Does this object hold none but these fields? Error: `unknown_field`, at the first other one,
  /// naming the nearest known field.
  result<void> only_fields(std::span<const std::string_view> known) const;
  result<void> only_fields(std::initializer_list<std::string_view> known) const {
    return only_fields(std::span<const std::string_view>(known.begin(), known.size()));
  }

  /// The same value of the same document.
  friend bool operator==(const json_value&, const json_value&) = default;

 private:
  friend class json_document;
  friend class json_elements;
  friend class json_members;
  json_value(const detail::json_storage& doc, std::uint32_t node) noexcept
      : doc_(&doc), node_(node) {}
  std::uint32_t after() const noexcept;
  error mismatch(std::string_view expected) const;
  const detail::json_storage* doc_;
  std::uint32_t node_;
};

/// The elements of an array, in order.
class json_elements {
 public:
  class iterator {
   public:
    json_value operator*() const noexcept { return at_; }
    iterator& operator++() noexcept {
      at_.node_ = at_.after();
      return *this;
    }
    friend bool operator==(const iterator&, const iterator&) = default;

   private:
    friend class json_elements;
    explicit iterator(json_value at) noexcept : at_(at) {}
    json_value at_;
  };
  iterator begin() const noexcept { return iterator({*array_.doc_, array_.node_ + 1}); }
  iterator end() const noexcept { return iterator({*array_.doc_, array_.after()}); }
  std::size_t size() const noexcept { return array_.size(); }

 private:
  friend class json_value;
  explicit json_elements(json_value array) noexcept : array_(array) {}
  json_value array_;
};

/// A field of an object; the key is a string value with a place of its own.
struct json_member {
  json_value key;
  json_value value;
  std::string_view name() const noexcept { return key.text(); }
};

/// The fields of an object, in the order of the text.
class json_members {
 public:
  class iterator {
   public:
    json_member operator*() const noexcept { return {key_, {*key_.doc_, key_.node_ + 1}}; }
    iterator& operator++() noexcept {
      key_.node_ = (**this).value.after();
      return *this;
    }
    friend bool operator==(const iterator&, const iterator&) = default;

   private:
    friend class json_members;
    explicit iterator(json_value key) noexcept : key_(key) {}
    json_value key_;
  };
  iterator begin() const noexcept { return iterator({*object_.doc_, object_.node_ + 1}); }
  iterator end() const noexcept { return iterator({*object_.doc_, object_.after()}); }
  std::size_t size() const noexcept { return object_.size(); }

 private:
  friend class json_value;
  explicit json_members(json_value object) noexcept : object_(object) {}
  json_value object_;
};

/// A whole document with its text. Copies share the storage, which never changes.
class json_document {
 public:
  json_value root() const noexcept { return {*storage_, 0}; }
  /// As given, byte-order mark included.
  std::string_view text() const noexcept;
  const std::string& file() const noexcept;
  /// How many values it holds, the root included and field names not.
  std::size_t values() const noexcept;

 private:
  friend result<json_document> parse_json(std::string_view, std::string_view, json_limits);
  explicit json_document(std::shared_ptr<const detail::json_storage> s) noexcept
      : storage_(std::move(s)) {}
  std::shared_ptr<const detail::json_storage> storage_;
};

/// Reads one JSON text (RFC 8259; a UTF-8 byte-order mark is passed over). `file` is only a name
/// for errors. Errors, each with line and column: `syntax`, `encoding`, `duplicate_id` (a field
/// twice in one object), `too_deep`, `too_large`, `out_of_range` (a number beyond the doubles).
result<json_document> parse_json(std::string_view text, std::string_view file,
                                 json_limits limits = {});

/// The bytes of an ordinary file. Errors: `io` (missing, unreadable, a folder, a pipe or a
/// device), `too_large` (found out before reading).
result<std::string> read_file(std::string_view path, std::size_t limit);

}  // namespace ectp::inline ECTP_ABI::interop
