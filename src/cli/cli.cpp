#include "cli/cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "ectp/core/version.hpp"
#include "ectp/interop/policy_file.hpp"
#include "interop/json_document.hpp"
#include "operations/operations.hpp"

namespace ectp::cli {

namespace {

using nlohmann::ordered_json;
using operations::document;
using operations::kind;
using operations::operation;
using operations::parameter;

constexpr std::size_t most_bytes = std::size_t{16} << 20;
constexpr std::size_t most_rows_bytes = std::size_t{64} << 20;
constexpr std::size_t most_framework_bytes = std::size_t{256} << 20;

// The values that one command was given.
struct given {
  std::map<std::string, std::string> values;
  std::map<std::string, std::vector<std::string>> lists;
  std::map<std::string, bool> flags;
  std::string empty;  // what was given as an empty text
  std::string format = "text";
  std::string out;
  bool lines = false;
};

// What the commands of two words have in common.
constexpr std::pair<std::string_view, std::string_view> group_help[] = {
    {"appraisal", "Read research with care: models of appraisal, and what answers come to"},
    {"feedback", "Look at the words of feedback, either way, before it is given"},
    {"framework", "Look through the frameworks, or one of your own; compare, exchange and audit them"},
    {"opening", "Prepare the opening of a challenging conversation"},
    {"policy", "Decide by a policy of any kind and say why; check, prove, compare and convert it"},
    {"script", "Check practice scripts of your own"},
    {"step", "Word, rank, offer and move action steps"}};

std::string lower(std::string s) {
  for (char& c : s)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return s;
}

std::string dashed(std::string_view name) {
  std::string s(name);
  std::replace(s.begin(), s.end(), '_', '-');
  return s;
}

// Standard input up to a limit.
result<std::string> read_input(std::size_t limit) {
  std::string text;
  char buffer[65536];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, stdin)) != 0;) {
    text.append(buffer, n);
    if (text.size() > limit)
      return error{errc::too_large, "standard input is larger than " + std::to_string(limit) + " bytes", {"-", 0, 0, ""}, "", ""};
  }
  return text;
}

result<document> read_document(const std::string& name, const std::string& file, std::size_t limit = most_bytes) {
  auto text = file == "-" ? read_input(limit) : interop::read_file(file, limit);
  if (!text) return text.error();
  return document{name, file == "-" ? "standard input" : file, std::move(*text)};
}

result<std::vector<document>> read_tables(const std::string& folder) {
  std::error_code failed;
  std::vector<std::string> files;
  for (std::filesystem::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed))
    if (it->path().extension() == ".csv") files.push_back(it->path().string());
  if (failed || files.empty())
    return error{errc::io, failed ? "the folder cannot be read: " + failed.message() : "the folder holds no CSV file", {folder, 0, 0, ""},
                 "a folder with tables such as pathway.csv", "ectp policies pathway > my-tables/pathway.csv"};
  std::sort(files.begin(), files.end());
  std::vector<document> out;
  for (const auto& f : files) {
    auto d = read_document("tables/" + std::filesystem::path(f).stem().string(), f);
    if (!d) return d.error();
    out.push_back(std::move(*d));
  }
  return out;
}

// JSON as it was typed, @FILE, or - for standard input.
result<document> read_object(const std::string& name, const std::string& value) {
  if (value == "-") return read_document(name, value);
  if (!value.empty() && value.front() == '@') return read_document(name, value.substr(1));
  return document{name, "--" + dashed(name), value};
}

// A file by its ending; any other word is a name, whatever files there are. Nothing for a name.
result<std::optional<document>> read_policy(const std::string& name, const std::string& value) {
  if (policy::policy_form_of(value)) {
    auto d = read_document(name, value);
    if (!d) return d.error();
    return std::optional<document>(std::move(*d));
  }
  if (std::filesystem::path(value).extension().empty() && value.find_first_of("/\\") == value.npos) return std::optional<document>();
  return error{errc::bad_argument, "no policy is read from such a file", {value, 0, 0, ""},
               "a file that ends in .csv, .md, .dmn or .xml, or the name of a built-in policy", "ectp policies lists those"};
}

// A file by its ending; any other word is the name of an edition, whatever files there are.
result<std::optional<document>> read_framework(const std::string& name, const std::string& value) {
  const std::string ending = lower(std::filesystem::path(value).extension().string());
  if (value == "-" || ending == ".json" || ending == ".csv") {
    auto d = read_document(name, value, most_framework_bytes);
    if (!d) return d.error();
    return std::optional<document>(std::move(*d));
  }
  if (ending.empty() && value.find_first_of("/\\") == value.npos) return std::optional<document>();
  return error{errc::bad_argument, "no framework is read from such a file", {value, 0, 0, ""},
               "a CASE package (.json), OpenSALT's CSV (.csv), or the name of an edition", "ectp framework list shows those"};
}

// The text of an official document. A PDF is read through `pdftotext`, where it is installed.
result<document> read_official(const std::string& name, const std::string& file) {
  if (lower(std::filesystem::path(file).extension().string()) != ".pdf") return read_document(name, file);
  if (auto there = interop::read_file(file, most_framework_bytes); !there) return there.error();
  std::string quoted = "'";
  for (const char c : file) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  quoted += "'";
  // A name that begins with a dash would be an option.
  if (file.front() == '-') quoted.insert(1, "./");
  std::FILE* pipe = ::popen(("pdftotext -layout -enc UTF-8 " + quoted + " - 2>&1").c_str(), "r");
  std::string text;
  bool too_large = false;
  if (pipe != nullptr) {
    char buffer[65536];
    for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) != 0;) {
      too_large = too_large || text.size() + n > most_bytes;
      if (!too_large) text.append(buffer, n);
    }
  }
  const int status = pipe == nullptr ? -1 : ::pclose(pipe);
  const std::string hint = "install poppler-utils, or save the document's text as .txt, .md or .csv and give that";
  if (status != 0)
    return error{errc::io, "the PDF could not be read by pdftotext" + (text.empty() ? std::string() : ": " + text.substr(0, text.find('\n')).substr(0, 200)),
                 {file, 0, 0, ""}, "a PDF with text in it, and pdftotext to read it", hint};
  if (too_large)
    return error{errc::too_large, "the document's text is larger than " + std::to_string(most_bytes) + " bytes", {file, 0, 0, ""}, "a framework's document", ""};
  if (text.find_first_not_of(" \t\r\n\f") == text.npos)
    return error{errc::io, "the PDF holds no text", {file, 0, 0, ""}, "a PDF with text in it", "a scan has pictures only: run text recognition over it first"};
  return document{name, file, std::move(text)};
}

// Where a policy is to be written, and in which form.
result<std::string> form_to_write(const std::string& file) {
  const auto form = policy::policy_form_of(file);
  if (!form)
    return error{errc::bad_argument, "a policy is not written to such a file", {file, 0, 0, ""}, "a file that ends in .csv, .md, .dmn or .xml", ""};
  return std::string(name(*form));
}

void complain(const std::string& at, std::string_view code, const std::string& message, const std::string& expected,
              const std::string& hint) {
  std::string text = "ectp: " + (at.empty() ? "" : at + ": ") + std::string(code) + ": " + message + "\n";
  if (!expected.empty()) text += "  expected: " + expected + "\n";
  if (!hint.empty()) text += "  hint: " + hint + "\n";
  std::fputs(text.c_str(), stderr);
}

int fail(const error& e, const std::string& format) {
  if (format == "json") {
    std::fputs(("{\"error\":" + operations::error_json(e) + "}\n").c_str(), stderr);
  } else {
    complain(to_string(e.at), name(e.code), e.message, e.expected, e.hint);
  }
  return 2;
}

// The same for all errors of one text.
int fail(const error& first, const std::vector<error>& more, const std::string& format) {
  const int status = fail(first, format);
  for (const error& e : more) fail(e, format);
  return status;
}

int print(const std::string& text) {
  const bool done = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return done ? 0 : fail({errc::io, "the output could not be written", {}, "", ""}, "text");
}

// A file is replaced whole or not at all.
result<void> write_file(const std::string& file, const std::string& text) {
  const std::string part = file + ".part";
  std::FILE* f = std::fopen(part.c_str(), "wb");
  bool done = f != nullptr && std::fwrite(text.data(), 1, text.size(), f) == text.size();
  if (f != nullptr) done = std::fclose(f) == 0 && done;
  if (done) done = std::rename(part.c_str(), file.c_str()) == 0;
  if (!done) {
    std::remove(part.c_str());
    return error{errc::io, "the file could not be written", {file, 0, 0, ""}, "a place where files can be written", ""};
  }
  return {};
}

// Is this format a member of the result that a flag of the same name asks for?
bool is_page(const operation& op, std::string_view format) {
  for (const parameter& p : op.parameters)
    if (p.kind == kind::flag && p.name == format) return true;
  return false;
}

// Parameters of calls that the program gives by itself.
bool is_given(const operation& op, const parameter& p) {
  return (p.kind == kind::flag && (p.name == "text" || p.name == "markdown")) || (p.name.ends_with("form") && (op.parameters.front().kind == kind::policy || op.parameters.front().kind == kind::policies));
}

// What the command line gives an operation.
struct gathered {
  ordered_json arguments = ordered_json::object();
  std::vector<document> documents;
  std::string written_to;
};

result<gathered> gather(const operation& op, const given& g) {
  if (!g.empty.empty())
    return error{errc::bad_argument, "'" + g.empty + "' is empty", {}, "a value", "leave it out if nothing is meant; is a variable of the script not set?"};
  gathered out;
  auto& [arguments, documents, written_to] = out;
  for (const parameter& p : op.parameters) {
    const std::string name(p.name);
    if (p.kind == kind::flag) {
      if (const auto f = g.flags.find(name); f != g.flags.end() && f->second) arguments[name] = true;
      continue;
    }
    if (p.kind == kind::policies) {
      for (const std::string& value : g.lists.at(name)) {
        auto d = read_policy(name, value);
        if (!d) return d.error();
        if (*d) documents.push_back(std::move(**d));
        else arguments[name].push_back(value);
      }
      continue;
    }
    if (p.kind == kind::texts) {
      if (const auto l = g.lists.find(name); l != g.lists.end() && !l->second.empty()) arguments[name] = l->second;
      continue;
    }
    const auto v = g.values.find(name);
    if (v == g.values.end() || v->second.empty()) continue;
    if (p.kind == kind::document || p.kind == kind::csv || p.kind == kind::file || p.kind == kind::object) {
      auto d = p.kind == kind::object ? read_object(name, v->second)
                                      : read_document(name, v->second, p.kind == kind::csv ? most_rows_bytes : most_bytes);
      if (!d) return d.error();
      documents.push_back(std::move(*d));
    } else if (p.kind == kind::policy) {
      auto d = read_policy(name, v->second);
      if (!d) return d.error();
      if (*d) documents.push_back(std::move(**d));
      else arguments[name] = v->second;
    } else if (p.kind == kind::framework) {
      auto d = read_framework(name, v->second);
      if (!d) return d.error();
      if (*d) documents.push_back(std::move(**d));
      else arguments[name] = v->second;
    } else if (p.kind == kind::official) {
      auto d = read_official(name, v->second);
      if (!d) return d.error();
      documents.push_back(std::move(*d));
    } else if (p.kind == kind::written) {
      auto form = form_to_write(v->second);
      if (!form) return form.error();
      arguments[name] = std::move(*form);
      written_to = v->second;
    } else if (p.kind == kind::tables) {
      auto d = read_tables(v->second);
      if (!d) return d.error();
      for (auto& x : *d) documents.push_back(std::move(x));
    } else if (p.kind == kind::integer) {
      // As text, so that an error names what was typed.
      try {
        arguments[name] = std::stoi(v->second);
      } catch (const std::exception&) {
        return error{errc::wrong_type, "--" + dashed(name) + " is '" + v->second + "'", {}, "a whole number", ""};
      }
    } else {
      arguments[name] = v->second;
    }
  }
  return out;
}

// Arguments as text. Error: `encoding`.
result<std::string> dumped(const ordered_json& arguments) {
  try {
    return arguments.dump();
  } catch (const nlohmann::json::exception&) {
    return error{errc::encoding, "an argument is not UTF-8", {}, "UTF-8 text", ""};
  }
}

int run_operation(const operation& op, const given& g) {
  auto all = gather(op, g);
  if (!all) return fail(all.error(), g.format);
  auto& [arguments, documents, written_to] = *all;
  // A framework is written in the form that the file's ending tells.
  if (!op.written.empty() && !g.out.empty() && !arguments.contains("to") &&
      std::any_of(op.parameters.begin(), op.parameters.end(), [](const parameter& p) { return p.name == "to"; }))
    arguments["to"] = lower(std::filesystem::path(g.out).extension().string()) == ".csv" ? "csv" : "case";
  // A page that costs something to make is asked for.
  if (is_page(op, g.format)) arguments[g.format] = true;
  const auto argument_text = dumped(arguments);
  if (!argument_text) return fail(argument_text.error(), g.format);
  std::vector<error> more;
  const auto done = operations::run(op.name, *argument_text, documents, &more);
  if (!done) return fail(done.error(), more, g.format);
  const ordered_json result = ordered_json::parse(*done);
  if (!written_to.empty())
    if (auto ok = write_file(written_to, result.at("written").get<std::string>()); !ok) return fail(ok.error(), g.format);
  // What goes to a file is not printed too.
  if (!op.written.empty() && !g.out.empty())
    if (auto ok = write_file(g.out, result.at(op.written).get<std::string>()); !ok) return fail(ok.error(), g.format);
  if (op.walk && !g.out.empty() && result.contains("record"))
    if (auto ok = write_file(g.out, result.at("record").dump(2) + "\n"); !ok) return fail(ok.error(), g.format);
  const bool raw = !op.written.empty() && op.shown == op.written && g.out.empty();
  std::string text;
  if (raw && g.format == "text") {
    text = result.at(op.written).get<std::string>();
  } else if (op.shown == "record") {
    text = result.at("record").dump(2) + "\n";
    if (!g.out.empty()) {
      if (auto ok = write_file(g.out, text); !ok) return fail(ok.error(), g.format);
      const ordered_json& chosen = result.at("chosen");
      const std::string what = result.at("response").get<std::string>() + (chosen.is_null() ? std::string() : ": " + chosen.get<std::string>()) + " (the advice was " +
                               result.at("recommended").get<std::string>() + ", " + result.at("rule").get<std::string>() + "); written to " + g.out + "\n";
      text = g.format == "json" ? result.dump(2) + "\n" : what;
    } else if (g.format == "json") {
      text = result.dump(2) + "\n";
    }
  } else if (g.format != "json" && !op.shown.empty() && result.is_object() && result.contains(g.format)) {
    text = result.at(g.format).get<std::string>();
    // What was left out is said beside it.
    if (const auto left_out = result.find("left_out"); left_out != result.end())
      for (const ordered_json& p : *left_out)
        complain(p.at("at"), p.at("code").get<std::string>(), p.at("message"), p.at("expected"), p.at("hint"));
  } else {
    text = result.dump(2) + "\n";
  }
  const int status = print(text);
  return status == 0 && !op.holds.empty() && !result.at(op.holds).get<bool>() ? 1 : status;
}

// One line of standard input; nothing at its end. Error: `too_large`.
result<std::optional<std::string>> read_line(std::size_t limit) {
  std::string line;
  for (;;) {
    const int c = std::getc(stdin);
    if (c == EOF && line.empty()) return std::optional<std::string>();
    if (c == EOF || c == '\n') {
      while (!line.empty() && line.back() == '\r') line.pop_back();
      return std::optional<std::string>(std::move(line));
    }
    if (line.size() == limit)
      return error{errc::too_large, "a line longer than " + std::to_string(limit) + " bytes", {"standard input", 0, 0, ""}, "a line or two", ""};
    line += static_cast<char>(c);
  }
}

constexpr std::size_t most_line_bytes = std::size_t{64} << 10;

// The choice that a person's answer means: its number, its word, or a beginning that no other word has.
const ordered_json* chosen(const ordered_json& choices, const std::string& answer) {
  std::size_t number = 0;
  for (const char c : answer) number = c >= '0' && c <= '9' && number < 1000 ? number * 10 + static_cast<std::size_t>(c - '0') : 10'000;
  if (number >= 1 && number <= choices.size()) return &choices[number - 1];
  const ordered_json* found = nullptr;
  for (const ordered_json& c : choices) {
    const std::string event = c.at("event");
    if (event == answer) return &c;
    if (!event.starts_with(lower(answer))) continue;
    if (found != nullptr) return nullptr;
    found = &c;
  }
  return found;
}

// A walk in the terminal: shows where it is, asks, moves, until it is done or the input ends. Nothing is
// written before it is done.
int run_walk(const operation& op, const given& g) {
  auto all = gather(op, g);
  if (!all) return fail(all.error(), g.format);
  ordered_json& arguments = all->arguments;
  ordered_json now;
  const auto move = [&]() -> result<void> {
    const auto text = dumped(arguments);
    if (!text) return text.error();
    const auto answer = operations::run(op.name, *text, all->documents);
    if (!answer) return answer.error();
    now = ordered_json::parse(*answer);
    arguments["run"] = now.at("run");
    return {};
  };
  const auto say = [](const std::string& text) { return print(text); };
  if (is_page(op, "text")) arguments["text"] = true;
  if (const auto ok = move(); !ok) return fail(ok.error(), g.format);
  for (bool show = true;;) {
    if (show && say(now.at("text").get<std::string>() + "\n") != 0) return 2;
    if (now.at("done").get<bool>()) break;
    const ordered_json& choices = now.at("choices");
    if (show) {
      std::string list;
      for (std::size_t i = 0; i != choices.size(); ++i)
        list += "  " + std::to_string(i + 1) + "  " + choices[i].at("event").get<std::string>() + ": " + choices[i].at("says").get<std::string>() + "\n";
      if (say(list) != 0) return 2;
    }
    if (say("> ") != 0) return 2;
    show = false;
    const auto line = read_line(most_line_bytes);
    if (!line) return fail(line.error(), "text");
    std::string word = *line ? **line : "q";
    while (!word.empty() && word.back() == ' ') word.pop_back();
    while (!word.empty() && word.front() == ' ') word.erase(0, 1);
    if (word == "q" || word == "quit") {
      const bool kept = op.shown == "record" || !g.out.empty();
      return say("\nLeft at " + now.at("state").get<std::string>() + "; " + (kept ? "nothing was written.\n" : "nothing is kept.\n"));
    }
    if (word.empty() || word == "?" || word == "help") {
      show = true;
      continue;
    }
    const ordered_json* choice = chosen(choices, word);
    ordered_json with = ordered_json::object();
    if (choice != nullptr)
      for (const ordered_json& field : choice->at("asks")) {
        const std::string name = field;
        if (say("  " + name + "> ") != 0) return 2;
        const auto text = read_line(most_line_bytes);
        if (!text) return fail(text.error(), "text");
        if (*text && !(*text)->empty()) with[name] = **text;
      }
    // What is no choice is asked all the same: the answer says what is legal and why.
    const ordered_json before = arguments;
    arguments["event"] = choice != nullptr ? choice->at("event").get<std::string>() : word;
    if (!with.empty()) arguments["with"] = with;
    const auto ok = move();
    const ordered_json after = arguments.at("run");
    arguments = before;
    if (!ok) {
      std::fflush(stdout);
      fail(ok.error(), "text");
      continue;
    }
    arguments["run"] = after;
    show = true;
  }
  if (!g.out.empty()) {
    if (!now.contains("record"))
      return fail({errc::missing_field, "there is no record to write", {}, "--record FILE, to which the outcome is added", ""}, "text");
    if (auto ok = write_file(g.out, now.at("record").dump(2) + "\n"); !ok) return fail(ok.error(), "text");
    return say("Written to " + g.out + ": " + std::to_string(now.at("entries").size()) + (now.at("entries").size() == 1 ? " entry" : " entries") + " added.\n");
  }
  return 0;
}

// The same for a program: one move a line, {"event": "...", "with": {...}}, one answer a line. It ends with the
// input; a refused move is answered with its error and changes nothing.
int run_walk_lines(const operation& op, const given& g) {
  auto all = gather(op, g);
  if (!all) return fail(all.error(), "json");
  ordered_json& arguments = all->arguments;
  int status = 0;
  ordered_json now;
  const auto move = [&](const ordered_json& with_move) {
    const auto text = dumped(with_move);
    const auto answer = text ? operations::run(op.name, *text, all->documents) : result<std::string>(text.error());
    if (!answer) {
      status = print("{\"error\":" + operations::error_json(answer.error()) + "}\n");
      return;
    }
    now = ordered_json::parse(*answer);
    arguments["run"] = now.at("run");
    status = print(*answer + "\n");
  };
  move(arguments);
  if (now.is_null()) return 2;
  while (status == 0) {
    const auto line = read_line(std::size_t{16} << 20);
    if (!line) return fail(line.error(), "json");
    if (!*line) break;
    if ((*line)->find_first_not_of(" \t") == std::string::npos) continue;
    ordered_json asked = ordered_json::parse(**line, nullptr, false);
    bool good = asked.is_object();
    for (const auto& [key, value] : asked.items()) good = good && (key == "event" || key == "with");
    if (!good) {
      status = print("{\"error\":" + operations::error_json({errc::syntax, "the line is no move", {"standard input", 0, 0, ""},
                                                            "{\"event\": \"...\", \"with\": {...}} on one line", ""}) + "}\n");
      continue;
    }
    ordered_json with_move = arguments;
    with_move.update(asked);
    move(with_move);
  }
  if (status == 0 && !g.out.empty() && now.contains("record"))
    if (auto ok = write_file(g.out, now.at("record").dump(2) + "\n"); !ok) return fail(ok.error(), "json");
  return status;
}

int run_call(bool lines) {
  if (!lines) {
    auto text = read_input(std::size_t{64} << 20);
    if (!text) return fail(text.error(), "json");
    return print(operations::call(*text) + "\n");
  }
  // One call a line, one answer a line, flushed, so that a host can hold the conversation open.
  std::string line;
  bool too_long = false;
  for (;;) {
    const int c = std::getc(stdin);
    if (c == EOF || c == '\n') {
      if (c == EOF && line.empty() && !too_long) return 0;
      if (too_long || line.find_first_not_of(" \t\r") != std::string::npos)
        if (print(operations::call(too_long ? std::string((std::size_t{64} << 20) + 1, ' ') : line) + "\n") != 0) return 2;
      line.clear();
      too_long = false;
      if (c == EOF) return 0;
    } else if (line.size() < (std::size_t{64} << 20)) {
      line += static_cast<char>(c);
    } else {
      too_long = true;
    }
  }
}

}  // namespace

int run(int argc, const char* const* argv) {
  CLI::App app{"ectp: the rules of early career mentoring. Evidence in; a recommendation that people can read,\n"
               "question and override out. Advice, never judgement.",
               "ectp"};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("ectp ") + ECTP_VERSION);
  app.footer("Start: ectp plan RECORD.json --today 2025-11-24. Exit status: 0; 1 where a check\ndoes not hold; 2 on any error.");

  std::map<std::string, std::unique_ptr<given>> all;
  std::map<std::string, CLI::App*> groups, commands;
  for (const operation& op : operations::all()) {
    auto& g = *(all[std::string(op.name)] = std::make_unique<given>());
    // `policy_decide` is the command `policy decide`.
    std::string word(op.name);
    CLI::App* above = &app;
    if (const auto bar = word.find('_'); bar != word.npos) {
      const std::string group = word.substr(0, bar);
      if (groups[group] == nullptr) {
        std::string_view help;
        for (const auto& [name, says] : group_help)
          if (name == group) help = says;
        groups[group] = app.add_subcommand(group, std::string(help));
        groups[group]->require_subcommand(1);
      }
      above = groups[group];
      word = word.substr(bar + 1);
    }
    CLI::App* command = commands[std::string(op.name)] = above->add_subcommand(word, std::string(op.summary));
    bool placed = false;
    for (const parameter& p : op.parameters) {
      const std::string name(p.name), help(p.help);
      if (is_given(op, p)) continue;
      const bool positional = (p.kind == kind::policy && p.required) || p.kind == kind::texts || p.kind == kind::file || p.kind == kind::official || ((p.kind == kind::written || p.kind == kind::framework) && p.required) ||
                              (p.kind == kind::framework && &p == &op.parameters.front()) ||
                              (!placed && ((p.kind == kind::document && p.required) || (p.kind == kind::text && !op.parameters.front().required) ||
                                           (p.kind == kind::text && &p == &op.parameters.front())));
      CLI::Option* option = nullptr;
      if (p.kind == kind::flag) {
        option = command->add_flag("--" + dashed(name), g.flags[name], help);
      } else if (p.kind == kind::texts || p.kind == kind::policies) {
        option = command->add_option(name, g.lists[name], help)->type_name(p.kind == kind::texts ? "TEXT ..." : "FILE");
      } else if (positional) {
        option = command->add_option(name, g.values[name], help)->type_name(p.kind == kind::text ? "NAME" : p.kind != kind::framework ? "FILE" : p.name == "script" ? "SCRIPT" : "FRAMEWORK");
        placed = true;
      } else {
        const char* type = p.kind == kind::document || p.kind == kind::csv || p.kind == kind::written || p.kind == kind::policy ? "FILE" : p.kind == kind::framework ? "FRAMEWORK" : p.kind == kind::object ? "JSON" : p.kind == kind::tables ? "FOLDER" : p.kind == kind::date ? "DAY"
                           : p.kind == kind::integer ? "NUMBER" : "TEXT";
        option = command->add_option("--" + dashed(name), g.values[name], help)->type_name(type);
      }
      if (p.required) option->required();
      // What a script's empty variable leaves would pass for an option that was not given.
      if (p.kind != kind::flag && p.kind != kind::texts && p.kind != kind::policies && p.kind != kind::text)
        option->each([&g, shown = positional ? name : "--" + dashed(name)](const std::string& value) {
          if (value.empty()) g.empty = shown;
        });
    }
    std::vector<std::string> formats{"text", "json"};
    if (is_page(op, "markdown")) formats.emplace_back("markdown");
    command->add_option("--format", g.format, is_page(op, "markdown") ? "text, json or markdown" : "text or json")
        ->check(CLI::IsMember(formats))
        ->capture_default_str();
    if (op.walk) {
      command->add_flag("--lines", g.lines, "for programs: one move a line as JSON, {\"event\": \"...\", \"with\": {...}}, and one answer a line");
      command->add_option("--out", g.out, "write the record with the outcome added to this file, once it is done; may be the record itself")->type_name("FILE");
    } else if (op.shown == "record") command->add_option("--out", g.out, "write the record to this file instead of printing it; may be the record itself")->type_name("FILE");
    if (!op.written.empty()) command->add_option("--out", g.out, "write it to this file, whole or not at all")->type_name("FILE");
  }
  bool lines = false;
  CLI::App* call = app.add_subcommand("call", "Answer JSON calls from standard input, for hosts that do not link the library");
  call->add_flag("--lines", lines, "one call a line and one answer a line, until the input ends");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int status = app.exit(e);
    return status == 0 ? 0 : 2;
  }
  if (call->parsed()) return run_call(lines);
  for (const operation& op : operations::all())
    if (commands[std::string(op.name)]->parsed()) {
      const given& g = *all[std::string(op.name)];
      // A walk from which one move is asked for is an operation like any other.
      const auto has = [&](const char* name) { return g.values.contains(name) && !g.values.at(name).empty(); };
      if (!op.walk || has("run") || has("event") || g.format == "json") return run_operation(op, g);
      return g.lines ? run_walk_lines(op, g) : run_walk(op, g);
    }
  return 2;
}

}  // namespace ectp::cli
