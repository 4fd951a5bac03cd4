// Searching trees: every query against a linear search that is written to be obvious, over the built-in
// editions, wording laid over them, and made trees whose few words and codes collide often.
#include <catch2/catch.hpp>
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "ectp/core/fold.hpp"
#include "ectp/core/text.hpp"
#include "ectp/framework/builder.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/framework/search.hpp"

namespace fw = ectp::framework;
using ectp::errc;
using fw::match;

namespace {

std::uint64_t state = 5;
std::size_t below(std::size_t n) {
  std::uint64_t z = state += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return static_cast<std::size_t>((z ^ z >> 31) % n);
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out(1);
  for (const char c : ectp::fold(text))
    if (c == ' ') out.emplace_back();
    else out.back() += c;
  if (out.back().empty()) out.pop_back();
  return out;
}
std::string lower(std::string s) {
  for (char& c : s)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return s;
}
bool begins(const std::string& s, const std::string& with) { return s.substr(0, with.size()) == with; }

struct found {
  std::string ref;
  match why;
  std::uint32_t score, words;
  friend bool operator==(const found&, const found&) = default;
};
std::ostream& operator<<(std::ostream& out, const found& f) {
  return out << f.ref << " by " << fw::name(f.why) << ' ' << f.score << '/' << f.words;
}
std::vector<found> shown(const std::vector<fw::search_hit>& hits) {
  std::vector<found> out;
  for (const auto& h : hits) out.push_back({h.node.ref(), h.why, h.score, h.words});
  return out;
}

struct ways {
  bool code, prefix, tag, words;
};

/// 64 for each doubling, and in between a straight line.
std::uint32_t doublings(std::uint64_t n) {
  std::uint64_t power = 1;
  std::uint32_t out = 0;
  for (; 2 * power <= n; power *= 2) out += 64;
  return out + static_cast<std::uint32_t>(64 * (n - power) / power);
}

/// Every node of some trees, with its words.
struct all_nodes {
  std::vector<fw::node_view> all;
  std::vector<std::set<std::string>> had;
  explicit all_nodes(const std::vector<const fw::tree*>& trees) {
    for (const fw::tree* t : trees)
      for (const auto& n : t->nodes()) {
        all.push_back(n);
        had.emplace_back();
        for (const std::string_view text : {n.title(), n.gist(), n.text()})
          for (const std::string& w : words_of(text)) had.back().insert(w);
      }
  }
};

std::vector<found> slow_search(const all_nodes& in, const std::string& query, const fw::search_options& options,
                               ways by) {
  const auto& [all, had] = in;
  const auto begun = [](const std::set<std::string>& with, const std::string& w) {
    return std::any_of(with.begin(), with.end(), [&](const std::string& x) { return begins(x, w); });
  };

  const std::vector<std::string> written = words_of(query);
  const std::set<std::string> asked(written.begin(), written.end());
  std::vector<std::pair<std::string, std::uint32_t>> worth;  // of each word whole
  std::uint32_t worth_begun = 0;
  for (const std::string& w : asked) {
    std::uint64_t with = 0, with_begun = 0;
    for (const auto& h : had) with += h.count(w), with_begun += begun(h, w);
    if (with != 0) worth.emplace_back(w, 50000 + doublings(all.size()) - doublings(with));
    if (w == written.back() && with_begun != 0) worth_begun = 50000 + doublings(all.size()) - doublings(with_begun);
  }

  std::vector<found> out;
  for (std::size_t i = 0; i != all.size(); ++i) {
    const fw::node_view& n = all[i];
    if (!options.kinds.has(n.kind())) continue;
    bool tagged = options.tag.empty(), is_tag = false;
    for (const std::string_view t : n.tags()) {
      const std::string folded = ectp::fold(t);
      tagged = tagged || (!folded.empty() && folded == ectp::fold(options.tag));
      is_tag = is_tag || (!folded.empty() && folded == ectp::fold(query));
    }
    if (!tagged) continue;
    found f{n.ref(), match::words, 0, 0};
    if (by.words)
      for (const std::string& w : asked) {
        std::uint32_t gain = 0;
        for (const auto& [word, value] : worth)
          if (word == w && had[i].count(w) != 0) gain = value;
        if (gain == 0 && w == written.back() && begun(had[i], w)) gain = worth_begun;
        f.score += gain;
        f.words += gain != 0;
      }
    const auto whole = static_cast<std::uint32_t>(asked.size());
    if (by.tag && is_tag && f.score < 50000 * whole) f = {f.ref, match::tag, 50000 * whole, whole};
    const std::string code(n.code()), ref = n.id().value() == 0 ? code : n.ref();
    if (by.prefix && begins(lower(code), lower(query))) f = {f.ref, match::prefix, 2000000, 0};
    if (by.prefix && n.id().value() != 0 && query.size() > n.edition().size() && begins(lower(ref), lower(query)))
      f = {f.ref, match::prefix, 2000000, 0};
    if (by.code && (code == query || ref == query)) f = {f.ref, match::code, 3000000, 0};
    if (f.score != 0) out.push_back(f);
  }
  std::stable_sort(out.begin(), out.end(), [](const found& a, const found& b) { return a.score > b.score; });
  if (out.size() > options.hits) out.resize(options.hits);
  return out;
}

/// The trees to search, and the texts to make queries of.
struct library {
  std::vector<fw::tree> trees;
  std::unique_ptr<all_nodes> nodes;
  std::vector<std::string> words, codes, tags;
  fw::search_index index;
  void close() {
    std::vector<const fw::tree*> pointers;
    std::set<std::string> w, t;
    for (const fw::tree& tree : trees) {
      pointers.push_back(&tree);
      for (const auto& n : tree.nodes()) {
        for (const std::string_view text : {n.title(), n.gist(), n.text()})
          for (const std::string& word : words_of(text)) w.insert(word);
        for (const std::string_view tag : n.tags()) t.emplace(tag);
        codes.push_back(n.ref());
        codes.emplace_back(n.code());
      }
    }
    words.assign(w.begin(), w.end());
    tags.assign(t.begin(), t.end());
    auto made = fw::search_index::make({pointers.data(), pointers.size()});
    REQUIRE(made);
    index = *made;
    nodes = std::make_unique<all_nodes>(pointers);
  }
};

std::string a_query(const library& in) {
  const auto one = [](const std::vector<std::string>& of) { return of[below(of.size())]; };
  switch (below(8)) {
    case 0: return one(in.codes);
    case 1: {
      std::string code = one(in.codes);
      code.resize(1 + below(code.size()));
      for (char& c : code)
        if (c >= 'a' && c <= 'z' && below(3) == 0) c = static_cast<char>(c - 32);
      return code;
    }
    case 2: return one(in.tags);
    default: break;
  }
  std::string out;
  for (std::size_t n = 1 + below(5); n != 0; --n) {
    std::string word = below(12) == 0 ? "zzz" : below(12) == 0 ? one(in.tags) : one(in.words);
    if (n == 1 && below(2) == 0) word.resize(1 + below(word.size()));
    if (below(4) == 0)
      for (char& c : word)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    if (below(8) == 0) word += "\u0301";
    const std::string gap = below(5) == 0 ? "\u2014" : below(5) == 0 ? ", " : " ";
    (out += out.empty() ? "" : gap) += word;
  }
  // A letter cut in two is refused, and tried elsewhere.
  return ectp::invalid_utf8_at(out) == out.npos ? out : "zzz";
}

void compare(const library& in, int queries) {
  int some = 0, cut = 0;
  int by_reason[4] = {};
  for (int i = 0; i != queries; ++i) {
    const std::string query = a_query(in);
    fw::search_options options;
    if (below(3) == 0) options.kinds = fw::kind_set::only(static_cast<fw::kind>(below(4)));
    const std::string tag = below(20) == 0 ? "no such tag" : in.tags[below(in.tags.size())];
    if (below(4) == 0) options.tag = tag;
    options.hits = below(2) == 0 ? 1 + below(20) : 1 + below(300);
    CAPTURE(query, options.tag, options.hits);
    const auto hits = shown(in.index.find(query, options).value());
    CHECK(hits == slow_search(*in.nodes, query, options, {true, true, true, true}));
    some += hits.empty() ? 0 : 1;
    cut += hits.size() == options.hits ? 1 : 0;
    for (const found& f : hits) ++by_reason[static_cast<int>(f.why)];
    switch (i % 4) {
      case 0:
        CHECK(shown(in.index.by_code(query, options).value()) ==
              slow_search(*in.nodes, query, options, {true, false, false, false}));
        break;
      case 1:
        CHECK(shown(in.index.by_prefix(query, options).value()) ==
              slow_search(*in.nodes, query, options, {false, true, false, false}));
        break;
      case 2:
        CHECK(shown(in.index.by_tag(query, options).value()) ==
              slow_search(*in.nodes, query, options, {false, false, true, false}));
        break;
      default:
        CHECK(shown(in.index.by_words(query, options).value()) ==
              slow_search(*in.nodes, query, options, {false, false, false, true}));
    }
  }
  // The queries are worth something.
  CHECK(some > queries / 2);
  CHECK(cut > queries / 10);
  for (const int n : by_reason) CHECK(n > queries / 40);
}

struct made_node {
  unsigned depth = 0;
  fw::kind kind = fw::kind::statement;
  std::string code, words;
  std::vector<std::string> tags;
};
fw::tree make_tree(const std::vector<made_node>& nodes) {
  std::vector<fw::node_spec> specs(nodes.size());
  std::vector<std::vector<std::string_view>> tags(nodes.size());
  std::vector<std::uint32_t> open;
  for (std::size_t i = 0; i != nodes.size(); ++i) {
    open.resize(nodes[i].depth);
    if (!open.empty()) specs[i].parent = open.back();
    open.push_back(static_cast<std::uint32_t>(i));
    specs[i].kind = nodes[i].kind;
    specs[i].code = nodes[i].code;
    specs[i].words = nodes[i].words;
    tags[i].assign(nodes[i].tags.begin(), nodes[i].tags.end());
    specs[i].tags = {tags[i].data(), tags[i].size()};
  }
  return fw::build_tree({.id = nodes[0].code, .title = nodes[0].words}, {specs.data(), specs.size()}).value();
}

/// A tree of random shape over few words, codes and tags.
fw::tree random_tree(const std::string& edition, std::size_t size) {
  static const std::vector<std::string> words = {"wait", "waiting", "wa", "time", "timely", "t", "caf\u00E9", "CAFE",
                                                 "pupils\u2019", "\u0395\u03BB", "a", "the", "the"};
  static const std::vector<std::string> tags = {"send", "SEND", "wait", "wait_time", "behaviour", "\u2014"};
  std::vector<made_node> nodes{{0, fw::kind::framework, edition, "Wait time of " + edition, {}}};
  std::set<std::string> used{edition};
  while (nodes.size() < size) {
    made_node n;
    n.depth = 1 + static_cast<unsigned>(below(nodes.back().depth + 1));
    n.kind = n.depth == 1 ? fw::kind::standard : below(4) == 0 ? fw::kind::group : fw::kind::statement;
    do {
      n.code.clear();
      for (std::size_t k = 1 + below(3); k != 0; --k) n.code += "12ab.AB:-"[below(9)];
      if (below(10) == 0) n.code = edition + n.code;
    } while (!used.insert(n.code).second);
    for (std::size_t k = below(6); k != 0; --k) n.words += words[below(words.size())] + (below(4) == 0 ? "-" : " ");
    for (std::size_t k = below(3); k != 0; --k) n.tags.push_back(tags[below(tags.size())]);
    nodes.push_back(n);
  }
  return make_tree(nodes);
}

const library& builtin() {
  static const library all = [] {
    library out;
    for (const auto& e : fw::editions()) out.trees.push_back(fw::edition(e.id).value());
    out.close();
    return out;
  }();
  return all;
}

template <class Tree>
constexpr bool can_be_indexed = requires(Tree&& t) { fw::search_index::make(static_cast<Tree&&>(t)); };

}  // namespace

static_assert(can_be_indexed<const fw::tree&> && can_be_indexed<fw::tree&>);
static_assert(!can_be_indexed<fw::tree> && !can_be_indexed<const fw::tree>);

TEST_CASE("every code of every edition is found first by itself", "[search]") {
  const library& all = builtin();
  for (const fw::tree& t : all.trees)
    for (const auto& n : t.nodes()) {
      const std::string ref = n.ref();
      CAPTURE(ref);
      const auto by_ref = all.index.by_code(ref).value();
      REQUIRE(by_ref.size() == 1);
      CHECK(by_ref[0].node == n);
      CHECK(by_ref[0].why == match::code);
      const auto first = all.index.find(ref).value();
      REQUIRE(!first.empty());
      CHECK(first[0].node == n);
      CHECK(first[0].why == match::code);

      // Bare: in every edition that has it, in the order of the editions, before all else.
      std::vector<std::string> wanted;
      for (const fw::tree& o : all.trees)
        if (const auto same = o.index_of(n.code())) wanted.push_back(o[*same].ref());
      std::vector<std::string> exact, leading;
      for (const auto& h : all.index.by_code(n.code()).value()) exact.push_back(h.node.ref());
      CHECK(exact == wanted);
      const auto found = all.index.find(n.code()).value();
      for (std::size_t i = 0; i != found.size(); ++i)
        if (found[i].why == match::code) {
          CHECK(i == leading.size());
          leading.push_back(found[i].node.ref());
        }
      CHECK(leading == wanted);

      // And by the first words of its gist.
      if (!n.gist().empty()) {
        fw::search_options options;
        options.hits = 1000;
        bool there = false;
        for (const auto& h : all.index.by_words(n.gist().substr(0, n.gist().substr(0, 80).rfind(' ')), options).value())
          there = there || h.node == n;
        CHECK(there);
      }
    }
}

TEST_CASE("searching is what a linear search finds: built-in editions", "[slow][search]") { compare(builtin(), 200); }

TEST_CASE("searching is what a linear search finds: with wording laid over", "[slow][search]") {
  library in;
  const fw::tree plain = fw::edition("ittecf-2024").value();
  std::vector<fw::wording> overlay;
  const std::string words[] = {"Caf\u00E9", "cafe\u0301", "na\u00EFve", "\u201Cwait\u201D", "R\u00D4LE", "time\u2013out"};
  for (const auto& n : plain.nodes())
    if (below(2) == 0) overlay.push_back({std::string(n.code()), words[below(6)] + " invented " + words[below(6)]});
  in.trees.push_back(plain.with_text({overlay.data(), overlay.size()}).value());
  in.close();
  compare(in, 200);
}

TEST_CASE("searching is what a linear search finds: trees whose words collide", "[slow][search]") {
  for (int round = 0; round != 12; ++round) {
    library in;
    const std::string editions[] = {"e-1", "e-1x", "A"};
    for (std::size_t i = 0; i <= below(3); ++i) {
      in.trees.push_back(random_tree(editions[i], 2 + below(60)));
    }
    in.close();
    if (in.words.empty() || in.tags.empty()) continue;
    int n = 0;
    for (int i = 0; i != 120; ++i) {
      const std::string query = a_query(in);
      fw::search_options options;
      if (below(3) == 0) options.kinds = fw::kind_set::only(static_cast<fw::kind>(below(4)));
      if (below(4) == 0) options.tag = in.tags[below(in.tags.size())];
      options.hits = 1 + below(30);
      CAPTURE(query, options.tag, options.hits);
      for (const ways by : {ways{true, true, true, true}, {true, false, false, false}, {false, true, false, false},
                            {false, false, true, false}, {false, false, false, true}}) {
        const auto wanted = slow_search(*in.nodes, query, options, by);
        n += wanted.empty() ? 0 : 1;
        const auto got = by.code && by.words ? in.index.find(query, options)
                         : by.code           ? in.index.by_code(query, options)
                         : by.prefix         ? in.index.by_prefix(query, options)
                         : by.tag            ? in.index.by_tag(query, options)
                                             : in.index.by_words(query, options);
        CHECK(shown(got.value()) == wanted);
      }
    }
    CHECK(n > 60);
  }
}

TEST_CASE("accents, case, quotes and dashes make no difference to words", "[search]") {
  const fw::tree plain = fw::edition("ittecf-2024").value();
  const fw::wording overlay[] = {{"4n", "In the caf\u00E9, pupils\u2019 \u201Cna\u00EFve\u201D ideas \u2014 r\u00F4le\u2013play"}};
  const fw::tree with = plain.with_text(overlay).value();
  const auto index = fw::search_index::make(with).value();
  for (const std::string_view query :
       {"caf\u00E9", "cafe", "CAF\u00C9", "cafe\u0301", "na\u00EFve", "naive", "Naive", "r\u00F4le play", "role-play",
        "pupils' caf\u00E9", "pupils\u2019 cafe", "\u201Cnaive\u201D", "caf"}) {
    CAPTURE(query);
    const auto hits = index.by_words(query).value();
    REQUIRE(!hits.empty());
    CHECK(hits[0].node.code() == "4n");
    CHECK(hits[0].why == match::words);
  }
  CHECK(index.by_words("caf\u00E9s").value().empty());
  // The gist stays searchable under the wording, and the tree without it does not know the wording.
  const auto first_word = words_of(plain.find("4n")->gist()).at(0);
  fw::search_options many;
  many.hits = 1000;
  bool there = false;
  for (const auto& h : index.by_words(first_word, many).value()) there = there || h.node.code() == "4n";
  CHECK(there);
  const auto none = fw::search_index::make(plain).value();
  CHECK(none.by_words("caf\u00E9 naive").value().empty());
}

TEST_CASE("ranking: codes, prefixes, then how many words and how rare", "[search]") {
  const std::vector<made_node> nodes = {{0, fw::kind::framework, "mine", "Mine", {}},
                                         {1, fw::kind::standard, "S1", "plain common", {}},
                                         {2, fw::kind::statement, "1", "common", {}},
                                         {2, fw::kind::statement, "1a", "common rare", {}},
                                         {2, fw::kind::statement, "1b", "common 1 word", {"rare"}},
                                         {2, fw::kind::statement, "1A", "common seldom word rarely", {"wait_time"}},
                                         {2, fw::kind::statement, "2", "rarer Wait for some time", {}}};
  const fw::tree tree = make_tree(nodes);
  const auto index = fw::search_index::make(tree).value();
  const auto codes = [&](std::string_view query, const fw::search_options& options = {}) {
    std::string out;
    for (const auto& h : index.find(query, options).value())
      ((((out += out.empty() ? "" : " ") += h.node.code()) += '(') += fw::name(h.why)) += ')';
    return out;
  };
  CHECK(codes("1") == "1(code) 1a(prefix) 1b(prefix) 1A(prefix)");
  CHECK(codes("1a") == "1a(code) 1A(prefix)");
  CHECK(codes("mine:1") == "1(code) 1a(prefix) 1b(prefix) 1A(prefix) mine(words)");
  CHECK(codes("MINE:1a") == "1a(prefix) 1A(prefix) mine(words)");
  CHECK(codes("other:1") == "1b(words)");
  CHECK(codes("mine") == "mine(code)");
  // A whole word before the beginning of one; the tag of that name counts as the word at its least.
  CHECK(codes("rare") == "1a(words) 1A(words) 2(words) 1b(tag)");
  CHECK(codes("rare common") == "1a(words) S1(words) 1(words) 1b(words) 1A(words)");
  CHECK(codes("common seldom") == "1A(words) S1(words) 1(words) 1a(words) 1b(words)");
  CHECK(codes("seldom rarer") == "1A(words) 2(words)");  // equally rare: framework order
  CHECK(codes("wait time") == "2(words) 1A(tag)");
  CHECK(codes("Wait-Time") == "2(words) 1A(tag)");
  CHECK(codes("time wai") == "2(words)");
  CHECK(codes("wai time") == "2(words)");  // only the last word may be a beginning
  CHECK(index.by_words("wai time").value()[0].words == 1);
  CHECK(index.by_words("time wai").value()[0].words == 2);
  CHECK(index.by_words("time time time").value()[0].words == 1);
  fw::search_options options;
  options.tag = "Wait time";
  CHECK(codes("common", options) == "1A(words)");
  options.tag = "no such";
  CHECK(codes("common", options).empty());
  CHECK(codes("1a", options).empty());
  options.tag = "\u2014";
  CHECK(codes("common", options).empty());
  options = {};
  options.kinds = fw::kind_set::only(fw::kind::standard);
  CHECK(codes("common", options) == "S1(words)");
  options.kinds = {};
  options.hits = 2;
  CHECK(codes("1", options) == "1(code) 1a(prefix)");
  CHECK(index.size() == nodes.size());
  CHECK(index.tags() == 2);
  // An index outlives the place of its tree, but not its texts.
  fw::tree moved = tree;
  const auto elsewhere = fw::search_index::make(moved).value();
  const fw::tree next = std::move(moved);
  CHECK(elsewhere.find("1").value().size() == 4);
}

TEST_CASE("queries and trees that cannot be searched say why", "[search]") {
  const fw::tree tree = fw::edition("ittecf-2024").value();
  const auto index = fw::search_index::make(tree).value();
  const auto fails = [&](const std::string& query, const fw::search_options& options = {}) {
    const auto one = index.find(query, options);
    for (const auto& other : {index.by_code(query, options), index.by_prefix(query, options)})
      CHECK(other.has_value() == (one.has_value() || one.error().message == "a query of more than 16 words"));
    for (const auto& other : {index.by_tag(query, options), index.by_words(query, options)})
      CHECK((!other && !one && other.error() == one.error()));
    return one ? errc::internal : one.error().code;
  };
  CHECK(fails("") == errc::bad_argument);
  CHECK(fails(" \t\n") == errc::bad_argument);
  CHECK(fails(std::string(201, 'a')) == errc::too_large);
  CHECK(index.find(std::string(200, 'a')).has_value());
  CHECK(index.find("  " + std::string(200, 'a') + " ").has_value());
  CHECK(fails("caf\xE9") == errc::encoding);
  CHECK(index.find("caf\xE9").error().at.column == 4);
  CHECK(fails("a b c d e f g h i j k l m n o p q") == errc::too_large);
  CHECK(fails("a a a a a a a a a a a a a a a a a") == errc::too_large);
  CHECK(index.find("a b c d e f g h i j k l m n o p").has_value());
  fw::search_options options;
  options.hits = 0;
  CHECK(fails("a", options) == errc::out_of_range);
  options.hits = static_cast<std::size_t>(-1);
  CHECK(index.find("a", options).value().size() > 20);
  // Nothing but punctuation is no word; it may be a code.
  CHECK(index.find("?!").value().empty());
  CHECK(index.find("\u2014").value().empty());
  CHECK(index.by_tag("?!").value().empty());
  CHECK(index.by_words("?!").value().empty());
  CHECK(index.find(":").value().empty());
  CHECK(index.by_code("no-such-edition:4n").value().empty());
  CHECK(index.by_code("4N").value().empty());
  CHECK(index.by_code("ittecf-2024:ittecf-2024").value().empty());
  CHECK(index.by_prefix("ittecf-2024:", options).value().size() == tree.size() - 1);

  const fw::search_index nothing;
  CHECK(nothing.find("4n").value().empty());
  CHECK(fw::search_index::make({}).error().code == errc::bad_argument);
  const fw::tree* const missing[] = {&tree, nullptr};
  CHECK(fw::search_index::make(missing).error().code == errc::bad_argument);
  CHECK(fw::search_index::make(missing).error().at.path == "/1");
  const fw::tree copy = tree;
  const fw::tree* const twice[] = {&tree, &copy};
  CHECK(fw::search_index::make(twice).error().code == errc::duplicate_id);
  CHECK(fw::search_index::make(twice).error().at.path == "/1");
}
