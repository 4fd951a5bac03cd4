#pragma once
// The one table of operations: a name, JSON in, JSON out. The program's commands, `ectp call`, the
// help, the Python package and the C interface all come from it.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/result.hpp"

namespace ectp::inline ECTP_ABI::operations {

// What an argument is, and so how a program or a page asks for it.
enum class kind {
  document,  // a JSON object; the program takes a file's name and passes its text
  object,    // a JSON object; the program takes its text, @FILE, or - for standard input
  policy,    // the text of a decision table, or the name of a built-in one; the program takes a file or a name
  policies,  // several of these; the program takes files and names
  framework, // an edition's id, a CASE package or OpenSALT's CSV; the program takes an id or a file
  csv,       // CSV text; the program takes a file's name and passes its text
  file,      // any text; the program takes a file's name and passes its text
  written,   // the form of a policy; the program takes a file's name, goes by its ending, and writes there
  official,  // any text; the program takes a file's name, and turns a PDF into text
  texts,     // several texts
  tables,    // an object of CSV texts by table name; the program takes a folder
  text,
  date,
  integer,
  flag
};

struct parameter {
  std::string_view name;
  operations::kind kind;
  bool required;
  std::string_view help;
};

// A text that came from a file: errors then name the file's lines.
struct document {
  std::string name;  // the parameter that it is for, or `tables/NAME`
  std::string file;
  std::string text;
};

struct request;

struct operation {
  std::string_view name, summary;
  std::span<const parameter> parameters;
  // Members of the result that the program prints: `text` as it is, else the whole as JSON.
  std::string_view shown;
  result<std::string> (*run)(const request&);
  // A member of the result; the program's exit status is 1 where it is false.
  std::string_view holds = {};
  // A member of the result that the program's `--out FILE` writes.
  std::string_view written = {};
  // Is this one move of something that goes on? Then the program holds a conversation: see walk.hpp.
  bool walk = false;
};

std::span<const operation> all();
const operation* find(std::string_view name);

// Runs one operation on a JSON object of arguments. Documents come either inside the arguments or
// beside them with their files' names. The result is one JSON value. Where a table has several errors,
// `more` takes those behind the first.
result<std::string> run(std::string_view name, std::string_view arguments, std::span<const document> documents = {},
                        std::vector<error>* more = nullptr);

// The envelope that hosts use: {"ectp":1,"id":"7","fn":"plan","args":{...}} in, {"ectp":1,"id":"7",
// "ok":true,"result":...} or {..."ok":false,"error":{...}} out, on one line. Never fails otherwise.
std::string call(std::string_view envelope);

// An error as the JSON object that every door shows.
std::string error_json(const error& e);

}  // namespace ectp::inline ECTP_ABI::operations
