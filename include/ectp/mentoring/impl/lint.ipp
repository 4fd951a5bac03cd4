#pragma once
#include "ectp/core/fold.hpp"
#include "ectp/core/text.hpp"
#include "ectp/mentoring/lint.hpp"

namespace ectp::inline ECTP_ABI {

ECTP_DEF result<std::vector<lint_finding>> lint(const policies& rules, policy_name p, std::span<const measure> measures) {
  const policy::table& table = rules[p];
  ECTP_LATER(std::vector<lint_finding>) out;
  for (const measure& m : measures) {
    const int value = m.value < 0 ? 0 : m.value > 9999 ? 9999 : m.value;
    const policy::named_value facts[] = {{"check", std::string_view(m.check)}, {"value", value}};
    const auto rule = rule_index(table, {facts, 2});
    if (!rule) return rule.error();
    const auto found = output_word<severity>(table, *rule, "finding");
    if (!found) continue;
    lint_finding f;
    f.rule = table.rule_id(*rule);
    f.severity = *found;
    f.check = m.check;
    f.field = m.field;
    f.from = m.from;
    f.to = m.to;
    f.found = m.found;
    f.says = table.note(*rule, "says");
    f.expected = table.note(*rule, "expected");
    f.rewrite = table.note(*rule, "rewrite");
    out.push_back(std::move(f));
  }
  return out;
}

ECTP_DEF bool has_errors(std::span<const lint_finding> findings) noexcept {
  for (const auto& f : findings)
    if (f.severity == severity::error) return true;
  return false;
}

namespace detail {

struct word_place {
  std::size_t from = 0, to = 0;  // bytes of the text
};

// The next word at or after `at`, which moves behind it; an empty place at the end.
ECTP_DECL word_place next_word(std::string_view text, std::size_t& at) noexcept {
  word_place w;
  bool inside = false;
  while (at < text.size()) {
    const std::size_t here = at;
    const std::uint32_t c = take_character(text, at);
    bool letter = false, nothing = false;
    if (c < 0x80) {
      letter = is_letter(static_cast<char>(c)) || is_digit(static_cast<char>(c));
      nothing = inside && c == '\'';
    } else if (c == 0x2019 || c == 0x2BC) {
      nothing = inside;
    } else {
      const folds_to how = fold_character(c).how;
      letter = how == folds_to::itself || how == folds_to::letters;
      nothing = inside && how == folds_to::nothing;
    }
    if (letter) {
      if (!inside) w.from = here;
      inside = true;
      w.to = at;
    } else if (inside && !nothing) {
      return w;
    }
  }
  return w;
}

}  // namespace detail

ECTP_DEF std::size_t count_words(std::string_view text) noexcept {
  std::size_t n = 0, at = 0;
  for (;;) {
    const auto w = detail::next_word(text, at);
    if (w.to == 0) return n;
    ++n;
  }
}

ECTP_DEF std::vector<phrase_found> find_phrases(std::string_view text, std::string_view kind, const policies& rules) {
  // Every word of the text once, folded: apostrophes vanish, so that `don't` is one word here and there.
  const auto plain = [](std::string_view word) {
    std::string kept;
    for (std::size_t i = 0; i < word.size();) {
      const std::size_t here = i;
      const std::uint32_t c = detail::take_character(word, i);
      if (c != '\'' && c != 0x2019 && c != 0x2BC) kept += word.substr(here, i - here);
    }
    return fold(kept);
  };
  std::vector<detail::word_place> places;
  std::vector<std::string> words;
  for (std::size_t at = 0;;) {
    const auto w = detail::next_word(text, at);
    if (w.to == 0) break;
    places.push_back(w);
    words.push_back(plain(text.substr(w.from, w.to - w.from)));
  }
  const data_table& list = rules.list(list_name::phrases);
  struct sought {
    std::size_t row;
    std::vector<std::string> words;
  };
  std::vector<sought> phrases;
  for (std::size_t r = 0; r != list.size(); ++r) {
    if (list.at(r, "kind") != kind) continue;
    for (std::string_view forms = list.at(r, "phrase"); !forms.empty();) {
      const std::size_t bar = forms.find('|');
      const std::string_view phrase = forms.substr(0, bar);
      forms = bar == forms.npos ? std::string_view() : forms.substr(bar + 1);
      sought s{r, {}};
      for (std::size_t at = 0;;) {
        const auto w = detail::next_word(phrase, at);
        if (w.to == 0) break;
        s.words.push_back(plain(phrase.substr(w.from, w.to - w.from)));
      }
      if (!s.words.empty()) phrases.push_back(std::move(s));
    }
  }
  ECTP_LATER(std::vector<phrase_found>) out;
  for (std::size_t i = 0; i != words.size(); ++i)
    for (const auto& s : phrases) {
      if (s.words.size() > words.size() - i) continue;
      bool same = true;
      for (std::size_t k = 0; same && k != s.words.size(); ++k) same = words[i + k] == s.words[k];
      if (same) out.push_back({s.row, places[i].from, places[i + s.words.size() - 1].to});
    }
  return out;
}

ECTP_DEF bool is_question(std::string_view text) noexcept {
  std::uint32_t last = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t c = detail::take_character(text, at);
    const bool closing = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '"' || c == '\'' || c == ')' ||
                         c == 0xA0 || c == 0xBB || c == 0x2019 || c == 0x201D || c == 0x200F || c == 0x200E;
    if (!closing) last = c;
  }
  // Latin, Arabic, Greek (which looks like a semicolon), Armenian, Ethiopic and full-width question marks.
  return last == '?' || last == 0x61F || last == 0x37E || last == 0x55E || last == 0x1367 || last == 0xFF1F;
}

ECTP_DEF result<void> check_text(std::string_view text, std::string_view field, std::size_t most) {
  const location at{"", 0, 0, "/" + std::string(field)};
  // A text that is far too long is not looked through.
  if (text.size() > 4 * most)
    return error{errc::too_large, std::string(field) + " has " + std::to_string(text.size()) + " bytes", at,
                 "at most " + std::to_string(most) + " characters", "say it in a line or two"};
  if (const auto bad = invalid_utf8_at(text); bad != text.npos)
    return error{errc::encoding, std::string(field) + " is not UTF-8 from byte " + std::to_string(bad) + " on", at, "UTF-8 text", ""};
  std::size_t characters = 0;
  bool blank = true;
  for (std::size_t i = 0; i < text.size(); ++characters) {
    const std::uint32_t c = detail::take_character(text, i);
    if (c < 0x20 || c == 0x7F || (c >= 0x80 && c < 0xA0) || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
        (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF)
      return error{errc::out_of_range, "a control character in " + std::string(field), at, "one line of printable characters",
                   "remove line breaks, tabs and other control characters"};
    blank = blank && (c == ' ' || c == 0xA0 || c == 0x3000);
  }
  if (blank)
    return error{errc::missing_field, std::string(field) + " is empty", at, "1 to " + std::to_string(most) + " characters", ""};
  if (characters > most)
    return error{errc::too_large, std::string(field) + " has " + std::to_string(characters) + " characters", at,
                 "at most " + std::to_string(most) + " characters", "say it in a line or two"};
  return {};
}

}  // namespace ectp::inline ECTP_ABI
