#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/string_generator.hpp>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <limits>
#include <unordered_map>

#include "case_fields.hpp"
#include "ectp/core/date.hpp"
#include "ectp/core/text.hpp"

namespace ectp::inline ECTP_ABI::framework::case_detail {

uuid_form form_of(std::string_view s) noexcept {
  if (s.size() != 36) return uuid_form::other;
  bool capitals = false;
  for (std::size_t i = 0; i != 36; ++i) {
    const char c = s[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return uuid_form::other;
    } else if (c >= 'A' && c <= 'F') {
      capitals = true;
    } else if (!is_digit(c) && !(c >= 'a' && c <= 'f')) {
      return uuid_form::other;
    }
  }
  const char variant = s[19];
  const bool known = s[14] >= '1' && s[14] <= '5' &&
                     (variant == '8' || variant == '9' || variant == 'a' || variant == 'b' ||
                      variant == 'A' || variant == 'B');
  // Capital letters are a spelling, whatever the version.
  if (capitals) return uuid_form::capitals;
  return known ? uuid_form::legal : uuid_form::other;
}

std::string name_uuid(std::string_view name) {
  // Version 5 of "urn:ectp:framework" in the namespace of URLs.
  static const boost::uuids::uuid space =
      boost::uuids::string_generator()("6e46712d-21ce-5900-8634-f78e11557450");
  return boost::uuids::to_string(
      boost::uuids::name_generator_sha1(space)(name.data(), name.size()));
}

namespace {

bool digits(std::string_view s, std::size_t at, std::size_t n) noexcept {
  if (s.size() < at + n) return false;
  for (std::size_t i = at; i != at + n; ++i)
    if (!is_digit(s[i])) return false;
  return true;
}

unsigned two(std::string_view s, std::size_t at) noexcept {
  return static_cast<unsigned>((s[at] - '0') * 10 + (s[at + 1] - '0'));
}

}  // namespace

time_form check_moment(std::string_view s, std::string& made, const char*& why) {
  why = "not a time of ISO 8601";
  if (s.size() < 10 || !digits(s, 0, 4) || !digits(s, 5, 2) || !digits(s, 8, 2)) return time_form::bad;
  if (!parse_date(s.substr(0, 10))) return time_form::bad;
  if (s.size() == 10) {
    why = "a day without a time: midnight UTC is assumed";
    made = std::string(s) + "T00:00:00Z";
    return time_form::forgiven;
  }
  bool forgiven = false;
  if (s[10] != 'T') {
    if (s[10] != ' ' && s[10] != 't') return time_form::bad;
    forgiven = true;
    why = "a time in another spelling";
  }
  if (!digits(s, 11, 2) || s.size() < 16 || s[13] != ':' || !digits(s, 14, 2)) return time_form::bad;
  made.assign(s.substr(0, 16));
  made[10] = 'T';
  std::size_t i = 16;
  if (i < s.size() && s[i] == ':') {
    if (!digits(s, 17, 2)) return time_form::bad;
    made += s.substr(16, 3);
    i = 19;
    if (i < s.size() && (s[i] == '.' || s[i] == ',')) {
      if (s[i] == ',') forgiven = true, why = "a time in another spelling";
      std::size_t k = i + 1;
      while (k < s.size() && is_digit(s[k])) ++k;
      if (k == i + 1) return time_form::bad;
      (made += '.') += s.substr(i + 1, k - i - 1);
      i = k;
    }
  } else {
    made += ":00";
    forgiven = true;
    why = "a time without seconds: 00 is assumed";
  }
  // 60 is a leap second in ISO 8601; the checks of the schemas take it only at 23:59:60 UTC.
  if (two(made, 11) > 23 || two(made, 14) > 59 || two(made, 17) > 59) return time_form::bad;
  const std::string_view zone = s.substr(i);
  if (zone.empty()) {
    made += 'Z';
    why = "a time without zone: UTC is assumed";
    return time_form::forgiven;
  }
  if (zone == "Z" || zone == "z") {
    made += 'Z';
    if (zone == "z") forgiven = true, why = "a time in another spelling";
  } else {
    if (zone[0] != '+' && zone[0] != '-') return time_form::bad;
    std::string offset(zone);
    if (zone.size() == 5) offset.insert(3, ":"), forgiven = true, why = "a time in another spelling";
    if (zone.size() == 3) offset += ":00", forgiven = true, why = "a time in another spelling";
    if (offset.size() != 6 || !digits(offset, 1, 2) || offset[3] != ':' || !digits(offset, 4, 2) ||
        two(offset, 1) > 23 || two(offset, 4) > 59)
      return time_form::bad;
    made += offset;
  }
  return forgiven ? time_form::forgiven : time_form::good;
}

namespace {

bool is_extension(std::string_view s) noexcept {
  if (s.size() < 5 || s.substr(0, 4) != "ext:") return false;
  return std::all_of(s.begin() + 4, s.end(), [](char c) {
    return is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '_';
  });
}

}  // namespace

bool is_association_type(std::string_view s) noexcept {
  static constexpr std::string_view known[] = {
      "isChildOf",   "isPeerOf",   "isPartOf", "exactMatchOf",  "precedes",
      "isRelatedTo", "replacedBy", "exemplar", "hasSkillLevel", "isTranslationOf"};
  return std::find(std::begin(known), std::end(known), s) != std::end(known) || is_extension(s);
}

bool is_target_type(std::string_view s) noexcept { return s == "CASE" || is_extension(s); }

void append_json(std::string& out, std::string_view text) {
  out += '"';
  std::size_t from = 0;
  for (std::size_t i = 0; i != text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, from, i - from);
    from = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
        out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
    }
  }
  out.append(text, from);
  out += '"';
}

namespace {



// Those cycles that following one parent after another runs into.
void find_cycles(hierarchy& h, std::size_t items) {
  constexpr auto none = hierarchy::none;
  const std::size_t n = h.origin.size();
  std::vector<std::uint32_t> open(items), run(items + 1), children;
  for (std::size_t a = 0; a != n; ++a)
    if (h.origin[a] < hierarchy::document && h.destination[a] < hierarchy::document) {
      ++open[h.origin[a]];
      ++run[h.destination[a] + 1];
    }
  for (std::size_t i = 0; i != items; ++i) run[i + 1] += run[i];
  children.resize(run[items]);
  std::vector<std::uint32_t> fill(run.begin(), run.end() - 1);
  for (std::size_t a = 0; a != n; ++a)
    if (h.origin[a] < hierarchy::document && h.destination[a] < hierarchy::document)
      children[fill[h.destination[a]]++] = h.origin[a];
  std::vector<std::uint32_t> ready;
  for (std::uint32_t i = 0; i != items; ++i)
    if (open[i] == 0) ready.push_back(i);
  for (std::size_t k = 0; k != ready.size(); ++k)
    for (std::uint32_t c = run[ready[k]]; c != run[ready[k] + 1]; ++c)
      if (--open[children[c]] == 0) ready.push_back(children[c]);
  if (ready.size() == items) return;
  std::vector<std::uint32_t> up(items, none), seen(items, none);
  for (std::uint32_t a = 0; a != n; ++a)
    if (h.origin[a] < hierarchy::document && h.destination[a] < hierarchy::document &&
        open[h.origin[a]] != 0 && open[h.destination[a]] != 0 && up[h.origin[a]] == none)
      up[h.origin[a]] = a;
  for (std::uint32_t i = 0; i != items && h.cycles.size() < 100; ++i) {
    if (open[i] == 0) continue;
    std::uint32_t at = i;
    while (seen[at] == none) {
      seen[at] = i;
      at = h.destination[up[at]];
    }
    if (seen[at] != i) continue;
    std::vector<std::uint32_t> cycle;
    std::uint32_t k = at;
    do {
      cycle.push_back(up[k]);
      k = h.destination[up[k]];
    } while (k != at);
    h.cycles.push_back(std::move(cycle));
  }
}

}  // namespace

hierarchy hierarchy_of(const case_package& p) {
  constexpr auto none = hierarchy::none;
  hierarchy h;
  const std::size_t n = p.items.size();
  std::unordered_map<std::string_view, std::uint32_t> index;
  index.reserve(n);
  for (std::uint32_t i = 0; i != n; ++i) index.emplace(p.items[i].identifier, i);
  const auto find = [&](const std::string& id) {
    if (id == p.document.identifier) return hierarchy::document;
    const auto it = index.find(id);
    return it == index.end() ? none : it->second;
  };
  h.origin.assign(p.associations.size(), none);
  h.destination.assign(p.associations.size(), none);
  h.via.assign(n, none);
  h.parent.assign(n, none);
  h.depth.assign(n, 0);
  h.children.assign(n, 0);
  const auto number = [&](std::uint32_t a) -> std::int64_t {
    const auto& s = p.associations[a].sequence_number;
    return s ? *s : std::numeric_limits<std::int64_t>::max();
  };
  for (std::uint32_t a = 0; a != p.associations.size(); ++a) {
    if (p.associations[a].type != "isChildOf") continue;
    const std::uint32_t from = h.origin[a] = find(p.associations[a].origin.identifier);
    const std::uint32_t to = h.destination[a] = find(p.associations[a].destination.identifier);
    if (from >= hierarchy::document || to == none) continue;
    if (h.via[from] == none || number(a) < number(h.via[from])) h.via[from] = a;
  }
  find_cycles(h, n);
  // The children of each parent, the document's last: by sequence number, then by the text.
  struct child {
    std::uint32_t parent;
    std::int64_t number;
    std::uint32_t place, item;
  };
  std::vector<child> children;
  children.reserve(n);
  for (std::uint32_t i = 0; i != n; ++i) {
    const std::uint32_t a = h.via[i];
    std::uint32_t up = a == none ? none : h.destination[a];
    if (up < hierarchy::document) {
      h.parent[i] = up;
      ++h.children[up];
    }
    // Items without a parent come after the document's own.
    children.push_back({up < hierarchy::document ? up : static_cast<std::uint32_t>(n),
                        a == none ? std::numeric_limits<std::int64_t>::max() : number(a),
                        a == none ? none : a, i});
  }
  std::sort(children.begin(), children.end(), [](const child& a, const child& b) {
    if (a.parent != b.parent) return a.parent < b.parent;
    if (a.number != b.number) return a.number < b.number;
    if (a.place != b.place) return a.place < b.place;
    return a.item < b.item;
  });
  std::vector<std::uint32_t> run(n + 2);
  for (const child& c : children) ++run[c.parent + 1];
  for (std::size_t i = 0; i != n + 1; ++i) run[i + 1] += run[i];
  std::vector<std::uint32_t> stack;
  const auto push = [&](std::size_t parent) {
    for (std::uint32_t k = run[parent + 1]; k != run[parent]; --k) stack.push_back(children[k - 1].item);
  };
  push(n);
  h.order.reserve(n);
  while (!stack.empty()) {
    const std::uint32_t i = stack.back();
    stack.pop_back();
    h.depth[i] = h.parent[i] == none ? 1 : h.depth[h.parent[i]] + 1;
    h.order.push_back(i);
    push(i);
  }
  return h;
}

}  // namespace ectp::inline ECTP_ABI::framework::case_detail
