// What finding a code, walking a tree and searching words cost. Every output is compared with that of its
// rival, or of a plain loop, before a time counts. Run with --benchmark_enable_random_interleaving=true
// --benchmark_repetitions=9 --benchmark_report_aggregates_only=true and take ratios within one run.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <range/v3/numeric/accumulate.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/transform.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ectp/content/ittecf_2024.hpp"
#include "ectp/framework/builder.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/framework/search.hpp"
#include "ectp/ranges.hpp"

namespace {

namespace fw = ectp::framework;

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "bench_framework: %s\n", why.c_str());
  std::exit(1);
}
void must(bool ok, const char* what) {
  if (!ok) stop(std::string(what) + " gives another answer");
}

// splitmix64.
class source {
 public:
  explicit source(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t n) {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return static_cast<std::size_t>((z ^ z >> 31) % n);
  }

 private:
  std::uint64_t state_;
};

const fw::tree& ittecf() {
  static const fw::tree t = fw::edition("ittecf-2024").value();
  return t;
}

// 100,000 nodes: 100 standards of 10 groups of 99 statements, less what is too many.
const fw::tree& large() {
  static const fw::tree t = [] {
    constexpr std::uint32_t size = 100'000;
    std::vector<std::string> codes{"large"};
    std::vector<fw::node_spec> nodes(1);
    nodes[0].kind = fw::kind::framework;
    std::uint32_t standard = 0, group = 0;
    for (std::uint32_t i = 1; i != size; ++i) {
      fw::node_spec n;
      if (i % 1001 == 1) n.kind = fw::kind::standard, standard = i;
      else if (i % 1001 % 100 == 2) n.kind = fw::kind::group, n.parent = standard, group = i;
      else n.parent = group, n.statement_kind = i % 2 == 0 ? fw::statement_kind::learn_that : fw::statement_kind::learn_how_to;
      codes.push_back("L" + std::to_string(i * 7919u % 1'000'003u));
      nodes.push_back(n);
    }
    for (std::uint32_t i = 0; i != size; ++i) nodes[i].code = codes[i];
    fw::edition_spec about;
    about.id = about.title = "large";
    const auto made = fw::build_tree(about, {nodes.data(), nodes.size()});
    if (!made) stop(to_string(made.error()));
    return *made;
  }();
  return t;
}

// --- codes ------------------------------------------------------------------------------------------

struct codes {
  std::vector<std::string> asked;
  std::unordered_map<std::string, int> map;
  codes(const fw::tree& t, bool hits) {
    std::vector<std::string> all;
    for (const auto& n : t.nodes()) {
      all.emplace_back(n.code());
      map.emplace(all.back(), static_cast<int>(n.id().value()));
    }
    source random(7);
    for (std::size_t i = 0; i != 4096; ++i) {
      std::string code = all[random.below(all.size())];
      if (!hits) code.back() = '#';
      asked.push_back(code);
    }
    std::size_t found = 0;
    for (const std::string& code : asked) {
      const auto at = map.find(code);
      const auto id = t.index_of(code);
      must(id.has_value() == (at != map.end()) && (!id || static_cast<int>(id->value()) == at->second), "code lookup");
      found += id ? 1u : 0u;
    }
    must(found == (hits ? asked.size() : 0), "code lookup");
  }
};

void look_up(benchmark::State& state, const fw::tree& t, bool hits) {
  const codes c(t, hits);
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(t.index_of(c.asked[i++ % 4096]));
}
void look_up_in_map(benchmark::State& state, const fw::tree& t, bool hits) {
  const codes c(t, hits);
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(c.map.find(c.asked[i++ % 4096]));
}
// The text is often a view: a map of strings then needs a string first.
void look_up_views_in_map(benchmark::State& state, const fw::tree& t, bool hits) {
  const codes c(t, hits);
  const std::vector<std::string_view> asked(c.asked.begin(), c.asked.end());
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(c.map.find(std::string(asked[i++ % 4096])));
}

// --- walking ----------------------------------------------------------------------------------------

// What is summed for a node: its depth if it is a statement.
std::uint64_t of_row(const fw::detail::node_row& r) {
  return r.kind == static_cast<std::uint8_t>(fw::kind::statement) ? r.depth : 0u;
}
std::uint64_t of_node(const fw::node_view& n) { return n.kind() == fw::kind::statement ? n.depth() : 0u; }

// The rows of a tree as an array of our own, in the order and at the size they have in it.
std::vector<fw::detail::node_row> rows_of(const fw::tree& t) {
  std::vector<fw::detail::node_row> out;
  for (const auto& n : t.nodes()) {
    fw::detail::node_row r{};
    r.kind = static_cast<std::uint8_t>(n.kind());
    r.depth = static_cast<decltype(r.depth)>(n.depth());
    out.push_back(r);
  }
  return out;
}
std::uint64_t raw(const std::vector<fw::detail::node_row>& rows) {
  std::uint64_t sum = 0;
  for (const auto& r : rows) sum += of_row(r);
  return sum;
}
std::uint64_t by_range(const fw::tree& t) {
  std::uint64_t sum = 0;
  for (const fw::node_view& n : t.nodes()) sum += of_node(n);
  return sum;
}
std::uint64_t by_transform(const fw::tree& t) {
  return ::ranges::accumulate(t.nodes() | ::ranges::views::transform(of_node), std::uint64_t{0});
}
std::uint64_t by_statements(const fw::tree& t) {
  std::uint64_t sum = 0;
  for (const fw::node_view& n : ectp::views::statements(t)) sum += n.depth();
  return sum;
}
std::uint64_t by_vector(const std::vector<fw::node_view>& nodes) {
  return ::ranges::accumulate(nodes | ::ranges::views::transform(of_node), std::uint64_t{0});
}
// Down by children and up by parents, without a stack.
std::uint64_t by_children(const fw::tree& t) {
  std::uint64_t sum = 0;
  for (const fw::node_view& s : t.root().children()) {
    sum += of_node(s);
    for (const fw::node_view& g : s.children()) {
      sum += of_node(g);
      for (const fw::node_view& n : g.children()) sum += of_node(n);
    }
  }
  return sum;
}

template <class F>
void walk(benchmark::State& state, const fw::tree& t, F f) {
  must(f() == raw(rows_of(t)), "walking");
  for (auto _ : state) benchmark::DoNotOptimize(f());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(t.size()));
}

// --- words ------------------------------------------------------------------------------------------

constexpr std::string_view queries[] = {
    "behaviour", "feedback", "send", "phonics", "wait time", "retrieval practice", "questions", "modelling",
    "worked examples", "cognitive load", "misconceptions", "routines", "expectations", "early reading",
    "teaching assistants", "formative assessment", "pupils", "the", "a", "s", "th", "pup", "and", "of the",
    "the pupils of", "how pupils learn", "subject knowledge and curriculum", "high expectations for all pupils",
    "prior knowledge of pupils and the", "expert colleagues", "critical thinking", "self-regulation",
    "adapting teaching", "intervention", "vocabulary", "oracy talk", "workload wellbeing", "parents and carers",
    "discussing and analysing with expert colleagues how to teach",
    "the a of to and in for with pupils teachers by how learning that is s"};
static_assert(std::size(queries) == 40);

struct all_editions {
  std::vector<fw::tree> trees;
  fw::search_index index;
  all_editions() {
    std::vector<const fw::tree*> pointers;
    for (const auto& e : fw::editions()) trees.push_back(fw::edition(e.id).value());
    for (const auto& t : trees) pointers.push_back(&t);
    index = fw::search_index::make({pointers.data(), pointers.size()}).value();
  }
};
const all_editions& editions() {
  static const all_editions all;
  return all;
}

void search_words(benchmark::State& state) {
  const fw::search_index& index = editions().index;
  double worst = 0;
  std::string_view slowest;
  // Each query by itself, the best of many, so that what else the machine does is left out.
  for (const std::string_view q : queries) {
    double best = 1e9;
    for (int i = 0; i != 200; ++i) {
      const auto from = std::chrono::steady_clock::now();
      const auto hits = index.find(q);
      const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - from;
      benchmark::DoNotOptimize(hits);
      best = took.count() < best ? took.count() : best;
    }
    if (best > worst) worst = best, slowest = q;
  }
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(index.find(queries[i++ % std::size(queries)]));
  state.counters["slowest_us"] = worst;
  state.SetLabel(std::to_string(index.size()) + " nodes, " + std::to_string(index.words()) + " words; slowest: " +
                 std::string(slowest.substr(0, 30)));
}
void search_code(benchmark::State& state) {
  const codes c(ittecf(), true);
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(editions().index.by_code(c.asked[i++ % 4096]));
}
void index_editions(benchmark::State& state) {
  std::vector<const fw::tree*> pointers;
  for (const auto& t : editions().trees) pointers.push_back(&t);
  for (auto _ : state) benchmark::DoNotOptimize(fw::search_index::make({pointers.data(), pointers.size()}));
}

void add(const std::string& name, const fw::tree& t) {
  for (const bool hits : {true, false}) {
    const std::string of = name + (hits ? "/hits" : "/misses");
    benchmark::RegisterBenchmark(("code/tree/" + of).c_str(), look_up, t, hits);
    benchmark::RegisterBenchmark(("code/unordered_map/" + of).c_str(), look_up_in_map, t, hits);
    benchmark::RegisterBenchmark(("code/unordered_map_from_view/" + of).c_str(), look_up_views_in_map, t, hits);
  }
  static std::vector<std::vector<fw::detail::node_row>> rows;
  static std::vector<std::vector<fw::node_view>> views;
  rows.reserve(2);
  views.reserve(2);
  rows.push_back(rows_of(t));
  views.emplace_back();
  for (const auto& n : t.nodes()) views.back().push_back(n);
  const auto walked = [&](const std::string& way, auto f) {
    benchmark::RegisterBenchmark(("walk/" + way + "/" + name).c_str(),
                                 [&t, f](benchmark::State& state) { walk(state, t, f); });
  };
  const auto& own_rows = rows.back();
  const auto& own_views = views.back();
  walked("raw", [&own_rows] { return raw(own_rows); });
  walked("nodes", [&t] { return by_range(t); });
  walked("range_v3_transform", [&t] { return by_transform(t); });
  walked("views_statements", [&t] { return by_statements(t); });
  walked("children", [&t] { return by_children(t); });
  walked("range_v3_over_vector", [&own_views] { return by_vector(own_views); });
}

}  // namespace

int main(int argc, char** argv) {
  add("ittecf-2024", ittecf());
  add("100000", large());
  benchmark::RegisterBenchmark("search/words_40_queries", search_words)->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark("search/code", search_code);
  benchmark::RegisterBenchmark("search/make_index", index_editions)->Unit(benchmark::kMicrosecond);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
