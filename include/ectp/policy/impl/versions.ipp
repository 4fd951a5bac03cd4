#pragma once
#include <cstring>
#include <string>
#include <utility>

#include "ectp/policy/impl/analyse.ipp"
#include "ectp/policy/impl/batch.ipp"
#include "ectp/policy/impl/table.ipp"
#include "ectp/policy/semantic_version.hpp"
#include "ectp/policy/versions.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// No version, no code, no place.
inline constexpr std::uint32_t no_version = 0xFFFF'FFFF;

/// Days beyond every date there is.
inline constexpr std::int64_t before_all_days = -2'147'483'648, behind_all_days = 2'147'483'647;

class versions_maker {
 public:
  static versions make(std::vector<table> tables) {
    list<std::uint32_t> order;
    for (std::size_t i = 0; i != tables.size(); ++i) order.push_back(static_cast<std::uint32_t>(i));
    detail::sort(order, 0, order.size(), [&](std::uint32_t a, std::uint32_t b) {
      const table &x = tables[a], &y = tables[b];
      const std::int64_t from_x = first_day(x), from_y = first_day(y);
      if (from_x != from_y) return from_x < from_y;
      if (x.version().empty() || y.version().empty())
        return x.version().empty() == y.version().empty() ? a < b : x.version().empty();
      const int numbers = compare_versions(x.version(), y.version());
      return numbers == 0 ? a < b : numbers < 0;
    });
    versions out;
    for (const std::uint32_t i : order) out.tables_.push_back(std::move(tables[i]));
    out.given_ = std::move(order);
    list<std::int32_t> starts;
    starts.push_back(static_cast<std::int32_t>(before_all_days));
    for (const table& t : out.tables_) {
      if (t.valid().from) starts.push_back(t.valid().from->days());
      if (t.valid().to) starts.push_back(t.valid().to->days() + 1);
    }
    detail::sort_unique(starts);
    for (const std::int32_t start : starts) {
      std::uint32_t holds = no_version;
      for (std::size_t i = 0; i != out.tables_.size(); ++i)
        if (out.tables_[i].valid().contains(date::from_days(start))) holds = static_cast<std::uint32_t>(i);
      if (out.stretches_.empty() || out.stretches_.back().version != holds) out.stretches_.push_back({start, holds});
    }
    return out;
  }
  static std::int64_t first_day(const table& t) { return t.valid().from ? t.valid().from->days() : before_all_days; }
  static std::int64_t last_day(const table& t) { return t.valid().to ? t.valid().to->days() : behind_all_days; }
};

/// What a version is called in messages.
ECTP_DECL std::string version_text(const table& t);
/// Where the version says its validity; else the beginning of its file.
ECTP_DECL location validity_place(const table& t);
/// The period of some days; beyond all dates it is open.
ECTP_DECL std::string days_text(std::int64_t first, std::int64_t last);
/// A finding about some days.
ECTP_DECL finding days_finding(finding_kind kind, std::int64_t first, std::int64_t last, const table& about);
/// How the columns of one role differ: `the input 'a' is new`.
ECTP_DECL void compare_columns(const table& before, const table& now, column_role role, std::string& out);

ECTP_DEF std::string version_text(const table& t) {
  if (!t.version().empty()) return "the version " + std::string(t.version());
  return t.file().empty() ? "the version without a number" : "the version in " + shown(t.file());
}
ECTP_DEF location validity_place(const table& t) {
  const location said = t.valid_location();
  return said.line != 0 ? said : location{t.file(), 1, 1, {}};
}
ECTP_DEF std::string days_text(std::int64_t first, std::int64_t last) {
  const auto day = [](std::int64_t n) { return to_string(date::from_days(static_cast<std::int32_t>(n))); };
  const bool open = first == before_all_days, endless = last == behind_all_days;
  if (open && endless) return "on every day";
  if (open) return "up to " + day(last);
  if (endless) return "from " + day(first) + " on";
  return first == last ? "on " + day(first) : "from " + day(first) + " to " + day(last);
}
ECTP_DEF finding days_finding(finding_kind kind, std::int64_t first, std::int64_t last, const table& about) {
  const auto day = [](std::int64_t n) { return to_string(date::from_days(static_cast<std::int32_t>(n))); };
  const bool open = first == before_all_days, endless = last == behind_all_days;
  finding f;
  f.kind = kind;
  f.level = severity::error;
  f.at = validity_place(about);
  f.box.push_back({"as_of", open && endless ? "-" : open ? "<= " + day(last) : endless ? ">= " + day(first)
                                          : first == last ? day(first) : "[" + day(first) + ".." + day(last) + "]"});
  const std::int64_t one = !open ? first : endless ? 0 : last;
  f.witness.push_back({"as_of", value(value_ref(date::from_days(static_cast<std::int32_t>(one))))});
  return f;
}
ECTP_DEF void compare_columns(const table& before, const table& now, column_role role, std::string& out) {
  const auto has = [&](const table& t, const column& c) -> const column* {
    for (const column& other : t.columns())
      if (other.role == role && other.name == c.name) return &other;
    return nullptr;
  };
  const std::string what = role == column_role::input ? "the input " : "the output ";
  const auto say = [&](const std::string& s) { out += (out.empty() ? "" : "; ") + what + s; };
  for (const column& c : now.columns()) {
    if (c.role != role) continue;
    const column* const was = has(before, c);
    if (was == nullptr) say(shown(c.name) + " is new");
    else if (was->domain != c.domain) say(shown(c.name) + " holds " + to_string(c.domain) + " and no longer " + to_string(was->domain));
  }
  for (const column& c : before.columns())
    if (c.role == role && has(now, c) == nullptr) say(shown(c.name) + " is gone");
}
}  // namespace detail

ECTP_DEF result<versions> make_versions(std::vector<table> tables) {
  if (tables.empty()) return error{errc::bad_argument, "a policy without a version", {}, "at least one table", {}};
  for (const table& t : tables) {
    if (t.columns().empty()) return error{errc::bad_argument, "a table without columns", {}, "tables that were read", {}};
    if (t.id() == tables[0].id()) continue;
    location at = t.id_location();
    if (at.line == 0) at = {t.file(), 1, 1, {}};
    const auto id = [](const table& of) {
      return of.id().empty() ? std::string("no id") : "the id " + detail::shown(of.id());
    };
    return error{errc::bad_argument, "a version has " + id(t) + ", another one has " + id(tables[0]), std::move(at),
                 "versions of one policy, all with one id or all without", "the id stands in the row #id"};
  }
  return detail::versions_maker::make(std::move(tables));
}

ECTP_DEF std::uint32_t versions::stretch_of(std::int32_t day) const noexcept {
  return static_cast<std::uint32_t>(
      detail::partition_point(stretches_.size(), [&](std::size_t i) { return stretches_[i].start <= day; }) - 1);
}

ECTP_DEF maybe<std::size_t> versions::find(date on) const noexcept {
  if (stretches_.empty()) return {};
  const std::uint32_t i = stretches_[stretch_of(on.days())].version;
  if (i == detail::no_version) return {};
  return std::size_t{i};
}

ECTP_DEF const table* versions::as_of(date on) const noexcept {
  const maybe<std::size_t> i = find(on);
  return i ? &tables_[*i] : nullptr;
}

ECTP_DEF std::vector<finding> versions::findings() const {
  std::int64_t first = detail::behind_all_days, last = detail::before_all_days;
  for (const table& t : tables_) {
    const std::int64_t from = detail::versions_maker::first_day(t), to = detail::versions_maker::last_day(t);
    first = from < first ? from : first;
    last = to > last ? to : last;
  }
  return look_over(first, last);
}

ECTP_DEF std::vector<finding> versions::check(date from, date to) const { return look_over(from.days(), to.days()); }

ECTP_DEF std::vector<finding> versions::look_over(std::int64_t first, std::int64_t last) const {
  const auto text = [](std::int64_t day) { return to_string(date::from_days(static_cast<std::int32_t>(day))); };
  std::vector<finding> errors, warnings, notes;
  for (std::size_t i = 0; i != stretches_.size(); ++i) {
    if (stretches_[i].version != detail::no_version) continue;
    std::int64_t from = stretches_[i].start;
    std::int64_t to = i + 1 == stretches_.size() ? detail::behind_all_days : stretches_[i + 1].start - std::int64_t{1};
    from = from < first ? first : from;
    to = to > last ? last : to;
    if (to < from) continue;
    // Of the versions that end before these days, the last one; else the first that follows.
    const table* before = nullptr;
    for (const table& t : tables_)
      if (detail::versions_maker::last_day(t) < from &&
          (before == nullptr || detail::versions_maker::last_day(*before) <= detail::versions_maker::last_day(t)))
        before = &t;
    const table* after = nullptr;
    for (const table& t : tables_)
      if (after == nullptr && detail::versions_maker::first_day(t) > to) after = &t;
    finding f = detail::days_finding(finding_kind::missing_validity, from, to, before != nullptr ? *before : *after);
    f.message = "no version is valid " + detail::days_text(from, to);
    if (before != nullptr) f.suggestion.text = "let " + detail::version_text(*before) + " end on " + text(to) + ", or later";
    else f.suggestion.text = "let " + detail::version_text(*after) + " begin on " + text(from) + ", or sooner";
    errors.push_back(std::move(f));
  }
  for (std::size_t b = 0; b != tables_.size(); ++b) {
    const table& now = tables_[b];
    if (tables_.size() > 1 && now.valid().always()) {
      finding f;
      f.kind = finding_kind::missing_validity;
      f.level = severity::error;
      f.at = detail::validity_place(now);
      f.message = detail::version_text(now) + " does not say on which days it is valid";
      f.suggestion.text = "add a row #valid, such as 2025-09-01..2026-08-31";
      errors.push_back(std::move(f));
    }
    const std::int64_t from_b = detail::versions_maker::first_day(now), to_b = detail::versions_maker::last_day(now);
    for (std::size_t a = 0; a != b; ++a) {
      const table& was = tables_[a];
      const std::int64_t from_a = detail::versions_maker::first_day(was), to_a = detail::versions_maker::last_day(was);
      std::int64_t from = from_a > from_b ? from_a : from_b, to = to_a < to_b ? to_a : to_b;
      from = from < first ? first : from;
      to = to > last ? last : to;
      if (to < from) continue;
      finding f = detail::days_finding(finding_kind::overlapping_validity, from, to, now);
      f.message = detail::version_text(was) + " and " + detail::version_text(now) + " are both valid " +
                  detail::days_text(from, to) + ": the latter is used";
      if (from_b > from_a) f.suggestion.text = "let " + detail::version_text(was) + " end on " + text(from_b - 1);
      errors.push_back(std::move(f));
    }
    if (b == 0) continue;
    const table& was = tables_[b - 1];
    const bool numbers = !was.version().empty() && !now.version().empty();
    if (!numbers || compare_versions(was.version(), now.version()) >= 0) {
      finding f;
      f.kind = finding_kind::version_order;
      f.level = severity::warning;
      const bool other = numbers || now.version().empty();
      f.at = (other ? now : was).version_location();
      if (f.at.line == 0) f.at = {(other ? now : was).file(), 1, 1, {}};
      f.message = numbers ? detail::version_text(now) + " follows " + detail::version_text(was) + ", and is not higher"
                          : detail::version_text(other ? now : was) + " has no version number";
      f.suggestion.text = numbers ? "give it a higher number" : "add a row #version, such as 1.2.0";
      warnings.push_back(std::move(f));
    }
    std::string changes;
    detail::compare_columns(was, now, column_role::input, changes);
    detail::compare_columns(was, now, column_role::output, changes);
    if (changes.empty()) continue;
    finding f;
    f.kind = finding_kind::changed_columns;
    f.level = severity::note;
    f.at = {now.file(), now.columns()[0].line, now.columns()[0].offset, {}};
    f.message = "since " + detail::version_text(was) + ": " + changes;
    notes.push_back(std::move(f));
  }
  for (std::vector<finding>* more : {&warnings, &notes})
    for (finding& f : *more) errors.push_back(std::move(f));
  return errors;
}

// --- batches --------------------------------------------------------------------------------------

ECTP_DEF versions_plan::versions_plan(policy::versions v, const batch_plan_options& options) : versions_(std::move(v)) {
  const auto place = [](std::vector<std::string>& names, const std::string& name) {
    std::size_t i = 0;
    while (i != names.size() && names[i] != name) ++i;
    if (i == names.size()) names.push_back(name);
    return static_cast<std::uint32_t>(i);
  };
  for (std::size_t k = 0; k != versions_.size(); ++k) {
    const table& t = versions_[k];
    plans_.emplace_back(t, options);
    lists_ = lists_ || !single_hit(t.hit_policy());
    ways to;
    for (std::size_t i = 0; i != t.inputs().size(); ++i) to.inputs.push_back(place(inputs_, t.input(i).name));
    for (std::size_t i = 0; i != t.outputs().size(); ++i) {
      to.outputs.push_back(place(outputs_, t.output(i).name));
      dictionaries_.resize(outputs_.size());
      std::vector<value>& all = dictionaries_[to.outputs[i]];
      list<std::uint32_t> codes;
      for (const value& said : plans_[k].dictionary(i)) {
        std::size_t c = 0;
        while (c != all.size() && !(all[c] == said)) ++c;
        if (c == all.size()) all.push_back(said);
        codes.push_back(static_cast<std::uint32_t>(c));
      }
      to.codes.push_back(std::move(codes));
    }
    ways_.push_back(std::move(to));
  }
  const list<versions::stretch>& all = versions_.stretches_;
  if (all.empty()) return;
  low_day_ = all.size() == 1 ? 0 : all[1].start - std::int64_t{1};
  if (all.back().start - low_day_ >= 65'536) return;
  by_day_.push_back(all[0].version);
  for (std::size_t i = 1; i != all.size(); ++i)
    for (std::int64_t day = all[i].start; day != (i + 1 == all.size() ? all[i].start + std::int64_t{1} : all[i + 1].start); ++day)
      by_day_.push_back(all[i].version);
}

namespace detail {

/// One call of `versions_plan::decide`.
class versions_run {
 public:
  versions_run(const versions_plan& plan, const input_column& days, std::span<const named_column> inputs,
               const versions_output& outputs, const batch_options& options)
      : plan_(plan), days_(days), named_(inputs), outputs_(outputs), options_(options) {}

  result<batch_result> run() {
    if (maybe<error> e = check()) return std::move(*e);
    batch_result out;
    prepare();
    for (std::size_t begin = 0; begin != rows_;) {
      const std::size_t n = rows_ - begin < block_ ? rows_ - begin : block_;
      if (maybe<error> e = block(begin, n)) return std::move(*e);
      begin += n;
      out.rows = begin;
      if (options_.progress != nullptr && !options_.progress(options_.context, begin, rows_) && begin != rows_) {
        out.cancelled = true;
        break;
      }
    }
    out.matched = sets_.lists();
    out.answers = std::move(answers_);
    return out;
  }

 private:
  // Codes on their way to a column: of one version, then of all.
  struct numbering {
    list<list<std::uint32_t>> known;  // of each version: the code of each of its own; or not yet
    list<std::uint32_t> local;        // of each row of the block
  };

  static error wrong(errc code, std::string message, location at, std::string expected, std::string hint = {}) {
    return {code, std::move(message), std::move(at), std::move(expected), std::move(hint)};
  }
  static std::string count(std::size_t n, const char* what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }

  bool is_day(std::size_t row, std::int32_t& day) const noexcept {
    std::memcpy(&day, static_cast<const char*>(days_.data) + 4 * row, 4);
    if (days_.validity == nullptr) return day != std::numeric_limits<std::int32_t>::min();
    const std::size_t bit = days_.validity_first_bit + row;
    return (days_.validity[bit / 8] >> bit % 8 & 1) != 0;
  }
  std::uint32_t version_of(std::size_t row) const noexcept {
    std::int32_t day = 0;
    if (!is_day(row, day)) return no_version;
    const list<std::uint32_t>& all = plan_.by_day_;
    if (all.empty()) return plan_.versions_.stretches_[plan_.versions_.stretch_of(day)].version;
    const std::int64_t k = day - plan_.low_day_, last = static_cast<std::int64_t>(all.size()) - 1;
    return all[static_cast<std::size_t>(k < 0 ? 0 : k > last ? last : k)];
  }

  // --- before ---

  maybe<error> check() {
    rows_ = days_.rows;
    if (days_.type != column_type::int32)
      return wrong(errc::wrong_type, "the days are not whole numbers of 32 bits", at_input("days"), "days since 1970-01-01");
    if (maybe<error> e = check_memory(days_.data, 4, "days")) return e;
    if (maybe<error> e = check_names()) return e;
    for (const named_column& c : named_)
      if (c.column.rows != rows_)
        return wrong(errc::bad_argument, "the column " + shown(c.name) + " has " + count(c.column.rows, "row"), at_input(c.name),
                     count(rows_, "row") + ", as the days have");
    if (maybe<error> e = check_outputs()) return e;
    if (rows_ != 0 && plan_.versions_.empty())
      return wrong(errc::bad_argument, "a plan without versions", {}, "versions of a policy");
    used_.assign(plan_.versions_.size(), 0);
    for (std::size_t row = 0; row != rows_; ++row)
      if (const std::uint32_t v = version_of(row); v != no_version) used_[v] = 1;
    for (std::size_t v = 0; v != used_.size(); ++v)
      if (used_[v] != 0)
        if (maybe<error> e = check_version(v)) return e;
    return {};
  }
  maybe<error> check_names() {
    given_.assign(plan_.inputs_.size(), no_version);
    for (std::size_t k = 0; k != named_.size(); ++k) {
      std::size_t i = 0;
      while (i != plan_.inputs_.size() && plan_.inputs_[i] != named_[k].name) ++i;
      if (i == plan_.inputs_.size())
        return wrong(errc::unknown_field, "no version has an input " + shown(named_[k].name), at_input(named_[k].name),
                     "an input of one of the versions");
      if (given_[i] != no_version)
        return wrong(errc::bad_argument, "the input " + shown(named_[k].name) + " is given twice", at_input(named_[k].name),
                     "one column for each input");
      given_[i] = static_cast<std::uint32_t>(k);
    }
    return {};
  }
  maybe<error> check_memory(const void* data, std::size_t bytes, std::string_view name) const {
    if (data == nullptr && rows_ != 0)
      return wrong(errc::bad_argument, "the column " + shown(name) + " has no memory", at_input(name), count(rows_, "row"));
    if (bytes > 1 && reinterpret_cast<std::uintptr_t>(data) % bytes != 0)
      return wrong(errc::bad_argument, "the column " + shown(name) + " begins inside a value", at_input(name),
                   "an address that is a multiple of " + std::to_string(bytes), "copy the column");
    return {};
  }
  maybe<error> check_output(const output_column& c, std::string_view name, std::size_t codes) const {
    if (!c.wanted()) return {};
    if (c.rows != rows_)
      return wrong(errc::bad_argument, "the output column " + shown(name) + " has " + count(c.rows, "row"), at_input(name),
                   count(rows_, "row") + ", as the days have");
    if (maybe<error> e = check_memory(c.data, c.bytes, name)) return e;
    return c.is_code() && codes != 0 && codes - 1 > c.greatest() ? too_narrow(c, name, codes) : maybe<error>();
  }
  static error too_narrow(const output_column& c, std::string_view name, std::size_t codes) {
    return wrong(errc::too_large, "the output column " + shown(name) + " needs " + std::to_string(codes) + " codes",
                 at_input(name), "at most " + std::to_string(std::uint64_t{c.greatest()} + 1) + " in " + count(c.bytes, "byte"),
                 "use a wider type");
  }
  maybe<error> check_outputs() const {
    const std::size_t n = plan_.outputs_.size();
    if (!outputs_.values.empty() && outputs_.values.size() != n)
      return wrong(errc::bad_argument, count(outputs_.values.size(), "output column"), {}, count(n, "output column") + ", or none",
                   "a default output_column leaves one out");
    for (std::size_t i = 0; i != outputs_.values.size(); ++i)
      if (maybe<error> e = check_output(outputs_.values[i], plan_.outputs_[i], plan_.lists_ ? 0 : plan_.dictionaries_[i].size()))
        return e;
    std::size_t rules = 0;
    for (std::size_t v = 0; v != plan_.versions_.size(); ++v)
      rules = plan_.versions_[v].rules() > rules ? plan_.versions_[v].rules() : rules;
    struct reason {
      const output_column& column;
      const char* name;
      std::size_t codes;
    };
    for (const reason& r : {reason{outputs_.version, "version", plan_.versions_.size()}, reason{outputs_.status, "status", 4},
                            reason{outputs_.rule, "rule", rules}, reason{outputs_.near_rule, "near_rule", rules},
                            reason{outputs_.near_input, "near_input", plan_.inputs_.size()}, reason{outputs_.matched, "matched", 0}}) {
      if (r.column.wanted() && !r.column.is_code())
        return wrong(errc::wrong_type, "the column " + shown(r.name) + " is asked for as numbers", at_input(r.name), "a column of codes");
      if (maybe<error> e = check_output(r.column, r.name, r.codes)) return e;
    }
    return {};
  }
  // Has the version all its inputs, and do they suit it? Asked of its own plan, about no row.
  maybe<error> check_version(std::size_t v) {
    const table& t = plan_.versions_[v];
    std::vector<input_column> in;
    for (std::size_t i = 0; i != t.inputs().size(); ++i) {
      const std::uint32_t from = given_[plan_.ways_[v].inputs[i]];
      if (from == no_version)
        return wrong(errc::missing_field, version_text(t) + " reads the input " + shown(t.input(i).name), at_input(t.input(i).name),
                     "a column for it", "some row's day calls for that version");
      if (maybe<error> e = check_memory(named_[from].column.data, bytes_of(named_[from].column.type), t.input(i).name)) return e;
      in.push_back(named_[from].column);
      in.back().rows = 0;
    }
    const std::vector<output_column> values = values_of(v, nullptr, nullptr, 0);
    batch_output out = reasons(nullptr, 0);
    out.values = values;
    const result<batch_result> tried = plan_.plans_[v].decide(in, out);
    if (!tried) return tried.error();
    return {};
  }
  static std::size_t bytes_of(column_type t) noexcept {
    switch (t) {
      case column_type::code8:
      case column_type::int8:
      case column_type::uint8: return 1;
      case column_type::code16:
      case column_type::int16:
      case column_type::uint16: return 2;
      case column_type::code32:
      case column_type::int32:
      case column_type::uint32:
      case column_type::float32: return 4;
      case column_type::int64:
      case column_type::uint64:
      case column_type::float64: return 8;
      case column_type::bit: return 0;
    }
    return 0;
  }

  // --- working space: all of it before the first row ---

  enum reason_place : std::size_t { status, rule, near_rule, near_input, matched, reason_count };
  const output_column& reason(std::size_t r) const noexcept {
    const output_column* const all[] = {&outputs_.status, &outputs_.rule, &outputs_.near_rule, &outputs_.near_input, &outputs_.matched};
    return *all[r];
  }
  batch_output reasons(std::uint32_t* to, std::size_t n) const {
    batch_output out;
    output_column* const all[] = {&out.status, &out.rule, &out.near_rule, &out.near_input, &out.matched};
    for (std::size_t r = 0; r != reason_count; ++r)
      if (reason(r).wanted()) *all[r] = output_column(to == nullptr ? to : to + r * block_, n);
    return out;
  }
  // Where a version writes its outputs: codes or numbers of each of them.
  std::vector<output_column> values_of(std::size_t v, std::uint32_t* codes, double* numbers, std::size_t n) const {
    std::vector<output_column> out;
    if (outputs_.values.empty()) return out;
    const list<std::uint32_t>& all = plan_.ways_[v].outputs;
    for (std::size_t i = 0; i != all.size(); ++i) {
      const output_column& to = outputs_.values[all[i]];
      if (!to.wanted()) out.push_back({});
      else if (to.is_code()) out.push_back(output_column(codes == nullptr ? codes : codes + i * block_, n));
      else out.push_back(output_column(numbers == nullptr ? numbers : numbers + i * block_, n));
    }
    return out;
  }

  void prepare() {
    const std::size_t threads = options_.threads == 0 ? 1 : options_.threads > 256 ? 256 : options_.threads;
    const std::size_t chunk = options_.chunk < 512 ? 512 : options_.chunk;
    block_ = chunk > rows_ / threads ? rows_ : chunk * threads;
    block_ = block_ == 0 ? 1 : block_;
    std::size_t most_inputs = 0, most_outputs = 0;
    for (std::size_t v = 0; v != used_.size(); ++v)
      if (used_[v] != 0) {
        const table& t = plan_.versions_[v];
        most_inputs = t.inputs().size() > most_inputs ? t.inputs().size() : most_inputs;
        most_outputs = t.outputs().size() > most_outputs ? t.outputs().size() : most_outputs;
      }
    which_.assign(block_, 0);
    rows_of_.assign(block_, 0);
    gathered_.assign(most_inputs * block_, 0);
    valid_.assign(most_inputs * (block_ / 8 + 1), 0);
    reasons_.assign(reason_count * block_, 0);
    codes_.assign(most_outputs * block_, 0);
    numbers_.assign(most_outputs * block_, 0.0);
    const std::size_t lists = plan_.lists_ ? outputs_.values.size() : 0;
    answer_keys_.assign(lists, list_finder());
    answers_.resize(lists);
    numberings_.assign(lists + 1, numbering());
    for (std::size_t i = 0; i != lists + 1; ++i) {
      const bool codes = i == lists ? outputs_.matched.wanted() : outputs_.values[i].is_code();
      if (codes) numberings_[i].local.assign(block_, no_version);
      numberings_[i].known.assign(plan_.versions_.size(), list<std::uint32_t>());
    }
    results_.resize(plan_.versions_.size());
  }

  // --- a block of rows ---

  maybe<error> block(std::size_t begin, std::size_t n) {
    const std::size_t none = plan_.versions_.size();
    const auto group = [&](std::size_t k) { return which_[k] == no_version ? none : std::size_t{which_[k]}; };
    sizes_.assign(none + 1, 0);
    for (std::size_t k = 0; k != n; ++k) {
      which_[k] = version_of(begin + k);
      ++sizes_[group(k)];
    }
    first_of_.assign(none + 1, 0);
    for (std::size_t v = 0; v != none; ++v) first_of_[v + 1] = first_of_[v] + sizes_[v];
    if (sizes_[group(0)] != n) {
      next_of_ = first_of_;
      for (std::size_t k = 0; k != n; ++k) rows_of_[next_of_[group(k)]++] = static_cast<std::uint32_t>(k);
    }
    fill(outputs_.version, begin, n, [&](std::size_t k) { return which_[k]; });
    if (sizes_[plan_.versions_.size()] != 0) write_uncovered(begin, n);
    for (std::size_t v = 0; v != plan_.versions_.size(); ++v)
      if (sizes_[v] != 0)
        if (maybe<error> e = decide(v, begin, n)) return e;
    return number_alike(begin, n);
  }

  // Calls `put(row in the block, place among those of the version)` for each row of a version.
  template <class Put>
  void each_row(std::size_t v, std::size_t n, Put put) const {
    if (sizes_[v] == n) {
      for (std::size_t k = 0; k != n; ++k) put(k, k);
      return;
    }
    const std::uint32_t* const own = rows_of_.data() + first_of_[v];
    for (std::size_t j = 0; j != sizes_[v]; ++j) put(own[j], j);
  }

  template <class Of>
  static void fill(const output_column& to, std::size_t begin, std::size_t n, Of of) {
    if (!to.wanted()) return;
    const auto all = [&]<class T>(T* out) {
      for (std::size_t k = 0; k != n; ++k) out[begin + k] = static_cast<T>(of(k));
    };
    if (to.bytes == 1) all(static_cast<std::uint8_t*>(to.data));
    else if (to.bytes == 2) all(static_cast<std::uint16_t*>(to.data));
    else all(static_cast<std::uint32_t*>(to.data));
  }
  // Codes of a version's rows into a column of all rows.
  template <class Of>
  void scatter(const output_column& to, std::size_t v, std::size_t begin, std::size_t n, Of of) const {
    const auto all = [&]<class T>(T* out) {
      each_row(v, n, [&](std::size_t k, std::size_t j) { out[begin + k] = static_cast<T>(of(j)); });
    };
    if (to.bytes == 1) all(static_cast<std::uint8_t*>(to.data));
    else if (to.bytes == 2) all(static_cast<std::uint16_t*>(to.data));
    else if (to.is_code()) all(static_cast<std::uint32_t*>(to.data));
  }
  void blank(const output_column& to, std::size_t row) const noexcept {
    if (to.bytes == 8) static_cast<double*>(to.data)[row] = std::numeric_limits<double>::quiet_NaN();
    else if (to.wanted()) std::memset(static_cast<char*>(to.data) + to.bytes * row, 0xFF, to.bytes);
  }

  void write_uncovered(std::size_t begin, std::size_t n) {
    for (std::size_t k = 0; k != n; ++k) {
      if (which_[k] != no_version) continue;
      for (const output_column& to : outputs_.values) blank(to, begin + k);
      for (std::size_t r = 0; r != reason_count; ++r) blank(reason(r), begin + k);
      for (std::size_t i = 0; i != numberings_.size(); ++i)
        if (!numberings_[i].local.empty()) numberings_[i].local[k] = no_version;
      const output_column& to = outputs_.status;
      const auto said = static_cast<std::uint32_t>(rule_status::no_rule);
      if (to.wanted()) fill(to, begin + k, 1, [&](std::size_t) { return said; });
    }
  }

  // The values of a version's rows of one column: as they lie, or gathered.
  input_column rows_of(const input_column& from, std::size_t i, std::size_t v, std::size_t begin, std::size_t n) {
    input_column out = from;
    out.rows = sizes_[v];
    const std::size_t bytes = bytes_of(from.type);
    if (sizes_[v] == n) {
      if (bytes == 0) out.first_bit += begin;
      else out.data = static_cast<const char*>(from.data) + bytes * begin;
      out.validity_first_bit += begin;
      return out;
    }
    const std::uint32_t* const own = rows_of_.data() + first_of_[v];
    const auto bits = [&](const std::uint8_t* of, std::size_t first, std::uint8_t* to) {
      for (std::size_t j = 0; j != sizes_[v]; ++j) {
        const std::size_t bit = first + begin + own[j];
        if (j % 8 == 0) to[j / 8] = 0;
        to[j / 8] = static_cast<std::uint8_t>(to[j / 8] | (of[bit / 8] >> bit % 8 & 1) << j % 8);
      }
    };
    std::uint64_t* const room = gathered_.data() + i * block_;
    out.data = room;
    const auto gather = [&]<class T>(T) {
      const T* const source = static_cast<const T*>(from.data) + begin;
      T* const to = reinterpret_cast<T*>(room);
      for (std::size_t j = 0; j != sizes_[v]; ++j) std::memcpy(to + j, source + own[j], sizeof(T));
    };
    if (bytes == 0) bits(static_cast<const std::uint8_t*>(from.data), from.first_bit, reinterpret_cast<std::uint8_t*>(room));
    if (bytes == 1) gather(std::uint8_t{});
    if (bytes == 2) gather(std::uint16_t{});
    if (bytes == 4) gather(std::uint32_t{});
    if (bytes == 8) gather(std::uint64_t{});
    out.first_bit = 0;
    if (from.validity != nullptr) {
      std::uint8_t* const to = valid_.data() + i * (block_ / 8 + 1);
      bits(from.validity, from.validity_first_bit, to);
      out.validity = to;
      out.validity_first_bit = 0;
    }
    return out;
  }

  maybe<error> decide(std::size_t v, std::size_t begin, std::size_t n) {
    const table& t = plan_.versions_[v];
    const versions_plan::ways& ways = plan_.ways_[v];
    std::vector<input_column> in;
    for (std::size_t i = 0; i != t.inputs().size(); ++i)
      in.push_back(rows_of(named_[given_[ways.inputs[i]]].column, i, v, begin, n));
    const std::vector<output_column> values = values_of(v, codes_.data(), numbers_.data(), sizes_[v]);
    batch_output out = reasons(reasons_.data(), sizes_[v]);
    out.values = values;
    batch_options options;
    options.threads = options_.threads;
    options.chunk = options_.chunk;
    result<batch_result> done = plan_.plans_[v].decide(in, out, options);
    if (!done) return done.error();
    results_[v] = std::move(*done);

    for (std::size_t r = 0; r != reason_count; ++r) {
      const std::uint32_t* const from = reasons_.data() + r * block_;
      if (!reason(r).wanted()) continue;
      if (r == matched)
        each_row(v, n, [&](std::size_t k, std::size_t j) { numberings_[numberings_.size() - 1].local[k] = from[j]; });
      else if (r == near_input)
        scatter(reason(r), v, begin, n, [&](std::size_t j) { return from[j] == no_version ? no_version : ways.inputs[from[j]]; });
      else
        scatter(reason(r), v, begin, n, [&](std::size_t j) { return from[j]; });
    }
    for (std::size_t o = 0; o != outputs_.values.size(); ++o) {
      const output_column& to = outputs_.values[o];
      std::size_t i = 0;
      while (i != ways.outputs.size() && ways.outputs[i] != o) ++i;
      const bool lists = plan_.lists_ && to.is_code();
      if (i == ways.outputs.size()) {
        each_row(v, n, [&](std::size_t k, std::size_t) {
          blank(to, begin + k);
          if (lists) numberings_[o].local[k] = no_version;
        });
      } else if (to.bytes == 8) {
        const double* const from = numbers_.data() + i * block_;
        each_row(v, n, [&](std::size_t k, std::size_t j) { static_cast<double*>(to.data)[begin + k] = from[j]; });
      } else if (to.wanted()) {
        const std::uint32_t* const from = codes_.data() + i * block_;
        const list<std::uint32_t>& all = ways.codes[i];
        if (lists) each_row(v, n, [&](std::size_t k, std::size_t j) { numberings_[o].local[k] = from[j]; });
        else scatter(to, v, begin, n, [&](std::size_t j) { return from[j] == no_version ? no_version : all[from[j]]; });
      }
    }
    return {};
  }

  // Gives the answers and the sets that the versions numbered for themselves the numbers of the whole
  // batch, in the order of the rows.
  maybe<error> number_alike(std::size_t begin, std::size_t n) {
    for (std::size_t i = 0; i != numberings_.size(); ++i) {
      numbering& of = numberings_[i];
      if (of.local.empty()) continue;
      const bool sets = i + 1 == numberings_.size();
      for (std::size_t v = 0; v != plan_.versions_.size(); ++v)
        if (sizes_[v] != 0) of.known[v].assign(own_codes(v, i, sets), no_version);
      for (std::size_t k = 0; k != n; ++k) {
        if (of.local[k] == no_version) continue;
        std::uint32_t& code = of.known[which_[k]][of.local[k]];
        if (code == no_version) code = sets ? sets_.find_or_add(results_[which_[k]].matched[of.local[k]]) : answer(which_[k], i, of.local[k]);
        of.local[k] = code;
      }
      const output_column& to = sets ? outputs_.matched : outputs_.values[i];
      const std::size_t codes = sets ? sets_.lists().size() : answers_[i].size();
      if (codes != 0 && codes - 1 > to.greatest()) return too_narrow(to, sets ? std::string("matched") : plan_.outputs_[i], codes);
      fill(to, begin, n, [&](std::size_t k) { return of.local[k]; });
    }
    return {};
  }
  // The i-th of all outputs among those of a version.
  std::size_t own_output(std::size_t v, std::size_t i) const noexcept {
    const list<std::uint32_t>& all = plan_.ways_[v].outputs;
    std::size_t o = 0;
    while (o != all.size() && all[o] != i) ++o;
    return o;
  }
  bool several(std::size_t v) const noexcept { return !single_hit(plan_.versions_[v].hit_policy()); }
  std::size_t own_codes(std::size_t v, std::size_t i, bool sets) const {
    if (sets) return results_[v].matched.size();
    const std::size_t o = own_output(v, i);
    if (o == plan_.ways_[v].outputs.size()) return 0;
    return several(v) ? results_[v].answers[o].size() : plan_.plans_[v].dictionary(o).size();
  }
  std::uint32_t answer(std::size_t v, std::size_t i, std::uint32_t local) {
    const std::size_t o = own_output(v, i);
    const std::span<const value> said = several(v) ? results_[v].answers[o][local] : plan_.plans_[v].dictionary(o).subspan(local, 1);
    // Lists are alike if their values are written alike.
    key_.clear();
    for (const value& one : said) {
      for (const char c : to_string(one.ref())) key_.push_back(static_cast<unsigned char>(c));
      key_.push_back(0x100);
    }
    const std::uint32_t code = answer_keys_[i].find_or_add({key_.data(), key_.size()});
    if (code == answers_[i].size()) answers_[i].push_back(said);
    return code;
  }

  const versions_plan& plan_;
  const input_column& days_;
  std::span<const named_column> named_;
  const versions_output& outputs_;
  const batch_options& options_;
  std::size_t rows_ = 0, block_ = 1;
  list<std::uint32_t> given_;  // of each input: its column
  list<std::uint8_t> used_;    // of each version: does a row call for it?
  list<std::uint32_t> which_;  // of each row of the block: its version
  list<std::size_t> sizes_;    // of each version, and of none: rows of the block
  list<std::size_t> first_of_, next_of_;  // of each version, and of none: its place in `rows_of_`
  list<std::uint32_t> rows_of_;           // the rows of the block, version by version
  list<std::uint64_t> gathered_;
  list<std::uint8_t> valid_;
  list<std::uint32_t> reasons_, codes_;
  list<double> numbers_;
  list<numbering> numberings_;  // of each output that is numbered, then of the sets
  list<list_finder> answer_keys_;
  list_finder sets_;
  std::vector<numbered_lists<value>> answers_;
  std::vector<batch_result> results_;
  list<std::uint32_t> key_;
};

}  // namespace detail

ECTP_DEF result<batch_result> versions_plan::decide(const input_column& days, std::span<const named_column> inputs,
                                                    const versions_output& outputs, const batch_options& options) const {
  return detail::versions_run(*this, days, inputs, outputs, options).run();
}

}  // namespace ectp::inline ECTP_ABI::policy
