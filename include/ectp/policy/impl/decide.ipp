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
  s.hits_.reserve(single_hit(hit_policy_) ? 2 : rules_.size());
  return s;
}

ECTP_DEF outcome table::no_match() const noexcept {
  outcome out;
  // An empty list, and a count of none, are answers.
  const bool collects = hit_policy_ == policy::hit_policy::collect &&
                        (aggregation_ == policy::aggregation::none || aggregation_ == policy::aggregation::count);
  if (has_defaults() || collects) out.status = rule_status::decided;
  return out;
}

ECTP_DEF bool table::take(std::uint32_t rule, outcome& out, scratch& work) const noexcept {
  if (!single_hit(hit_policy_)) {
    work.hits_.push_back(rule);
    return false;
  }
  if (out.rule == policy::none) {
    out.rule = rule;
    return hit_policy_ == policy::hit_policy::first;
  }
  if (hit_policy_ == policy::hit_policy::priority) {
    if (ranks_[rule] < ranks_[out.rule]) out.rule = rule;
    return false;
  }
  if (hit_policy_ == policy::hit_policy::any && same_outputs(out.rule, rule)) return false;
  out.status = rule_status::conflict;
  out.other = rule;
  return true;
}

ECTP_DEF outcome table::finish(outcome out, scratch& work) const noexcept {
  if (out.status == rule_status::conflict) return out;
  if (single_hit(hit_policy_)) {
    if (out.rule != policy::none) work.hits_.push_back(out.rule);
  } else if (hit_policy_ == policy::hit_policy::output_order) {
    detail::sort(work.hits_, 0, work.hits_.size(), [&](std::uint32_t a, std::uint32_t b) {
      return ranks_[a] == ranks_[b] ? a < b : ranks_[a] < ranks_[b];
    });
  }
  if (work.hits_.empty()) return no_match();
  out.rule = work.hits_[0];
  out.status = rule_status::decided;
  return out;
}

// Up to 64 rules: one word for each input.
ECTP_DEF outcome table::select_word(scratch& work, const value_ref* values) const noexcept {
  outcome out;
  std::uint64_t match = ~std::uint64_t{0};
  const std::uint32_t* const cells = work.cells_.data();
  for (std::size_t i = 0, n = work.cells_.size(); i != n; ++i)
    match &= blocks_[block_ids_[first_block_id_[i] + cells[i]]];
  // The usual table: the first rule decides, unless there must not be a second.
  const bool unique = hit_policy_ == policy::hit_policy::unique;
  if (match != 0 && row_cells_.empty() && (unique || hit_policy_ == policy::hit_policy::first)) {
    out.rule = static_cast<std::uint32_t>(std::countr_zero(match));
    const std::uint64_t others = unique ? match & (match - 1) : 0;
    out.status = others == 0 ? rule_status::decided : rule_status::conflict;
    if (others == 0) work.hits_.push_back(out.rule);
    else out.other = static_cast<std::uint32_t>(std::countr_zero(others));
    return out;
  }
  for (; match != 0; match &= match - 1) {
    const auto rule = static_cast<std::uint32_t>(std::countr_zero(match));
    if (!row_cells_.empty() && !row_holds(rule, values)) continue;
    if (take(rule, out, work)) break;
  }
  return finish(out, work);
}

// Blocks of eight words.
ECTP_DEF outcome table::select_blocks(scratch& work, const value_ref* values) const noexcept {
  constexpr std::size_t width = 8;
  outcome out;
  const std::size_t n = work.cells_.size();
  for (std::size_t i = 0; i != n; ++i)
    work.rows_[i] = block_ids_.data() + first_block_id_[i] + std::size_t{work.cells_[i]} * block_count_;
  for (std::size_t b = 0; b != block_count_; ++b) {
    std::uint64_t match[width];
    for (std::size_t w = 0; w != width; ++w) match[w] = ~std::uint64_t{0};
    std::uint64_t any = 1;
    for (std::size_t i = 0; any != 0 && i != n; ++i) {
      const std::uint64_t* const row = blocks_.data() + std::size_t{work.rows_[i][b]} * width;
      any = 0;
      for (std::size_t w = 0; w != width; ++w) {
        match[w] &= row[w];
        any |= match[w];
      }
    }
    for (std::size_t w = 0; any != 0 && w != width; ++w)
      for (; match[w] != 0; match[w] &= match[w] - 1) {
        const auto rule = static_cast<std::uint32_t>((b * width + w) * 64) +
                          static_cast<std::uint32_t>(std::countr_zero(match[w]));
        if (!row_cells_.empty() && !row_holds(rule, values)) continue;
        if (take(rule, out, work)) return finish(out, work);
      }
  }
  return finish(out, work);
}

ECTP_DEF outcome table::search(scratch& work, const value_ref* values) const noexcept {
  outcome out;
  const branch* at = branches_.data();
  while (at->input != 0xFFFF'FFFF)
    at = branches_.data() + (work.cells_[at->input] < at->split ? at->left : at->right);
  const std::size_t n = work.cells_.size();
  for (std::uint32_t k = at->left; k != at->right; ++k) {
    const std::uint32_t rule = leaf_rules_[k];
    const cell_run* const hull = hulls_.data() + std::size_t{rule} * n;
    bool inside = true;
    for (std::size_t i = 0; inside && i != n; ++i)
      inside = hull[i].first <= work.cells_[i] && work.cells_[i] <= hull[i].last;
    // A test of several runs has holes in its hull.
    for (std::size_t i = 0; inside && i != n; ++i) inside = holds(rule, i, work.cells_[i]);
    if (!inside || (!row_cells_.empty() && !row_holds(rule, values))) continue;
    if (take(rule, out, work)) break;
  }
  return finish(out, work);
}

ECTP_DEF outcome table::look_up(scratch& work, const value_ref* values) const noexcept {
  if (work.cells_.empty()) return {};
  if (!branches_.empty()) return search(work, values);
  return block_words_ == 1 ? select_word(work, values) : select_blocks(work, values);
}

ECTP_DEF outcome table::decide(std::span<const value_ref> values, scratch& work) const noexcept {
  const std::size_t n = inputs_.size();
  const auto refused = [](std::size_t i) {
    return outcome{rule_status::invalid_input, policy::none, policy::none, static_cast<std::uint32_t>(i)};
  };
  work.hits_.clear();
  if (values.size() != n) return refused(values.size() < n ? values.size() : n);
  if (work.cells_.size() != n) work.cells_.assign(n, 0);
  if (work.rows_.size() != n) work.rows_.assign(n, nullptr);
  std::uint32_t* const cells = work.cells_.data();
  for (std::size_t i = 0; i != n; ++i) {
    const std::uint32_t cell = axes_[i].cell_of(values[i]);
    if (cell == no_cell) return refused(i);
    cells[i] = cell;
  }
  return look_up(work, values.data());
}

ECTP_DEF outcome table::decide_cells(std::span<const std::uint32_t> cells, scratch& work) const noexcept {
  work.hits_.clear();
  if (work.cells_.size() != cells.size()) work.cells_.assign(cells.size(), 0);
  if (work.rows_.size() != cells.size()) work.rows_.assign(cells.size(), nullptr);
  for (std::size_t i = 0; i != cells.size(); ++i) work.cells_[i] = cells[i];
  return look_up(work, nullptr);
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
