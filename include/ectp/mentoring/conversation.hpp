#pragma once
/// Challenging conversations: the boundary (whose it is at all), the sheet that prepares one, the opening
/// and what is wrong with it, and the way from there to an agreement. Models of the opening are content
/// (list `conversation_models`), ways are the machine `conversation_moves`. Nothing that is said, felt or
/// prepared is kept: only an agreement, and only where both want it.
///
/// Not part of the umbrella.
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/date.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/serial.hpp"
#include "ectp/mentoring/kept.hpp"
#include "ectp/mentoring/lint.hpp"
#include "ectp/mentoring/machines.hpp"
#include "ectp/mentoring/policies.hpp"

namespace ectp::inline ECTP_ABI {

/// One part of an opening, as a model has it.
struct conversation_part {
  int n = 0;           ///< its place, from 1
  std::string id;      ///< such as `name_issue`
  std::string title;
  std::string prompt;  ///< for whoever writes it
  std::string opening; ///< words of ours, as an example
  std::string role;    ///< `example`: the part in which one moment is told; else the model's own
  basis on = basis::default_policy;
  ectp::confidence confidence = ectp::confidence::low;
  std::string source;
  friend bool operator==(const conversation_part&, const conversation_part&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(n) & ECTP_NVP(id) & ECTP_NVP(title) & ECTP_NVP(prompt) & ECTP_NVP(opening) & ECTP_NVP(role) &
        ECTP_NVP(on) & ECTP_NVP(confidence) & ECTP_NVP(source);
  }
};

/// A model of the opening: its parts in order, and what it rests on.
struct conversation_model {
  std::string id;
  std::string title;
  std::string about;  ///< where it comes from, and how sure that is; may be empty
  basis on = basis::default_policy;
  ectp::confidence confidence = ectp::confidence::low;
  std::string source;
  std::vector<conversation_part> parts;
  friend bool operator==(const conversation_model&, const conversation_model&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(id) & ECTP_NVP(title) & ECTP_NVP(about) & ECTP_NVP(on) & ECTP_NVP(confidence) & ECTP_NVP(source) &
        ECTP_NVP(parts);
  }
};

/// The ids of the models, in the order of the list.
ECTP_DECL std::vector<std::string> conversation_model_ids(const policies& rules);

/// A model; the first of the list where no id is given. Error: `unknown_reference`.
ECTP_DECL result<conversation_model> conversation_model_of(const policies& rules, std::string_view id = {});

/// Something to write down or to say at a stage of the conversation: `preparation`, `interaction`,
/// `resolution`, `follow_up`, `pause`.
struct conversation_item {
  std::string stage, id, title, prompt;
  std::string check;      ///< of the sheet: the measure of `conversation_lint` for when it is left empty
  bool required = false;  ///< of the sheet: not left empty
  friend bool operator==(const conversation_item&, const conversation_item&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(stage) & ECTP_NVP(id) & ECTP_NVP(title) & ECTP_NVP(prompt) & ECTP_NVP(check) & ECTP_NVP(required);
  }
};

/// The items of a stage, in order; none for a stage that the list does not have.
ECTP_DECL std::vector<conversation_item> conversation_items(const policies& rules, std::string_view stage);

/// A text under a name: a part of an opening, an item of a sheet.
struct named_text {
  std::string name, text;
  friend bool operator==(const named_text&, const named_text&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(name) & ECTP_NVP(text);
  }
};

/// An opening as it was given: its parts in the order in which they would be said.
struct opening {
  opener by = opener::mentor;
  std::vector<named_text> parts;  ///< name: the id of a part of the model
  friend bool operator==(const opening&, const opening&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(by) & ECTP_NVP(parts);
  }
};

/// Parts from a text with one part a line; blank lines are left out. A line is the next part of the model,
/// unless it begins with a number (`3.` or `3)`) or an id (`stakes:`). A line beyond the model's last part
/// is called `part_N`. Errors: `too_large` for more than 64 KiB or 99 parts, `encoding`.
ECTP_DECL result<std::vector<named_text>> read_opening(std::string_view text, const conversation_model& model);

/// What the `boundary` policy says of a topic.
struct boundary_said {
  ectp::goes_to to = goes_to::proceed;
  std::string says;
  bool live_only = false;  ///< the rule would reveal what must not be kept: name it to nobody else
  ruling why;
};

/// Whose is it? `raised_before`: it was raised already, and is as it was.
ECTP_DECL result<boundary_said> boundary_of(const policies& rules, talk_topic topic, opener by, bool raised_before = false);

/// What is wrong with an opening, by the `conversation_lint` policy: parts, order, length, wording, the one
/// question at its end, and the sheet where there is one. Fields are `parts/N` (N is the part's number in the
/// model, or the name of a part that it does not have), `parts` and `sheet/ITEM`. Words are looked for only in text in which English is recognised; where none
/// is, one finding says so. Errors: `too_large`, `encoding` and `out_of_range` for a text that cannot be
/// read (`check_text`, at most 1,000 characters a part).
ECTP_DECL result<std::vector<lint_finding>> lint_opening(const policies& rules, const conversation_model& model,
                                                         const opening& said,
                                                         const std::vector<named_text>* sheet = nullptr,
                                                         const boundary_said* boundary = nullptr);

/// What is wrong with a sheet: the same, of a sheet alone. Errors: also `missing_field` for an item that may not be
/// empty, `unknown_field` for one that the list does not have.
ECTP_DECL result<std::vector<lint_finding>> lint_sheet(const policies& rules, const std::vector<named_text>& sheet);

/// Would the finding reveal what must not be kept? Then its rule is named to nobody else.
ECTP_DECL bool live_only(const policies& rules, const lint_finding& f);

/// Words in an opening, all parts together, and how long it takes to say at 150 words a minute.
ECTP_DECL std::size_t words_of_opening(const opening& said) noexcept;

/// Where a conversation stands: all that goes on from one move to the next. No word of it is in here.
struct conversation_state {
  std::string model;
  opener by = opener::mentor;
  std::string state;   ///< of `conversation_moves`
  bool sheet = false;  ///< a sheet was written
  bool heard = false;  ///< something was said back since the last question
  maybe<agreement> agreed;
  friend bool operator==(const conversation_state&, const conversation_state&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(model) & ECTP_NVP(by) & ECTP_NVP(state) & ECTP_NVP(sheet) & ECTP_NVP(heard);
    ECTP_OPTIONAL(agreed);
  }
};

/// What a move brings with it. What is not asked for is not looked at.
struct conversation_input {
  bool sound = true;       ///< `write`: the opening has no error
  bool elsewhere = true;   ///< `escalate`: the boundary sends the topic to somebody else
  agreement agreed;        ///< `agree`: what, and the day to look again
};

/// A conversation on its way. A value; a refused move leaves it as it was.
class conversation_run {
 public:
  conversation_run() = default;
  /// Begins in the machine's first state. Errors: `unknown_reference` for the model, and those of `machine_of`.
  ECTP_DECL static result<conversation_run> begin(const policies& rules, std::string_view model, opener by);
  /// Goes on. Errors: also `out_of_range` for a state that the machine does not have, `missing_field` and
  /// `bad_argument` for a state that cannot be (an agreement is there exactly where one was made).
  ECTP_DECL static result<conversation_run> at(const policies& rules, const conversation_state& where);

  const conversation_state& where() const noexcept { return where_; }
  const policy::machine& machine() const noexcept { return machine_; }
  const conversation_model& model() const noexcept { return model_; }
  /// Makes a move on a day. Errors: `not_allowed` for an illegal one, with the legal ones and why;
  /// `missing_field` and `out_of_range` for an agreement without words or with a day that is not to come.
  ECTP_DECL result<policy::move> step(std::string_view event, date today, const conversation_input& with = {});
  /// What can be done now, on this day.
  ECTP_DECL result<std::vector<choice>> choices(const policies& rules, date today) const;
  /// Nothing more to do: over, or the agreed day is to come.
  ECTP_DECL bool done(date today) const;
  /// What both wanted kept: on the day of the agreement, and again when it was looked at and held.
  ECTP_DECL maybe<agreement> kept(date today) const;

 private:
  ECTP_DECL std::vector<policy::named_value> guards(date today, const conversation_input& with) const;
  conversation_state where_;
  policy::machine machine_;
  conversation_model model_;
};

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/conversation.ipp"
#endif
