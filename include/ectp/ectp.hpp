#pragma once
/// The umbrella: ground, engines, models, record and meeting, in standard C++ and
/// `boost/core/nvp.hpp` only.
///
/// Left out on purpose, each with a header and a CMake target of its own:
///   ectp/serialization.hpp       Boost text and binary archives       ectp::serialization
///   ectp/ranges.hpp              named views for range-v3             ectp::ranges
///   ectp/interop/*.hpp           JSON, DMN files, practice scripts    ectp::interop
/// and, with a header but no target of their own:
///   ectp/policy/answer.hpp       what a decision gives, as DMN says
///   ectp/policy/nearest.hpp      the nearest change that would flip it
///   ectp/policy/batch.hpp        whole columns decided at once
///   ectp/policy/checked.hpp      tables proved by the compiler
///   ectp/meeting_models.hpp      the plan with all the models
///   ectp/mentoring/*.hpp         the models that a plain plan does not need: rehearsal, conversation ...
///   ectp/policy/write.hpp, markdown.hpp, machine.hpp    forms of a table; state machines
///   ectp/policy/versions.hpp     versions of a policy by their days
///   ectp/content/practice.hpp    the text of the practice scripts
#include "ectp/core/basis.hpp"
#include "ectp/core/csv.hpp"
#include "ectp/core/data_table.hpp"
#include "ectp/core/date.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/id.hpp"
#include "ectp/core/result.hpp"
#include "ectp/core/sha256.hpp"
#include "ectp/core/version.hpp"
#include "ectp/core/words.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/framework/literals.hpp"
#include "ectp/framework/tree.hpp"
#include "ectp/induction/assessment.hpp"
#include "ectp/induction/calendar.hpp"
#include "ectp/meeting.hpp"
#include "ectp/mentoring/coaching.hpp"
#include "ectp/mentoring/decision.hpp"
#include "ectp/mentoring/diagnosis.hpp"
#include "ectp/mentoring/evidence.hpp"
#include "ectp/mentoring/focus.hpp"
#include "ectp/mentoring/pathway.hpp"
#include "ectp/mentoring/policies.hpp"
#include "ectp/mentoring/practice.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/explain.hpp"
#include "ectp/policy/table.hpp"
#include "ectp/record.hpp"
#include "ectp/record_state.hpp"
