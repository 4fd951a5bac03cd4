#include "ectp/interop/audit_json.hpp"

#include <algorithm>
#include <utility>

#include "interop/analysis_document.hpp"
#include "interop/markdown_text.hpp"

namespace ectp::inline ECTP_ABI::framework {

using interop::counted;
using interop::plain_in_markdown;
using nlohmann::ordered_json;

namespace {

constexpr std::size_t most_codes = 400;  // of a group on a page

ordered_json known(const std::string& s) { return s.empty() ? ordered_json(nullptr) : ordered_json(s); }
std::string padded(const std::string& s, std::size_t width) { return s + std::string(s.size() < width ? width - s.size() : 0, ' '); }
std::string right(std::size_t n, std::size_t width) {
  const std::string digits = std::to_string(n);
  return std::string(digits.size() < width ? width - digits.size() : 0, ' ') + digits;
}
std::string word_of(const audit_report::group& g) { return g.word.empty() ? "nothing said" : g.word; }
std::string weight_of(const audit_report::group& g) { return g.weight ? std::string(name(*g.weight)) : "none"; }
std::string called(const audit_report::standard& s) { return s.code.empty() ? "no standard" : s.title.empty() ? s.code : s.code + " " + s.title; }
std::string title_of(const audit_report& a) { return a.title.empty() ? a.edition : a.edition + ": " + a.title; }

std::string kinds(const audit_report& a) {
  std::string out = counted(a.statements, "statement");
  if (a.learn_that + a.learn_how_to != 0) out += " (" + std::to_string(a.learn_that) + " learn that, " + std::to_string(a.learn_how_to) + " learn how to)";
  return out;
}

std::string licence_of(const audit_report& a) {
  const std::string named = a.licence.empty() ? "Licence: not known" : "Licence: " + a.licence;
  return named + (a.licence_verified ? ", seen in the document itself." : ", not seen in the document itself.");
}

std::string weighed(const audit_report& a) {
  std::size_t by[4] = {};
  for (const auto& g : a.by_confidence) by[g.weight ? static_cast<std::size_t>(*g.weight) + 1 : 0] += g.codes.size();
  std::string out = "Confidence: " + std::to_string(by[3]) + " high, " + std::to_string(by[2]) + " medium, " + std::to_string(by[1]) + " low";
  if (by[0] != 0) out += ", " + std::to_string(by[0]) + " not said";
  out += "; " + counted(a.placeholders.size(), "placeholder") + ".";
  if (by[3] == 0 && by[1] + by[2] != 0) out += " None is of high confidence.";
  return out;
}

std::string worded(const audit_report& a) {
  return a.worded == 0 ? "No official wording is laid over this tree." : "Official wording is laid over " + counted(a.worded, "statement") + ".";
}

// Codes on lines of about 100 characters.
std::string code_lines(const std::vector<std::string>& codes, const std::string& indent) {
  std::string out, line = indent;
  const std::size_t shown = std::min(codes.size(), most_codes);
  for (std::size_t i = 0; i != shown; ++i) {
    if (line.size() + codes[i].size() > 99 && line.size() > indent.size()) {
      out += line + "\n";
      line = indent;
    }
    line += (line.size() > indent.size() ? " " : "") + codes[i];
  }
  if (shown != codes.size()) line += " ... and " + std::to_string(codes.size() - shown) + " more";
  return out + line + "\n";
}
std::string code_words(const std::vector<std::string>& codes) {
  std::string out;
  const std::size_t shown = std::min(codes.size(), most_codes);
  for (std::size_t i = 0; i != shown; ++i) out += (i == 0 ? "" : ", ") + plain_in_markdown(codes[i]);
  if (shown != codes.size()) out += " and " + std::to_string(codes.size() - shown) + " more";
  return out;
}

}  // namespace

std::string to_json(const audit_report& a) {
  ordered_json out{{"schema", 1},
                   {"edition", a.edition},
                   {"title", known(a.title)},
                   {"publisher", known(a.publisher)},
                   {"licence", known(a.licence)},
                   {"licence_verified", a.licence_verified},
                   {"statements", a.statements},
                   {"learn_that", a.learn_that},
                   {"learn_how_to", a.learn_how_to},
                   {"worded", a.worded}};
  const auto groups = [](const std::vector<audit_report::group>& all, bool weights) {
    ordered_json list = ordered_json::array();
    for (const auto& g : all) {
      ordered_json one{{"word", known(g.word)}};
      if (weights) one["weight"] = g.weight ? ordered_json(name(*g.weight)) : ordered_json(nullptr);
      one["statements"] = g.codes.size();
      one["codes"] = g.codes;
      list.push_back(std::move(one));
    }
    return list;
  };
  out["by_confidence"] = groups(a.by_confidence, true);
  out["by_code"] = groups(a.by_code, false);
  out["placeholders"] = a.placeholders;
  ordered_json standards = ordered_json::array(), sources = ordered_json::array();
  for (const auto& s : a.standards)
    standards.push_back({{"code", known(s.code)},
                         {"title", known(s.title)},
                         {"statements", s.statements},
                         {"learn_that", s.learn_that},
                         {"learn_how_to", s.learn_how_to},
                         {"placeholders", s.placeholders},
                         {"worded", s.worded},
                         {"by_confidence", s.by_confidence},
                         {"by_code", s.by_code}});
  for (const auto& s : a.sources)
    sources.push_back({{"id", s.id}, {"title", known(s.title)}, {"url", known(s.url)}, {"role", known(s.role)}, {"reliability", known(s.reliability)}, {"statements", s.statements}});
  out["standards"] = std::move(standards);
  out["sources"] = std::move(sources);
  out["without_source"] = a.without_source;
  return interop::document_of(out);
}

std::string to_text(const audit_report& a) {
  std::string out = title_of(a) + "\n" + kinds(a) + ". " + weighed(a) + "\n" + licence_of(a) + "\n" + worded(a) + "\n";

  std::size_t width = 11;
  for (const auto& s : a.standards) width = std::max(width, std::min<std::size_t>(called(s).size(), 40));
  const auto table = [&](const std::vector<audit_report::group>& groups, std::vector<std::size_t> audit_report::standard::*counts) {
    std::string head = "  " + padded("", width) + "  all";
    for (const auto& g : groups) head += "  " + word_of(g);
    out += head + "\n";
    for (const auto& s : a.standards) {
      out += "  " + padded(called(s), width) + right(s.statements, 5);
      for (std::size_t i = 0; i != groups.size(); ++i) out += right((s.*counts)[i], word_of(groups[i]).size() + 2);
      out += "\n";
    }
  };
  const auto lists = [&](const std::vector<audit_report::group>& groups, bool weights) {
    for (const auto& g : groups)
      out += "  " + word_of(g) + (weights ? " (confidence " + weight_of(g) + ")" : "") + ", " + counted(g.codes.size(), "statement") + "\n" + code_lines(g.codes, "    ");
  };
  if (!a.by_confidence.empty()) {
    out += "\nHow far the wording can be relied on\n";
    table(a.by_confidence, &audit_report::standard::by_confidence);
    lists(a.by_confidence, true);
    out += "\nHow sure the codes are\n";
    table(a.by_code, &audit_report::standard::by_code);
    lists(a.by_code, false);
  }
  if (!a.placeholders.empty()) out += "\nPlaceholders: codes that the numbering asks for, whose content is not known\n" + code_lines(a.placeholders, "  ");
  if (!a.sources.empty()) {
    out += "\nSources, and how many statements rest on each\n";
    std::size_t id = 0;
    for (const auto& s : a.sources) id = std::max(id, std::min<std::size_t>(s.id.size(), 30));
    for (const auto& s : a.sources) {
      out += right(s.statements, 7) + "  " + padded(s.id, id) + "  " + (s.title.empty() ? s.url : s.title);
      if (!s.reliability.empty()) out += " (" + s.reliability + ")";
      out += "\n";
    }
  }
  if (a.without_source != 0) out += right(a.without_source, 7) + "  without a source\n";
  return out;
}

std::string to_markdown(const audit_report& a) {
  using interop::code_in_cell;
  using interop::markdown_header;
  using interop::markdown_row;
  std::string out = "## " + plain_in_markdown(title_of(a)) + "\n\n" + kinds(a) + ". " + weighed(a) + "\n\n" + plain_in_markdown(licence_of(a)) + "\n\n" + worded(a) + "\n";
  const auto table = [&](const std::string& title, const std::vector<audit_report::group>& groups, std::vector<std::size_t> audit_report::standard::*counts, bool weights) {
    if (groups.empty()) return;
    out += "\n### " + title + "\n";
    std::vector<std::string> head{"standard", "statements"};
    for (const auto& g : groups) head.push_back(plain_in_markdown(word_of(g)));
    out += markdown_header(head);
    for (const auto& s : a.standards) {
      std::vector<std::string> cells{plain_in_markdown(called(s)), std::to_string(s.statements)};
      for (const std::size_t n : s.*counts) cells.push_back(std::to_string(n));
      out += markdown_row(cells);
    }
    std::vector<std::string> heads{"word"};
    if (weights) heads.emplace_back("confidence");
    heads.insert(heads.end(), {"statements", "codes"});
    out += markdown_header(heads);
    for (const auto& g : groups) {
      std::vector<std::string> cells{plain_in_markdown(word_of(g))};
      if (weights) cells.push_back(weight_of(g));
      cells.insert(cells.end(), {std::to_string(g.codes.size()), code_words(g.codes)});
      out += markdown_row(cells);
    }
  };
  table("How far the wording can be relied on", a.by_confidence, &audit_report::standard::by_confidence, true);
  table("How sure the codes are", a.by_code, &audit_report::standard::by_code, false);
  if (!a.placeholders.empty()) out += "\nPlaceholders, whose content is not known: " + code_words(a.placeholders) + ".\n";
  if (!a.sources.empty()) {
    out += "\n### Sources\n" + markdown_header({"statements", "id", "source", "reliability"});
    for (const auto& s : a.sources)
      out += markdown_row({std::to_string(s.statements), code_in_cell(s.id), plain_in_markdown(s.title.empty() ? s.url : s.title), plain_in_markdown(s.reliability)});
  }
  if (a.without_source != 0) out += "\n" + counted(a.without_source, "statement") + " without a source.\n";
  return out;
}

}  // namespace ectp::inline ECTP_ABI::framework
