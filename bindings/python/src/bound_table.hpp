#pragma once
// A decision table as Python holds it.
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ectp/policy/batch.hpp"
#include "ectp/policy/table.hpp"
#include "py.hpp"

namespace ectp::python {

struct bound_table {
  policy::table table;
  std::string text, form;           // what it was read from, and how that was written
  std::string decision;             // which decision of a DMN file was asked for; may be empty
  std::vector<py::object> inputs;   // their names: interned, with their hashes
  bool nested = false;              // some name is a path

  // Its fingerprint: worked out once, when it is first asked for.
  std::string sha256() const;
  // The table made ready for batches: once, when it is first asked for. Not to be called with the GIL.
  std::shared_ptr<const policy::batch_plan> plan(bool near) const;

 private:
  mutable std::mutex making_;
  mutable std::shared_ptr<const policy::batch_plan> plan_;
  mutable bool near_ = false;
  mutable std::string sha256_;
};

void define_batch(py::class_<bound_table, std::shared_ptr<bound_table>>& table);

}  // namespace ectp::python
