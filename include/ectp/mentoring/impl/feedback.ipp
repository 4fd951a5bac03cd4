#pragma once
#include "ectp/core/fold.hpp"
#include "ectp/core/text.hpp"
#include "ectp/mentoring/feedback.hpp"

namespace ectp::inline ECTP_ABI {

namespace detail {

ECTP_DEF void feedback_phrases(std::vector<measure>& out, std::string_view check, std::string_view kind,
                              std::string_view text, std::string_view field, const policies& rules) {
  std::size_t last = text.size() + 1;
  for (const phrase_found& p : find_phrases(text, kind, rules)) {
    if (p.from == last) continue;  // the list may have a phrase twice
    last = p.from;
    measure m;
    m.check = check;
    m.value = 1;
    m.field = field;
    m.from = p.from;
    m.to = p.to;
    m.found = text.substr(p.from, p.to - p.from);
    out.push_back(std::move(m));
  }
}

ECTP_DEF int feedback_questions(std::string_view text) noexcept {
  int n = 0;
  bool before = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t c = take_character(text, at);
    const bool mark = c == '?' || c == 0x61F || c == 0x37E || c == 0x55E || c == 0x1367 || c == 0xFF1F;
    if (mark && !before && n < 9999) ++n;
    before = mark;
  }
  return n;
}

}  // namespace detail

ECTP_DEF result<std::vector<measure>> measures_of(const feedback& f, const policies& rules) {
  const struct {
    std::string_view field;
    const std::string* text;
  } fields[] = {{"seen", &f.seen}, {"effect", &f.effect}, {"question", &f.question}, {"offer", &f.offer}};
  // Letters decide whether a text says anything: blanks and punctuation alone say nothing.
  for (const auto& x : fields)
    if (!trim(*x.text).empty())
      if (auto ok = check_text(*x.text, x.field); !ok) return ok.error();

  ECTP_LATER(std::vector<measure>) out;
  const std::string to = f.from == feedback_from::ect ? "_to_mentor" : "";
  const auto add = [&](std::string check, std::size_t value, std::string_view field) {
    measure m;
    m.check = std::move(check);
    m.value = value > 9999 ? 9999 : static_cast<int>(value);
    m.field = field;
    out.push_back(std::move(m));
  };
  add("seen_words" + to, count_words(f.seen), "seen");
  detail::feedback_phrases(out, "not_seen", "not_seen", f.seen, "seen", rules);
  add("effect_words" + to, count_words(f.effect), "effect");
  const std::size_t words = count_words(f.question);
  add("question_words" + to, words, "question");
  if (words != 0) {
    add("asks", is_question(f.question) ? 1 : 0, "question");
    add("questions", static_cast<std::size_t>(detail::feedback_questions(f.question)), "question");
    detail::feedback_phrases(out, "leading", "leading_question", f.question, "question", rules);
  }
  const std::size_t offered = count_words(f.offer) == 0 ? 0 : 1 + find_phrases(f.offer, "second_offer", rules).size();
  add("offers", offered, "offer");
  for (const auto& x : fields) {
    detail::feedback_phrases(out, "judgement", "judgement", *x.text, x.field, rules);
    detail::feedback_phrases(out, "grade", "grade_word", *x.text, x.field, rules);
    detail::feedback_phrases(out, "comparison", "comparison", *x.text, x.field, rules);
  }
  add("early", f.given_on < f.about ? 1 : 0, "given_on");
  add("days", static_cast<std::size_t>(rules.calendar().school_days(f.about, f.given_on)), "given_on");
  return out;
}

ECTP_DEF result<std::vector<lint_finding>> lint_feedback(const feedback& f, const policies& rules) {
  const auto measures = measures_of(f, rules);
  if (!measures) return measures.error();
  return lint(rules, policy_name::feedback_lint, {measures->data(), measures->size()});
}

}  // namespace ectp::inline ECTP_ABI
