#include "ectp/interop/case_csv.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "case_fields.hpp"
#include "ectp/core/csv.hpp"
#include "ectp/core/text.hpp"

namespace ectp::inline ECTP_ABI::framework {
namespace case_detail {
namespace {

// Associations that have a column of their own, by header.
struct column_type {
  std::string_view header, simple, type;
};
constexpr column_type links[] = {{"isPartOf", "ispartof", "isPartOf"},
                                 {"replacedBy", "replacedby", "replacedBy"},
                                 {"exemplar", "exemplar", "exemplar"},
                                 {"precedes", "precedes", "precedes"},
                                 {"isPeerOf", "ispeerof", "isPeerOf"},
                                 {"hasSkillLevel", "hasskilllevel", "hasSkillLevel"},
                                 {"isRelatedTo", "isrelatedto", "isRelatedTo"},
                                 {"exactMatchOf", "exactmatchof", "exactMatchOf"}};

std::string shown(std::string_view s) {
  std::string out = "'";
  for (const char c : s.substr(0, 60)) out += c >= ' ' && c <= '~' ? c : '?';
  return out += s.size() > 60 ? "...'" : "'";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& w : words)
    if (!w.empty()) (out += out.empty() ? "" : ",") += w;
  return out;
}

std::string label(const case_item& i) { return i.human_coding_scheme.empty() ? i.full_statement : i.human_coding_scheme; }

class remarks {
 public:
  explicit remarks(std::vector<error>& to) : to_(to) {}
  void add(std::string what) {
    to_.push_back({errc::not_allowed, "not in the table: " + std::move(what), {}, {}, "a CASE package (JSON) holds all of it"});
  }
  void add(std::size_t n, std::string_view one, std::string_view many) {
    if (n != 0) add(n == 1 ? "1 " + std::string(one) : std::to_string(n) + " " + std::string(many));
  }

 private:
  std::vector<error>& to_;
};

}  // namespace
}  // namespace case_detail

result<case_csv> write_case_csv(const case_package& p, const case_csv_options& options) {
  namespace cd = case_detail;
  constexpr auto none = cd::hierarchy::none;
  const cd::hierarchy h = cd::hierarchy_of(p);
  if (h.order.size() != p.items.size())
    return error{errc::bad_argument, "isChildOf goes round in a cycle", {}, "a tree", "take one of its isChildOf out"};
  std::unordered_map<std::string_view, std::size_t> codes;
  for (const case_item& i : p.items) ++codes[i.human_coding_scheme];
  std::unordered_map<std::string_view, std::uint32_t> by_id;
  for (std::uint32_t i = 0; i != p.items.size(); ++i) by_id.emplace(p.items[i].identifier, i);

  // The associations of each item that have a column.
  std::unordered_map<std::uint64_t, std::string> cells;
  std::size_t untyped = 0, foreign = 0, parents = 0, details = 0;
  bool exact = false, bullets = false;
  for (std::uint32_t a = 0; a != p.associations.size(); ++a) {
    const case_association& x = p.associations[a];
    details += !x.notes.empty() || !x.extensions.empty() || !x.other.empty() || x.grouping_uri ||
               !x.destination.target_type.empty() || (x.type != "isChildOf" && x.sequence_number);
    if (x.type == "isChildOf") {
      const std::uint32_t from = h.origin[a];
      if (from >= cd::hierarchy::document || h.destination[a] == none) ++foreign;
      else if (h.via[from] != a) ++parents;
      continue;
    }
    const auto* const column = std::find_if(std::begin(cd::links), std::end(cd::links), [&](const auto& c) { return c.type == x.type; });
    const auto origin = by_id.find(x.origin.identifier);
    if (column == std::end(cd::links)) {
      ++untyped;
    } else if (origin == by_id.end() || (x.type == "isPartOf" && x.destination.identifier == p.document.identifier)) {
      ++foreign;
    } else {
      const auto k = static_cast<std::uint64_t>(column - std::begin(cd::links));
      std::string& cell = cells[std::uint64_t{origin->second} << 8 | k];
      if (!cell.empty()) cell += options.separator;
      // OpenSALT takes an address as an end, but knows nothing else of what is not its own.
      cell += x.destination.identifier;
      exact = exact || x.type == "exactMatchOf";
    }
  }
  for (const case_item& i : p.items) bullets = bullets || !i.list_enumeration.empty();

  case_csv out;
  std::size_t commas = 0, breaks = 0;
  result<void> fine;
  const auto cell = [&](std::string_view s, bool first = false) {
    if (!first) out.text += ',';
    if (fine && (s.find('\0') != s.npos || invalid_utf8_at(s) != s.npos))
      fine = error{errc::encoding, "a text that CSV cannot hold", {}, "UTF-8 without NUL", {}};
    if (!fine) return;
    breaks += s.find('\n') != s.npos || s.find('\r') != s.npos;
    csv::write_cell(out.text, s);
  };
  static constexpr std::string_view headers[] = {
      "identifier", "fullStatement", "humanCodingScheme", "abbreviatedStatement", "conceptKeywords", "notes",
      "language",   "educationLevel", "cfItemType",       "license",              "isChildOf"};
  for (const std::string_view s : headers) cell(s, s == "identifier");
  for (const auto& c : cd::links)
    if (c.type != "exactMatchOf" || exact) cell(c.header);
  cell("sequenceNumber");
  if (bullets) cell("listEnumeration");
  out.text += "\r\n";
  std::vector<std::int32_t> next(p.items.size() + 1);
  for (const std::uint32_t i : h.order) {
    const case_item& x = p.items[i];
    cell(x.identifier, true);
    cell(x.full_statement);
    cell(x.human_coding_scheme);
    cell(x.abbreviated_statement);
    cell(cd::joined(x.concept_keywords));
    cell(x.notes);
    cell(x.language);
    cell(cd::joined(x.education_level));
    cell(x.item_type);
    cell(x.license_uri ? std::string_view(x.license_uri->title) : std::string_view());
    const std::uint32_t up = h.parent[i];
    if (up == none) {
      cell(p.document.identifier);
    } else {
      const std::string& code = p.items[up].human_coding_scheme;
      const bool by_code = !options.parents_by_identifier && !code.empty() && codes[code] == 1 &&
                           code.find_first_of(",|") == code.npos && !by_id.contains(code) && code == trim(code) &&
                           code != p.document.identifier;
      cell(by_code ? code : p.items[up].identifier);
    }
    for (std::size_t k = 0; k != std::size(cd::links); ++k) {
      if (cd::links[k].type == "exactMatchOf" && !exact) continue;
      const auto it = cells.find(std::uint64_t{i} << 8 | k);
      cell(it == cells.end() ? std::string_view() : std::string_view(it->second));
    }
    const auto number = h.via[i] == none ? maybe<std::int32_t>() : p.associations[h.via[i]].sequence_number;
    std::int32_t& n = next[up == none ? p.items.size() : up];
    if (number) n = *number;
    else if (n < 0x7fffffff) ++n;
    cell(std::to_string(n));
    if (bullets) cell(x.list_enumeration);
    out.text += "\r\n";
    for (const auto& words : {x.concept_keywords, x.education_level})
      for (const std::string& w : words) commas += w.find(',') != w.npos || w != trim(w) || w.empty();
  }
  if (!fine) return fine.error();

  cd::remarks notes(out.notes);
  notes.add("the document (title, creator, dates, licence, notes) and the time of each last change");
  std::size_t fields = 0, extras = !p.extensions.empty() || !p.other.empty();
  extras += !p.document.extensions.empty() || !p.document.other.empty();
  for (const case_item& i : p.items) {
    fields += !i.alternative_label.empty() || !i.subject.empty() || !i.subject_uri.empty() || i.concept_keywords_uri ||
              i.item_type_uri || !i.status_start_date.empty() || !i.status_end_date.empty();
    extras += !i.extensions.empty() || !i.other.empty();
  }
  notes.add(fields, "item's alternative label, subjects, links or status dates", "items' alternative labels, subjects, links or status dates");
  notes.add(extras, "object's extensions", "objects' extensions");
  notes.add(p.rubrics.size(), "rubric", "rubrics");
  if (p.definitions) {
    const case_definitions& d = *p.definitions;
    notes.add(d.concepts.size() + d.subjects.size() + d.licenses.size() + d.item_types.size() + d.association_groupings.size(),
              "definition", "definitions");
  }
  notes.add(untyped, "association of a type that has no column", "associations of types that have no column");
  notes.add(foreign, "association whose item is not in the package", "associations whose items are not in the package");
  notes.add(parents, "further parent of an item", "further parents of items");
  notes.add(details, "association's notes, group or extensions", "associations' notes, groups or extensions");
  notes.add(commas, "keyword or level with a comma or blank ends, which reads back as other words",
            "keywords or levels with a comma or blank ends, which read back as other words");
  notes.add(breaks, "cell with a line break, which OpenSALT cannot read", "cells with line breaks, which OpenSALT cannot read");
  return out;
}

namespace case_detail {
namespace {

class csv_reader {
 public:
  csv_reader(std::string_view file, const case_csv_about& about, const case_limits& limits, case_reading& out)
      : file_(file), about_(about), limits_(limits), out_(out), p_(out.package) {}

  void run(std::string_view text) {
    if (!document()) return;
    csv::limits most;
    most.bytes = limits_.bytes;
    most.rows = static_cast<std::uint32_t>(std::min<std::size_t>(limits_.items + 1, 0xffff'0000));
    most.cells = static_cast<std::uint32_t>(std::min<std::size_t>(limits_.values, 0xffff'0000));
    const auto read = csv::read_into(sheet_, text, file_, most);
    if (!read) {
      out_.errors.push_back(read.error());
      return;
    }
    if (!header()) return;
    for (std::size_t r = 1; r != sheet_.rows(); ++r) row(r);
    resolve();
  }

 private:
  static constexpr std::size_t no_column = static_cast<std::size_t>(-1);
  struct row_place {
    std::size_t row;
    std::string parent, level, key;  // as written
  };

  location at(const csv::position& p, std::string_view column = {}) const {
    return {file_, p.line, p.column, column.empty() ? std::string() : std::string(column)};
  }
  location at(std::size_t row, std::string_view column) const {
    const std::size_t c = place(column);
    const auto cells = sheet_.row(row);
    return at(c < cells.size() ? cells[c].at : cells.front().at);
  }
  void fail(location where, errc code, std::string message, std::string expected, std::string hint = {}) {
    if (out_.errors.size() >= limits_.errors) ++out_.errors_left_out;
    else out_.errors.push_back({code, std::move(message), std::move(where), std::move(expected), std::move(hint)});
  }
  void warn(location where, errc code, std::string message, std::string expected, std::string hint = {}) {
    std::size_t& kept = warned_[static_cast<std::size_t>(code)];
    if (kept >= limits_.warnings) {
      ++out_.warnings_left_out;
      return;
    }
    ++kept;
    out_.warnings.push_back({code, std::move(message), std::move(where), std::move(expected), std::move(hint)});
  }

  bool document() {
    case_document& d = p_.document;
    std::string made;
    const char* why = nullptr;
    if (!about_.last_change_date_time.empty() && check_moment(about_.last_change_date_time, made, why) != time_form::good)
      fail({file_, 0, 0, "/last_change_date_time"}, errc::bad_date, shown(about_.last_change_date_time) + " is " + why,
           "a time such as 2025-01-31T12:00:00Z");
    if (!about_.identifier.empty() && form_of(about_.identifier) != uuid_form::legal)
      fail({file_, 0, 0, "/identifier"}, errc::bad_id, shown(about_.identifier) + " is no UUID of version 1 to 5",
           "such a UUID in small letters, or none");
    if (!out_.errors.empty()) return false;
    d.title = about_.title;
    if (d.title.empty()) {
      const std::size_t folder = file_.find_last_of("/\\");
      d.title = folder == file_.npos ? file_ : file_.substr(folder + 1);
      d.title = d.title.substr(0, d.title.rfind('.'));
      if (d.title.empty()) d.title = "Framework";
    }
    d.identifier = about_.identifier.empty() ? name_uuid("csv|" + d.title) : about_.identifier;
    d.uri = uri("CFDocuments", d.identifier);
    d.case_version = "1.1";
    d.creator = about_.creator.empty() ? "unknown" : about_.creator;
    d.last_change_date_time = about_.last_change_date_time;
    return true;
  }

  std::string uri(std::string_view what, const std::string& id) const {
    if (about_.base_uri.empty()) return "urn:uuid:" + id;
    return about_.base_uri + (about_.base_uri.back() == '/' ? "" : "/") + std::string(what) + "/" + id;
  }

  // Only letters count.
  static std::string simplify(std::string_view s) {
    std::string out;
    for (const char c : s)
      if (is_letter(c)) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
  }

  std::size_t place(std::string_view column) const {
    const auto it = columns_.find(column);
    return it == columns_.end() ? no_column : it->second;
  }

  bool header() {
    if (sheet_.rows() == 0 || (sheet_.rows() == 1 && sheet_.row(0).size() == 1 && sheet_.row(0)[0].raw.empty())) {
      fail(at(csv::position{1, 1}), errc::bad_table, "there is no header", "a first row with the names of the columns");
      return false;
    }
    static constexpr std::string_view known[] = {
        "identifier", "fullstatement",  "humancodingscheme", "abbreviatedstatement", "conceptkeywords", "notes",
        "language",   "educationlevel", "cfitemtype",        "license",              "ischildof",       "sequencenumber",
        "smartlevel", "listenumeration"};
    const auto cells = sheet_.row(0);
    for (std::size_t c = 0; c != cells.size(); ++c) {
      const std::string text = csv::text(cells[c]);
      std::string name = simplify(text);
      if (name.empty()) {
        if (!text.empty())
          warn(at(cells[c].at), errc::unknown_field, "the column " + shown(text) + " is not known", "a column of OpenSALT", "passed over");
        continue;
      }
      if (name == "isexactmatchof") name = "exactmatchof";
      if (name == "licence") name = "license";
      if (name == "itemtype") name = "cfitemtype";
      if (name == "caseitemidentifier") name = "identifier";
      const bool link = std::any_of(std::begin(links), std::end(links), [&](const auto& l) { return l.simple == name; });
      if (!link && std::find(std::begin(known), std::end(known), name) == std::end(known)) {
        warn(at(cells[c].at), errc::unknown_field, "the column " + shown(text) + " is not known", "a column of OpenSALT", "passed over");
        continue;
      }
      if (!columns_.emplace(name, c).second)
        fail(at(cells[c].at), errc::bad_table, "the column " + shown(text) + " stands there twice", "each column once");
    }
    if (place("fullstatement") == no_column)
      fail(at(cells[0].at), errc::bad_table, "there is no column fullStatement", "a header such as identifier,fullStatement,humanCodingScheme",
           "is the first row the header?");
    return out_.errors.empty();
  }

  std::string text(std::size_t row, std::string_view column) const {
    const std::size_t c = place(column);
    const auto cells = sheet_.row(row);
    return c < cells.size() ? csv::text(cells[c]) : std::string();
  }

  static std::vector<std::string> words(std::string_view s) {
    std::vector<std::string> out;
    while (!s.empty()) {
      const std::size_t comma = s.find(',');
      const std::string_view w = trim(s.substr(0, comma));
      if (!w.empty()) out.emplace_back(w);
      s = comma == s.npos ? std::string_view() : s.substr(comma + 1);
    }
    return out;
  }

  void row(std::size_t r) {
    const auto cells = sheet_.row(r);
    if (std::all_of(cells.begin(), cells.end(), [](const csv::cell& c) { return trim(c.raw).empty(); })) return;
    if (cells.size() > sheet_.row(0).size())
      fail(at(cells[sheet_.row(0).size()].at), errc::bad_table, "the row has more cells than the header",
           std::to_string(sheet_.row(0).size()) + " cells", "text with commas stands in quotes");
    case_item i;
    i.full_statement = text(r, "fullstatement");
    if (trim(i.full_statement).empty()) {
      fail(at(r, "fullstatement"), errc::missing_field, "the row has no fullStatement", "the text of the item");
      return;
    }
    i.human_coding_scheme = trim(text(r, "humancodingscheme"));
    i.abbreviated_statement = text(r, "abbreviatedstatement");
    i.concept_keywords = words(text(r, "conceptkeywords"));
    i.notes = text(r, "notes");
    i.language = trim(text(r, "language"));
    i.education_level = words(text(r, "educationlevel"));
    i.item_type = trim(text(r, "cfitemtype"));
    i.list_enumeration = text(r, "listenumeration");
    i.last_change_date_time = about_.last_change_date_time;
    if (const std::string title(trim(text(r, "license"))); !title.empty()) i.license_uri = license(title);
    row_place where{r, std::string(trim(text(r, "ischildof"))), std::string(trim(text(r, "smartlevel"))),
                    std::string(trim(text(r, "identifier")))};
    i.identifier = where.key;
    if (!i.identifier.empty()) {
      if (form_of(i.identifier) == uuid_form::capitals)
        for (char& c : i.identifier)
          if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
      if (form_of(i.identifier) != uuid_form::legal) {
        i.identifier = name_uuid("identifier|" + i.identifier);
        warn(at(r, "identifier"), errc::bad_id, shown(where.key) + " is no UUID of version 1 to 5", "such a UUID, or an empty cell",
             "given the UUID " + i.identifier);
      }
    }
    p_.items.push_back(std::move(i));
    places_.push_back(std::move(where));
  }

  case_link license(const std::string& title) {
    if (!p_.definitions) p_.definitions = case_definitions();
    if (const auto it = licenses_.find(title); it != licenses_.end()) return it->second;
    case_definition l;
    l.title = l.license_text = title;
    l.identifier = name_uuid("licence|" + title);
    l.uri = uri("CFLicenses", l.identifier);
    l.last_change_date_time = about_.last_change_date_time;
    case_link made{l.title, l.identifier, l.uri, {}, {}};
    p_.definitions->licenses.push_back(std::move(l));
    licenses_.emplace(title, made);
    return made;
  }

  void resolve() {
    // Identifiers first: everything else names items by them.
    std::unordered_map<std::string, std::size_t> codes;  // how often
    for (const case_item& i : p_.items)
      if (!i.human_coding_scheme.empty()) ++codes[i.human_coding_scheme];
    std::unordered_map<std::string, std::uint32_t> by_id, by_code, by_key, by_level;
    std::unordered_map<std::string, std::size_t> made;
    for (std::uint32_t k = 0; k != p_.items.size(); ++k) {
      case_item& i = p_.items[k];
      const row_place& where = places_[k];
      if (i.identifier.empty()) {
        std::string path = !i.human_coding_scheme.empty() && codes[i.human_coding_scheme] == 1 ? "code|" + i.human_coding_scheme
                           : !where.level.empty()                                             ? "level|" + where.level
                                                  : "statement|" + i.human_coding_scheme + "|" + i.full_statement;
        const std::size_t again = made[path]++;
        if (again != 0) path += "|" + std::to_string(again + 1);
        i.identifier = name_uuid("csv|" + p_.document.identifier + "|" + path);
      }
      i.uri = uri("CFItems", i.identifier);
      const auto [it, added] = by_id.emplace(i.identifier, k);
      if (!added || i.identifier == p_.document.identifier)
        fail(at(where.row, "identifier"), errc::duplicate_id, "the identifier " + shown(where.key.empty() ? i.identifier : where.key) + " was used before",
             "an identifier of its own for each row",
             added ? "it is the document's" : "see line " + std::to_string(at(places_[it->second].row, "identifier").line));
      if (!i.human_coding_scheme.empty() && !by_code.emplace(i.human_coding_scheme, k).second)
        warn(at(where.row, "humancodingscheme"), errc::duplicate_id, "the code " + shown(i.human_coding_scheme) + " was given before",
             "a code of its own for each item", "rows that name it mean the first");
      if (!where.key.empty()) by_key.emplace(where.key, k);
      if (!where.level.empty()) by_level.emplace(where.level, k);
    }
    constexpr auto none = hierarchy::none;
    const auto find = [&](const std::string& s) {
      if (s == p_.document.identifier) return hierarchy::document;
      for (const auto* in : {&by_id, &by_code, &by_key})
        if (const auto it = in->find(s); it != in->end()) return it->second;
      if (form_of(s) == uuid_form::capitals) {
        std::string low = s;
        for (char& c : low)
          if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        if (low == p_.document.identifier) return hierarchy::document;
        if (const auto it = by_id.find(low); it != by_id.end()) return it->second;
      }
      return none;
    };
    // Several ends in a cell; a code may hold what divides them.
    const auto ends = [&](const std::string& s) {
      std::vector<std::string> out;
      if (s.empty()) return out;
      if (find(s) != none || s.find("://") != s.npos) return std::vector<std::string>{s};
      for (std::string_view rest = s;;) {
        const std::size_t stop = rest.find_first_of(",|");
        if (const std::string_view one = trim(rest.substr(0, stop)); !one.empty()) out.emplace_back(one);
        if (stop == rest.npos) return out;
        rest.remove_prefix(stop + 1);
      }
    };
    const bool by_parent = place("ischildof") != no_column, by_smart = !by_parent && place("smartlevel") != no_column;
    const auto is_filled = [&](const std::string row_place::* field) {
      return std::any_of(places_.begin(), places_.end(), [&](const row_place& r) { return !(r.*field).empty(); });
    };
    const bool use_level = by_smart || (by_parent && !is_filled(&row_place::parent) && place("smartlevel") != no_column);
    for (std::uint32_t k = 0; k != p_.items.size(); ++k) {
      const row_place& where = places_[k];
      std::vector<std::uint32_t> up;
      if (use_level) {
        const std::size_t dot = where.level.rfind('.');
        up.push_back(hierarchy::document);
        if (dot != where.level.npos) {
          const auto it = by_level.find(where.level.substr(0, dot));
          if (it != by_level.end()) up.back() = it->second;
          else
            warn(at(where.row, "smartlevel"), errc::unknown_reference, "there is no row with the smartLevel " + shown(where.level.substr(0, dot)),
                 "a row for each level above", "taken as a child of the document");
        }
      } else if (!where.parent.empty()) {
        for (const std::string& s : ends(where.parent)) {
          const std::uint32_t found = find(s);
          if (found == none)
            warn(at(where.row, "ischildof"), errc::unknown_reference, "the parent " + shown(s) + " is not in the table",
                 "the code or identifier of another row", "taken as a child of the document");
          up.push_back(found == none ? hierarchy::document : found);
        }
        if (up.size() > 1)
          warn(at(where.row, "ischildof"), errc::bad_argument, "the row has several parents", "one parent", "the first counts in a tree");
      } else {
        // As OpenSALT has it: what stands before the last dot of the code.
        const std::string& code = p_.items[k].human_coding_scheme;
        const std::size_t dot = code.rfind('.');
        const auto it = dot == code.npos ? by_code.end() : by_code.find(code.substr(0, dot));
        up.push_back(it == by_code.end() || it->second == k ? hierarchy::document : it->second);
        if (up.back() != hierarchy::document)
          warn(at(where.row, "humancodingscheme"), errc::missing_field, "the row names no parent", "isChildOf",
               "by its code it is taken as a child of " + shown(it->first));
      }
      if (up.empty()) up.push_back(hierarchy::document);
      maybe<std::int32_t> number;
      if (const std::string n(trim(text(where.row, "sequencenumber"))); !n.empty()) {
        std::int32_t value = 0;
        const auto read = std::from_chars(n.data(), n.data() + n.size(), value);
        if (read.ec == std::errc() && read.ptr == n.data() + n.size()) number = value;
        else
          warn(at(where.row, "sequencenumber"), errc::wrong_type, shown(n) + " is no whole number", "a whole number",
               "the row comes after those that have one");
      }
      for (std::size_t u = 0; u != up.size(); ++u) {
        // The first parent counts, whatever the numbers.
        add("isChildOf", k, up[u], u == 0 ? number : maybe<std::int32_t>());
      }
      for (const auto& l : links) {
        const std::string cell(trim(text(where.row, l.simple)));
        for (const std::string& s : ends(cell)) {
          const std::uint32_t found = find(s);
          // Membership of the document, in some systems' tables.
          if (l.type == "isPartOf" && found == hierarchy::document) continue;
          if (found != none) add(l.type, k, found, {});
          else outside(l.type, k, s, l.simple);
        }
      }
    }
    const hierarchy h = hierarchy_of(p_);
    for (const auto& cycle : h.cycles)
      fail(at(places_[h.origin[cycle.front()]].row, "ischildof"), errc::bad_argument,
           "isChildOf goes round in a cycle: " + shown(label(p_.items[h.origin[cycle.front()]])), "a tree", "give one of its rows another parent");
  }

  void add(std::string_view type, std::uint32_t item, std::uint32_t to, maybe<std::int32_t> number) {
    case_link end{p_.document.title, p_.document.identifier, p_.document.uri, {}, {}};
    if (to != hierarchy::document) {
      const std::string& id = p_.items[to].identifier;
      end = {label(p_.items[to]), id, uri("CFItems", id), {}, {}};
    }
    push(type, item, std::move(end), number);
  }
  // An end that is no row: a UUID, an address, or a code of some other framework.
  void outside(std::string_view type, std::uint32_t item, const std::string& s, std::string_view column) {
    case_link end{s, s, s, {}, {}};
    const uuid_form form = form_of(s);
    if (form == uuid_form::other) {
      end.identifier = name_uuid("reference|" + s);
      if (s.find("://") == s.npos) {
        end.uri = "urn:uuid:" + end.identifier;
        warn(at(places_[item].row, column), errc::unknown_reference, shown(s) + " is neither a row nor a UUID nor an address",
             "the code or identifier of another row, a UUID or an address", "kept as the title of an end outside");
      }
    } else {
      for (char& c : end.identifier)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
      end.uri = "urn:uuid:" + end.identifier;
    }
    push(type, item, std::move(end), {});
  }
  void push(std::string_view type, std::uint32_t item, case_link end, maybe<std::int32_t> number) {
    const case_item& i = p_.items[item];
    case_association a;
    a.type = type;
    a.origin = {label(i), i.identifier, i.uri, {}, {}};
    a.destination = std::move(end);
    a.identifier = name_uuid(a.type + "|" + a.origin.identifier + "|" + a.destination.identifier);
    if (!associations_.insert(a.identifier).second) return;  // the same end twice in a cell
    a.uri = uri("CFAssociations", a.identifier);
    a.sequence_number = number;
    a.last_change_date_time = about_.last_change_date_time;
    p_.associations.push_back(std::move(a));
  }

  std::string file_;
  const case_csv_about& about_;
  const case_limits& limits_;
  case_reading& out_;
  case_package& p_;
  csv::sheet sheet_;
  std::map<std::string, std::size_t, std::less<>> columns_;
  std::vector<row_place> places_;
  std::unordered_map<std::string, case_link> licenses_;
  std::unordered_set<std::string> associations_;
  std::size_t warned_[64] = {};
};

}  // namespace
}  // namespace case_detail

case_reading read_case_csv_all(std::string_view text, std::string_view file, const case_csv_about& about, const case_limits& limits) {
  case_reading out;
  case_detail::csv_reader(file, about, limits, out).run(text);
  return out;
}

result<case_read> read_case_csv(std::string_view text, std::string_view file, const case_csv_about& about, const case_limits& limits) {
  case_reading all = read_case_csv_all(text, file, about, limits);
  if (!all.errors.empty()) return std::move(all.errors.front());
  return case_read(std::move(all));
}

case_reading read_framework_all(std::string_view text, std::string_view file, const case_csv_about& about,
                                const case_limits& limits) {
  // Blanks and a byte-order mark may stand before the brace.
  const std::size_t mark = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const std::size_t first = text.find_first_not_of(" \t\r\n", mark);
  if (first != text.npos && text[first] == '{') return read_case_all(text, file, limits);
  return read_case_csv_all(text, file, about, limits);
}

}  // namespace ectp::inline ECTP_ABI::framework
