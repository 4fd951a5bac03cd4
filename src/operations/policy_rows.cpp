#include "operations/policy_rows.hpp"

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "ectp/core/csv.hpp"
#include "ectp/policy/batch.hpp"
#include "ectp/policy/temporal.hpp"
#include "interop/policy_document.hpp"
#include "operations/request.hpp"

namespace ectp::inline ECTP_ABI::operations {

using nlohmann::ordered_json;
using policy::value_kind;
using policy::value_ref;

namespace {

constexpr csv::limits most_rows = {std::size_t{64} << 20, 5'000'000, 4'096, 50'000'000};

std::string text_of(const csv::cell& c) { return csv::text(c); }

// The value that a cell stands for in a column of this domain; text is borrowed. Null is an empty cell.
bool read_value(std::string_view text, const policy::domain& d, value_ref& out) {
  out = {};
  if (text.empty()) return true;
  if (d.type == value_kind::text) {
    out = text;
    return true;
  }
  if (d.type == value_kind::boolean) {
    out = text == "true";
    return text == "true" || text == "false";
  }
  if (policy::is_temporal(d.type)) {
    policy::decimal position;
    if (!policy::read_temporal(d.type, text, position)) return false;
    out = {d.type, position.to_double()};
    return true;
  }
  const char first = text.front();
  double number = 0;
  const char* const end = text.data() + text.size();
  // Numbers as JSON and tables have them: neither `inf` nor `nan`.
  if (first != '-' && (first < '0' || first > '9')) return false;
  if (first == '-' && (text.size() < 2 || text[1] < '0' || text[1] > '9')) return false;
  const auto [stop, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc() || stop != end) return false;
  out = number;
  return true;
}

// What people write for null where an empty cell would do.
bool means_null(std::string_view text) {
  for (const std::string_view word : {"NA", "N/A", "n/a", "na", "NULL", "null", "None", "-", "NaN", "nan", "?"})
    if (text == word) return true;
  return false;
}

// One input's column of a batch: codes of the distinct texts, or numbers.
struct input_values {
  bool numbers = false;
  std::vector<double> positions;
  std::vector<std::uint32_t> codes;
  std::vector<value_ref> dictionary;
  std::unordered_map<std::string, std::uint32_t> known;  // nodes: their texts do not move

  policy::input_column column() const {
    if (numbers) return policy::input_column::numbers(positions.data(), positions.size());
    return policy::input_column::codes(codes.data(), codes.size(), std::span(dictionary.data(), dictionary.size()));
  }
  void add(const value_ref& v, std::string_view text) {
    if (numbers) {
      positions.push_back(v.is_null() ? std::numeric_limits<double>::quiet_NaN() : v.number());
      return;
    }
    if (v.is_null()) {
      codes.push_back(policy::none);
      return;
    }
    const auto [at, is_new] = known.try_emplace(std::string(text), static_cast<std::uint32_t>(dictionary.size()));
    if (is_new) dictionary.push_back(v.kind() == value_kind::text ? value_ref(at->first) : v);
    codes.push_back(at->second);
  }
};

// One output as the batch gives it, and what it says in a row.
struct output_values {
  bool numbers = false, lists = false, whole = false;
  value_kind type = value_kind::null;
  std::vector<double> positions;
  std::vector<std::uint32_t> codes;

  policy::output_column column() {
    if (numbers) return {positions.data(), positions.size()};
    return {codes.data(), codes.size()};
  }
};

// The names of the header, each once.
result<std::vector<std::string>> names_of(const csv::sheet& sheet, const std::string& file) {
  std::vector<std::string> names;
  if (sheet.rows() == 0)
    return error{errc::bad_table, "there is no header", {file, 1, 1, {}}, "a first row that names the columns", ""};
  for (const csv::cell& c : sheet.row(0)) {
    names.push_back(text_of(c));
    for (std::size_t k = 0; k + 1 < names.size(); ++k)
      if (names[k] == names.back())
        return error{errc::duplicate_id, "two columns are called '" + names.back() + "'", {file, c.at.line, c.at.column, {}}, "names that differ", ""};
  }
  return names;
}

// Where each input of a table stands among the columns.
result<std::vector<std::size_t>> places_of(const policy::table& t, const std::vector<std::string>& names, const csv::sheet& sheet,
                                           const std::string& file) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i != t.inputs().size(); ++i) {
    const std::string& wanted = t.input(i).name;
    std::size_t k = 0;
    while (k != names.size() && names[k] != wanted) ++k;
    if (k == names.size())
      return error{errc::missing_field, "the rows have no column '" + wanted + "'", {file, sheet.row(0)[0].at.line, sheet.row(0)[0].at.column, {}},
                   "a column for each input: " + wanted + " holds " + policy::to_string(t.input(i).domain), ""};
    places.push_back(k);
  }
  return places;
}

bool is_empty_line(std::span<const csv::cell> cells, std::size_t columns) {
  return cells.size() == 1 && cells[0].raw.empty() && columns != 1;
}

error wrong_length(std::span<const csv::cell> cells, std::size_t columns, const std::string& file) {
  return {errc::bad_table, "the row has " + std::to_string(cells.size()) + " cells", {file, cells[0].at.line, cells[0].at.column, {}},
          std::to_string(columns) + ", as the header has", "put a cell with a comma in it in quotes"};
}

error no_value(const policy::column& c, const std::string& text) {
  error e{errc::wrong_type, "the input '" + c.name + "' is '" + text.substr(0, 60) + "'", {}, policy::to_string(c.domain), {}};
  if (c.domain.nullable && means_null(text)) e.hint = "an empty cell is null";
  return e;
}

class row_reader {
 public:
  row_reader(const policy::table& t, const csv::sheet& s, const std::string& file, const row_options& options)
      : t_(t), sheet_(s), file_(file), options_(options), inputs_(t.inputs().size()) {
    for (std::size_t i = 0; i != inputs_.size(); ++i) inputs_[i].numbers = policy::is_line(t.input(i).domain.type);
  }

  result<answered_rows> run() {
    if (auto ok = read_header(); !ok) return ok.error();
    for (std::size_t row = 1; row < sheet_.rows(); ++row)
      if (auto ok = read_row(row); !ok) return ok.error();
    out_.rows = good_.size();
    if (auto ok = decide(); !ok) return ok.error();
    write();
    return std::move(out_);
  }

 private:
  location at(const csv::cell& c) const { return {file_, c.at.line, c.at.column, {}}; }

  result<void> read_header() {
    auto names = names_of(sheet_, file_);
    if (!names) return names.error();
    names_ = std::move(*names);
    auto places = places_of(t_, names_, sheet_, file_);
    if (!places) return places.error();
    place_ = std::move(*places);
    const auto header = sheet_.row(0);
    std::vector<bool> is_input(names_.size());
    for (const std::size_t k : place_) is_input[k] = true;
    name_answers();
    for (std::size_t a = 0; a != out_.columns.size(); ++a)
      for (std::size_t k = 0; k != a; ++k)
        if (out_.columns[k].name == out_.columns[a].name)
          return error{errc::bad_table, "two of the answers' columns would be called '" + out_.columns[a].name + "'", {t_.file(), 0, 0, {}},
                       "outputs with other names", ""};
    for (std::size_t k = 0; k != names_.size(); ++k) {
      for (const answer_column& a : out_.columns)
        if (names_[k] == a.name)
          return error{errc::bad_table, "the rows have a column '" + a.name + "' already", at(header[k]),
                       "no column of a name that the answers have", "take the column out or call it otherwise"};
      if (!is_input[k]) out_.other.push_back(names_[k]);
    }
    return {};
  }

  // The reasons go by the first output's name and stand behind it.
  void name_answers() {
    const std::size_t outputs = t_.outputs().size();
    const std::string& first = outputs == 0 ? t_.name() : t_.output(0).name;
    if (outputs != 0) out_.columns.push_back({first, answer_part::value, 0});
    out_.columns.push_back({first + "_status", answer_part::status});
    out_.columns.push_back({first + "_rule", answer_part::rule});
    if (options_.near) {
      out_.columns.push_back({first + "_near_rule", answer_part::near_rule});
      out_.columns.push_back({first + "_near_input", answer_part::near_input});
    }
    for (std::size_t i = 1; i < outputs; ++i) out_.columns.push_back({t_.output(i).name, answer_part::value, i});
  }

  result<void> read_row(std::size_t row) {
    const auto cells = sheet_.row(row);
    if (is_empty_line(cells, names_.size())) return {};
    const auto number = static_cast<std::uint32_t>(row);
    if (cells.size() != names_.size()) return refuse({number, {}, {}, wrong_length(cells, names_.size(), file_)});
    texts_.clear();
    values_.clear();
    for (std::size_t i = 0; i != inputs_.size(); ++i) texts_.push_back(text_of(cells[place_[i]]));
    for (std::size_t i = 0; i != inputs_.size(); ++i) {
      const policy::column& c = t_.input(i);
      value_ref v;
      error e;
      if (!read_value(texts_[i], c.domain, v)) {
        e = no_value(c, texts_[i]);
      } else if (auto why = t_.refusal(i, v)) {
        e = std::move(*why);
        if (c.domain.nullable && means_null(texts_[i])) e.hint = "an empty cell is null";
      } else {
        values_.push_back(v);
        continue;
      }
      e.at = at(cells[place_[i]]);
      return refuse({number, c.name, texts_[i], std::move(e)});
    }
    for (std::size_t i = 0; i != inputs_.size(); ++i) inputs_[i].add(values_[i], texts_[i]);
    good_.push_back(number);
    return {};
  }

  result<void> refuse(row_problem p) {
    if (!options_.report) return std::move(p.why);
    out_.problems.push_back(std::move(p));
    return {};
  }

  result<void> decide() {
    const std::size_t rows = good_.size();
    const bool single = policy::single_hit(t_.hit_policy());
    const auto how = t_.aggregation();
    for (std::size_t i = 0; i != t_.outputs().size(); ++i) {
      output_values v;
      const policy::domain& d = t_.output(i).domain;
      const bool count = how == policy::aggregation::count;
      v.type = count ? value_kind::number : d.type;
      v.numbers = count || (policy::is_line(d.type) && (single || how != policy::aggregation::none));
      v.lists = !single && how == policy::aggregation::none;
      if (v.numbers) v.positions.resize(rows);
      else v.codes.resize(rows);
      outputs_.push_back(std::move(v));
    }
    std::vector<policy::output_column> to;
    for (output_values& v : outputs_) to.push_back(v.column());
    policy::batch_output output;
    output.values = {to.data(), to.size()};
    status_.resize(rows);
    rule_.resize(rows);
    output.status = {status_.data(), rows};
    output.rule = {rule_.data(), rows};
    if (options_.near) {
      near_rule_.resize(rows);
      near_input_.resize(rows);
      output.near_rule = {near_rule_.data(), rows};
      output.near_input = {near_input_.data(), rows};
    }
    std::vector<policy::input_column> from;
    for (const input_values& v : inputs_) from.push_back(v.column());
    plan_ = policy::batch_plan(t_, {});
    auto done = plan_.decide({from.data(), from.size()}, output);
    if (!done) return done.error();
    done_ = std::move(*done);
    return {};
  }

  // The value of an output in a row of the batch: its items, where it is a list.
  std::span<const policy::value> said(const output_values& v, std::size_t i, std::size_t row, policy::value& kept) const {
    if (v.numbers) {
      kept = value_ref(v.type, v.positions[row]);
      return {&kept, 1};
    }
    const std::uint32_t code = v.codes[row];
    if (code == policy::none) return {};
    if (policy::single_hit(t_.hit_policy())) return {&plan_.dictionary(i)[code], 1};
    return done_.answers[i][code];
  }

  ordered_json json_of(const answer_column& c, std::size_t row) const {
    const auto id = [&](std::uint32_t rule) { return rule == policy::none ? ordered_json(nullptr) : ordered_json(t_.rule_id(rule)); };
    switch (c.part) {
      case answer_part::value: {
        const output_values& v = outputs_[c.output];
        policy::value kept;
        const auto items = said(v, c.output, row, kept);
        if (!v.lists) return items.empty() ? ordered_json(nullptr) : interop::json_of(items[0].ref());
        if (v.codes[row] == policy::none) return nullptr;
        ordered_json list = ordered_json::array();
        for (const policy::value& item : items) list.push_back(interop::json_of(item.ref()));
        return list;
      }
      case answer_part::status: return name(static_cast<policy::rule_status>(status_[row]));
      case answer_part::rule: return id(rule_[row]);
      case answer_part::near_rule: return id(near_rule_[row]);
      case answer_part::near_input:
        return near_input_[row] == policy::none ? ordered_json(nullptr) : ordered_json(t_.input(near_input_[row]).name);
    }
    return nullptr;
  }

  // The same as a cell: an empty one is null, and a list is JSON.
  void add_cell(const answer_column& c, std::size_t row) {
    out_.csv += ',';
    const auto id = [&](std::uint32_t rule) {
      if (rule != policy::none) csv::write_cell(out_.csv, t_.rule_id(rule));
    };
    switch (c.part) {
      case answer_part::value: {
        const output_values& v = outputs_[c.output];
        if (v.lists) {
          if (v.codes[row] != policy::none) csv::write_cell(out_.csv, dumped(json_of(c, row)));
          return;
        }
        policy::value kept;
        const auto items = said(v, c.output, row, kept);
        if (items.empty() || items[0].is_null()) return;
        csv::write_cell(out_.csv, items[0].kind() == value_kind::text ? items[0].text() : policy::to_string(items[0].ref()));
        return;
      }
      case answer_part::status: out_.csv += name(static_cast<policy::rule_status>(status_[row])); return;
      case answer_part::rule: return id(rule_[row]);
      case answer_part::near_rule: return id(near_rule_[row]);
      case answer_part::near_input:
        if (near_input_[row] != policy::none) csv::write_cell(out_.csv, t_.input(near_input_[row]).name);
        return;
    }
  }

  void write() {
    std::string text;
    if (options_.csv) {
      for (std::size_t k = 0; k != names_.size(); ++k) {
        if (k != 0) out_.csv += ',';
        csv::write_cell(out_.csv, names_[k]);
      }
      for (const answer_column& c : out_.columns) {
        out_.csv += ',';
        csv::write_cell(out_.csv, c.name);
      }
      out_.csv += '\n';
      for (std::size_t row = 0; row != good_.size(); ++row) {
        const auto cells = sheet_.row(good_[row]);
        for (std::size_t k = 0; k != cells.size(); ++k) {
          if (k != 0) out_.csv += ',';
          text.clear();
          csv::decode(cells[k], text);
          csv::write_cell(out_.csv, text);
        }
        for (const answer_column& c : out_.columns) add_cell(c, row);
        out_.csv += '\n';
      }
    }
    if (!options_.json) return;
    out_.json = "[";
    for (std::size_t row = 0; row != good_.size(); ++row) {
      ordered_json answers = ordered_json::object();
      for (const answer_column& c : out_.columns) answers[c.name] = json_of(c, row);
      out_.json += (row == 0 ? "" : ",") + dumped(answers);
    }
    out_.json += "]";
  }

  const policy::table& t_;
  const csv::sheet& sheet_;
  const std::string& file_;
  const row_options& options_;
  answered_rows out_;
  std::vector<std::string> names_;
  std::vector<input_values> inputs_;
  std::vector<std::size_t> place_;  // of each input among the columns
  std::vector<std::uint32_t> good_;
  std::vector<std::string> texts_;
  std::vector<value_ref> values_;
  std::vector<output_values> outputs_;
  std::vector<std::uint8_t> status_;
  std::vector<std::uint32_t> rule_, near_rule_, near_input_;
  policy::batch_plan plan_;
  policy::batch_result done_;
};

}  // namespace

result<answered_rows> decide_rows(const policy::table& t, std::string_view text, const std::string& file,
                                  const row_options& options) {
  const auto sheet = csv::read(text, file, most_rows);
  if (!sheet) return sheet.error();
  return row_reader(t, *sheet, file, options).run();
}

namespace {

// The columns of a table's inputs, whether or not it takes their values.
result<std::vector<input_values>> read_inputs(const policy::table& t, const csv::sheet& sheet, const std::string& file) {
  const auto names = names_of(sheet, file);
  if (!names) return names.error();
  const auto places = places_of(t, *names, sheet, file);
  if (!places) return places.error();
  std::vector<input_values> out(t.inputs().size());
  for (std::size_t i = 0; i != out.size(); ++i) out[i].numbers = policy::is_line(t.input(i).domain.type);
  for (std::size_t row = 1; row < sheet.rows(); ++row) {
    const auto cells = sheet.row(row);
    if (is_empty_line(cells, names->size())) continue;
    if (cells.size() != names->size()) return wrong_length(cells, names->size(), file);
    for (std::size_t i = 0; i != out.size(); ++i) {
      const csv::cell& c = cells[(*places)[i]];
      const std::string text = text_of(c);
      value_ref v;
      if (!read_value(text, t.input(i).domain, v)) {
        error e = no_value(t.input(i), text);
        e.at = {file, c.at.line, c.at.column, {}};
        return e;
      }
      out[i].add(v, text);
    }
  }
  return out;
}

std::vector<policy::input_column> columns_of(const std::vector<input_values>& values) {
  std::vector<policy::input_column> out;
  for (const input_values& v : values) out.push_back(v.column());
  return out;
}

}  // namespace

result<policy::cohort_difference> diff_rows(const policy::table& before, const policy::table& after, std::string_view text,
                                            const std::string& file) {
  const auto sheet = csv::read(text, file, most_rows);
  if (!sheet) return sheet.error();
  const auto old_values = read_inputs(before, *sheet, file), new_values = read_inputs(after, *sheet, file);
  if (!old_values) return old_values.error();
  if (!new_values) return new_values.error();
  const auto old_columns = columns_of(*old_values), new_columns = columns_of(*new_values);
  return policy::diff(policy::batch_plan(before), {old_columns.data(), old_columns.size()}, policy::batch_plan(after),
                      {new_columns.data(), new_columns.size()});
}

}  // namespace ectp::inline ECTP_ABI::operations
