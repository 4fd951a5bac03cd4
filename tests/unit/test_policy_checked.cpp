#include <catch2/catch.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "ectp/policy/analyse.hpp"
#include "ectp/policy/checked.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/table.hpp"
#include "support/allocations.hpp"
#include "support/policy_generator.hpp"

using namespace ectp;
using policy::checked_text;
using policy::rule_status;
using policy::value_ref;

// --- the same functions at run time, with more room than any table here needs -----------------------
namespace {

namespace at_run_time {
using namespace ectp::policy::detail;

constexpr std::size_t most_cells = 8'192, room = 1'024, most_columns = 64, most_classes = 4'096;

struct input {
  checked_domain<room> domain;
  checked_axis<room> axis;
  checked_cells<room> cells;
};
struct output {
  checked_domain<room> domain;
  checked_axis<room> values;
  checked_output<policy::most_checked_rules, policy::most_checked_bytes> said;
};

class policy_of {
 public:
  explicit policy_of(const std::string& text) : text_(text) {
    const text_extent e = measure(text_);
    wrong = e.wrong;
    if (wrong) return;
    REQUIRE(e.cells <= most_cells);
    sheet_ = std::make_unique<sheet_reading<most_cells, policy::most_checked_bytes>>();
    sheet_->in = csv::scanner(text_);
    sheet_->encoding = check_encoding(text_, e);
    for (std::size_t p = 0; p != e.parts; ++p) read_cells(*sheet_, sheet_part, p + 1 == e.parts);
    const auto& sheet = sheet_->sheet;
    REQUIRE(sheet.width < most_columns);
    read_frame(sheet, frame);
    wrong = frame.wrong;
    if (!wrong) wrong = check_ids(sheet, frame);
    if (wrong) return;
    for (std::size_t i = 0; i != frame.inputs; ++i) read_input(frame.input[i]);
    for (std::size_t i = 0; i != frame.outputs; ++i) read_output(frame.output[i]);
    if (!wrong) {
      bool listed = false;
      for (const auto& o : outputs) listed = listed || o->said.listed;
      wrong = check_hit_policy(sheet, frame, listed, outputs[0]->said.type, outputs[0]->said.nullable);
    }
    if (wrong) return;
    grid.rules = frame.rules;
    for (const auto& i : inputs) grid.add(i->cells.class_rules, i->cells.class_cells);
    for (std::size_t i = 0; i != inputs.size(); ++i) {
      column_pairs column;
      look_beside(inputs[i]->cells.class_rules, column);
      pairs.add(i, column);
    }
    for (const auto& o : outputs) {
      if (frame.hit_policy == policy::hit_policy::any) compare_outputs(o->said, frame.rules, order);
      if (frame.hit_policy == policy::hit_policy::priority) rank_by(o->said, frame.rules, order);
    }
    go_before(frame.rules, order);
    conflict = find_conflict(frame.hit_policy, grid, pairs, order);
  }

  grid_point gap() const { return answer(gap_questions(grid)).last; }
  std::uint64_t dead_rules(std::size_t step) const {
    if (!frame.single_hit()) return grid.all() & ~pairs.possible();
    return answer(dead_rule_questions(frame.hit_policy, grid, order), step).covered;
  }
  policy::outcome decide(const std::vector<std::uint32_t>& cells) const {
    std::uint64_t rules = ~std::uint64_t{0};
    for (std::size_t i = 0; i != inputs.size(); ++i) rules &= inputs[i]->cells.rules[cells[i]];
    return decide_among(frame.hit_policy, rules, order, frame.default_row != 0);
  }

  flaw wrong;
  checked_frame<most_columns> frame;
  std::vector<std::unique_ptr<input>> inputs;
  std::vector<std::unique_ptr<output>> outputs;
  rule_grid<most_classes> grid;
  rule_pairs pairs;
  rule_order order;
  rule_conflict conflict;

 private:
  void read_input(std::size_t column) {
    const auto& sheet = sheet_->sheet;
    const column_extent e = measure_column(sheet, frame, column);
    auto in = std::make_unique<input>();
    read_domain(sheet, frame, column, e, in->domain);
    begin_axis(in->domain, in->axis);
    for (std::size_t p = 0; p != e.parts; ++p) mention_tests(sheet, frame, column, e.part[p], in->axis);
    close_axis(sheet, column, in->axis);
    if (!wrong) wrong = in->axis.wrong;
    if (wrong) return;
    CHECK(room_for(e) >= in->axis.axis.points().size() * 2 + 2);
    test_edges<room> edges;
    for (std::size_t p = 0; p != e.parts; ++p)
      mark_tests<512>(sheet, frame.first_rule, column, e.part[p], in->axis, edges);
    CHECK_FALSE(edges.overflowed);
    find_cells(edges, in->axis.axis.size(), in->cells);
    inputs.push_back(std::move(in));
  }
  void read_output(std::size_t column) {
    const auto& sheet = sheet_->sheet;
    const column_extent e = measure_column(sheet, frame, column);
    auto out = std::make_unique<output>();
    read_domain(sheet, frame, column, e, out->domain);
    close_values(out->domain, out->values);
    begin_output(sheet, frame, column, out->domain, out->values, out->said);
    for (std::size_t p = 0; p != e.parts; ++p)
      read_values(sheet, frame, column, e.part[p], out->domain, out->values, out->said);
    if (!wrong) wrong = out->said.wrong;
    outputs.push_back(std::move(out));
  }
  cover_answers<most_classes> answer(const cover_questions& q, std::size_t step = 1'000) const {
    auto a = std::make_unique<cover_answers<most_classes>>();
    for (int i = 0; i != 100'000 && !a->complete(q); ++i) *a = resume(*a, grid, pairs, q, step);
    REQUIRE(a->complete(q));
    return *a;
  }

  std::string text_;
  std::unique_ptr<sheet_reading<most_cells, policy::most_checked_bytes>> sheet_;
};

}  // namespace at_run_time

// --- what a table does, by trying everything ----------------------------------------------------------

struct findings {
  bool gap = false, conflict = false;
  std::uint64_t dead = 0;
};

// Calls f with every combination of elementary cells; false if there are too many.
template <class F>
bool for_each_point(const policy::table& t, const F& f) {
  double points = 1;
  for (std::size_t i = 0; i != t.inputs().size(); ++i) points *= t.axis(i).size();
  if (points > 300'000) return false;
  std::vector<std::uint32_t> cells(t.inputs().size());
  for (std::size_t i = 0; i != cells.size();) {
    if (i == 0) f(cells);
    if (++cells[i] != t.axis(i).size()) i = 0;
    else cells[i++] = 0;
  }
  return true;
}

bool try_everything(const policy::table& t, findings& out) {
  std::uint64_t alive = 0;
  policy::scratch work = t.make_scratch();
  const bool done = for_each_point(t, [&](const std::vector<std::uint32_t>& cells) {
    const policy::outcome o = t.decide_cells(cells, work);
    out.gap = out.gap || (o.rule == policy::none && !t.has_defaults());
    out.conflict = out.conflict || o.status == rule_status::conflict;
    for (const std::uint32_t r : work.hits()) alive |= std::uint64_t{1} << r;
  });
  out.dead = (t.rules() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << t.rules()) - 1) & ~alive;
  return done;
}

// What the compiler found out about a policy, against trying everything at run time.
template <class Policy>
void compare() {
  const result<policy::table> read = Policy::table();
  REQUIRE(read);
  const policy::table& t = *read;
  INFO(Policy::text());
  REQUIRE(t.rules() == Policy::rules());
  REQUIRE(t.inputs().size() == Policy::inputs());
  REQUIRE(t.outputs().size() == Policy::outputs());
  CHECK(t.hit_policy() == Policy::hit_policy());
  CHECK(t.has_defaults() == Policy::has_defaults());
  for (std::size_t r = 0; r != t.rules(); ++r) CHECK(t.rule_id(r) == Policy::rule_id(r));
  for (std::size_t o = 0; o != t.outputs().size(); ++o) {
    CHECK(t.output(o).name == Policy::output_name(o));
    CHECK(t.default_output(o) == Policy::default_output(o));
    for (std::size_t r = 0; r != t.rules(); ++r) CHECK(t.output(r, o) == Policy::output(r, o));
  }
  for (std::size_t i = 0; i != t.inputs().size(); ++i) {
    CHECK(t.input(i).name == Policy::input_name(i));
    REQUIRE(t.axis(i).size() == Policy::cells(i));
    for (std::uint32_t c = 0; c != t.axis(i).size(); ++c)
      CHECK(Policy::cell_of(i, t.axis(i).representative(c)) == c);
  }
  findings f;
  REQUIRE(try_everything(t, f));
  policy::scratch work = t.make_scratch();
  constexpr auto gap = Policy::find_gap();
  CHECK(gap.exists == f.gap);
  if (gap.exists) {
    const policy::outcome o = t.decide(gap.values, work);
    CHECK(o.rule == policy::none);
    CHECK(o.status != rule_status::invalid_input);
  }
  constexpr auto conflict = Policy::find_conflict();
  CHECK(conflict.exists == f.conflict);
  if (conflict.exists) {
    const policy::outcome o = t.decide(conflict.values, work);
    CHECK(o.status == rule_status::conflict);
    std::vector<std::uint32_t> cells;
    for (std::size_t i = 0; i != Policy::inputs(); ++i) cells.push_back(t.axis(i).cell_of(conflict.values[i]));
    for (const std::uint32_t r : {conflict.rule, conflict.other})
      for (std::size_t i = 0; i != cells.size(); ++i) CHECK(t.holds(r, i, cells[i]));
  }
  for (std::size_t r = 0; r != t.rules(); ++r) CHECK(Policy::is_dead(r) == ((f.dead >> r & 1) != 0));
  if constexpr (policy::single_hit(Policy::hit_policy()))
    for_each_point(t, [&](const std::vector<std::uint32_t>& cells) {
      const policy::outcome o = t.decide_cells(cells, work);
      REQUIRE(Policy::decide_cells(cells) == o);
      std::vector<value_ref> values;
      for (std::size_t i = 0; i != cells.size(); ++i) values.push_back(t.axis(i).representative(cells[i]));
      REQUIRE(Policy::decide(values) == o);
    });
}

}  // namespace

// --- the example of the header ---------------------------------------------------------------------------
namespace {

struct path_source {
  static constexpr std::string_view text =
      "U,self,mentor,path\n"
      ",in,in,out\n"
      ",integer [0..5],\"low,high\",\"consolidate,extend\"\n"
      "r1,>=4,high,extend\n"
      "r2,>=4,low,consolidate\n"
      "r3,<4,-,consolidate\n";
};
using path = policy::checked<path_source>;

static_assert(policy::total<path>);
static_assert(policy::deterministic<path>);
static_assert(policy::no_dead_rule<path>);
static_assert(policy::sound<path>);

static_assert(path::hit_policy() == policy::hit_policy::unique);
static_assert(path::rules() == 3 && path::inputs() == 2 && path::outputs() == 1);
static_assert(path::rule_id(2) == "r3" && path::input_name(1) == "mentor" && path::output_name(0) == "path");
static_assert(path::decide({{"mentor", "high"}, {"self", 4}}).rule == 0);
static_assert(path::output(path::decide({{"self", 3}, {"mentor", "high"}}), 0) == value_ref("consolidate"));
static_assert(path::decide({{"self", 6}, {"mentor", "high"}}) ==
              policy::outcome{rule_status::invalid_input, policy::none, policy::none, 0});
static_assert(path::decide({{"self", 1}, {"mentor", "mid"}}).input == 1);
static_assert(path::decide({{"self", 1}}) ==
              policy::outcome{rule_status::invalid_input, policy::none, policy::none, 1});
static_assert(path::decide({{"self", 1}, {"mentor", "low"}, {"tutor", "low"}}).input == policy::none);
static_assert(path::decide({{"self", 1}, {"self", 1}}).status == rule_status::invalid_input);
static_assert(path::decide(4, "high").rule == 0 && path::decide(4, std::string_view("low")).rule == 1);
static_assert(path::decide("high", 4).input == 0 && path::decide(3.5, "high").input == 0 && path::decide(4, nullptr).input == 1);

// The same with a gap, whose place can be asked for without an error.
struct gap_source {
  static constexpr std::string_view text =
      "U,self,mentor,path\n"
      ",in,in,out\n"
      ",integer [0..5],\"low,high\",\"consolidate,extend\"\n"
      "r1,>=4,high,extend\n"
      "r2,>=4,low,consolidate\n"
      "r3,<4,low,consolidate\n";
};
using with_gap = policy::checked<gap_source>;
static_assert(with_gap::find_gap().exists);
static_assert(with_gap::find_gap().values[0] == value_ref(0) && with_gap::find_gap().values[1] == value_ref("high"));
static_assert(with_gap::decide(with_gap::find_gap().values).status == rule_status::no_rule);
static_assert(policy::deterministic<with_gap> && policy::no_dead_rule<with_gap>);

// As rows of cells, the blanks and quotes as they are.
struct rows_source {
  static constexpr std::string_view rows[][4] = {
      {"U", "self", "mentor", "path"},
      {"", "in", "in", "out"},
      {"", "integer [0..5]", "low,\"high\"", "consolidate,extend"},
      {"#default", "", "", "consolidate"},
      {"r1", ">=4", "high", "extend"},
  };
};
using from_rows = policy::checked<rows_source>;
static_assert(policy::sound<from_rows>);
static_assert(from_rows::has_defaults() && from_rows::default_output(0) == value_ref("consolidate"));
static_assert(from_rows::output(from_rows::decide({{"self", 5}, {"mentor", "low"}}), 0) == value_ref("consolidate"));
static_assert(from_rows::decide({{"self", 5}, {"mentor", "low"}}).rule == policy::none);

struct array_source {
  static constexpr std::array<std::array<std::string_view, 3>, 5> rows = {{
      {"F", "a", "b"}, {"", "in", "out"}, {"", "boolean", "string"}, {"r1", "true", "so, \"it\" is"}, {"r2", "", "not"}}};
};
using from_array = policy::checked<array_source>;
static_assert(policy::sound<from_array>);
static_assert(from_array::output(0, 0) == value_ref("so, \"it\" is"));

// The rows of the header that decide nothing, and a default of null where the output cannot be null.
using with_header = checked_text<
    "F,a,b,x,y,why\n"
    ",in,in,out,out,note\n"
    ",boolean,\"1,2,5, null\",integer [0..9],string,\n"
    "#valid,2025-09-01.. 2026-08-31,,,,\n"
    "#version,1.2.0-rc.1,,,,\n"
    "#default,,,null,none,\n"
    "#id,advice,,,,\n"
    "#label,A,,,,because\n"
    "#change,fixed,actionable,,,\n"
    "#unit,,weeks,,,\n"
    "#source,,,book,,\n"
    "r1,true,\"<2,null\",1,one,\n"
    "r2,false,5,2,five,\n">;
static_assert(policy::sound<with_header>);
static_assert(with_header::default_output(0) == value_ref() && with_header::default_output(1) == value_ref("none"));
static_assert(with_header::decide(true, nullptr).rule == 0);

// The parser of both times keeps no string: what it makes in fixed storage is bytes and views.
static_assert(std::is_trivially_copyable_v<policy::literal> && std::is_trivially_copyable_v<policy::unary_test>);
static_assert(std::is_trivially_copyable_v<policy::basic_domain<policy::fixed_storage<8>>>);
static_assert(std::is_trivially_copyable_v<policy::basic_axis<policy::fixed_storage<8>>>);

// What the compiler is to print is ASCII.
static_assert(policy::detail::message().add("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 \xC3").view() == "caf\\u00E9 \\u20AC \\U01F600 ");
static_assert(policy::detail::message().add_value("a\xC3\xA9\"\n").view() == "\"a\\u00E9\\\" \"");

}  // namespace

TEST_CASE("a policy in the program is the policy at run time", "[policy][checked]") {
  compare<path>();
  compare<with_gap>();
  compare<from_rows>();
  compare<from_array>();
  compare<with_header>();
  CHECK(from_array::text() == "\"F\",\"a\",\"b\"\n\"\",\"in\",\"out\"\n\"\",\"boolean\",\"string\"\n"
                              "\"r1\",\"true\",\"so, \"\"it\"\" is\"\n\"r2\",\"\",\"not\"\n");
  const auto t = path::table({"path", "path.csv", {}});
  REQUIRE(t);
  CHECK(t->name() == "path");
  CHECK(to_string(t->rule_location(1)) == "path.csv:5:1");
  // Nothing is a constant here: the same functions serve run time.
  std::vector<value_ref> values = {value_ref(4), value_ref("high")};
  CHECK(path::decide(values).rule == 0);
  values.pop_back();
  CHECK(path::decide(values).input == 1);
  values = {value_ref(4), value_ref("high"), value_ref()};
  CHECK(path::decide(values).status == rule_status::invalid_input);
}

TEST_CASE("deciding by a checked policy allocates nothing", "[policy][checked]") {
  {
    const std::size_t before = allocations;
    ::operator delete(::operator new(path::inputs()));
    const std::size_t counted = allocations - before;
    REQUIRE(counted == 1);
  }
  generate::source random(5);
  const std::vector<std::string> views = {"low", "high", "neither of the two, and too long for a short string"};
  std::size_t extend = 0, refused = 0;
  const std::size_t before = allocations;
  for (int k = 0; k != 10'000; ++k) {
    const auto self = random.between(-1, 6);
    const std::string_view mentor = random.of(views);
    const policy::outcome o = path::decide(self, mentor);
    extend += path::output(o, 0) == value_ref("extend");
    refused += o.status == rule_status::invalid_input;
    const value_ref both[] = {self, mentor};
    if (path::decide(both) != o || path::decide({{"mentor", mentor}, {"self", self}}) != o) FAIL("decides differently");
  }
  CHECK(allocations == before);
  CHECK(extend > 500);
  CHECK(refused > 2'000);
}

TEST_CASE("small policies, by the compiler and by trying everything", "[policy][checked]") {
  compare<checked_text<
      "U,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],boolean,integer [0..9]\n"
      "r1,<5,true,1\n"
      "r2,>=5,true,2\n"
      "r3,-,false,3\n">>();
  compare<checked_text<
      "U,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],boolean,integer [0..9]\n"
      "r1,<=5,true,1\n"
      "r2,>=5,true,2\n"
      "r3,-,false,3\n">>();
  compare<checked_text<
      "U,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],boolean,integer [0..9]\n"
      "r1,<5,true,1\n"
      "r2,>5,true,2\n"
      "r3,-,false,3\n">>();
  compare<checked_text<
      "U,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],boolean,integer [0..9]\n"
      "r1,<5,true,1\n"
      "r2,not(<5),-,2\n"
      "r3,-,false,3\n">>();
  compare<checked_text<
      "U,a,b,x\n"
      ",in,in,out\n"
      ",number [0..1],\"boolean, null\",integer [0..9]\n"
      "r1,[0..0.5),true,1\n"
      "r2,[0.5..1],true,2\n"
      "r3,-,not(true),3\n">>();
  compare<checked_text<
      "U,a,b,x\n"
      ",in,in,out\n"
      ",number [0..1],\"boolean, null\",integer [0..9]\n"
      "r1,[0..0.5),true,1\n"
      "r2,(0.5..1],true,2\n"
      "r3,-,false,3\n">>();
  compare<checked_text<
      "U,a,b,x\n"
      ",in,in,out\n"
      ",number,\"low,mid,high\",integer [0..9]\n"
      "r1,<0,-,1\n"
      "r2,>=0,low,2\n"
      "r3,>=0,\"mid,high\",3\n">>();
  compare<checked_text<
      "U,a,b,x\n"
      ",in,in,out\n"
      ",\"number, null\",\"low,mid,high\",integer [0..9]\n"
      "r1,<0,-,1\n"
      "r2,>=0,low,2\n"
      "r3,>=0,\"mid,high\",3\n">>();
  compare<checked_text<
      "U,a,b,x\n"
      ",in,in,out\n"
      ",\"number, null\",\"low,mid,high\",integer [0..9]\n"
      "r1,<0,-,1\n"
      "r2,not(<0),low,2\n"
      "r3,>=0,\"mid,high\",3\n"
      "r4,null,not(low),4\n"
      "r5,null,low,5\n">>();
  compare<checked_text<
      "A,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],\"low,mid,high\",integer [0..9]\n"
      "r1,<5,-,1\n"
      "r2,-,low,1\n"
      "r3,>=5,\"mid,high\",2\n">>();
  compare<checked_text<
      "A,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],\"low,mid,high\",integer [0..9]\n"
      "r1,<5,-,1\n"
      "r2,-,low,2\n"
      "r3,>=5,\"mid,high\",2\n">>();
  compare<checked_text<
      "A,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],\"low,mid,high\",integer [0..9]\n"
      "r1,-,low,1\n"
      "r2,<5,low,1\n"
      "r3,>=5,-,1\n"
      "r4,<5,not(low),3\n">>();
  compare<checked_text<
      "A,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],\"low,mid,high\",integer [0..9]\n"
      "r1,<5,-,1\n"
      "r2,<5,low,2\n"
      "r3,>=5,mid,2\n">>();
  compare<checked_text<
      "A,a,b,x\n"
      ",in,in,out\n"
      ",\"string, null\",\"low,mid,high\",\"integer [0..9], null\"\n"
      "r1,\"\"\"x\"\"\",-,1\n"
      "r2,null,-,2\n"
      "r3,not(null),low,1\n">>();
  compare<checked_text<
      "P,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],\"low,mid,high\",\"c,b,a\"\n"
      "r1,-,low,a\n"
      "r2,<5,-,b\n"
      "r3,>3,-,c\n"
      "r4,3,mid,a\n">>();
  compare<checked_text<
      "P,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],\"low,mid,high\",\"c,b,a\"\n"
      "r1,-,-,c\n"
      "r2,<5,-,b\n"
      "r3,>3,-,a\n"
      "r4,3,mid,b\n">>();
  compare<checked_text<
      "P,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],\"low,mid,high\",\"c,b,a, null\"\n"
      "r1,-,-,null\n"
      "r2,<5,-,b\n"
      "r3,>3,-,a\n"
      "r4,3,mid,b\n"
      "r5,9,high,\n">>();
  compare<checked_text<
      "F,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],\"low,mid,high\",integer [0..9]\n"
      "r1,<5,-,1\n"
      "r2,<3,low,2\n"
      "r3,-,-,3\n">>();
  compare<checked_text<
      "F,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],\"low,mid,high\",integer [0..9]\n"
      "r1,<5,-,1\n"
      "r2,>=5,low,2\n"
      "r3,-,\"mid,high\",3\n"
      "r4,7,high,4\n"
      "r5,-,low,5\n">>();
  compare<checked_text<
      "F,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],\"ordered: low,mid,high, null\",integer [0..9]\n"
      "r1,<5,>=mid,1\n"
      "r2,>=5,null,2\n"
      "r3,-,[low..mid],3\n"
      "r4,7,high,4\n"
      "r5,-,null,5\n">>();
  compare<checked_text<
      "F,a,b,x\n"
      ",in,in,out\n"
      ",\"0,0.5,1\",\"ordered: low,mid,high, null\",integer [0..9]\n"
      "r1,>0,>=mid,1\n"
      "r2,0.5,null,2\n"
      "r3,-,[low..mid],3\n"
      "r4,0,high,4\n"
      "r5,-,null,5\n">>();
  compare<checked_text<
      "F,a,b,x\n"
      ",in,in,out\n"
      ",date >= 2025-09-01,boolean,integer [0..9]\n"
      "r1,<2025-10-01,-,1\n"
      "r2,[2025-10-01..2026-01-01),true,2\n"
      "r3,\"date(\"\"2026-01-01\"\")\",-,3\n"
      "r4,> 2026-01-01,false,4\n">>();
  compare<checked_text<
      "F,a,b,x\n"
      ",in,in,out\n"
      ",time,boolean,integer [0..9]\n"
      "r1,<12:00,-,1\n"
      "r2,>=12:00,true,2\n"
      "r3,>= 18:00,false,3\n"
      "r4,12:00,-,4\n">>();
  compare<checked_text<
      "F,a,b,x\n"
      ",in,in,out\n"
      ",\"date and time, null\",days and time duration,integer [0..9]\n"
      "r1,<2025-10-01T12:00,-,1\n"
      "r2,>=2025-10-01T12:00,<P1D,2\n"
      "r3,null,>=P1D,3\n"
      "r4,-,>=PT24H,4\n">>();
  compare<checked_text<
      "F,a,b,x\n"
      ",in,in,out\n"
      ",years and months duration >= P1Y,boolean,integer [0..9]\n"
      "r1,<P2Y,-,1\n"
      "r2,>P2Y,true,2\n"
      "r3,P24M,-,3\n"
      "r4,-,true,4\n">>();
  compare<checked_text<
      "R,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],\"low,mid,high\",integer [0..9]\n"
      "r1,<5,-,1\n"
      "r2,<3,low,2\n"
      "r3,>=4,mid,3\n">>();
  compare<checked_text<
      "R,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],\"low,mid,high\",integer [0..9]\n"
      "#default,,,0\n"
      "r1,<5,-,1\n"
      "r2,not(>=0),low,2\n"
      "r3,>=4,mid,3\n">>();
  compare<checked_text<
      "O,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],\"low,mid,high\",\"a,b,c\"\n"
      "r1,<5,-,c\n"
      "r2,<3,low,a\n"
      "r3,>=4,mid,b\n">>();
  compare<checked_text<
      "C,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],\"low,mid,high\",integer [0..9]\n"
      "r1,<5,-,1\n"
      "r2,<3,low,2\n"
      "r3,>=4,-,3\n">>();
  compare<checked_text<
      "C#,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..9],boolean,integer [0..9]\n"
      "r1,<5,-,1\n"
      "r2,<3,true,2\n"
      "r3,>=4,false,3\n">>();
  compare<checked_text<
      "C+,a,b,x\n"
      ",in,in,out\n"
      ",[0..1],boolean,integer [0..9]\n"
      "r1,<0.5,-,1\n"
      "r2,[0..0.25],true,2\n">>();
  compare<checked_text<
      "C<,a,b,x\n"
      ",in,in,out\n"
      ",integer (0..3],integer >= 2,integer [0..9]\n"
      "r1,1,-,1\n"
      "r2,2,>3,2\n"
      "r3,3,<=3,3\n"
      "r4,3,>7,3\n">>();
  compare<checked_text<
      "COLLECT MAX,a,b,x\n"
      ",in,in,out\n"
      ",date,\"boolean, null\",date\n"
      "#default,,,2026-01-01\n"
      "r1,<2026-01-01,true,2025-09-01\n"
      "r2,[2025-01-01..2026-01-01],null,2025-09-01\n"
      "r3,2025-06-01,null,2025-09-02\n">>();
  compare<checked_text<
      "OUTPUT ORDER,a,b,x,y\n"
      ",in,in,out,out\n"
      ",\"5,1,3\",\"ordered: low,mid,high\",\"2,1, null\",string\n"
      "#default,,,,none\n"
      "r1,>1,>=mid,1,a\n"
      "r2,\"1,5\",-,,b\n"
      "r3,3,<high,2,c\n"
      "r4,1,low,2,d\n">>();
  compare<checked_text<
      "P,a,b,x,y\n"
      ",in,in,out,out\n"
      ",integer [0..9],boolean,\"b,a\",\"3,1,2\"\n"
      "r1,-,-,a,1\n"
      "r2,<5,true,a,3\n"
      "r3,>=5,true,a,2\n"
      "r4,<9,true,b,2\n"
      "r5,>3,-,a,1\n"
      "r6,<=3,false,a,1\n">>();
  compare<checked_text<
      "F,a,b,x\n"
      ",in,in,out\n"
      ",integer [0..1],integer <= 0,integer [0..9]\n"
      "r1,(0..1),-,1\n"
      "r2,0,-,2\n"
      "r3,1,0,3\n"
      "r4,1,not(0),4\n">>();
  compare<checked_text<
      "UNIQUE,a,b,x\n"
      ",in,in,out\n"
      ",boolean,\"\"\"a b\"\",\"\"c\"\"\",integer [0..9]\n"
      "r1,true,\"\"\"a b\"\"\",1\n"
      "r2,false,-,2\n"
      "r3,true,\"\"\"c\"\"\",3\n">>();
  compare<checked_text<
      "F,a,b,x\n"
      ",in,in,out\n"
      ",boolean,string,string\n"
      "r1,true,\"\"\"x\"\",\"\"y\"\"\",z\n"
      "r2,false,\"not(\"\"x\"\")\",say \\u0041\n"
      "r3,-,-,\"\"\"A\\u0042\\n\"\"\"\n">>();
  compare<checked_text<
      "A,a,b,x\n"
      ",in,in,out\n"
      ",boolean,string,string\n"
      "r1,true,\"\"\"x\"\"\",\"\"\"AB\"\"\"\n"
      "r2,-,\"\"\"x\"\",\"\"y\"\"\",\"\"\"A\\u0042\"\"\"\n"
      "r3,-,\"not(\"\"x\"\",\"\"y\"\")\",AB\n">>();
}

// --- generated tables: the functions that the compiler runs, at run time ---------------------------------
namespace {

// A table whose rules often share inputs, miss some, and hide each other; few cells, so that trying
// everything is quick.
std::string crowded_table(generate::source& random) {
  static const std::vector<std::string> corners = {"U", "A", "P", "F", "F", "R", "O", "C", "C#"};
  static const std::vector<std::vector<std::string>> columns = {
      {"integer [0..6]", "0", "<3", ">=3", "[1..4]", "(2..5]", "not(3)", "6", "<=5", "!=0", "not([0..6])"},
      {"boolean", "true", "false", "not(true)"},
      {"\"boolean, null\"", "true", "false", "null", "!=null", "\"true,null\""},
      {"\"low,mid,high\"", "low", "\"low,mid\"", "not(low)", "high", "!=mid"},
      {"\"ordered: low,mid,high, null\"", ">low", "<=mid", "null", "not(>low)", "[low..mid]"},
      {"number [0..1]", "<0.5", ">=0.5", "0.5", "\"[0..0.25],[0.5..1]\"", "not(0.5)"},
      {"\"0,0.5,1\"", "0", ">0", "\"0,1\"", "<=0.5"},
      {"\"string, null\"", "\"\"\"a\"\"\"", "\"not(\"\"a\"\")\"", "null", "\"\"\"b\"\",null\""},
      {"date", "<2026-01-01", ">=2026-01-01", "2026-01-01", "2026-02-01"}};
  const std::string corner = random.of(corners);
  const std::size_t inputs = 1 + random.below(4), rules = 1 + random.below(random.one_in(4) ? 12 : 5);
  std::vector<std::size_t> kinds;
  std::string names = corner, roles, domains;
  for (std::size_t i = 0; i != inputs; ++i) {
    kinds.push_back(random.below(columns.size()));
    names += ",i" + std::to_string(i);
    roles += ",in";
    domains += "," + columns[kinds.back()][0];
  }
  const bool two = !random.one_in(3) && corner != "C#";
  std::string out = names + ",x" + (two ? ",y" : "") + "\n" + roles + ",out" + (two ? ",out" : "") + "\n" + domains +
                    ",\"a,b,c\"" + (two ? ",\"3,1,2\"" : "") + "\n";
  if (random.one_in(6)) out += "#default" + std::string(inputs, ',') + ",a" + (two ? ",1" : "") + "\n";
  const std::size_t often_any = 1 + random.below(4);
  for (std::size_t r = 0; r != rules; ++r) {
    out += "r" + std::to_string(r);
    for (const std::size_t k : kinds)
      out += "," + (random.below(4) < often_any ? std::string("-") : columns[k][1 + random.below(columns[k].size() - 1)]);
    out += random.one_in(2) ? ",a" : random.one_in(2) ? ",b" : ",c";
    if (two) out += random.one_in(2) ? ",1" : ",2";
    out += "\n";
  }
  return out;
}

struct tally {
  int read = 0, refused = 0, counted = 0, limits = 0, gaps = 0, conflicts = 0, dead = 0, sound = 0, tried = 0;
};

// Both read the table, or both refuse it; and where it can be tried, everything that is said is so.
void compare_at_run_time(const std::string& text, tally& counts) {
  using policy::detail::flaw_kind;
  INFO(text);
  const auto checked = std::make_unique<at_run_time::policy_of>(text);
  const policy::reading read = policy::read_csv_all(text);
  if (checked->wrong) {
    REQUIRE_FALSE(checked->wrong.what.empty());
    if (checked->wrong.kind != flaw_kind::malformed) {
      ++counts.limits;
      return;
    }
    ++counts.refused;
    INFO(checked->wrong.at.line << ":" << checked->wrong.at.column << " " << checked->wrong.what);
    REQUIRE_FALSE(read.table);
    // At run time a quote at fault in the header is all that is said, and so may be a byte at fault.
    const errc first = read.errors[0].code;
    bool same_place = read.errors.size() == 1 && (first == errc::syntax || first == errc::encoding);
    for (const error& e : read.errors)
      same_place = same_place || (e.at.line == checked->wrong.at.line && e.at.column == checked->wrong.at.column);
    CHECK(same_place);
    return;
  }
  if (!read.table) FAIL(to_string(read.errors[0]));
  ++counts.read;
  const policy::table& t = *read.table;
  REQUIRE(checked->inputs.size() == t.inputs().size());
  for (std::size_t i = 0; i != t.inputs().size(); ++i) {
    const auto& in = *checked->inputs[i];
    REQUIRE(in.axis.axis.size() == t.axis(i).size());
    for (std::uint32_t c = 0; c != t.axis(i).size(); ++c) {
      REQUIRE(in.axis.axis.representative(c) == t.axis(i).representative(c));
      REQUIRE(in.cells.rules[c] == t.rules_of(i, c).word(0));
    }
  }
  for (std::size_t r = 0; r != t.rules(); ++r)
    for (std::size_t o = 0; o != t.outputs().size(); ++o)
      REQUIRE(checked->outputs[o]->said.ref(checked->outputs[o]->said.said[r]) == t.output(r, o));
  findings f;
  if (!try_everything(t, f)) return;
  ++counts.tried;
  policy::scratch work = t.make_scratch();
  const policy::detail::grid_point gap = checked->gap();
  REQUIRE((gap.exists && !t.has_defaults()) == f.gap);
  if (gap.exists) REQUIRE(t.decide_cells({gap.cells, t.inputs().size()}, work).rule == policy::none);
  if (checked->pairs.disjoint()) {
    using policy::detail::count_says;
    REQUIRE(covers_everything(checked->grid, checked->pairs) == (gap.exists ? count_says::no : count_says::yes));
    ++counts.counted;
  }
  REQUIRE(checked->conflict.exists == f.conflict);
  if (f.conflict) {
    const policy::detail::grid_point& at = checked->conflict.at;
    REQUIRE(at.exists);
    REQUIRE(t.decide_cells({at.cells, t.inputs().size()}, work).status == rule_status::conflict);
    for (std::size_t i = 0; i != t.inputs().size(); ++i)
      REQUIRE((t.holds(checked->conflict.first, i, at.cells[i]) && t.holds(checked->conflict.second, i, at.cells[i])));
  }
  REQUIRE(checked->dead_rules(1'000'000) == f.dead);
  REQUIRE(checked->dead_rules(7) == f.dead);  // stopped and resumed all the time
  // The analysis of tables of any size searches another way.
  policy::analyse_options options;
  options.advice = false;
  const policy::analysis a = policy::analyse(t, options);
  std::uint64_t dead = 0;
  for (const std::uint32_t r : a.dead) dead |= std::uint64_t{1} << r;
  bool conflict = false;
  for (const policy::overlap& o : a.overlaps) conflict = conflict || o.conflict;
  REQUIRE(dead == f.dead);
  REQUIRE(a.gaps.empty() == !f.gap);
  REQUIRE(conflict == f.conflict);
  counts.gaps += f.gap;
  counts.conflicts += f.conflict;
  counts.dead += f.dead != 0;
  counts.sound += !f.gap && !f.conflict && f.dead == 0;
  if (policy::single_hit(t.hit_policy()))
    for_each_point(t, [&](const std::vector<std::uint32_t>& cells) {
      if (checked->decide(cells) != t.decide_cells(cells, work)) FAIL("decides differently");
    });
}

}  // namespace

TEST_CASE("crowded tables, by proof and by trying everything", "[slow][policy][checked]") {
  generate::source random(20'240'901);
  tally counts;
  for (int i = 0; i != 4'000; ++i) compare_at_run_time(crowded_table(random), counts);
  // The tables are worth the test: all of it happens, often.
  CHECK(counts.tried == counts.read);
  CHECK(counts.read + counts.refused == 4'000);
  CHECK(counts.refused < 10);
  CHECK(counts.counted > 200);
  CHECK(counts.gaps > 500);
  CHECK(counts.conflicts > 300);
  CHECK(counts.dead > 500);
  CHECK(counts.sound > 200);
}

TEST_CASE("tables of every kind are read alike at compile time and at run time", "[policy][checked]") {
  generate::policies policies(7);
  tally counts;
  for (int i = 0; i != 1'500; ++i) compare_at_run_time(policies.csv(), counts);
  CHECK(counts.refused == 0);
  CHECK(counts.read > 500);
  CHECK(counts.limits > 100);  // names of other inputs, escapes, many rules
  CHECK(counts.tried > 300);
}

TEST_CASE("a header at fault is refused alike, at the same place", "[policy][checked]") {
  tally counts;
  for (const char* row : {"#valid,2025-09-31..,", "#valid, 2025-09-01 .. 1/9/2026,", "#valid,..,", "#valid,2025-09-01,",
                          "#valid,2026-01-02..2026-01-01,", "#valid,,2025-09-01..", "#version,1.2,", "#version,01.2.3,", "#id,a b,",
                          "#id,,x", "#id,x,x", "#default,,nul", "#default,true,", "#change,maybe,", "#change,,fixed", "#what,,",
                          "#unit,,\n#unit,,", "#default,,12", "#default,,3.5"})
    compare_at_run_time("F,a,x\n,in,out\n,boolean,integer [0..9]\n" + std::string(row) + "\nr1,-,1\n", counts);
  CHECK(counts.refused == 19);
  for (const char* row : {"#valid,..2026-01-01,", "#valid,,", "#version,1.2.3+a,", "#id,x,", "#default,,", "#default,, null ",
                          "#default,,9"})
    compare_at_run_time("F,a,x\n,in,out\n,boolean,integer [0..9]\n" + std::string(row) + "\nr1,true,1\n", counts);
  CHECK(counts.read == 7);
}

TEST_CASE("what cannot be read is refused alike, at the same place", "[policy][checked]") {
  generate::source random(11);
  generate::policies policies(13);
  tally counts;
  for (int i = 0; i != 6'000; ++i) {
    std::string text = random.one_in(3) ? policies.csv() : crowded_table(random);
    // A byte or two changed, put in or taken out; or two cells of a kind swapped.
    static const std::string bytes = ",\"\n-<>=!()[].0159anull t\\\xC3\r";
    for (std::size_t n = 1 + random.below(2); n != 0; --n) {
      const std::size_t at = random.below(text.size());
      const char c = bytes[random.below(bytes.size())];
      if (random.one_in(3)) text[at] = c;
      else if (random.one_in(2)) text.insert(at, 1, c);
      else text.erase(at, 1 + random.below(3));
    }
    compare_at_run_time(text, counts);
  }
  CHECK(counts.refused > 2'000);
  CHECK(counts.read > 500);
}
