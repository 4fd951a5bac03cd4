#pragma once
#include <bit>
#include <string>

#include "ectp/core/maybe.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/domain.hpp"
#include "ectp/policy/impl/domain.ipp"
#include "ectp/policy/impl/table.ipp"

namespace ectp::inline ECTP_ABI::policy {

ECTP_DEF scratch table::make_scratch() const {
  scratch s;
  s.cells_.assign(inputs_.size(), 0);
  s.rows_.assign(inputs_.size(), nullptr);
  return s;
}

ECTP_DEF outcome table::decide(std::span<const value_ref> values, scratch& work) const noexcept {
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
  return block_words_ == 1 ? select<1>(work) : select<8>(work);
}

ECTP_DEF result<std::vector<value_ref>> table::arrange(std::span<const named_value> values) const {
  const auto names = [&] {
    std::string all;
    for (std::size_t i = 0; i != inputs_.size(); ++i) all += (i == 0 ? "" : ", ") + input(i).name;
    return all;
  };
  std::vector<value_ref> out(inputs_.size());
  list<bool> given;
  given.assign(inputs_.size(), false);
  for (const named_value& v : values) {
    const maybe<std::size_t> i = find_input(v.name);
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

ECTP_DEF result<outcome> table::decide(std::span<const named_value> values) const {
  const result<std::vector<value_ref>> arranged = arrange(values);
  if (!arranged) return arranged.error();
  scratch work = make_scratch();
  const outcome out = decide(std::span<const value_ref>(arranged->data(), arranged->size()), work);
  if (out.status == rule_status::invalid_input) return *refusal(out.input, (*arranged)[out.input]);
  return out;
}

}  // namespace ectp::inline ECTP_ABI::policy
