#include "cli/cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "ectp/core/version.hpp"
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

// The values that one command was given.
struct given {
  std::map<std::string, std::string> values;
  std::map<std::string, bool> flags;
  std::string format = "text";
  std::string out;
};

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

result<document> read_document(const std::string& name, const std::string& file) {
  auto text = file == "-" ? read_input(most_bytes) : interop::read_file(file, most_bytes);
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

int fail(const error& e, const std::string& format) {
  if (format == "json") {
    std::fputs(("{\"error\":" + operations::error_json(e) + "}\n").c_str(), stderr);
  } else {
    const std::string at = to_string(e.at);
    std::string text = "ectp: " + (at.empty() ? "" : at + ": ") + std::string(name(e.code)) + ": " + e.message + "\n";
    if (!e.expected.empty()) text += "  expected: " + e.expected + "\n";
    if (!e.hint.empty()) text += "  hint: " + e.hint + "\n";
    std::fputs(text.c_str(), stderr);
  }
  return 2;
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

int run_operation(const operation& op, const given& g) {
  ordered_json arguments = ordered_json::object();
  std::vector<document> documents;
  for (const parameter& p : op.parameters) {
    const std::string name(p.name);
    if (p.kind == kind::flag) {
      if (const auto f = g.flags.find(name); f != g.flags.end() && f->second) arguments[name] = true;
      continue;
    }
    const auto v = g.values.find(name);
    if (v == g.values.end() || v->second.empty()) continue;
    if (p.kind == kind::document) {
      auto d = read_document(name, v->second);
      if (!d) return fail(d.error(), g.format);
      documents.push_back(std::move(*d));
    } else if (p.kind == kind::tables) {
      auto d = read_tables(v->second);
      if (!d) return fail(d.error(), g.format);
      for (auto& x : *d) documents.push_back(std::move(x));
    } else if (p.kind == kind::integer) {
      // As text, so that an error names what was typed.
      try {
        arguments[name] = std::stoi(v->second);
      } catch (const std::exception&) {
        return fail({errc::wrong_type, "--" + dashed(name) + " is '" + v->second + "'", {}, "a whole number", ""}, g.format);
      }
    } else {
      arguments[name] = v->second;
    }
  }
  if (g.format == "text" && op.shown == "text" && op.name == "plan") arguments["text"] = true;
  std::string argument_text;
  try {
    argument_text = arguments.dump();
  } catch (const nlohmann::json::exception&) {
    return fail({errc::encoding, "an argument is not UTF-8", {}, "UTF-8 text", ""}, g.format);
  }
  const auto done = operations::run(op.name, argument_text, documents);
  if (!done) return fail(done.error(), g.format);
  const ordered_json result = ordered_json::parse(*done);
  std::string text;
  if (op.shown == "record") {
    text = result.at("record").dump(2) + "\n";
    if (!g.out.empty()) {
      if (auto ok = write_file(g.out, text); !ok) return fail(ok.error(), g.format);
      const std::string what = result.at("response").get<std::string>() + ": " + result.at("chosen").get<std::string>() + " (the advice was " +
                               result.at("recommended").get<std::string>() + ", " + result.at("rule").get<std::string>() + "); written to " + g.out + "\n";
      text = g.format == "json" ? result.dump(2) + "\n" : what;
    } else if (g.format == "json") {
      text = result.dump(2) + "\n";
    }
  } else if (g.format == "text" && !op.shown.empty() && result.is_object() && result.contains(std::string(op.shown))) {
    text = result.at(std::string(op.shown)).get<std::string>();
  } else {
    text = result.dump(2) + "\n";
  }
  return print(text);
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
  app.footer("Start: ectp plan RECORD.json --today 2025-11-24. Exit status: 0, or 2 on any error.");

  std::map<std::string, std::unique_ptr<given>> all;
  for (const operation& op : operations::all()) {
    auto& g = *(all[std::string(op.name)] = std::make_unique<given>());
    CLI::App* command = app.add_subcommand(std::string(op.name), std::string(op.summary));
    bool placed = false;
    for (const parameter& p : op.parameters) {
      const std::string name(p.name), help(p.help);
      if (p.name == "text" && p.kind == kind::flag) continue;  // the program prints text anyway
      const bool positional = !placed && ((p.kind == kind::document && p.required) || (p.kind == kind::text && !op.parameters.front().required) ||
                                          (p.kind == kind::text && &p == &op.parameters.front()));
      CLI::Option* option = nullptr;
      if (p.kind == kind::flag) {
        option = command->add_flag("--" + dashed(name), g.flags[name], help);
      } else if (positional) {
        option = command->add_option(name, g.values[name], help)->type_name(p.kind == kind::document ? "FILE" : "NAME");
        placed = true;
      } else {
        const char* type = p.kind == kind::document ? "FILE" : p.kind == kind::tables ? "FOLDER" : p.kind == kind::date ? "DAY"
                           : p.kind == kind::integer ? "NUMBER" : "TEXT";
        option = command->add_option("--" + dashed(name), g.values[name], help)->type_name(type);
      }
      if (p.required) option->required();
    }
    command->add_option("--format", g.format, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
    if (op.shown == "record") command->add_option("--out", g.out, "write the record to this file instead of printing it; may be the record itself")->type_name("FILE");
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
    if (app.got_subcommand(std::string(op.name))) return run_operation(op, *all[std::string(op.name)]);
  return 2;
}

}  // namespace ectp::cli
