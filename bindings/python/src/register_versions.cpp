#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bound_table.hpp"
#include "columns.hpp"
#include "ectp/core/date.hpp"
#include "ectp/interop/versions_json.hpp"
#include "ectp/policy/versions.hpp"
#include "values.hpp"

namespace ectp::python {

namespace {

// Versions as Python holds them.
struct bound_versions {
  policy::versions all;

  // Made ready for batches: once, when it is first asked for. Not to be called with the GIL.
  std::shared_ptr<const policy::versions_plan> plan(bool near) const {
    const std::scoped_lock alone(making_);
    if (plan_ == nullptr || (near && !near_)) {
      plan_ = std::make_shared<const policy::versions_plan>(all, policy::batch_plan_options{near});
      near_ = near;
    }
    return plan_;
  }

 private:
  mutable std::mutex making_;
  mutable std::shared_ptr<const policy::versions_plan> plan_;
  mutable bool near_ = false;
};

using bound = std::shared_ptr<bound_versions>;

bound make(const std::vector<std::shared_ptr<bound_table>>& tables) {
  std::vector<policy::table> given;
  for (const auto& t : tables) given.push_back(t->table);
  auto made = std::make_shared<bound_versions>();
  made->all = policy::make_versions(std::move(given)).value();
  return made;
}

std::shared_ptr<const policy::versions_plan> plan_of(const bound_versions& v, bool near = false) {
  const py::gil_scoped_release free;
  return v.plan(near);
}

py::tuple given(const bound_versions& v) {
  py::tuple out(v.all.size());
  for (std::size_t i = 0; i != v.all.size(); ++i) out[i] = v.all.given(i);
  return out;
}

py::object find(const bound_versions& v, const std::string& day) {
  const auto found = v.all.find(parse_date(day).value());
  if (!found) return py::none();
  return py::int_(*found);
}

py::tuple pages(const bound_versions& v) {
  std::string json, text, markdown;
  {
    const py::gil_scoped_release free;
    json = policy::to_json(v.all);
    text = policy::to_text(v.all);
    markdown = policy::to_markdown(v.all);
  }
  return py::make_tuple(shown(json), shown(text), shown(markdown));
}

py::tuple names(std::span<const std::string> all) {
  py::tuple out(all.size());
  for (std::size_t i = 0; i != all.size(); ++i) out[i] = shown(std::string_view(all[i]));
  return out;
}

// Is an output's number a whole one in every version that has it?
bool whole(const policy::versions& all, std::string_view output) {
  for (std::size_t v = 0; v != all.size(); ++v)
    if (const auto i = all[v].find_output(output))
      if (!all[v].output(*i).domain.integer && all[v].aggregation() != policy::aggregation::count) return false;
  return true;
}

py::tuple dictionary(const bound_versions& v, std::size_t output) {
  const auto plan = plan_of(v);
  if (output >= plan->outputs().size()) throw py::index_error("there is no such output");
  const auto values = plan->dictionary(output);
  return answer_of(values, whole(v.all, plan->outputs()[output]));
}

const policy::column& input_of(const policy::versions& all, std::string_view name) {
  for (std::size_t v = 0; v != all.size(); ++v)
    if (const auto i = all[v].find_input(name)) return all[v].input(*i);
  throw py::key_error(std::string(name));
}

// (days as int32; a name and a column each; output arrays: version, one for each output, then status, rule, near
// rule, near input, matched)
// -> (rows done, stopped early, distinct sets of rules by their positions, for each output its distinct answers)
py::tuple decide_batch(const bound& self, const py::buffer& days, const std::vector<std::string>& inputs, const py::list& columns,
                       const py::list& outputs, unsigned threads, const py::object& progress) {
  std::vector<const policy::column*> about;
  for (const std::string& name : inputs) about.push_back(&input_of(self->all, name));
  const input_columns given(about, columns);
  std::vector<policy::named_column> named;
  for (std::size_t i = 0; i != inputs.size(); ++i) named.push_back({inputs[i], given.get()[i]});
  const memory on(days, "as_of", false);
  if (!on.holds<std::int32_t>()) throw exception(bad_column("as_of", "the days have items of the type " + on.format(), "whole numbers of 4 bytes"));
  const auto shape = plan_of(*self);
  const std::size_t values = shape->outputs().size();
  std::vector<std::string_view> titles;
  for (const std::string& output : shape->outputs()) titles.push_back(output);
  for (const std::string_view reason : {"version", "status", "rule", "near_rule", "near_input", "matched"}) titles.push_back(reason);
  const output_columns to(titles, outputs);
  policy::versions_output out;
  out.values = to.first(values);
  out.version = to[values];
  out.status = to[values + 1];
  out.rule = to[values + 2];
  out.near_rule = to[values + 3];
  out.near_input = to[values + 4];
  out.matched = to[values + 5];
  watcher watch{progress};
  std::optional<result<policy::batch_result>> done;
  {
    const py::gil_scoped_release free;
    const auto plan = self->plan(out.near_rule.wanted() || out.near_input.wanted());
    done.emplace(plan->decide(policy::input_column::numbers(on.data<const std::int32_t>(), on.rows()), named, out, watch.options(threads)));
  }
  if (watch.thrown) std::rethrow_exception(watch.thrown);
  const policy::batch_result& r = done->value();
  py::tuple matched(r.matched.size());
  for (std::size_t k = 0; k != r.matched.size(); ++k) {
    const auto rules = r.matched[k];
    py::tuple set(rules.size());
    for (std::size_t j = 0; j != rules.size(); ++j) set[j] = rules[j];
    matched[k] = set;
  }
  py::list answers;
  for (std::size_t i = 0; i != r.answers.size(); ++i) {
    const bool integers = whole(self->all, shape->outputs()[i]);
    py::tuple distinct(r.answers[i].size());
    for (std::size_t k = 0; k != r.answers[i].size(); ++k) distinct[k] = answer_of(r.answers[i][k], integers);
    answers.append(distinct);
  }
  return py::make_tuple(r.rows, r.cancelled, matched, answers);
}

}  // namespace

void register_versions(py::module_& m) {
  py::class_<bound_versions, bound>(m, "Versions", "The versions of one policy. Immutable; threads may share it.")
      .def(py::init(&make), py::arg("tables"), "Puts tables together. Raises ectp.Error.")
      .def_property_readonly("given", &given, "Which of the tables each version is, in the order of validity.")
      .def_property_readonly("id", [](const bound_versions& v) { return text_or_none(v.all.id()); }, "The id that all of them have, or None.")
      .def_property_readonly("inputs", [](const bound_versions& v) { return names(plan_of(v)->inputs()); }, "The inputs of all versions.")
      .def_property_readonly("outputs", [](const bound_versions& v) { return names(plan_of(v)->outputs()); }, "The outputs of all versions.")
      .def_property_readonly("lists", [](const bound_versions& v) { return plan_of(v)->lists(); }, "May any version answer with several rules?")
      .def("find", &find, py::arg("day"), "The position of the version that holds on a day, or None. Raises ectp.Error.")
      .def("pages", &pages, "(JSON, text, Markdown) of the versions and of what is wrong with them.")
      .def("dictionary", &dictionary, py::arg("output"), "What the codes of an output stand for in all versions.")
      .def("decide_batch", &decide_batch, py::arg("days"), py::arg("inputs"), py::arg("columns"), py::arg("outputs"), py::arg("threads"),
           py::arg("progress"), "Decides columns, each row on its day; ectp._versions knows what it takes and gives.");
}

}  // namespace ectp::python
