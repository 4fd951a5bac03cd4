// Any bytes at all: the reader answers, its places lie inside the text, and it accepts exactly
// what another parser accepts.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "interop/json_document.hpp"

namespace {

using namespace ectp;
using namespace ectp::interop;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_place(std::string_view text, const location& at) {
  require(at.line >= 1 && at.column >= 1);
  std::size_t start = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (std::uint32_t line = 1; line != at.line; ++line) {
    start = text.find('\n', start);
    require(start != text.npos);
    ++start;
  }
  require(start + at.column - 1 <= text.size());
  require(text.substr(start, at.column - 1).find('\n') == text.npos);
}

std::size_t walk(std::string_view text, const json_value& v) {
  require(v.offset() < text.size());
  require(!v.source().empty() && v.source().data() == text.data() + v.offset());
  require(v.offset() + v.source().size() <= text.size());
  require(nlohmann::json::accept(v.source()));
  check_place(text, v.where());
  constexpr auto lo = std::numeric_limits<std::int64_t>::min(),
                 hi = std::numeric_limits<std::int64_t>::max();
  const auto whole = v.as_integer(lo, hi);
  const auto fine = v.as_thousandths(lo, hi);
  if (whole && fine) require(*whole == *fine / 1000 && *fine % 1000 == 0);
  if (whole) require(*v.as_double() == static_cast<double>(*whole));
  (void)v.as_date();
  (void)v.as_word({"extend", "consolidate"});
  (void)v.only_fields({"statement", "id"});
  std::size_t seen = 1, inside = 0;
  if (const auto elements = v.elements())
    for (const auto e : *elements)
      seen += walk(text, e), ++inside;
  if (const auto members = v.members())
    for (const auto m : *members) {
      require(text[m.key.offset()] == '"' && m.key.offset() < m.value.offset());
      require(*v.find(m.name()) == m.value);
      seen += walk(text, m.value);
      ++inside;
    }
  require(inside == v.size());
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const json_limits limits{.bytes = 4096, .depth = 20, .values = 300};
  const auto doc = parse_json(text, "fuzz", limits);
  if (doc) {
    require(nlohmann::json::accept(text));
    require(doc->text() == text);
    require(walk(doc->text(), doc->root()) == doc->values());
    return 0;
  }
  const error& e = doc.error();
  require(!e.message.empty() && e.message != "the text is not JSON here");
  if (e.at.line != 0) check_place(text, e.at);
  if (e.code == errc::syntax && text.find('\0') == text.npos)
    require(!nlohmann::json::accept(text));
  return 0;
}
