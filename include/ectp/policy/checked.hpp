#pragma once
/// Policies that the compiler checks. A table is written in the program, as a text in the form of
/// table.hpp or as rows of cells; a table with a gap then does not compile, and the error names the
/// input that no rule covers:
///
///     struct path_source {
///       static constexpr std::string_view text =
///           "U,self,mentor,path\n"
///           ",in,in,out\n"
///           ",integer [0..5],\"low,high\",\"consolidate,extend\"\n"
///           "r1,>=4,high,extend\n"
///           "r2,>=4,low,consolidate\n"
///           "r3,<4,low,consolidate\n";
///     };
///     using path = policy::checked<path_source>;
///     static_assert(policy::sound<path>);      // error: no_rule_for<...{"self=0 mentor=high"}>
///
/// or, for a short one, `policy::checked_text<"U,...">`, or with rows instead of a text
///
///       static constexpr std::string_view rows[][4] = {{"U", "self", "mentor", "path"}, ...};
///
/// Checked are tables of at most 64 rules, 16 inputs and 32 KiB of text, whose columns have at most
/// 256 elementary cells and 16 KiB of text, and whose proof stays within a budget; tests do not name
/// other inputs, and strings in tests and lists have no escapes. Anything else is an error with a name
/// of its own, such as `policy_has_more_than_64_rules`, and never passes unproved.
///
/// Works with the compilers' default limits on g++ 12, clang 14 and clang 19. The umbrella does not
/// include this header.
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "ectp/core/config.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/policy/checked_message.hpp"
#include "ectp/policy/checked_table.hpp"
#include "ectp/policy/cover.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy {

// --- the errors: the compiler prints their names with their arguments -----------------------------

/// The table does not follow its format, or a cell does not suit its column.
template <auto... Said>
struct malformed_policy : std::false_type {
  static_assert(detail::never<Said...>, "malformed_policy: the table cannot be read");
};
/// More than 32 KiB of text.
template <auto... Said>
struct policy_is_longer_than_32_KiB : std::false_type {
  static_assert(detail::never<Said...>, "policy_is_longer_than_32_KiB: split the table, or read it at run time");
};
template <auto... Said>
struct policy_has_more_than_64_rules : std::false_type {
  static_assert(detail::never<Said...>, "policy_has_more_than_64_rules: split the table, or read it at run time");
};
template <auto... Said>
struct policy_has_more_than_16_inputs : std::false_type {
  static_assert(detail::never<Said...>, "policy_has_more_than_16_inputs: split the table, or read it at run time");
};
template <auto... Said>
struct policy_has_more_than_64_columns : std::false_type {
  static_assert(detail::never<Said...>, "policy_has_more_than_64_columns: split the table, or read it at run time");
};
/// Too many different values in the domain and the tests of one column.
template <auto... Said>
struct column_has_more_than_256_cells : std::false_type {
  static_assert(detail::never<Said...>, "column_has_more_than_256_cells: name fewer values in its domain and tests");
};
template <auto... Said>
struct column_lists_more_than_128_values : std::false_type {
  static_assert(detail::never<Said...>, "column_lists_more_than_128_values: read the table at run time");
};
template <auto... Said>
struct column_is_longer_than_16_KiB : std::false_type {
  static_assert(detail::never<Said...>, "column_is_longer_than_16_KiB: shorten its tests, or read the table at run time");
};
template <auto... Said>
struct test_names_another_input : std::false_type {
  static_assert(detail::never<Said...>, "test_names_another_input: nothing can be proved of such a table");
};
/// A string of a test or a list; they are taken as they stand in the text.
template <auto... Said>
struct string_has_an_escape : std::false_type {
  static_assert(detail::never<Said...>, "string_has_an_escape: write the character itself");
};
/// The rules are too entangled to be checked while compiling.
template <auto... Said>
struct proof_budget_exceeded : std::false_type {
  static_assert(detail::never<Said...>, "proof_budget_exceeded: split the table, or analyse it at run time");
};
/// An input for which there is neither a rule nor a default.
template <auto... Said>
struct no_rule_for : std::false_type {
  static_assert(detail::never<Said...>, "no_rule_for: the table has a gap");
};
/// Rules that no input ever comes to, by their ids.
template <auto... Said>
struct dead_rule : std::false_type {
  static_assert(detail::never<Said...>, "dead_rule: no input ever comes to it");
};
/// Two rules and an input for which both hold, though the hit policy does not say which decides.
template <auto... Said>
struct conflicting_rules : std::false_type {
  static_assert(detail::never<Said...>, "conflicting_rules: both rules hold, and the hit policy does not say which one decides");
};

template <class Source>
struct checked;

namespace detail {

// --- reading, one constant after another, so that each stays within the compilers' limits ----------

/// The text of rows of cells, as CSV.
template <std::size_t Size>
struct joined_rows {
  char chars[Size]{};
};
template <class Rows, class Put>
constexpr void join_rows(const Rows& rows, Put put) noexcept {
  for (const auto& row : rows) {
    bool first = true;
    for (const std::string_view cell : row) {
      if (!first) put(',');
      first = false;
      put('"');
      for (std::size_t i = 0; i != cell.size(); ++i) {
        if (cell.data()[i] == '"') put('"');
        put(cell.data()[i]);
      }
      put('"');
    }
    put('\n');
  }
}
template <class Source>
constexpr std::size_t joined_size() noexcept {
  std::size_t n = 0;
  join_rows(Source::rows, [&](char) { ++n; });
  return n;
}
template <class Source>
constexpr auto join() noexcept {
  joined_rows<joined_size<Source>()> out;
  std::size_t n = 0;
  join_rows(Source::rows, [&](char c) { out.chars[n++] = c; });
  return out;
}
template <class Source>
inline constexpr auto joined = join<Source>();

template <class Source>
constexpr std::string_view text_of() noexcept {
  if constexpr (requires { Source::text; }) return Source::text;
  else return {joined<Source>.chars, sizeof joined<Source>.chars};
}

template <class Source>
inline constexpr text_extent extent = measure(text_of<Source>());

template <class Source>
inline constexpr flaw encoding_flaw = check_encoding(text_of<Source>(), extent<Source>);

template <class Source, std::size_t Part>
constexpr auto make_sheet() noexcept;
template <class Source, std::size_t Part>
inline constexpr auto open_sheet = make_sheet<Source, Part>();
template <class Source, std::size_t Part>
constexpr auto make_sheet() noexcept {
  constexpr const text_extent& e = extent<Source>;
  sheet_reading<e.cells, e.doubled + 1> out;
  if constexpr (Part == 0) {
    out.in = csv::scanner(text_of<Source>());
    out.sheet.wrong = e.wrong;
    out.encoding = encoding_flaw<Source>;
  } else {
    out = open_sheet<Source, Part - 1>;
  }
  read_cells(out, sheet_part, Part + 1 == e.parts);
  return out;
}
template <class Source>
inline constexpr auto sheet = open_sheet<Source, extent<Source>.parts - 1>.sheet;

template <class Source>
constexpr auto make_frame() noexcept {
  checked_frame<sheet<Source>.width + 1> out;
  read_frame(sheet<Source>, out);
  return out;
}
template <class Source>
inline constexpr auto frame = make_frame<Source>();

template <class Source>
inline constexpr flaw id_flaw = check_ids(sheet<Source>, frame<Source>);

/// The number of inputs and outputs that can be read at all.
template <class Source>
inline constexpr std::size_t inputs = id_flaw<Source> ? 0 : frame<Source>.inputs;
template <class Source>
inline constexpr std::size_t outputs = id_flaw<Source> ? 0 : frame<Source>.outputs;

template <class Source, std::size_t Column>
inline constexpr column_extent column_size = measure_column(sheet<Source>, frame<Source>, Column);

template <class Source, std::size_t Column>
constexpr auto make_domain() noexcept {
  constexpr const column_extent& e = column_size<Source, Column>;
  checked_domain<room_for(e)> out;
  read_domain(sheet<Source>, frame<Source>, Column, e, out);
  return out;
}
template <class Source, std::size_t Column>
inline constexpr auto domain_of = make_domain<Source, Column>();

// The cells of an input: step 0 is its domain, each further step takes note of a part of its tests.
template <class Source, std::size_t Column, std::size_t Step>
constexpr auto make_axis() noexcept;
template <class Source, std::size_t Column, std::size_t Step>
inline constexpr auto open_axis = make_axis<Source, Column, Step>();
template <class Source, std::size_t Column, std::size_t Step>
constexpr auto make_axis() noexcept {
  checked_axis<room_for(column_size<Source, Column>)> out;
  if constexpr (Step == 0) {
    begin_axis(domain_of<Source, Column>, out);
  } else {
    out = open_axis<Source, Column, Step - 1>;
    mention_tests(sheet<Source>, frame<Source>, Column, column_size<Source, Column>.part[Step - 1], out);
  }
  return out;
}
template <class Source, std::size_t Column>
constexpr auto finish_axis() noexcept {
  auto out = open_axis<Source, Column, column_size<Source, Column>.parts>;
  close_axis(sheet<Source>, Column, out);
  return out;
}
template <class Source, std::size_t Column>
inline constexpr auto axis_of = finish_axis<Source, Column>();

// Where its tests hold, part by part.
template <class Source, std::size_t Column, std::size_t Part>
constexpr auto make_edges() noexcept;
template <class Source, std::size_t Column, std::size_t Part>
inline constexpr auto edges = make_edges<Source, Column, Part>();
template <class Source, std::size_t Column, std::size_t Part>
constexpr auto make_edges() noexcept {
  constexpr const column_extent& e = column_size<Source, Column>;
  test_edges<room_for(e)> out;
  if constexpr (Part != 0) out = edges<Source, Column, Part - 1>;
  mark_tests<room_for(e.tests)>(sheet<Source>, frame<Source>.first_rule, Column, e.part[Part], axis_of<Source, Column>, out);
  return out;
}
template <class Source, std::size_t Column>
constexpr auto make_cells() noexcept {
  constexpr std::size_t count = axis_of<Source, Column>.axis.size();
  checked_cells<count> out;
  find_cells(edges<Source, Column, column_size<Source, Column>.parts - 1>, count, out);
  return out;
}
template <class Source, std::size_t Column>
inline constexpr auto cells_of = make_cells<Source, Column>();

/// The column of an input or an output.
template <class Source, std::size_t I>
inline constexpr std::size_t position_of_input = frame<Source>.input[I];
template <class Source, std::size_t O>
inline constexpr std::size_t position_of_output = frame<Source>.output[O];

template <class Source, std::size_t I>
inline constexpr const auto& input_axis = axis_of<Source, position_of_input<Source, I>>;
template <class Source, std::size_t I>
inline constexpr const auto& input_cells = cells_of<Source, position_of_input<Source, I>>;

template <class Source, std::size_t Column>
constexpr auto make_values() noexcept {
  checked_axis<room_for(column_size<Source, Column>)> out;
  close_values(domain_of<Source, Column>, out);
  return out;
}
template <class Source, std::size_t Column>
inline constexpr auto values_of = make_values<Source, Column>();

// What an output says: step 0 is its default, each further step reads a part of the rules.
template <class Source, std::size_t Column, std::size_t Step>
constexpr auto make_output() noexcept;
template <class Source, std::size_t Column, std::size_t Step>
inline constexpr auto open_output = make_output<Source, Column, Step>();
template <class Source, std::size_t Column, std::size_t Step>
constexpr auto make_output() noexcept {
  constexpr const column_extent& e = column_size<Source, Column>;
  checked_output<frame<Source>.rules, e.escaped + 1> out;
  if constexpr (Step == 0) {
    begin_output(sheet<Source>, frame<Source>, Column, domain_of<Source, Column>, values_of<Source, Column>, out);
  } else {
    out = open_output<Source, Column, Step - 1>;
    read_values(sheet<Source>, frame<Source>, Column, e.part[Step - 1], domain_of<Source, Column>,
                values_of<Source, Column>, out);
  }
  return out;
}
template <class Source, std::size_t O>
inline constexpr const auto& output =
    open_output<Source, position_of_output<Source, O>, column_size<Source, position_of_output<Source, O>>.parts>;

template <class Source, std::size_t... I, std::size_t... O>
constexpr flaw find_flaw(std::index_sequence<I...>, std::index_sequence<O...>) noexcept {
  flaw out = id_flaw<Source>;
  if (out) return out;
  [[maybe_unused]] const auto take = [&](const flaw& f) { return static_cast<bool>(out = f); };
  if ((take(input_axis<Source, I>.wrong) || ...)) return out;
  if ((take(output<Source, O>.wrong) || ...)) return out;
  if constexpr (sizeof...(O) != 0) {
    const auto& first = output<Source, 0>;
    out = check_hit_policy(sheet<Source>, frame<Source>, (output<Source, O>.listed || ...), first.type, first.nullable);
  }
  return out;
}
/// The first thing that is wrong with the table.
template <class Source>
inline constexpr flaw first_flaw = find_flaw<Source>(std::make_index_sequence<inputs<Source>>(),
                                                     std::make_index_sequence<outputs<Source>>());

template <class Source>
struct flaw_message {
  static constexpr message make() noexcept {
    const flaw& f = first_flaw<Source>;
    message m;
    m.add("line ").add_number(f.at.line).add(", column ").add_number(f.at.column).add(": ");
    if (!f.rule.empty()) m.add("rule ").add(f.rule).add(", ");
    if (!f.column.empty()) m.add(f.column).add(": ");
    // Not in apostrophes, which compilers print with a backslash.
    if (!f.token.empty()) m.add("`").add(f.token.substr(0, 60)).add("` ");
    m.add(f.what);
    return m;
  }
  static constexpr message said = make();
};

template <class Source>
constexpr auto name_flaw() noexcept {
  constexpr flaw_kind kind = first_flaw<Source>.kind;
  if constexpr (kind == flaw_kind::none) return std::type_identity<std::true_type>();
  else if constexpr (kind == flaw_kind::malformed) return spell<malformed_policy, flaw_message<Source>>();
  else if constexpr (kind == flaw_kind::too_long) return spell<policy_is_longer_than_32_KiB, flaw_message<Source>>();
  else if constexpr (kind == flaw_kind::too_many_rules) return spell<policy_has_more_than_64_rules, flaw_message<Source>>();
  else if constexpr (kind == flaw_kind::too_many_inputs) return spell<policy_has_more_than_16_inputs, flaw_message<Source>>();
  else if constexpr (kind == flaw_kind::too_many_columns) return spell<policy_has_more_than_64_columns, flaw_message<Source>>();
  else if constexpr (kind == flaw_kind::too_many_cells) return spell<column_has_more_than_256_cells, flaw_message<Source>>();
  else if constexpr (kind == flaw_kind::list_too_long) return spell<column_lists_more_than_128_values, flaw_message<Source>>();
  else if constexpr (kind == flaw_kind::column_too_long) return spell<column_is_longer_than_16_KiB, flaw_message<Source>>();
  else if constexpr (kind == flaw_kind::names_input) return spell<test_names_another_input, flaw_message<Source>>();
  else return spell<string_has_an_escape, flaw_message<Source>>();
}
/// `std::true_type`, or the error that says what is wrong.
template <class Source>
using readable = typename decltype(name_flaw<Source>())::type;

// --- proving ------------------------------------------------------------------------------------------

/// The work that one constant may take.
inline constexpr std::size_t proof_step = 40'000;

/// The work that one proof may take.
template <class Source>
constexpr std::size_t budget_of() noexcept {
  if constexpr (requires { Source::budget; }) return Source::budget;
  else return 1'000'000;
}

template <class Source, std::size_t... I>
constexpr auto make_grid(std::index_sequence<I...>) noexcept {
  rule_grid<(input_cells<Source, I>.class_rules.size() + ... + 0)> out;
  out.rules = frame<Source>.rules;
  (out.add(input_cells<Source, I>.class_rules, input_cells<Source, I>.class_cells), ...);
  return out;
}
template <class Source>
inline constexpr auto source_grid = make_grid<Source>(std::make_index_sequence<inputs<Source>>());
template <class Source, std::size_t I>
constexpr column_pairs make_beside() noexcept {
  column_pairs out;
  look_beside(input_cells<Source, I>.class_rules, out);
  return out;
}
template <class Source, std::size_t I>
inline constexpr column_pairs beside = make_beside<Source, I>();
template <class Source, std::size_t... I>
constexpr rule_pairs make_pairs(std::index_sequence<I...>) noexcept {
  rule_pairs out;
  (out.add(I, beside<Source, I>), ...);
  return out;
}
template <class Source>
inline constexpr rule_pairs pairs = make_pairs<Source>(std::make_index_sequence<inputs<Source>>());

template <class Source, std::size_t... O>
constexpr rule_order make_order(std::index_sequence<O...>) noexcept {
  return find_order(frame<Source>.hit_policy, frame<Source>.rules, output<Source, O>...);
}
template <class Source>
inline constexpr rule_order order = make_order<Source>(std::make_index_sequence<outputs<Source>>());
template <class Source>
inline constexpr rule_conflict conflict = find_conflict(frame<Source>.hit_policy, source_grid<Source>, pairs<Source>, order<Source>);

template <class Source>
struct about_gap {
  static constexpr cover_questions questions = gap_questions(source_grid<Source>);
};
template <class Source>
struct about_dead_rules {
  static constexpr cover_questions questions = dead_rule_questions(frame<Source>.hit_policy, source_grid<Source>, order<Source>);
};

template <class Source, class About, std::size_t Step>
constexpr auto make_answers() noexcept;
/// The answers as far as they were found in the steps up to this one.
template <class Source, class About, std::size_t Step>
inline constexpr auto answers = make_answers<Source, About, Step>();
template <class Source, class About, std::size_t Step>
constexpr auto make_answers() noexcept {
  const auto from = [] {
    if constexpr (Step == 0) return cover_answers<sizeof source_grid<Source>.cells / sizeof(std::uint32_t)>{};
    else return answers<Source, About, Step - 1>;
  };
  constexpr std::size_t left = budget_of<Source>() - Step * proof_step;
  return resume(from(), source_grid<Source>, pairs<Source>, About::questions, left < proof_step ? left : proof_step);
}
template <class Source, class About, std::size_t Step = 0>
constexpr const auto& last_answers() noexcept {
  if constexpr (answers<Source, About, Step>.complete(About::questions) || (Step + 1) * proof_step >= budget_of<Source>())
    return answers<Source, About, Step>;
  else
    return last_answers<Source, About, Step + 1>();
}

/// An input without a rule; `proved` unless the budget ran out. Rules that share no input are counted
/// first: where they cover everything nothing needs to be looked for.
struct gap_finding {
  bool proved = true;
  grid_point at;
};
template <class Source>
constexpr bool has_no_gap() noexcept {
  return frame<Source>.default_row != 0 ||
         (pairs<Source>.disjoint() && covers_everything(source_grid<Source>, pairs<Source>) == count_says::yes);
}
template <class Source>
constexpr gap_finding find_gap() noexcept {
  if constexpr (has_no_gap<Source>()) {
    return {};
  } else {
    const auto& a = last_answers<Source, about_gap<Source>>();
    return {a.complete(about_gap<Source>::questions), a.last};
  }
}
template <class Source>
inline constexpr gap_finding gap = find_gap<Source>();

/// The rules that never decide, as bits.
struct dead_finding {
  bool proved = true;
  std::uint64_t rules = 0;
};
template <class Source>
constexpr dead_finding find_dead_rules() noexcept {
  constexpr bool counts = frame<Source>.single_hit() && !pairs<Source>.disjoint();
  if constexpr (!counts) {
    return {true, source_grid<Source>.all() & ~pairs<Source>.possible()};
  } else {
    const auto& a = last_answers<Source, about_dead_rules<Source>>();
    return {a.complete(about_dead_rules<Source>::questions), a.covered};
  }
}
template <class Source>
inline constexpr dead_finding dead_rules = find_dead_rules<Source>();

// --- what is said -------------------------------------------------------------------------------------

template <class Source, std::size_t... I>
constexpr void add_point(message& m, const grid_point& p, std::index_sequence<I...>) noexcept {
  const auto one = [&](std::size_t i, const value_ref& v) {
    if (i != 0) m.add(" ");
    m.add(sheet<Source>.trimmed(0, frame<Source>.input[i])).add("=").add_value(v);
  };
  (one(I, input_axis<Source, I>.axis.representative(p.cells[I])), ...);
}
template <class Source>
constexpr std::string_view id_of(std::size_t rule) noexcept {
  return sheet<Source>.trimmed(frame<Source>.first_rule + rule, 0);
}

template <class Source>
struct gap_message {
  static constexpr message make() noexcept {
    message m;
    add_point<Source>(m, gap<Source>.at, std::make_index_sequence<inputs<Source>>());
    return m;
  }
  static constexpr message said = make();
};
template <class Source>
struct dead_message {
  static constexpr message make() noexcept {
    message m;
    for (std::size_t r = 0; r != frame<Source>.rules; ++r)
      if ((dead_rules<Source>.rules >> r & 1) != 0) m.add(m.chars.empty() ? "" : " ").add(id_of<Source>(r));
    return m;
  }
  static constexpr message said = make();
};
template <class Source>
struct conflict_message {
  static constexpr message make() noexcept {
    message m;
    const rule_conflict& c = conflict<Source>;
    m.add(id_of<Source>(c.first)).add(" and ").add(id_of<Source>(c.second)).add(" for ");
    add_point<Source>(m, c.at, std::make_index_sequence<inputs<Source>>());
    return m;
  }
  static constexpr message said = make();
};
template <class About>
struct budget_message {
  static constexpr message said = message().add(About::value);
};
struct looking_for_gaps {
  static constexpr std::string_view value = "looking for gaps";
};
struct looking_for_dead_rules {
  static constexpr std::string_view value = "looking for dead rules";
};

template <class Source>
constexpr auto judge_gap() noexcept {
  if constexpr (!readable<Source>::value) return std::type_identity<readable<Source>>();
  else if constexpr (!gap<Source>.proved) return spell<proof_budget_exceeded, budget_message<looking_for_gaps>>();
  else if constexpr (gap<Source>.at.exists) return spell<no_rule_for, gap_message<Source>>();
  else return std::type_identity<std::true_type>();
}
template <class Source>
constexpr auto judge_dead_rules() noexcept {
  if constexpr (!readable<Source>::value) return std::type_identity<readable<Source>>();
  else if constexpr (!dead_rules<Source>.proved) return spell<proof_budget_exceeded, budget_message<looking_for_dead_rules>>();
  else if constexpr (dead_rules<Source>.rules != 0) return spell<dead_rule, dead_message<Source>>();
  else return std::type_identity<std::true_type>();
}
template <class Source>
constexpr auto judge_conflict() noexcept {
  if constexpr (!readable<Source>::value) return std::type_identity<readable<Source>>();
  else if constexpr (conflict<Source>.exists) return spell<conflicting_rules, conflict_message<Source>>();
  else return std::type_identity<std::true_type>();
}
/// The type that a judgement names.
template <class Judgement>
using judged = typename Judgement::type;

template <literal_text Text>
struct text_source {
  static constexpr std::string_view text = Text.view();
};

}  // namespace detail

// --- what is asserted -----------------------------------------------------------------------------------

/// Every input gets a rule or a default, whatever the hit policy does with several rules. True, or an
/// error: `no_rule_for<"...">` shows an input.
template <class Policy>
inline constexpr bool total = detail::judged<decltype(detail::judge_gap<typename Policy::source>())>::value;

/// Every rule decides for some input: it is among those that `table::decide` gives as hits. True, or
/// an error: `dead_rule<"...">` shows the ids.
template <class Policy>
inline constexpr bool no_dead_rule = detail::judged<decltype(detail::judge_dead_rules<typename Policy::source>())>::value;

/// UNIQUE: no two rules hold at once; ANY: only such as give the same; with other hit policies there
/// is nothing to prove. True, or an error: `conflicting_rules<"...">` shows two rules and an input.
template <class Policy>
inline constexpr bool deterministic = detail::judged<decltype(detail::judge_conflict<typename Policy::source>())>::value;

/// All of it: total, deterministic and free of dead rules.
template <class Policy>
inline constexpr bool sound = total<Policy> && deterministic<Policy> && no_dead_rule<Policy>;

// --- the policy -----------------------------------------------------------------------------------------

/// One value for each input, if there is such a point; and the rules that meet there.
template <std::size_t Inputs>
struct checked_point {
  bool exists = false;
  std::array<value_ref, Inputs> values{};
  std::uint32_t rule = none, other = none;  ///< of a conflict
};

/// A policy in the program's text. `Source` has a static constexpr `text`, a `std::string_view`, or
/// `rows`, an array of rows of `std::string_view`. A table that cannot be read is an error.
template <class Source>
struct checked {
  using source = Source;
  static_assert(detail::readable<Source>::value, "a checked policy that cannot be read");

  /// The table as CSV.
  static constexpr std::string_view text() noexcept { return detail::text_of<Source>(); }
  /// The same policy for run time. It reads what was checked, so that it has no errors but those of
  /// limits that the caller makes narrower.
  static result<policy::table> table(const read_options& options = {}) { return read_csv(text(), options); }

  static constexpr policy::hit_policy hit_policy() noexcept { return detail::frame<Source>.hit_policy; }
  static constexpr std::size_t rules() noexcept { return detail::frame<Source>.rules; }
  static constexpr std::size_t inputs() noexcept { return detail::inputs<Source>; }
  static constexpr std::size_t outputs() noexcept { return detail::outputs<Source>; }
  static constexpr bool has_defaults() noexcept { return detail::frame<Source>.default_row != 0; }
  /// Preconditions: the rule, the input or the output exists.
  static constexpr std::string_view rule_id(std::size_t rule) noexcept { return detail::id_of<Source>(rule); }
  static constexpr std::string_view input_name(std::size_t i) noexcept {
    return detail::sheet<Source>.trimmed(0, detail::frame<Source>.input[i]);
  }
  static constexpr std::string_view output_name(std::size_t i) noexcept {
    return detail::sheet<Source>.trimmed(0, detail::frame<Source>.output[i]);
  }

  /// What the rule puts out in the i-th output.
  static constexpr value_ref output(std::size_t rule, std::size_t i) noexcept {
    return said(i, [&](const auto& o) { return o.ref(o.said[rule]); });
  }
  /// What the i-th output is where no rule matches; null unless `has_defaults()`.
  static constexpr value_ref default_output(std::size_t i) noexcept {
    return said(i, [&](const auto& o) { return o.ref(o.fallback); });
  }
  /// The i-th output of an outcome: its rule's, or the default; null if it was not decided.
  static constexpr value_ref output(const outcome& o, std::size_t i) noexcept {
    if (o.status != rule_status::decided) return {};
    return o.rule == none ? default_output(i) : output(o.rule, i);
  }

  /// The elementary cell of a value of the i-th input; `no_cell` if it does not belong to it.
  static constexpr std::uint32_t cell_of(std::size_t i, const value_ref& v) noexcept {
    return of_input(i, [&](const auto& a, const auto&) { return a.cell_of(v); });
  }
  /// The number of elementary cells of the i-th input.
  static constexpr std::uint32_t cells(std::size_t i) noexcept {
    return of_input(i, [](const auto& a, const auto&) { return a.size(); });
  }

  /// Decides as `table::decide` does, on one value for each input in the order of the columns:
  /// `path::decide(4, "high")`, with `nullptr` for null. Allocates nothing. For hit policies by which
  /// one rule decides; there are no lists here.
  template <class... Values>
    requires(sizeof...(Values) == detail::inputs<Source> && (std::is_convertible_v<const Values&, value_ref> && ...))
  static constexpr outcome decide(const Values&... values) noexcept {
    const value_ref all[] = {value_ref(values)...};
    return decide(std::span<const value_ref>(all));
  }
  /// The same on a list of values; too few or too many are `invalid_input`.
  static constexpr outcome decide(std::span<const value_ref> values) noexcept {
    std::uint64_t rules = ~std::uint64_t{0};
    const std::size_t read = take(values, rules, std::make_index_sequence<inputs()>());
    if (read != inputs() || values.size() != inputs()) return refused(read);
    return decide_among(rules);
  }
  /// The same on named values in any order. A name that is no input, or stands twice, is
  /// `invalid_input` without an input; an input that is not named is `invalid_input` too.
  static constexpr outcome decide(std::initializer_list<named_value> values) noexcept {
    std::array<value_ref, inputs()> found{};
    std::array<bool, inputs()> given{};
    for (const named_value& v : values) {
      std::size_t i = 0;
      while (i != inputs() && input_name(i) != v.name) ++i;
      if (i == inputs() || given[i]) return refused(none);
      given[i] = true;
      found[i] = v.value;
    }
    for (std::size_t i = 0; i != inputs(); ++i)
      if (!given[i]) return refused(i);
    return decide(std::span<const value_ref>(found));
  }
  /// The same on one elementary cell for each input. Precondition: each is one of its input.
  static constexpr outcome decide_cells(std::span<const std::uint32_t> cells) noexcept {
    std::uint64_t rules = ~std::uint64_t{0};
    for (std::size_t i = 0; i != inputs(); ++i)
      rules &= of_input(i, [&](const auto&, const auto& of_cell) { return of_cell[cells[i]]; });
    return decide_among(rules);
  }

  /// An input without a rule and a default. What `total` asserts, without an error.
  static constexpr checked_point<inputs()> find_gap() noexcept {
    static_assert(detail::gap<Source>.proved, "proof_budget_exceeded: looking for gaps");
    return point(detail::gap<Source>.at);
  }
  /// Two rules that hold at once and must not, and where. What `deterministic` asserts.
  static constexpr checked_point<inputs()> find_conflict() noexcept {
    checked_point<inputs()> out = point(detail::conflict<Source>.at);
    if (!out.exists) return out;
    out.rule = static_cast<std::uint32_t>(detail::conflict<Source>.first);
    out.other = static_cast<std::uint32_t>(detail::conflict<Source>.second);
    return out;
  }
  /// Does the rule never decide? What `no_dead_rule` asserts.
  static constexpr bool is_dead(std::size_t rule) noexcept {
    static_assert(detail::dead_rules<Source>.proved, "proof_budget_exceeded: looking for dead rules");
    return (detail::dead_rules<Source>.rules >> rule & 1) != 0;
  }

 private:
  static constexpr outcome refused(std::size_t input) noexcept {
    return {rule_status::invalid_input, none, none, static_cast<std::uint32_t>(input)};
  }
  // Keeps the rules that hold for the values, up to one that does not belong; how many belonged.
  template <std::size_t... I>
  static constexpr std::size_t take(std::span<const value_ref> values, std::uint64_t& rules, std::index_sequence<I...>) noexcept {
    std::size_t read = 0;
    (void)((I < values.size() && keep<I>(values[I], rules) && (++read, true)) && ...);
    return read;
  }
  template <std::size_t I>
  static constexpr bool keep(const value_ref& v, std::uint64_t& rules) noexcept {
    const std::uint32_t cell = detail::input_axis<Source, I>.axis.cell_of(v);
    if (cell == no_cell) return false;
    rules &= detail::input_cells<Source, I>.rules[cell];
    return true;
  }
  static constexpr outcome decide_among(std::uint64_t rules) noexcept {
    static_assert(detail::frame<Source>.single_hit(), "compile_time_decide_is_for_single_hit_policies");
    return detail::decide_among(hit_policy(), rules, detail::order<Source>, has_defaults());
  }
  // Calls f with the i-th input, whose type depends on i.
  template <class F, std::size_t I = 0>
  static constexpr std::uint64_t of_input_at(std::size_t i, const F& f) noexcept {
    if constexpr (I + 1 < inputs()) {
      if (i != I) return of_input_at<F, I + 1>(i, f);
    }
    return f(detail::input_axis<Source, I>.axis, detail::input_cells<Source, I>.rules);
  }
  template <class F>
  static constexpr auto of_input(std::size_t i, const F& f) noexcept {
    return static_cast<decltype(f(detail::input_axis<Source, 0>.axis, detail::input_cells<Source, 0>.rules))>(of_input_at(i, f));
  }
  template <std::size_t I = 0, class F>
  static constexpr value_ref said(std::size_t i, const F& f) noexcept {
    if constexpr (I + 1 < outputs()) {
      if (i != I) return said<I + 1>(i, f);
    }
    return f(detail::output<Source, I>);
  }
  template <std::size_t... I>
  static constexpr void fill(checked_point<inputs()>& out, const detail::grid_point& p, std::index_sequence<I...>) noexcept {
    ((out.values[I] = detail::input_axis<Source, I>.axis.representative(p.cells[I])), ...);
  }
  static constexpr checked_point<inputs()> point(const detail::grid_point& p) noexcept {
    checked_point<inputs()> out;
    out.exists = p.exists;
    if (p.exists) fill(out, p, std::make_index_sequence<inputs()>());
    return out;
  }
};

/// A policy in a literal: `checked_text<"U,...\n...">`. For short tables, since the compiler's messages
/// repeat the text.
template <literal_text Text>
using checked_text = checked<detail::text_source<Text>>;

}  // namespace ectp::inline ECTP_ABI::policy
