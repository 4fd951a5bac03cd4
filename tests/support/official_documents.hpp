#pragma once
// Invented documents: the statements of a tree, with our gists or made-up words for wording, laid out as
// official documents are. The layouts are drawn from a seed.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/text.hpp"
#include "ectp/framework/tree.hpp"

namespace official_documents {

struct random {
  std::uint64_t state;
  explicit random(std::uint64_t seed) : state(seed * 0x9E3779B97F4A7C15u + 0x2545F4914F6CDD1Du) {}
  std::uint64_t next() {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>((next() >> 20) % n); }
  std::size_t between(std::size_t lo, std::size_t hi) { return lo + below(hi - lo + 1); }
  bool chance(std::size_t in) { return below(in) == 0; }
};

struct line_of_words {
  std::string code, words;
};

/// A section as a document prints it: statements and the headings of groups in between.
struct section {
  std::size_t number = 0;
  std::string title;
  std::vector<line_of_words> that;
  std::vector<line_of_words> how;  ///< a heading has no code
};

inline std::string made_up_wording(random& r, std::string_view gist, std::string_view code) {
  static const char* const more[] = {
      "so that every pupil can take part",         "even where the room is small and the day is long",
      "including in the last lesson of the week",  "which takes patience and a shared plan",
      "with materials that were prepared earlier", "because low-stakes practice and well-chosen examples add up",
      "as colleagues across the school agree",     "whatever was on the timetable before (e.g. games)",
      "over several weeks, and without a rush",    "for pupils in Year 7 and Year 11 alike"};
  std::string out = gist.empty() ? "Words invented for the code " + std::string(code) + " alone" : std::string(gist);
  while (!out.empty() && (out.back() == '.' || out.back() == ':')) out.pop_back();
  for (std::size_t n = r.below(4); n != 0; --n) (out += ", ") += more[r.below(std::size(more))];
  return out += '.';
}

inline std::vector<section> sections_of(const ectp::framework::tree& t, random& r) {
  namespace fw = ectp::framework;
  std::vector<section> out;
  for (const fw::node_view& s : t.root().children()) {
    section made;
    made.number = out.size() + 1;
    made.title = s.title();
    for (const fw::node_view& n : s.descendants()) {
      if (n.kind() == fw::kind::group) {
        std::string heading(n.gist());
        while (!heading.empty() && (heading.back() == '.' || heading.back() == ',')) heading.pop_back();
        made.how.push_back({{}, (heading.empty() ? std::string("Work on this part") : heading) + ", by:"});
      } else if (n.statement_kind() == fw::statement_kind::learn_that) {
        made.that.push_back({std::string(n.code()), made_up_wording(r, n.gist(), n.code())});
      } else {
        made.how.push_back({std::string(n.code()), made_up_wording(r, n.gist(), n.code())});
      }
    }
    out.push_back(std::move(made));
  }
  return out;
}

/// The letters fi and fl as a PDF's font has them.
inline std::string with_ligatures(const std::string& s) {
  std::string out;
  for (std::size_t i = 0; i != s.size(); ++i) {
    const std::string_view two = std::string_view(s).substr(i, 2);
    if (two == "fi" || two == "fl") {
      out += two == "fi" ? "\xEF\xAC\x81" : "\xEF\xAC\x82";
      ++i;
    } else {
      out += s[i];
    }
  }
  return out;
}

struct style {
  std::size_t left_width = 44, right_width = 40, gutter = 4, margin = 0, page_rows = 48;
  bool bare = false;          ///< 1. and a. in place of 1.1 and 1a
  bool dots = false;          ///< 1.1. in place of 1.1
  bool hyphens = true, ligatures = true, references = false, furniture = true, hanging = true, blank_between = false, repeat_headings = false;
};

inline style drawn_style(random& r) {
  style s;
  s.left_width = r.between(30, 60);
  s.right_width = r.between(30, 60);
  s.gutter = r.between(3, 9);
  s.margin = r.below(7);
  s.page_rows = r.between(30, 70);
  s.bare = r.chance(2);
  s.dots = r.chance(2);
  s.hyphens = r.chance(2);
  s.ligatures = r.chance(2);
  s.references = r.chance(3);
  s.furniture = !r.chance(4);
  s.hanging = !r.chance(4);
  s.blank_between = r.chance(3);
  s.repeat_headings = r.chance(3);
  return s;
}

inline std::size_t width_of(std::string_view s) {
  std::size_t n = 0;
  for (const char c : s) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

/// Words on lines of at most `width`, the first one shorter by `used`; long words may be divided.
inline std::vector<std::string> wrapped(random& r, const style& s, const std::string& words, std::size_t width, std::size_t used) {
  std::vector<std::string> lines{""};
  std::size_t room = width - used;
  for (std::size_t from = 0; from < words.size();) {
    std::size_t to = words.find(' ', from);
    if (to == std::string::npos) to = words.size();
    std::string word = words.substr(from, to - from);
    from = to + 1;
    const std::size_t blank = lines.back().empty() ? 0 : 1;
    if (width_of(lines.back()) + blank + width_of(word) <= room) {
      lines.back() += (blank != 0 ? " " : "") + word;
      continue;
    }
    bool letters = word.size() >= 9;
    for (const char c : word) letters = letters && c >= 'a' && c <= 'z';
    const std::size_t left = room - width_of(lines.back());
    // Words of nine letters and more, which leave seven before the hyphen: no part could have a hyphen of its own.
    if (s.hyphens && letters && left > blank + 8 && !r.chance(4)) {
      const std::size_t cut = left - blank - 1 < word.size() - 3 ? left - blank - 1 : word.size() - 3;
      lines.back() += (blank != 0 ? " " : "") + word.substr(0, cut) + "-";
      word.erase(0, cut);
    }
    lines.push_back(word);
    room = width;
  }
  if (s.ligatures)
    for (std::string& l : lines) l = with_ligatures(l);
  return lines;
}

/// What is printed in front of a statement.
inline std::string mark_of(const style& s, const std::string& code) {
  if (!s.bare) return code + (s.dots ? "." : "");
  const std::size_t dot = code.find('.');
  return (dot == std::string::npos ? std::string(1, code.back()) : code.substr(dot + 1)) + ".";
}

/// A column of a section: its lines, with how far each is set in.
inline std::vector<std::string> column_of(random& r, const style& s, const std::vector<line_of_words>& all, std::size_t width) {
  std::vector<std::string> out;
  for (const line_of_words& one : all) {
    if (s.blank_between && !out.empty()) out.push_back("");
    if (one.code.empty()) {
      for (std::string& l : wrapped(r, s, one.words, width, 0)) out.push_back(std::move(l));
      continue;
    }
    std::string mark = mark_of(s, one.code);
    while (mark.size() < 5) mark += ' ';
    std::string words = one.words;
    if (s.references && r.chance(3)) words += r.chance(2) ? "12" : " [3, 4]";
    const std::size_t hang = s.hanging ? mark.size() : 0;
    const std::vector<std::string> lines = wrapped(r, s, words, width - hang, mark.size() - hang);
    for (std::size_t i = 0; i != lines.size(); ++i) out.push_back((i == 0 ? mark : std::string(hang, ' ')) + lines[i]);
  }
  return out;
}

class pages {
 public:
  pages(const style& s, std::string document) : s_(s), document_(std::move(document)) {}
  void row(std::string line) {
    if (rows_ == 0) begin();
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text_ += line + "\n";
    if (++rows_ == s_.page_rows) end();
  }
  bool at_top() const { return rows_ == 0; }
  std::string text() {
    if (rows_ != 0) end();
    return text_;
  }

 private:
  void begin() {
    if (s_.furniture) text_ += "   An invented framework for " + document_ + "\n\n";
  }
  void end() {
    ++page_;
    if (s_.furniture) text_ += "\n" + std::string(40, ' ') + std::to_string(page_) + "\n";
    text_ += '\f';
    rows_ = 0;
  }
  style s_;
  std::string document_, text_;
  std::size_t rows_ = 0, page_ = 0;
};

inline std::string heading_of(const section& s) { return s.title + " (Standard " + std::to_string(s.number) + " \xE2\x80\x93 an invented name)"; }

/// As `pdftotext -layout` has it: both columns on a row.
inline std::string two_columns(random& r, const style& s, const std::vector<section>& all) {
  pages p(s, "many");
  const std::string margin(s.margin, ' ');
  const std::size_t right_at = s.left_width + s.gutter;
  const auto both = [&](std::string left, const std::string& right) {
    if (right.empty()) return p.row(margin + left);
    left += std::string(right_at - width_of(left), ' ');
    p.row(margin + left + right);
  };
  p.row(margin + "What stands here is an introduction, written over the whole width of a page and therefore in no column at all.");
  p.row("");
  for (const section& one : all) {
    p.row(margin + heading_of(one));
    p.row("");
    both("Learn that\xE2\x80\xA6", "Learn how to\xE2\x80\xA6");
    const auto left = column_of(r, s, one.that, s.left_width), right = column_of(r, s, one.how, s.right_width);
    for (std::size_t i = 0; i < left.size() || i < right.size(); ++i) {
      if (p.at_top() && s.repeat_headings) both("Learn that\xE2\x80\xA6", "Learn how to\xE2\x80\xA6");
      both(i < left.size() ? left[i] : "", i < right.size() ? right[i] : "");
    }
    p.row("");
  }
  return p.text();
}

/// As `pdftotext` has it: one column after the other.
inline std::string one_column(random& r, const style& s, const std::vector<section>& all) {
  pages p(s, "few");
  p.row("What stands here is an introduction.");
  p.row("");
  for (const section& one : all) {
    p.row(heading_of(one));
    p.row("");
    p.row("Learn that\xE2\x80\xA6");
    for (const std::string& l : column_of(r, s, one.that, s.left_width)) p.row(l);
    p.row("");
    p.row("Learn how to\xE2\x80\xA6");
    for (const std::string& l : column_of(r, s, one.how, s.right_width)) p.row(l);
    p.row("");
  }
  return p.text();
}

}  // namespace official_documents
