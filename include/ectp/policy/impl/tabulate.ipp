#pragma once
#include <string_view>
#include <utility>

#include "ectp/core/impl/csv.ipp"
#include "ectp/core/list.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/impl/boxes.ipp"
#include "ectp/policy/impl/decide.ipp"
#include "ectp/policy/impl/region.ipp"
#include "ectp/policy/impl/table.ipp"
#include "ectp/policy/tabulate.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// An error about a column of a callable.
ECTP_DECL error at_column(std::string_view where, const std::string& name, error e);
/// More combinations than are allowed.
ECTP_DECL error too_many_calls(const tabulate_options& options);
/// An axis on which every value is a cell of its own.
ECTP_DECL result<axis> finite_axis(const callable_column& c, const tabulate_options& options);

ECTP_DEF error at_column(std::string_view where, const std::string& name, error e) {
  e.at.path = "/" + std::string(where) + "/" + name;
  return e;
}

ECTP_DEF error too_many_calls(const tabulate_options& options) {
  return {errc::too_large, "the callable would be called for more than " + digits(options.calls) + " combinations", {},
          "fewer values in its inputs", {}};
}

ECTP_DEF result<axis> finite_axis(const callable_column& c, const tabulate_options& options) {
  domain d;
  if (const fault f = parse_domain(c.domain, d)) return at_column("inputs", c.name, to_error(f, c.domain));
  const bool counted = is_line(d.type) && !d.listed;
  if ((counted && !(d.integer && d.low.bounded && d.high.bounded)) || (d.type == value_kind::text && !d.listed))
    return at_column("inputs", c.name,
                     {errc::bad_argument, "the input " + shown(c.name) + " has no end of values: " + to_string(d), {},
                      "listed values, boolean, or whole numbers, days or months between two ends", {}});
  axis a(d);
  if (counted) {
    literal l;
    l.kind = d.type == value_kind::number ? literal_kind::number : literal_kind::temporal;
    l.temporal = d.type;
    const double low = d.low.at.to_double() + (d.low.open ? 1 : 0), high = d.high.at.to_double() - (d.high.open ? 1 : 0);
    if (high - low >= static_cast<double>(options.calls)) return at_column("inputs", c.name, too_many_calls(options));
    for (double x = low; x <= high; ++x)
      if (make_decimal(static_cast<std::int64_t>(x), 0, l.number)) (void)a.mention(l, false);
  }
  a.close();
  return a;
}

/// Asks a callable for every combination of its inputs' values, and writes what it said as a table.
class tabulation {
 public:
  tabulation(const callable_shape& shape, callable_ref f, const tabulate_options& options)
      : shape_(shape), f_(f), options_(options), columns_(shape.inputs.size()), outputs_(shape.outputs.size()) {}

  result<table> run() {
    if (maybe<error> e = check_names()) return std::move(*e);
    for (const callable_column& c : shape_.inputs) {
      result<axis> a = finite_axis(c, options_);
      if (!a) return a.error();
      axes_.push_back(std::move(*a));
    }
    if (maybe<error> e = count()) return std::move(*e);
    if (maybe<error> e = ask()) return std::move(*e);
    if (first_.empty())
      return error{errc::bad_argument, "the callable decides nothing, whatever it is given", {}, "a decision for some inputs", {}};
    list<std::string> domains;
    for (std::size_t o = 0; o != outputs_; ++o) {
      result<std::string> d = domain_of(o);
      if (!d) return d.error();
      domains.push_back(std::move(*d));
    }
    result<table> made = read_csv(text_of(domains), {shape_.name, {}, options_.limits});
    if (!made) return made.error();
    if (maybe<error> e = compare(*made)) return std::move(*e);
    return made;
  }

 private:
  static constexpr std::uint32_t undecided = 0xFFFF'FFFF;

  maybe<error> check_names() const {
    if (outputs_ == 0 || columns_ == 0)
      return error{errc::bad_argument, "a callable without inputs or outputs", {}, "at least one of each", {}};
    list<std::string_view> names;
    for (const auto* side : {&shape_.inputs, &shape_.outputs})
      for (const callable_column& c : *side) {
        for (const std::string_view known : names)
          if (known == c.name)
            return error{errc::bad_argument, "two columns are called '" + c.name + "'", {}, "a name for each", {}};
        names.push_back(c.name);
      }
    return {};
  }

  maybe<error> count() {
    combinations_ = 1;
    for (const axis& a : axes_) {
      if (a.size() != 0 && combinations_ > options_.calls / a.size()) return too_many_calls(options_);
      combinations_ *= a.size();
    }
    return {};
  }

  // Moves to the next combination; false behind the last.
  static bool step(list<std::uint32_t>& cells, const list<axis>& axes) {
    for (std::size_t i = cells.size(); i-- != 0;) {
      if (++cells[i] != axes[i].size()) return true;
      cells[i] = 0;
    }
    return false;
  }

  maybe<error> ask() {
    list<std::uint32_t> cells;
    cells.assign(columns_, 0);
    std::vector<value_ref> in(columns_);
    std::vector<value> out(outputs_);
    said_.reserve(combinations_);
    if (combinations_ == 0) return {};
    do {
      for (std::size_t i = 0; i != columns_; ++i) in[i] = axes_[i].representative(cells[i]);
      for (value& v : out) v = value();
      const result<bool> decided = f_.call(f_.of, {in.data(), in.size()}, {out.data(), out.size()});
      if (!decided) return decided.error();
      if (!*decided) {
        said_.push_back(undecided);
        continue;
      }
      std::string key;
      for (const value& v : out) {
        const std::string text = to_string(v.ref());
        key += static_cast<char>('0' + static_cast<int>(v.kind()));
        key += digits(text.size()) + ":" + text;
      }
      const std::uint32_t id = keys_.id_of(std::move(key));
      if (id == first_.size()) {
        first_.push_back(said_.size());
        for (const value& v : out) answers_.push_back(v);
      }
      said_.push_back(id);
    } while (step(cells, axes_));
    return {};
  }

  // `self = 4, mentor = "low"`: of the combination with that number.
  std::string where(std::size_t combination) const {
    std::vector<input_value> at(columns_);
    for (std::size_t i = columns_; i-- != 0; combination /= axes_[i].size())
      at[i] = {shape_.inputs[i].name, value(axes_[i].representative(static_cast<std::uint32_t>(combination % axes_[i].size())))};
    return to_string(at);
  }
  const value& answer(std::uint32_t id, std::size_t output) const { return answers_[id * outputs_ + output]; }

  error refused(std::size_t output, std::uint32_t id, errc code, const std::string& expected) const {
    const callable_column& c = shape_.outputs[output];
    return at_column("outputs", c.name,
                     {code, "the callable gives " + to_string(answer(id, output).ref()) + " as '" + c.name + "' where " + where(first_[id]),
                      {}, expected, {}});
  }

  // The domain that the caller names, or the list of what came out.
  result<std::string> domain_of(std::size_t output) const {
    const callable_column& c = shape_.outputs[output];
    const auto answers = static_cast<std::uint32_t>(first_.size());
    if (!c.domain.empty()) {
      domain d;
      if (const fault f = parse_domain(c.domain, d)) return at_column("outputs", c.name, to_error(f, c.domain));
      axis a(d);
      a.close();
      for (std::uint32_t id = 0; id != answers; ++id)
        if (a.cell_of(answer(id, output).ref()) == no_cell)
          return refused(output, id, answer(id, output).kind() == d.type ? errc::out_of_range : errc::wrong_type, to_string(d));
      return to_string(d);
    }
    value_kind kind = value_kind::null;
    bool nullable = false, listed = true;
    list<std::string> words;
    list<decimal> numbers;
    for (std::uint32_t id = 0; id != answers; ++id) {
      const value& v = answer(id, output);
      if (v.is_null()) {
        nullable = true;
        continue;
      }
      if (kind == value_kind::null) kind = v.kind();
      if (kind != v.kind()) return refused(output, id, errc::wrong_type, "values of one kind: " + std::string(name(kind)));
      if (kind == value_kind::text) {
        bool known = false;
        for (const std::string& w : words) known = known || w == v.text();
        if (!known) words.push_back(v.text());
        listed = listed && !v.text().empty();  // which no list can name
      } else if (kind == value_kind::number) {
        decimal d;
        if (!nearest_decimal(v.number(), d)) return refused(output, id, errc::out_of_range, "a number of at most 15 digits");
        numbers.push_back(d);
      }
    }
    std::string out;
    switch (kind) {
      case value_kind::null: return std::string("string, null");
      case value_kind::boolean: out = "boolean"; break;
      case value_kind::text:
        if (!listed) out = "string";
        else for (const std::string& w : words) out += (out.empty() ? "" : ",") + listed_word(w);
        break;
      case value_kind::number:
        sort_unique(numbers);
        for (const decimal& d : numbers) out += (out.empty() ? "" : ",") + to_string(d);
        break;
      default: out = name(kind);
    }
    return out + (nullable ? ", null" : "");
  }

  std::string output_text(const value& v, bool listed) const {
    if (v.is_null()) return {};
    return v.kind() == value_kind::text && listed ? listed_word(v.text()) : to_string(v.ref());
  }

  std::string text_of(const list<std::string>& domains) const {
    std::string out;
    bool begun = false;
    const auto cell = [&](std::string_view text) {
      if (begun) out += ',';
      begun = true;
      csv::write_cell(out, text);
    };
    const auto end = [&] {
      out += '\n';
      begun = false;
    };
    const auto header = [&](std::string_view corner, auto of_input, auto of_output) {
      cell(corner);
      for (std::size_t i = 0; i != columns_; ++i) cell(of_input(i));
      for (std::size_t o = 0; o != outputs_; ++o) cell(of_output(o));
      end();
    };
    header("U", [&](std::size_t i) { return std::string_view(shape_.inputs[i].name); },
           [&](std::size_t o) { return std::string_view(shape_.outputs[o].name); });
    header("", [](std::size_t) { return std::string_view("in"); }, [](std::size_t) { return std::string_view("out"); });
    header("", [&](std::size_t i) { return std::string_view(shape_.inputs[i].domain); },
           [&](std::size_t o) { return std::string_view(domains[o]); });
    list<bool> listed;
    for (std::size_t o = 0; o != outputs_; ++o) {
      domain d;
      (void)parse_domain(domains[o], d);
      listed.push_back(d.bare_words());
    }
    std::size_t number = 0;
    for (std::uint32_t id = 0; id != first_.size(); ++id) {
      box_joiner joined(columns_);
      collect(id, joined);
      joined.join();
      for (std::size_t b = 0; b != joined.size(); ++b) {
        cell("c" + digits(++number));
        for (std::size_t i = 0; i != columns_; ++i) cell(tests_text(axes_[i], joined.runs(b, i)));
        for (std::size_t o = 0; o != outputs_; ++o) cell(output_text(answer(id, o), listed[o]));
        end();
      }
    }
    return out;
  }

  // The combinations with that answer, those that follow each other in the last input as one box.
  void collect(std::uint32_t id, box_joiner& to) const {
    const std::size_t width = axes_[columns_ - 1].size();
    list<cell_run> runs;
    for (std::size_t c = first_[id]; c < said_.size(); ++c) {
      if (said_[c] != id) continue;
      const std::size_t from = c;
      while (c + 1 < said_.size() && (c + 1) % width != 0 && said_[c + 1] == id) ++c;
      runs.assign(columns_, {});
      std::size_t rest = from / width;
      for (std::size_t i = columns_ - 1; i-- != 0; rest /= axes_[i].size()) {
        const auto at = static_cast<std::uint32_t>(rest % axes_[i].size());
        runs[i] = {at, at};
      }
      runs[columns_ - 1] = {static_cast<std::uint32_t>(from % width), static_cast<std::uint32_t>(c % width)};
      to.add(runs.data());
    }
  }

  // Every combination, decided by the table.
  maybe<error> compare(const table& t) const {
    scratch work = t.make_scratch();
    list<std::uint32_t> cells;
    cells.assign(columns_, 0);
    std::vector<value_ref> in(columns_);
    for (std::size_t c = 0; c != said_.size(); ++c) {
      for (std::size_t i = 0; i != columns_; ++i) in[i] = axes_[i].representative(cells[i]);
      const outcome o = t.decide({in.data(), in.size()}, work);
      bool same = said_[c] == undecided ? o.status == rule_status::no_rule : o.status == rule_status::decided;
      for (std::size_t k = 0; same && said_[c] != undecided && k != outputs_; ++k)
        same = t.output(o.rule, k) == answer(said_[c], k).ref();
      if (!same)
        return error{errc::bad_table, "the table does not say what the callable said where " + where(c), {}, {}, {}};
      (void)step(cells, axes_);
    }
    return {};
  }

  const callable_shape& shape_;
  callable_ref f_;
  const tabulate_options& options_;
  std::size_t columns_, outputs_, combinations_ = 0;
  list<axis> axes_;
  text_ids keys_;
  list<std::uint32_t> said_;   // of each combination: the number of its answer
  list<std::size_t> first_;    // of each answer: the combination that it came of first
  std::vector<value> answers_; // of each answer: a value for each output
};

ECTP_DEF result<table> tabulate(const callable_shape& shape, callable_ref f, const tabulate_options& options) {
  return tabulation(shape, f, options).run();
}

}  // namespace detail

ECTP_DEF result<std::vector<value>> finite_values(const callable_column& input, const tabulate_options& options) {
  const result<axis> a = detail::finite_axis(input, options);
  if (!a) return a.error();
  std::vector<value> out;
  out.reserve(a->size());
  for (std::uint32_t c = 0; c != a->size(); ++c) out.emplace_back(a->representative(c));
  return out;
}

}  // namespace ectp::inline ECTP_ABI::policy
