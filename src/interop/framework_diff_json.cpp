#include "ectp/interop/framework_diff_json.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "interop/analysis_document.hpp"
#include "interop/markdown_text.hpp"

namespace ectp::inline ECTP_ABI::framework {

namespace {

using interop::counted;
using nlohmann::ordered_json;

ordered_json text_or_null(std::string_view s) { return s.empty() ? ordered_json(nullptr) : ordered_json(s); }

ordered_json counts_of(const change_counts& c) {
  ordered_json out{{"before", c.from_nodes}, {"after", c.to_nodes}, {"same", c.same}};
  for (std::size_t k = 0; k != words_in<change_kind>.size(); ++k)
    out[std::string(words_in<change_kind>[k])] = c.of[k];
  return out;
}

ordered_json side_of(const maybe<node_view>& n, std::string_view words) {
  if (!n) return nullptr;
  const maybe<node_view> parent = n->parent();
  return {{"code", n->code()},
          {"kind", name(n->kind())},
          {"parent", parent ? ordered_json(parent->code()) : ordered_json(nullptr)},
          {"identifier", text_or_null(n->identifier())},
          {"words", text_or_null(words)}};
}

ordered_json change_of(const tree_change& c) {
  ordered_json kinds = ordered_json::array(), because = nullptr;
  for (std::size_t k = 0; k != words_in<change_kind>.size(); ++k)
    if (c.what.has(static_cast<change_kind>(k))) kinds.push_back(words_in<change_kind>[k]);
  if (c.because)
    because = {{"relation", name(c.because->relation)},
               {"basis", name(c.because->basis)},
               {"confidence", name(c.because->confidence)},
               {"note", text_or_null(c.because->note)}};
  return {{"changes", std::move(kinds)},
          {"matched_by", name(c.by)},
          {"from", side_of(c.from, c.from_words)},
          {"to", side_of(c.to, c.to_words)},
          {"link", std::move(because)}};
}

ordered_json edition_of(const node_view& root) {
  return {{"edition", root.edition()}, {"title", text_or_null(root.title())}};
}

// Pages.

node_view at(const node_view& root, std::size_t i) { return i == 0 ? root : root.descendants()[i - 1]; }

// The standard of each node; 0 where there is none.
std::vector<std::uint32_t> standards(const node_view& root, std::size_t size) {
  std::vector<std::uint32_t> out(size);
  for (std::size_t i = 1; i < size; ++i) {
    const node_view n = at(root, i);
    out[i] = n.kind() == kind::standard ? n.id().value() : out[n.parent()->id().value()];
  }
  return out;
}

// What a page says below one heading.
struct section {
  maybe<node_view> standard;
  change_counts statements;
  std::vector<const tree_change*> changes;
  std::vector<std::string_view> same;
};

// By the standards of the second tree, then those that only the first one has.
std::vector<section> sections_of(const tree_diff& d) {
  const std::vector<std::uint32_t> in_from = standards(d.from, d.to_of.size()),
                                   in_to = standards(d.to, d.from_of.size());
  std::vector<section> out;
  std::vector<std::size_t> place_from(d.to_of.size(), 0), place_to(d.from_of.size(), 0);  // 1 + number of the section
  const auto section_at = [&](std::size_t& place, const node_view& root, std::uint32_t standard) -> section& {
    if (place == 0) {
      out.push_back({});
      if (standard != 0) out.back().standard = at(root, standard);
      place = out.size();
    }
    return out[place - 1];
  };
  const auto section_to = [&](std::uint32_t j) -> section& { return section_at(place_to[in_to[j]], d.to, in_to[j]); };
  const auto section_from = [&](std::uint32_t i) -> section& {
    const std::uint32_t s = in_from[i];
    if (s == 0) return section_to(0);
    if (const maybe<node_id> j = d.counterpart(node_id(s)); j && in_to[j->value()] == j->value())
      return section_to(j->value());
    return section_at(place_from[s], d.from, s);
  };
  for (std::uint32_t j = 0; j < d.from_of.size(); ++j)
    section_to(j);
  std::size_t next = 0;
  for (std::uint32_t j = 0; j < d.from_of.size(); ++j) {
    const node_view n = at(d.to, j);
    const bool counts = n.kind() == kind::statement;
    if (counts) ++section_to(j).statements.to_nodes;
    bool listed = false;
    for (; next != d.changes.size() && (!d.changes[next].to || d.changes[next].to->id() == n.id()); ++next) {
      const tree_change& c = d.changes[next];
      section& s = c.to ? section_to(j) : section_from(c.from->id().value());
      listed = listed || c.to;
      s.changes.push_back(&c);
      if ((c.to ? *c.to : *c.from).kind() == kind::statement)
        for (std::size_t k = 0; k != 8; ++k)
          s.statements.of[k] += c.what.has(static_cast<change_kind>(k)) ? 1u : 0u;
    }
    if (!listed && counts) {
      section& s = section_to(j);
      ++s.statements.same;
      s.same.push_back(n.code());
    }
  }
  for (std::uint32_t i = 0; i < d.to_of.size(); ++i)
    if (at(d.from, i).kind() == kind::statement) ++section_from(i).statements.from_nodes;
  return out;
}

std::string numbered(std::size_t n) { return counted(n, "").substr(0, counted(n, "").find(' ')); }

// `3 before, 4 after; 2 the same, 1 new, 1 reworded`
std::string summed_up(const change_counts& c) {
  std::string out =
      numbered(c.from_nodes) + " before, " + numbered(c.to_nodes) + " after; " + numbered(c.same) + " the same";
  constexpr const char* said[] = {"added",      "removed", "moved",  "reworded",
                                  "renumbered", "split",   "merged", "not known"};
  for (std::size_t k = 0; k != 8; ++k)
    if (c.of[k] != 0) out += ", " + numbered(c.of[k]) + " " + said[k];
  return out;
}

change_counts all_but_statements(const tree_diff& d) {
  change_counts out = d.counts;
  const change_counts& s = d.of_kind[static_cast<std::size_t>(kind::statement)];
  out.from_nodes -= s.from_nodes;
  out.to_nodes -= s.to_nodes;
  out.same -= s.same;
  for (std::size_t k = 0; k != 8; ++k)
    out.of[k] -= s.of[k];
  return out;
}

std::string called(const node_view& root) {
  return std::string(root.edition()) + (root.title().empty() ? "" : " (" + std::string(root.title()) + ")");
}

// One line, whatever was read.
std::string line_of(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return out;
}

std::string what_became(const tree_diff& d, const tree_change& c) {
  const bool unsure = c.what.has(change_kind::unknown);
  if (!c.from) return unsure ? "no origin known" : "added";
  if (!c.to) return unsure ? "no counterpart known" : "removed";
  std::string out;
  const auto say = [&](const std::string& s) { (out += out.empty() ? "" : ", ") += s; };
  if (c.what.has(change_kind::split)) say("split");
  if (c.what.has(change_kind::merged)) say("merged");
  if (c.what.has(change_kind::renumbered))
    say(c.from->code_is_ours() || c.to->code_is_ours() ? "renumbered (a code of ours)" : "renumbered");
  if (c.what.has(change_kind::moved)) {
    const node_view before = *c.from->parent(), after = *c.to->parent();
    const maybe<node_id> kept = d.counterpart(before.id());
    const auto place = [](const node_view& n) {
      return n.id().value() == 0 ? std::string("the top") : line_of(n.code());
    };
    if (kept && *kept == after.id()) say("moved within " + place(after));
    else say("moved from " + place(before) + " to " + place(after));
  }
  if (c.what.has(change_kind::reworded)) say("reworded");
  if (unsure) say("changes not known");
  return out;
}

std::string how_known(const tree_change& c) {
  if (c.because) {
    std::string out = "link: " + std::string(name(c.because->relation)) + ", " + std::string(name(c.because->basis)) +
                      ", " + std::string(name(c.because->confidence));
    return c.because->note.empty() ? out : out + "; " + line_of(c.because->note);
  }
  switch (c.by) {
    case matched_by::root: return "the framework itself";
    case matched_by::identifier: return "same identifier";
    case matched_by::words: return "same words";
    case matched_by::code: return "same code";
    case matched_by::children: return "same children";
    default: return "";
  }
}

// What a reader has to know about the counts.
std::vector<std::string> remarks(const tree_diff& d) {
  std::vector<std::string> out;
  if (!d.equivalent()) out.emplace_back("A node can be several of these at once.");
  if (d.counts[change_kind::unknown] != 0)
    out.emplace_back("Not known: its wording was not seen on both sides, or what ties the two together is an assumption.");
  if (d.links != 0)
    out.push_back(counted(d.links, "link") + (d.links == 1 ? " says" : " say") +
                  " what became of what: a reading of both documents, not an official list.");
  return out;
}

std::string codes(const std::vector<std::string_view>& all, std::size_t most) {
  std::string out;
  for (std::size_t k = 0; k < all.size() && k < most; ++k)
    (out += k == 0 ? "" : ", ") += line_of(all[k]);
  if (most < all.size()) (out += most == 0 ? "" : " and ") += numbered(all.size() - most) + (most == 0 ? "" : " more");
  return out;
}

std::string left_out(std::size_t n) { return counted(n, "more change") + (n == 1 ? " is" : " are") + " not listed."; }

}  // namespace

std::string to_json(const tree_diff& d, std::size_t most) {
  ordered_json changes = ordered_json::array();
  for (std::size_t k = 0; k < d.changes.size() && k < most; ++k)
    changes.push_back(change_of(d.changes[k]));
  return interop::document_of({{"schema", 1},
                               {"from", edition_of(d.from)},
                               {"to", edition_of(d.to)},
                               {"links", d.links},
                               {"counts", counts_of(d.counts)},
                               {"statements", counts_of(d.of_kind[static_cast<std::size_t>(kind::statement)])},
                               {"changes_in_all", d.changes.size()},
                               {"changes", std::move(changes)}});
}

std::string to_text(const tree_diff& d, std::size_t most) {
  std::string out = "From " + line_of(called(d.from)) + "\nto " + line_of(called(d.to)) + "\n\n";
  out += "Statements: " + summed_up(d.of_kind[static_cast<std::size_t>(kind::statement)]) + ".\n";
  out += "Other nodes: " + summed_up(all_but_statements(d)) + ".\n";
  for (const std::string& r : remarks(d))
    out += r + "\n";
  if (d.equivalent()) return out + "Nothing changed.\n";
  std::size_t left = most, codes_left = most;
  for (const section& s : sections_of(d)) {
    if (s.changes.empty() && s.statements.from_nodes == 0 && s.statements.to_nodes == 0) continue;
    out += "\n" + (s.standard ? line_of(s.standard->code()) + " " + line_of(s.standard->display()) : "The framework") +
           "\n";
    if (s.statements.from_nodes != 0 || s.statements.to_nodes != 0) out += "  " + summed_up(s.statements) + "\n";
    if (!s.same.empty()) out += "  the same: " + codes(s.same, codes_left) + "\n";
    codes_left -= std::min(codes_left, s.same.size());
    for (const tree_change* c : s.changes) {
      if (left == 0) break;
      --left;
      const std::string before = c->from ? line_of(c->from->code()) : "", after = c->to ? line_of(c->to->code()) : "";
      out += !c->from ? "  + " : !c->to ? "  - " : "  ";
      out += before.empty() || before == after ? after : before;
      if (c->from && c->to && before != after) (out += " -> ") += after;
      out += ": " + what_became(d, *c);
      if (const std::string how = how_known(*c); !how.empty()) out += " (" + how + ")";
      out += "\n";
      const auto words = [&](const char* label, std::string_view w) {
        out += "      " + (label + (w.empty() ? std::string("no words") : line_of(w))) + "\n";
      };
      if (c->from && c->to && c->from_words != c->to_words) {
        words("was: ", c->from_words);
        words("now: ", c->to_words);
      } else {
        words("", c->to ? c->to_words : c->from_words);
      }
    }
  }
  if (most < d.changes.size()) out += "\n" + left_out(d.changes.size() - most) + "\n";
  return out;
}

std::string to_markdown(const tree_diff& d, std::size_t most) {
  using interop::code_in_cell;
  using interop::plain_in_markdown;
  std::string out = "## From " + plain_in_markdown(line_of(called(d.from))) + " to " +
                    plain_in_markdown(line_of(called(d.to))) + "\n\n";
  out += "- Statements: " + summed_up(d.of_kind[static_cast<std::size_t>(kind::statement)]) + ".\n";
  out += "- Other nodes: " + summed_up(all_but_statements(d)) + ".\n";
  for (const std::string& r : remarks(d))
    out += "- " + r + "\n";
  if (d.equivalent()) return out + "\nNothing changed.\n";
  std::size_t left = most, codes_left = most;
  for (const section& s : sections_of(d)) {
    if (s.changes.empty() && s.statements.from_nodes == 0 && s.statements.to_nodes == 0) continue;
    out += "\n### " +
           (s.standard
                ? plain_in_markdown(line_of(std::string(s.standard->code()) + " " + std::string(s.standard->display())))
                : "The framework") +
           "\n";
    if (s.statements.from_nodes != 0 || s.statements.to_nodes != 0) out += "\n" + summed_up(s.statements) + ".\n";
    if (!s.same.empty()) out += "\nThe same: " + plain_in_markdown(codes(s.same, codes_left)) + ".\n";
    codes_left -= std::min(codes_left, s.same.size());
    if (s.changes.empty() || left == 0) continue;
    out += interop::markdown_header({"before", "after", "what became of it", "words", "how it is known"});
    for (const tree_change* c : s.changes) {
      if (left == 0) break;
      --left;
      const auto code = [](const maybe<node_view>& n) { return n ? code_in_cell(line_of(n->code())) : ""; };
      const auto words = [](std::string_view w) {
        return w.empty() ? std::string("no words") : plain_in_markdown(line_of(w));
      };
      const bool two = c->from && c->to && c->from_words != c->to_words;
      out += interop::markdown_row({code(c->from), code(c->to), plain_in_markdown(what_became(d, *c)),
                                    two ? "was: " + words(c->from_words) + "<br>now: " + words(c->to_words)
                                        : words(c->to ? c->to_words : c->from_words),
                                    plain_in_markdown(how_known(*c))});
    }
  }
  if (most < d.changes.size()) out += "\n" + left_out(d.changes.size() - most) + "\n";
  return out;
}

}  // namespace ectp::inline ECTP_ABI::framework
