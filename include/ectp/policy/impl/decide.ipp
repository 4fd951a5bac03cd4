#pragma once
#include <bit>
#include <optional>
#include <string>

#include "ectp/policy/decide.hpp"
#include "ectp/policy/domain.hpp"
#include "ectp/policy/impl/domain.ipp"
#include "ectp/policy/impl/table.ipp"

namespace ectp::inline ECTP_ABI::policy {

ECTP_DECL scratch table::make_scratch() const {
  scratch s;
  s.cells_.assign(inputs_.size(), 0);
  s.rows_.assign(inputs_.size(), nullptr);
  return s;
}

ECTP_DECL outcome table::decide(std::span<const value_ref> values, scratch& work) const noexcept {
  const std::size_t n = inputs_.size();
  const auto refused = [](std::size_t i) {
    return outcome{rule_status::invalid_input, policy::none, policy::none, static_cast<std::uint32_t>(i)};
  };
  if (values.size() != n) return refused(values.size() < n ? values.size() : n);
  if (work.cells_.size() != n) work.cells_.assign(n, 0);
  if (work.rows_.size() != n) work.rows_.assign(n, nullptr);
  for (std::size_t i = 0; i != n; ++i) {
    const std::uint32_t cell = axes_[i].cell_of(values[i]);
    if (cell == no_cell) return refused(i);
    work.cells_[i] = cell;
    work.rows_[i] = block_ids_.data() + first_block_id_[i] + std::size_t{cell} * block_count_;
  }
  if (n == 0) return {};
  outcome out;
  for (std::size_t b = 0; b != block_count_; ++b) {
    // Block 0 is the empty one.
    bool empty = false;
    for (std::size_t i = 0; i != n; ++i) empty = empty || work.rows_[i][b] == 0;
    if (empty) continue;
    for (std::size_t w = 0; w != block_words_; ++w) {
      std::uint64_t match = ~std::uint64_t{0};
      for (std::size_t i = 0; i != n; ++i)
        match &= blocks_[std::size_t{work.rows_[i][b]} * block_words_ + w];
      for (; match != 0; match &= match - 1) {
        const auto rule = static_cast<std::uint32_t>((b * block_words_ + w) * 64) +
                          static_cast<std::uint32_t>(std::countr_zero(match));
        if (out.rule != policy::none) {
          out.status = rule_status::conflict;
          out.other = rule;
          return out;
        }
        out.status = rule_status::decided;
        out.rule = rule;
        if (hit_policy_ == policy::hit_policy::first) return out;
      }
    }
  }
  return out;
}

ECTP_DECL result<std::vector<value_ref>> table::arrange(std::span<const named_value> values) const {
  const auto names = [&] {
    std::string all;
    for (std::size_t i = 0; i != inputs_.size(); ++i) all += (i == 0 ? "" : ", ") + input(i).name;
    return all;
  };
  std::vector<value_ref> out(inputs_.size());
  list<bool> given;
  given.assign(inputs_.size(), false);
  for (const named_value& v : values) {
    const std::optional<std::size_t> i = find_input(v.name);
    if (!i)
      return error{errc::unknown_field, "the table " + detail::shown(name_) + " has no input " + detail::shown(v.name),
                   detail::at_input(v.name), "one of: " + names(),
                   find_output(v.name) ? "it is an output of the table" : ""};
    if (given[*i])
      return error{errc::bad_argument, "the input " + detail::shown(v.name) + " is given twice",
                   detail::at_input(v.name), "each input once", {}};
    given[*i] = true;
    out[*i] = v.value;
  }
  for (std::size_t i = 0; i != given.size(); ++i)
    if (!given[i])
      return error{errc::missing_field, "the input " + detail::shown(input(i).name) + " is not given",
                   detail::at_input(input(i).name), to_string(input(i).domain),
                   input(i).domain.nullable ? "pass null if it is not known" : ""};
  return out;
}

ECTP_DECL result<outcome> table::decide(std::span<const named_value> values) const {
  const result<std::vector<value_ref>> arranged = arrange(values);
  if (!arranged) return arranged.error();
  scratch work = make_scratch();
  const outcome out = decide(std::span<const value_ref>(arranged->data(), arranged->size()), work);
  if (out.status == rule_status::invalid_input) return *refusal(out.input, (*arranged)[out.input]);
  return out;
}

}  // namespace ectp::inline ECTP_ABI::policy
