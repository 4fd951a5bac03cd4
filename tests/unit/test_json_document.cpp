#include <catch2/catch.hpp>
#include <clocale>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "ectp/core/id.hpp"
#include "interop/json_document.hpp"

#if defined(__unix__)
#  include <sys/stat.h>
#  include <unistd.h>
#endif

namespace {

using ectp::errc;
using ectp::error;
using ectp::interop::json_document;
using ectp::interop::json_kind;
using ectp::interop::json_limits;
using ectp::interop::json_value;
using ectp::interop::parse_json;
using ectp::interop::read_file;
using namespace std::string_literals;

json_document read(std::string_view text) { return parse_json(text, "t.json").value(); }

error refused(std::string_view text, json_limits limits = {}) {
  const auto r = parse_json(text, "t.json", limits);
  INFO(text.substr(0, 200));
  REQUIRE_FALSE(r.has_value());
  return r.error();
}

}  // namespace

TEST_CASE("a malformed document is refused at the exact byte", "[json]") {
  struct sample {
    std::string text;
    errc code;
    unsigned line, column;
    std::string path, message, expected, hint;
  };
  const std::vector<sample> table = {
      // nothing, or not all of it
      {"", errc::syntax, 1, 1, "", "the text is empty", "a JSON document",
       "was the file saved, and is it the right one?"},
      {" \n\t\r\n", errc::syntax, 3, 1, "", "the text is empty", "a JSON document",
       "was the file saved, and is it the right one?"},
      {"\xEF\xBB\xBF", errc::syntax, 1, 1, "", "the text is empty", "a JSON document",
       "was the file saved, and is it the right one?"},
      {"{", errc::syntax, 1, 2, "",
       "the text ends inside the object that opens on line 1, column 1",
       "a field name in double quotes, or '}'", "is the file complete?"},
      {"[", errc::syntax, 1, 2, "", "the text ends inside the array that opens on line 1, column 1",
       "a value", "is the file complete?"},
      {"{\"a\": [1,\n  2", errc::syntax, 2, 4, "/a",
       "the text ends inside the array that opens on line 1, column 7", "',' or ']'",
       "is the file complete?"},
      {"{\"a\": [1,\n  2,", errc::syntax, 2, 5, "/a",
       "the text ends inside the array that opens on line 1, column 7", "a value",
       "is the file complete?"},
      {"{\"a\"", errc::syntax, 1, 5, "/a",
       "the text ends inside the object that opens on line 1, column 1", "':' and a value",
       "is the file complete?"},
      {"{\"a\":", errc::syntax, 1, 6, "/a",
       "the text ends inside the object that opens on line 1, column 1", "a value",
       "is the file complete?"},
      {"{\"a\":1,", errc::syntax, 1, 8, "",
       "the text ends inside the object that opens on line 1, column 1",
       "a field name in double quotes, or '}'", "is the file complete?"},
      {"\xEF\xBB\xBF\xEF\xBB\xBF"
       "5",
       errc::syntax, 1, 1, "", "unexpected '\xEF\xBB\xBF' (U+FEFF)", "a value",
       "an invisible character that is no JSON space: delete it"},
      // commas
      {"[1, 2,]", errc::syntax, 1, 6, "", "a comma before the closing ']'", "another value",
       "delete this comma"},
      {"{\n  \"a\": 1,\n}", errc::syntax, 2, 9, "", "a comma before the closing '}'",
       "another field", "delete this comma"},
      {"[1,,2]", errc::syntax, 1, 4, "/1", "no value stands before this comma", "a value", ""},
      {"[,1]", errc::syntax, 1, 2, "/0", "no value stands before this comma", "a value", ""},
      {"{,}", errc::syntax, 1, 2, "", "no field stands before this comma",
       "a field name in double quotes, or '}'", ""},
      {"[1 2]", errc::syntax, 1, 4, "", "a comma is missing before '2'", "',' or ']'", ""},
      {"{\"a\": 1\n \"b\": 2}", errc::syntax, 2, 2, "", "a comma is missing before a string",
       "',' or '}'", ""},
      {"[[1] [2]]", errc::syntax, 1, 6, "", "a comma is missing before '['", "',' or ']'", ""},
      {"{\"a\":1; \"b\":2}", errc::syntax, 1, 7, "", "unexpected ';'", "',' or '}'",
       "parts are separated by commas"},
      // brackets
      {"[1}", errc::syntax, 1, 3, "", "'}' cannot close the array that opens on line 1, column 1",
       "']'", "brackets close in the reverse order of opening"},
      {"{\"a\":[1}", errc::syntax, 1, 8, "/a",
       "'}' cannot close the array that opens on line 1, column 6", "']'",
       "brackets close in the reverse order of opening"},
      {"{]", errc::syntax, 1, 2, "", "']' cannot close the object that opens on line 1, column 1",
       "'}'", "brackets close in the reverse order of opening"},
      {"[}", errc::syntax, 1, 2, "", "'}' cannot close the array that opens on line 1, column 1",
       "']'", "brackets close in the reverse order of opening"},
      {"]", errc::syntax, 1, 1, "", "unexpected ']'", "a value", ""},
      {"{}}", errc::syntax, 1, 3, "", "'}' after the end of the document", "nothing more",
       "one closing bracket too many"},
      {"{}\n{}", errc::syntax, 2, 1, "", "'{' after the end of the document", "nothing more",
       "one file holds one document"},
      {"[] x", errc::syntax, 1, 4, "", "'x' after the end of the document", "nothing more", ""},
      {"1,", errc::syntax, 1, 2, "", "',' after the end of the document", "nothing more", ""},
      // fields
      {"{\"a\" 1}", errc::syntax, 1, 6, "/a", "unexpected '1'", "':' and a value", ""},
      {"{\"a\" = 1}", errc::syntax, 1, 6, "/a", "unexpected '='", "':' and a value",
       "a field is written \"name\": value"},
      {"{\"a\":}", errc::syntax, 1, 6, "/a", "the field has no value", "a value",
       "write null if there is none"},
      {"{\"a\"::1}", errc::syntax, 1, 6, "/a", "unexpected ':'", "a value", ""},
      {"{a: 1}", errc::syntax, 1, 2, "", "the field name 'a' has no quotes",
       "a field name in double quotes, or '}'", "put it in double quotes"},
      {"{\"b\":0, 12: 1}", errc::syntax, 1, 9, "", "the field name '12' has no quotes",
       "a field name in double quotes, or '}'", "put it in double quotes"},
      {"{[]: 1}", errc::syntax, 1, 2, "", "unexpected '['", "a field name in double quotes, or '}'",
       ""},
      {"[\"a\": 1]", errc::syntax, 1, 5, "", "unexpected ':'", "',' or ']'",
       "fields with names stand in braces: {\"name\": value}"},
      // other notations
      {"{'a': 1}", errc::syntax, 1, 2, "", "a single quote",
       "a field name in double quotes, or '}'", "JSON text stands in double quotes: \"...\""},
      {"['a']", errc::syntax, 1, 2, "/0", "a single quote", "a value",
       "JSON text stands in double quotes: \"...\""},
      {"[\xE2\x80\x9C"
       "a\xE2\x80\x9D]",
       errc::syntax, 1, 2, "/0", "unexpected '\xE2\x80\x9C' (U+201C)", "a value",
       "typographic quotes do not count: write \"...\""},
      {"[1,\xC2\xA0"
       "2]",
       errc::syntax, 1, 4, "/1", "unexpected '\xC2\xA0' (U+00A0)", "a value",
       "an invisible character that is no JSON space: delete it"},
      {"// plan\n{}", errc::syntax, 1, 1, "", "a comment", "a value",
       "JSON has no comments: delete it, or put the words into a field"},
      {"{\"a\": 1, // one\n}", errc::syntax, 1, 10, "", "a comment",
       "a field name in double quotes, or '}'",
       "JSON has no comments: delete it, or put the words into a field"},
      {"[1/*c*/]", errc::syntax, 1, 3, "", "a comment", "',' or ']'",
       "JSON has no comments: delete it, or put the words into a field"},
      {"# plan\n{}", errc::syntax, 1, 1, "", "a comment", "a value",
       "JSON has no comments: delete it, or put the words into a field"},
      {"[NaN]", errc::syntax, 1, 2, "/0", "'NaN' is not a JSON value", "a value",
       "JSON has no such number: write null, or leave the field out"},
      {"{\"score\": Infinity}", errc::syntax, 1, 11, "/score", "'Infinity' is not a JSON value",
       "a value", "JSON has no such number: write null, or leave the field out"},
      {"[0, -Infinity]", errc::syntax, 1, 5, "/1", "'-Infinity' is not a JSON number", "a value",
       "JSON has no such number: write null, or leave the field out"},
      {"[None]", errc::syntax, 1, 2, "/0", "'None' is not a JSON value", "a value", "write null"},
      {"[True]", errc::syntax, 1, 2, "/0", "'True' is not a JSON value", "a value",
       "write true, in small letters"},
      {"[yes]", errc::syntax, 1, 2, "/0", "'yes' is not a JSON value", "a value", "write true"},
      {"extend", errc::syntax, 1, 1, "", "'extend' is not a JSON value", "a value",
       "text stands in double quotes"},
      {"[nullx]", errc::syntax, 1, 2, "", "'nullx' is not a JSON value", "a value",
       "text stands in double quotes"},
      {"[tru]", errc::syntax, 1, 2, "/0", "'tru' is not a JSON value", "a value",
       "text stands in double quotes"},
      // numbers
      {"[01]", errc::syntax, 1, 2, "", "'01' is not a JSON number", "a value",
       "no leading zeros; codes and ids are text: \"01\""},
      {"{\"n\":-007}", errc::syntax, 1, 6, "", "'-007' is not a JSON number", "a value",
       "no leading zeros; codes and ids are text: \"-007\""},
      {"[+1]", errc::syntax, 1, 2, "/0", "'+1' is not a JSON number", "a value",
       "leave out the plus sign"},
      {"[.5]", errc::syntax, 1, 2, "/0", "'.5' is not a JSON number", "a value",
       "write at least one digit on both sides of the point"},
      {"[5.]", errc::syntax, 1, 2, "/0", "'5.' is not a JSON number", "a value",
       "write at least one digit on both sides of the point"},
      {"[1e]", errc::syntax, 1, 2, "/0", "'1e' is not a JSON number", "a value",
       "text stands in double quotes"},
      {"[-]", errc::syntax, 1, 2, "/0", "'-' is not a JSON number", "a value",
       "write digits after the sign"},
      {"[0x1F]", errc::syntax, 1, 2, "", "'0x1F' is not a JSON number", "a value",
       "write it in decimal digits"},
      {"{\"on\": 2025-11-24}", errc::syntax, 1, 8, "", "'2025-11-24' is not a JSON number",
       "a value", "a date is text: \"2025-11-24\""},
      {"{\"on\": 24/11/2025}", errc::syntax, 1, 8, "", "'24/11/2025' is not a JSON number",
       "a value", "a date is text: \"YYYY-MM-DD\""},
      {"[2.10.1]", errc::syntax, 1, 2, "", "'2.10.1' is not a JSON number", "a value",
       "text stands in double quotes"},
      {"5q", errc::syntax, 1, 1, "", "'5q' is not a JSON number", "a value",
       "text stands in double quotes"},
      {"[0,\n 1e999]", errc::out_of_range, 2, 2, "/1", "'1e999' is larger than any number here",
       "a number below 1.8e308", ""},
      // strings
      {"[\"abc", errc::syntax, 1, 2, "/0", "this string is never closed", "a closing double quote",
       ""},
      {"{\"abc", errc::syntax, 1, 2, "", "this string is never closed", "a closing double quote",
       ""},
      {"[\"ab\nc\"]", errc::syntax, 1, 5, "/0", "a line ends inside a string",
       "a closing double quote", "close the string, or write \\n for a line break"},
      {"[\"a\tb\"]", errc::syntax, 1, 4, "/0", "the control character U+0009 inside a string",
       "printable characters", "write \\t for a tab"},
      {"[\"a\x1B[31m\"]", errc::syntax, 1, 4, "/0", "the control character U+001B inside a string",
       "printable characters", "write it as \\u001B"},
      {"{\"p\": \"C:\\data\"}", errc::syntax, 1, 10, "/p", "a backslash before 'data'",
       "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX", "a backslash itself is written \\\\"},
      {"[\"\\u12G4\"]", errc::syntax, 1, 3, "/0", "an unfinished \\u escape",
       "four hexadecimal digits after \\u", ""},
      {"[\"a\\", errc::syntax, 1, 4, "/0", "the text ends after a backslash",
       "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX", "is the file complete?"},
      {"[\"it\"s\"]", errc::syntax, 1, 6, "", "'s' after the end of a string", "',' or ']'",
       "a quote inside a string is written \\\""},
      {"[\"\\ud83d\"]", errc::encoding, 1, 3, "/0", "half of a surrogate pair: \\uD83D",
       "a pair \\uD800-\\uDBFF, \\uDC00-\\uDFFF", "write the character itself"},
      {"[\"\\ud83d\\ude00 \\ude00\"]", errc::encoding, 1, 16, "/0",
       "half of a surrogate pair: \\uDE00", "a pair \\uD800-\\uDBFF, \\uDC00-\\uDFFF",
       "write the character itself"},
      {"[\"\\\\ud83d\\ude00\"]", errc::encoding, 1, 10, "/0", "half of a surrogate pair: \\uDE00",
       "a pair \\uD800-\\uDBFF, \\uDC00-\\uDFFF", "write the character itself"},
      // bytes
      {"[1]\0"s, errc::syntax, 1, 4, "", "a NUL byte", "text", "is this the right file?"},
      {"{\"a\":1}\0{\"a\""s, errc::syntax, 1, 8, "", "a NUL byte", "text",
       "is this the right file?"},
      {"[\x01]", errc::syntax, 1, 2, "/0", "unexpected the control character U+0001", "a value",
       ""},
      {"{\"caf\xE9\": 1}", errc::encoding, 1, 6, "", "byte 0xE9 is not UTF-8 here", "UTF-8 text",
       "save the file as UTF-8, not as Latin-1 or Windows-1252"},
      {"[\"\xC0\xAF\"]", errc::encoding, 1, 3, "", "byte 0xC0 is not UTF-8 here", "UTF-8 text",
       "save the file as UTF-8, not as Latin-1 or Windows-1252"},
      {"[\"\xED\xA0\x80\"]", errc::encoding, 1, 3, "", "byte 0xED is not UTF-8 here", "UTF-8 text",
       "save the file as UTF-8, not as Latin-1 or Windows-1252"},
      {"[\n\"\xF4\x90\x80\x80\"]", errc::encoding, 2, 2, "", "byte 0xF4 is not UTF-8 here",
       "UTF-8 text", "save the file as UTF-8, not as Latin-1 or Windows-1252"},
      {"[\"\xE2\x82", errc::encoding, 1, 3, "", "byte 0xE2 is not UTF-8 here", "UTF-8 text",
       "save the file as UTF-8, not as Latin-1 or Windows-1252"},
      {"{\0}\0"s, errc::encoding, 1, 1, "", "this looks like UTF-16 text", "UTF-8 text",
       "save the file as UTF-8"},
      {"\xFF\xFE{\0}\0"s, errc::encoding, 1, 1, "", "this looks like UTF-16 text", "UTF-8 text",
       "save the file as UTF-8"},
      // fields twice
      {"{\"a\": 1,\n \"b\": 2,\n \"a\": 3}", errc::duplicate_id, 3, 2, "/a",
       "the field 'a' was already given on line 1, column 2", "each field once in an object",
       "keep one of the two"},
      {"{\"x\":[{\"k\":{\"a\":[1,2]}, \"\\u006b\":0}]}", errc::duplicate_id, 1, 25, "/x/0/k",
       "the field 'k' was already given on line 1, column 8", "each field once in an object",
       "keep one of the two"},
      {"{\"z\":0,\"b\":1,\"a\":2,\"b\":3,\"a\":4}", errc::duplicate_id, 1, 20, "/b",
       "the field 'b' was already given on line 1, column 8", "each field once in an object",
       "keep one of the two"},
  };
  REQUIRE(table.size() >= 80);
  for (const auto& s : table) {
    INFO(s.text);
    const error e = refused(s.text);
    CHECK(ectp::name(e.code) == ectp::name(s.code));
    CHECK(e.at.file == "t.json");
    CHECK(e.at.line == s.line);
    CHECK(e.at.column == s.column);
    CHECK(e.at.path == s.path);
    CHECK(e.message == s.message);
    CHECK(e.expected == s.expected);
    CHECK(e.hint == s.hint);
  }
}

TEST_CASE("a byte-order mark is passed over and takes no column", "[json]") {
  const auto doc = read("\xEF\xBB\xBF{\"a\": 1}");
  CHECK(doc.root().offset() == 3);
  CHECK(doc.root().where().column == 1);
  CHECK(doc.root().find("a")->where().column == 7);
  CHECK(refused("\xEF\xBB\xBF[1,]").at.column == 3);
  CHECK(refused("\xEF\xBB\xBF\n[1,]").at == ectp::location{"t.json", 2, 3, ""});
}

TEST_CASE("the place is right after many lines, long lines and both line endings", "[json]") {
  std::string text = "[";
  for (int i = 0; i != 5000; ++i)
    text += i % 2 == 0 ? "1,\n" : "22,\r\n";
  text += std::string(9000, ' ') + "\"end\"]";
  const auto doc = read(text);
  std::uint32_t line = 1, column = 2, index = 0;
  const auto elements_of = doc.root().elements().value();
  for (const auto v : elements_of) {
    const auto at = v.where();
    if (index == 5000) column = 9001;
    if (at.line != line || at.column != column || at.path != "/" + std::to_string(index))
      FAIL(ectp::to_string(at) << " is not " << line << ":" << column);
    ++index;
    ++line;
    column = 1;
  }
  CHECK(index == 5001);
  text.pop_back();
  const error e = refused(text + " oops");
  CHECK(e.at.line == 5001);
  CHECK(e.at.column == 9007);
}

TEST_CASE("any amount of white space is passed over", "[json]") {
  const std::string lines(2'000'000, '\n'), mixed = " \t\r\n" + lines + "\r ";
  const auto doc =
      read(mixed + "[" + mixed + "1" + mixed + ",\"a " + "  \\\" \\\\\"" + mixed + "]" + mixed);
  CHECK(doc.values() == 3);
  const auto rows = doc.root().elements().value();
  auto it = rows.begin();
  CHECK((*it).where() == ectp::location{"t.json", 4'000'003, 3, "/0"});
  ++it;
  CHECK((*it).text() == "a   \" \\");
  CHECK((*it).where().line == 6'000'004);
  CHECK(refused(lines).at == ectp::location{"t.json", 2'000'001, 1, ""});
  const error e = refused("[1" + lines + "2]");
  CHECK(e.at == ectp::location{"t.json", 2'000'001, 1, ""});
  CHECK(e.message == "a comma is missing before '2'");
}

TEST_CASE("nesting beyond the limit is refused at once", "[json]") {
  const auto nested = [](std::size_t n, const std::string& open) {
    std::string s;
    s.reserve(n * open.size());
    for (std::size_t i = 0; i != n; ++i)
      s += open;
    return s;
  };
  for (const std::size_t n : {65u, 100'000u, 10'000'000u}) {
    const error arrays = refused(nested(n, "["));
    CHECK(arrays.code == errc::too_deep);
    CHECK(arrays.at.line == 1);
    CHECK(arrays.at.column == 65);
    std::string path;
    for (int i = 0; i != 64; ++i)
      path += "/0";
    CHECK(arrays.at.path == path);
    CHECK(arrays.expected == "at most 64 arrays and objects inside each other");
  }
  const error objects = refused(nested(100'000, "{\"a\":\n"));
  CHECK(objects.code == errc::too_deep);
  CHECK(objects.at.line == 65);
  CHECK(objects.at.column == 1);
  CHECK(refused(nested(100'000, "[{\"a\":")).code == errc::too_deep);
  CHECK(parse_json(nested(64, "[") + nested(64, "]"), "t").has_value());
  CHECK(refused("[[[]]]", {.depth = 2}).at.column == 3);
  CHECK(refused("[]", {.depth = 0}).code == errc::too_deep);
  CHECK(parse_json("1", "t", {.depth = 0}).has_value());
  // Deep on request: still no recursion anywhere.
  const auto deep =
      parse_json(nested(1'000'000, "[") + nested(1'000'000, "]"), "t", {.depth = 1'000'000});
  REQUIRE(deep.has_value());
  CHECK(deep->values() == 1'000'000);
}

TEST_CASE("more values than the limit are refused", "[json]") {
  CHECK(parse_json("[1,2,3]", "t", {.values = 4}).has_value());
  const error e = refused("[1,2,3,4]", {.values = 4});
  CHECK(e.code == errc::too_large);
  CHECK(e.at == ectp::location{"t.json", 1, 8, "/3"});
  CHECK(e.message == "more than 4 values");
  CHECK(refused("{\"a\":{\"b\":[]}}", {.values = 2}).at == ectp::location{"t.json", 1, 11, "/a/b"});
  CHECK(refused("1", {.values = 0}).code == errc::too_large);
  std::string many = "[";
  for (int i = 0; i != 1'000'000; ++i)
    many += "1,";
  many.back() = ']';
  CHECK(refused(many).at.column == 2 * 999'999 + 2);
}

TEST_CASE("more bytes than the limit are refused before reading", "[json]") {
  std::string big = "[\"" + std::string(17u << 20, 'x') + "\"]";
  const error e = refused(big);
  CHECK(e.code == errc::too_large);
  CHECK(e.at == ectp::location{"t.json", 0, 0, ""});
  CHECK(e.message == "the text has 17825796 bytes");
  CHECK(e.expected == "at most 16777216 bytes");
  big.resize(16u << 20);
  big.replace(big.size() - 2, 2, "\"]");
  const auto whole = parse_json(big, "t");
  REQUIRE(whole.has_value());
  CHECK(whole->root().elements()->begin().operator*().text().size() == big.size() - 4);
  CHECK(parse_json("[1]", "t", {.bytes = 3}).has_value());
  CHECK(refused("[1] ", {.bytes = 3}).code == errc::too_large);
  // Not even JSON: the size comes first.
  CHECK(refused(std::string(17u << 20, '\xFF')).code == errc::too_large);
}

TEST_CASE("a hostile object costs no more than sorting its names", "[json]") {
  std::string text = "{";
  for (int i = 0; i != 300'000; ++i)
    text += "\"k" + std::to_string(i) + "\":0,";
  text += "\"k17\":1}";
  const error e = refused(text);
  CHECK(e.code == errc::duplicate_id);
  CHECK(e.at.path == "/k17");
}

TEST_CASE("somebody else's text cannot drive the terminal through an error", "[json]") {
  const auto doc = read("{\"a\\u001b[31mb\": 1, \"x\": \"\\u202eabc\\u0007\"}");
  const error unknown = doc.root().only_fields({"x"}).error();
  CHECK(unknown.message == "the field 'a\\u001B[31mb' is not known here");
  CHECK(unknown.at.path == "/a\\u001B[31mb");
  CHECK(doc.root().find("x")->as_word({"abc"}).error().message ==
        "'\\u202Eabc\\u0007' is not a word of this list");
  const auto date = read("\"\\u001b[0m\"").root().as_date();
  CHECK(date.error().message == "'\\u001B[0m' is not a calendar day");
  const std::string long_name(100'000, 'n');
  const error e = read("{\"" + long_name + "\": 1}").root().only_fields({"x"}).error();
  CHECK(e.message.size() < 100);
  CHECK(e.at.path.size() < 200);
}

TEST_CASE("every value knows its kind, text and place", "[json]") {
  const std::string text =
      "{\n"
      "  \"n\": null, \"t\": true, \"f\": false,\n"
      "  \"i\": -12.50e+3, \"s\": \"a\\\"b\\u00e9\\ud83d\\ude00\",\n"
      "  \"a\": [ 1 , [ ] , { } ],\n"
      "  \"o\": {\"x/y~z\": {\"k\": [0, [7]]}}\n"
      "}\n";
  const auto doc = read(text);
  const auto root = doc.root();
  CHECK(doc.file() == "t.json");
  CHECK(doc.text() == text);
  CHECK(doc.values() == 16);
  CHECK(root.kind() == json_kind::object);
  CHECK(root.size() == 7);
  CHECK(root.source() == text.substr(0, text.size() - 1));
  CHECK(root.where() == ectp::location{"t.json", 1, 1, ""});
  const auto get = [&](std::string_view name) { return root.field(name).value(); };
  CHECK(get("n").is_null());
  CHECK(get("n").where() == ectp::location{"t.json", 2, 8, "/n"});
  CHECK(*get("t").as_boolean());
  CHECK_FALSE(*get("f").as_boolean());
  CHECK(get("f").where() == ectp::location{"t.json", 2, 30, "/f"});
  CHECK(get("i").kind() == json_kind::number);
  CHECK(get("i").text() == "-12.50e+3");
  CHECK(get("s").text() == "a\"b\xC3\xA9\xF0\x9F\x98\x80");
  CHECK(get("s").source() == "\"a\\\"b\\u00e9\\ud83d\\ude00\"");
  CHECK(get("s").size() == 0);
  CHECK(get("a").size() == 3);
  CHECK(get("a").source() == "[ 1 , [ ] , { } ]");
  std::vector<std::string> places;
  const auto elements_of = get("a").elements().value();
  for (const auto v : elements_of)
    places.push_back(ectp::to_string(v.where()));
  CHECK(places ==
        std::vector<std::string>{"t.json:4:10 (/a/0)", "t.json:4:14 (/a/1)", "t.json:4:20 (/a/2)"});
  const auto inner = *(*get("o").members()->begin()).value.field("k")->elements();
  auto it = inner.begin();
  ++it;
  const auto seven = *(*it).elements()->begin();
  CHECK(seven.text() == "7");
  CHECK(seven.where() == ectp::location{"t.json", 5, 29, "/o/x~1y~0z/k/1/0"});
  std::vector<std::string> names;
  const auto members_of = root.members().value();
  for (const auto m : members_of) {
    names.emplace_back(m.name());
    CHECK(m.key.where().path == m.value.where().path);
    CHECK(text.substr(m.key.offset(), 1) == "\"");
  }
  CHECK(names == std::vector<std::string>{"n", "t", "f", "i", "s", "a", "o"});
  for (const char* scalar :
       {"null", "true", "false", "0", "-0", "\"\"", "\"\\n\"", "[]", "{}", " [] "}) {
    const auto one = read(scalar);
    CHECK(one.values() == 1);
    CHECK(one.root().size() == 0);
  }
}

TEST_CASE("a handle outlives the moving and copying of its document", "[json]") {
  auto doc = std::make_unique<json_document>(read("[\"a\\tb\", 2]"));
  const auto first = *doc->root().elements()->begin();
  const json_document copy = *doc;
  doc.reset();
  const json_document moved = json_document(copy);
  CHECK(first.text() == "a\tb");
  CHECK(first == *moved.root().elements()->begin());
  CHECK(first != moved.root());
}

TEST_CASE("a number keeps its text", "[json]") {
  for (const std::string n :
       {"0", "-0", "0.10", "1.0", "123456789012345678901234567890", "1E5", "1e-400", "0.1e+01",
        "-1.50", "9007199254740993", "3.141592653589793238462643383279502884197",
        "18446744073709551616", "0e0"}) {
    CHECK(read(n).root().text() == n);
    CHECK((*read("[ " + n + "]").root().elements()->begin()).text() == n);
    CHECK(read("{\"a\":" + n + "}").root().find("a")->text() == n);
    CHECK((*read("[" + n + "\n,0]").root().elements()->begin()).source() == n);
  }
}

TEST_CASE("whole numbers are read exactly", "[json]") {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  struct good {
    const char* text;
    std::int64_t value;
  };
  const std::string zeros(30, '0');
  for (const auto& g : std::vector<good>{{"0", 0},
                                         {"-0", 0},
                                         {"7", 7},
                                         {"-7", -7},
                                         {"3.0", 3},
                                         {"3e0", 3},
                                         {"30e-1", 3},
                                         {"0.3e1", 3},
                                         {"1.20e2", 120},
                                         {"0e99999999999999999999", 0},
                                         {"0.000", 0},
                                         {"9007199254740993", 9007199254740993},
                                         {"9223372036854775807", most},
                                         {"-9223372036854775808", least},
                                         {"-9223372036854775808.000", least},
                                         {"922337203685477580.7e1", most},
                                         {"1000000000000000000000000000e-27", 1},
                                         {"0.00000000000000000000000000001e29", 1}}) {
    INFO(g.text);
    const auto n = read(g.text).root().as_integer(least, most);
    REQUIRE(n.has_value());
    CHECK(*n == g.value);
  }
  for (const char* text :
       {"9223372036854775808", "-9223372036854775809", "1e19", "18446744073709551616", "1e300",
        "123456789012345678901234567890", "1844674407370955161500000"}) {
    INFO(text);
    CHECK(read(text).root().as_integer(least, most).error().code == errc::out_of_range);
  }
  for (const char* text :
       {"0.5", "-1.25", "1e-1", "3.0000000000000000000000001", "1e-99999999999999999999",
        "123456789012345678901234567890.5", "15e-1"}) {
    INFO(text);
    CHECK(read(text).root().as_integer(least, most).error().code == errc::wrong_type);
  }
  const auto doc = read("{\"age\": 6}");
  const error e = doc.root().find("age")->as_integer(0, 5).error();
  CHECK(ectp::to_string(e) ==
        "t.json:1:9 (/age): out_of_range: 6 is out of range; expected a whole number from 0 to 5");
  CHECK(*doc.root().find("age")->as_integer(0, 6) == 6);
  CHECK(*doc.root().find("age")->as_integer(6, 9) == 6);
  CHECK(doc.root().find("age")->as_integer(7, most).error().expected ==
        "a whole number of 7 or more");
  CHECK(doc.root().find("age")->as_integer(least, 5).error().expected ==
        "a whole number of 5 or less");
  CHECK(read("2.5").root().as_integer(0, 5).error().message == "2.5 is not a whole number");
  CHECK(read("\"3\"").root().as_integer(0, 5).error().message == "found a string");
}

TEST_CASE("scores are read exactly in thousandths", "[json]") {
  char text[32];
  for (int n = 0; n <= 1000; ++n) {
    std::snprintf(text, sizeof text, "%d.%03d", n / 1000, n % 1000);
    const auto r = read(text).root().as_thousandths(0, 1000);
    if (!r || *r != n) FAIL(text);
    if (n % 1000 == 0) continue;
    std::snprintf(text, sizeof text, "%de-3", n);
    if (*read(text).root().as_thousandths(0, 1000) != n) FAIL(text);
    std::snprintf(text, sizeof text, "-%d.%03d0", n / 1000, n % 1000);
    if (*read(text).root().as_thousandths(-1000, 1000) != -n) FAIL(text);
  }
  CHECK(*read("0.5").root().as_thousandths(0, 1000) == 500);
  CHECK(*read("0.5000000").root().as_thousandths(0, 1000) == 500);
  CHECK(*read("5e-1").root().as_thousandths(0, 1000) == 500);
  const error fine = read("0.3333").root().as_thousandths(0, 1000).error();
  CHECK(fine.code == errc::out_of_range);
  CHECK(fine.message == "0.3333 has more than 3 decimals");
  CHECK(fine.expected == "a number from 0 to 1 with at most 3 decimals");
  const error far = read("1.001").root().as_thousandths(125, 1000).error();
  CHECK(far.code == errc::out_of_range);
  CHECK(far.message == "1.001 is out of range");
  CHECK(far.expected == "a number from 0.125 to 1 with at most 3 decimals");
  CHECK(read("-0.001").root().as_thousandths(-500, 1000).value() == -1);
  CHECK(read("-1").root().as_thousandths(-500, 1000).error().expected ==
        "a number from -0.5 to 1 with at most 3 decimals");
  CHECK(read("1e30").root().as_thousandths(0, 1000).error().code == errc::out_of_range);
  CHECK(read("true").root().as_thousandths(0, 1000).error().code == errc::wrong_type);
}

TEST_CASE("doubles are the nearest ones, whatever the locale", "[json]") {
  const auto number = [](std::string_view s) { return read(s).root().as_double().value(); };
  const auto check = [&] {
    CHECK(number("0.1") == 0.1);
    CHECK(number("1.5") == 1.5);
    CHECK(number("-2e3") == -2000.0);
    CHECK(number("1.7976931348623157e308") == std::numeric_limits<double>::max());
    CHECK(number("5e-324") == std::numeric_limits<double>::denorm_min());
    CHECK(number("2.2250738585072011e-308") == 2.2250738585072011e-308);
    CHECK(number("9007199254740993") == 9007199254740992.0);
    CHECK(number("9007199254740993.00000000000000000000000001") == 9007199254740994.0);
    CHECK(number("1e-400") == 0.0);
    CHECK(number("-1e-400") == 0.0);
    CHECK(std::signbit(number("-0")));
  };
  check();
  for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8"})
    if (std::setlocale(LC_ALL, name) != nullptr) {
      check();
      CHECK(refused("[1.5,]").code == errc::syntax);
      CHECK(refused("[1.5e999]").code == errc::out_of_range);
    }
  std::setlocale(LC_ALL, "C");
  CHECK(read("\"1\"").root().as_double().error().code == errc::wrong_type);
}

TEST_CASE("reading the wrong kind says where, what was found and what was expected", "[json]") {
  const auto doc =
      read("{\n  \"rows\": [{\"id\": 7, \"on\": \"24/11/2025\", \"who\": \"Ann Example\"}]\n}");
  const auto row = *doc.root().find("rows")->elements()->begin();
  const auto text = [](const auto& r) {
    REQUIRE_FALSE(r.has_value());
    return ectp::to_string(r.error());
  };
  CHECK(text(row.find("id")->as_string()) ==
        "t.json:2:19 (/rows/0/id): wrong_type: found a number; expected a string. Hint: put it in "
        "double quotes");
  CHECK(text(row.find("on")->as_date()) ==
        "t.json:2:28 (/rows/0/on): bad_date: '24/11/2025' is not a calendar day; expected "
        "YYYY-MM-DD, for "
        "example 2025-11-24. Hint: dates such as 24/11/2025 are ambiguous: write 2025-11-24");
  struct tag;
  CHECK(text(row.find("who")->as_id<ectp::id<tag>>()) ==
        "t.json:2:49 (/rows/0/who): bad_id: 'Ann Example' is not an id; expected 1 to 64 "
        "characters of A-Z "
        "a-z 0-9 . _ : -. Hint: use the host system's own pseudonymous id, never a name");
  CHECK(text(row.field("statement")) ==
        "t.json:2:12 (/rows/0): missing_field: the field 'statement' is missing; expected an "
        "object with "
        "the field 'statement'");
  CHECK(text(row.elements()) ==
        "t.json:2:12 (/rows/0): wrong_type: found an object; expected an array");
  CHECK(text(row.as_boolean()) ==
        "t.json:2:12 (/rows/0): wrong_type: found an object; expected true or false");
  CHECK(text(row.find("id")->members()) ==
        "t.json:2:19 (/rows/0/id): wrong_type: found a number; expected an object");
  CHECK(text(row.find("id")->field("x")) ==
        "t.json:2:19 (/rows/0/id): wrong_type: found a number; expected an object with the field "
        "'x'");
  CHECK(text(row.find("id")->as_date()) ==
        "t.json:2:19 (/rows/0/id): wrong_type: found a number; expected a date, YYYY-MM-DD in "
        "double quotes");
  CHECK(text(row.find("id")->only_fields({})) ==
        "t.json:2:19 (/rows/0/id): wrong_type: found a number; expected an object");
  CHECK(text(row.find("id")->optional_field("x")) ==
        "t.json:2:19 (/rows/0/id): wrong_type: found a number; expected an object");
  CHECK(text(read("null").root().as_string()) ==
        "t.json:1:1: wrong_type: found null; expected a string");
  CHECK(text(row.find("id")->as_word({"a", "b"})) ==
        "t.json:2:19 (/rows/0/id): wrong_type: found a number; expected a string: one of: a, b");
}

TEST_CASE("well-formed fields are read", "[json]") {
  struct tag;
  const auto doc =
      read("{\"id\": \"t-1\", \"on\": \"2025-11-24\", \"gone\": null, \"path\": \"extend\"}");
  const auto root = doc.root();
  CHECK(root.field("id")->as_id<ectp::id<tag>>()->str() == "t-1");
  CHECK(*root.field("on")->as_date() == ectp::date::from_civil(2025, 11, 24));
  CHECK(root.field("gone")->is_null());
  CHECK(root.optional_field("id")->has_value());
  CHECK_FALSE(root.optional_field("gone")->has_value());
  CHECK_FALSE(root.optional_field("never")->has_value());
  CHECK(root.find("gone").has_value());
  CHECK_FALSE(root.find("never").has_value());
  CHECK_FALSE(root.find("id")->find("x").has_value());
  CHECK(*root.field("path")->as_word({"consolidate", "extend"}) == 1);
  CHECK(*root.field("path")->as_string() == "extend");
  CHECK(root.only_fields({"id", "on", "gone", "path", "more"}).has_value());
  const error mine = root.field("path")->fail(errc::not_allowed, "no", "yes", "try");
  CHECK(ectp::to_string(mine) == "t.json:1:57 (/path): not_allowed: no; expected yes. Hint: try");
  error other{errc::unknown_code, "no '9z'", {"other", 9, 9, "/9"}, "", ""};
  CHECK(root.field("path")->locate(other).at == ectp::location{"t.json", 1, 57, "/path"});
}

TEST_CASE("a field that is not known names the nearest one", "[json]") {
  const auto hint = [](const std::string& name) {
    const auto doc = read("{\"id\": 1,\n  \"" + name + "\": 2}");
    const auto r = doc.root().only_fields({"id", "statement", "observed_on", "rater_role"});
    REQUIRE_FALSE(r.has_value());
    CHECK(r.error().code == errc::unknown_field);
    CHECK(r.error().at == ectp::location{"t.json", 2, 3, "/" + name});
    CHECK(r.error().expected == "one of: id, statement, observed_on, rater_role");
    return r.error().hint;
  };
  CHECK(hint("statment") == "did you mean 'statement'?");
  CHECK(hint("Statement") == "did you mean 'statement'?");
  CHECK(hint("observed-on") == "did you mean 'observed_on'?");
  CHECK(hint("raterRole") == "did you mean 'rater_role'?");
  CHECK(hint("observedOn") == "did you mean 'observed_on'?");
  CHECK(hint("x") == "");
  CHECK(hint("absence_reason") == "");
  CHECK(hint("") == "");
  CHECK(read("{\"a\":1}").root().only_fields({}).error().expected == "no fields");
  CHECK(read("\"extnd\"").root().as_word({"consolidate", "extend"}).error().hint ==
        "did you mean 'extend'?");
}

namespace {

using tree = nlohmann::ordered_json;

std::string random_text(std::mt19937& rng) {
  static const std::vector<std::string> pieces = {"a",
                                                  "Z",
                                                  "9",
                                                  " ",
                                                  "\"",
                                                  "\\",
                                                  "/",
                                                  "\b",
                                                  "\f",
                                                  "\n",
                                                  "\r",
                                                  "\t",
                                                  "\x01",
                                                  "\x7F",
                                                  "~",
                                                  ":",
                                                  ",",
                                                  "{",
                                                  "]",
                                                  "\xC3\xA9",
                                                  "\xE2\x82\xAC",
                                                  "\xF0\x9F\x98\x80",
                                                  "\xEF\xBF\xBF",
                                                  "\xC2\x80"};
  std::string s;
  for (auto n = rng() % 9; n != 0; --n)
    s += pieces[rng() % pieces.size()];
  return s;
}

tree random_tree(std::mt19937& rng, unsigned depth) {
  switch (rng() % (depth == 0 ? 6 : 9)) {
    case 0: return nullptr;
    case 1: return rng() % 2 == 0;
    case 2: return static_cast<std::int64_t>(rng()) - 2'000'000'000;
    case 3: return (static_cast<std::uint64_t>(rng()) << 32) | rng();
    case 4: return (static_cast<double>(rng()) - 2e9) / static_cast<double>(rng() % 1000 + 1);
    case 5: return random_text(rng);
    case 6: {
      tree a = tree::array();
      for (auto n = rng() % 8; n != 0; --n)
        a.push_back(random_tree(rng, depth - 1));
      return a;
    }
    default: break;
  }
  tree o = tree::object();
  for (auto n = rng() % 8; n != 0; --n)
    o[random_text(rng)] = random_tree(rng, depth - 1);
  return o;
}

// Everything the other parser knows about this value, and the source text parsed again.
void same(const json_value& ours, const tree& theirs) {
  if (tree::parse(ours.source()) != theirs) FAIL(ours.source());
  switch (ours.kind()) {
    case json_kind::null: REQUIRE(theirs.is_null()); return;
    case json_kind::boolean: REQUIRE(theirs == *ours.as_boolean()); return;
    case json_kind::string: REQUIRE(theirs.get<std::string>() == ours.text()); return;
    case json_kind::number:
      REQUIRE(theirs.is_number());
      REQUIRE(*ours.as_double() == theirs.get<double>());
      if (theirs.is_number_integer() && !theirs.is_number_unsigned())
        REQUIRE(ours.as_integer(std::numeric_limits<std::int64_t>::min(),
                                std::numeric_limits<std::int64_t>::max())
                    .value() == theirs.get<std::int64_t>());
      return;
    case json_kind::array: {
      REQUIRE((theirs.is_array() && theirs.size() == ours.size()));
      std::size_t i = 0;
      const auto elements_of = ours.elements().value();
      for (const auto v : elements_of)
        same(v, theirs[i++]);
      REQUIRE(i == ours.size());
      return;
    }
    case json_kind::object: break;
  }
  REQUIRE((theirs.is_object() && theirs.size() == ours.size()));
  auto it = theirs.begin();
  const auto members_of = ours.members().value();
  for (const auto m : members_of) {
    REQUIRE(it.key() == m.name());
    same(m.value, it.value());
    ++it;
  }
  REQUIRE(it == theirs.end());
}

// The same tokens with other spaces between them, and other escapes.
std::string written(const tree& t, std::mt19937& rng) {
  std::string plain = t.dump(rng() % 3 == 0 ? 2 : -1, ' ', rng() % 2 == 0), out;
  bool quoted = false;
  for (std::size_t i = 0; i != plain.size(); ++i) {
    const char c = plain[i];
    if (quoted && c == '\\') {
      out += plain.substr(i++, 2);
      continue;
    }
    if (c == '"') quoted = !quoted;
    out += c;
    if (!quoted && std::string_view("{[,:").find(c) != std::string_view::npos && rng() % 4 == 0)
      out += std::string_view(" \n\t\r").substr(rng() % 4, 1);
  }
  return out;
}

}  // namespace

TEST_CASE("random documents agree with another parser", "[json]") {
  std::mt19937 rng(20251124);
  std::size_t values = 0;
  for (int i = 0; i != 2000; ++i) {
    const tree t = random_tree(rng, 5);
    const std::string text = written(t, rng);
    const auto doc = parse_json(text, "t.json");
    if (!doc) FAIL(ectp::to_string(doc.error()) << "\n" << text);
    same(doc->root(), t);
    values += doc->values();
  }
  CHECK(values > 10'000);
}

TEST_CASE("a damaged document is refused exactly when the other parser refuses it", "[json]") {
  std::mt19937 rng(7);
  const std::string tokens = "{}[]:,\"\\0123456789.eE+-truefalsn /\n\t'";
  int refusals = 0;
  for (int i = 0; i != 20'000; ++i) {
    std::string text = written(random_tree(rng, 3), rng);
    for (auto n = 1 + rng() % 2; n != 0 && !text.empty(); --n) {
      const std::size_t at = rng() % text.size();
      if (rng() % 3 == 0) text.erase(at, 1 + rng() % 2);
      else if (rng() % 2 == 0) text.insert(at, 1, tokens[rng() % tokens.size()]);
      else text[at] = tokens[rng() % tokens.size()];
    }
    const auto doc = parse_json(text, "t.json");
    const bool theirs = nlohmann::json::accept(text);
    if (doc.has_value() != theirs && doc.error().code != errc::duplicate_id) FAIL(text);
    if (doc) continue;
    ++refusals;
    // Every refusal is explained: the sentence for "no idea" never appears.
    if (doc.error().message == "the text is not JSON here") FAIL(text);
    if (doc.error().at.line == 0 || doc.error().at.column == 0) FAIL(text);
  }
  CHECK(refusals > 10'000);
}

namespace {

struct scratch_file {
  std::string path;
  explicit scratch_file(const std::string& content) {
    const char* folder = std::getenv("TMPDIR");
    path = (folder != nullptr ? std::string(folder) : "/tmp") + "/ectp_json_test_XXXXXX";
    const int fd = ::mkstemp(path.data());
    REQUIRE(fd >= 0);
    std::FILE* f = ::fdopen(fd, "wb");
    REQUIRE(std::fwrite(content.data(), 1, content.size(), f) == content.size());
    std::fclose(f);
  }
  ~scratch_file() { std::remove(path.c_str()); }
};

}  // namespace

#if defined(__unix__)
TEST_CASE("a file is read whole or not at all", "[json][file]") {
  std::string content = "{\"a\":\r\n 1}\0\xFF"s;
  for (int i = 0; i != 5000; ++i)
    content += static_cast<char>(i * 31);
  const scratch_file file(content);
  const auto back = read_file(file.path, content.size());
  REQUIRE(back.has_value());
  CHECK(*back == content);
  const error e = read_file(file.path, content.size() - 1).error();
  CHECK(e.code == errc::too_large);
  CHECK(e.at.file == file.path);
  CHECK(e.message == "the file has " + std::to_string(content.size()) + " bytes");
  CHECK(e.expected == "at most " + std::to_string(content.size() - 1) + " bytes");
  const scratch_file empty("");
  CHECK(read_file(empty.path, 0)->empty());
}

TEST_CASE("a huge file is refused before a byte is read", "[json][file]") {
  const scratch_file file("");
  REQUIRE(::truncate(file.path.c_str(), off_t{200} << 20) == 0);  // 200 MB, all of it a hole
  const error e = read_file(file.path, json_limits{}.bytes).error();
  CHECK(e.code == errc::too_large);
  CHECK(e.message == "the file has 209715200 bytes");
}

TEST_CASE("what is not an ordinary, readable file is an error that says so", "[json][file]") {
  const auto refuse = [](const std::string& path) {
    const auto r = read_file(path, 1000);
    REQUIRE_FALSE(r.has_value());
    CHECK(r.error().code == errc::io);
    CHECK(r.error().at.line == 0);
    return r.error();
  };
  CHECK(refuse("/tmp").message == "this is a folder");
  CHECK(refuse("/tmp").hint == "name a file inside it");
  const scratch_file file("{}");
  const error missing = refuse(file.path + ".not");
  CHECK(missing.message == "there is no such file");
  CHECK(missing.at.file == file.path + ".not");
  CHECK(missing.hint == "check the name and the folder you are in");
  CHECK(refuse(file.path + "/inside").message == "there is no such file");
  CHECK(refuse("").message == "this is no file name");
  CHECK(refuse("a\0b"s).message == "this is no file name");
  CHECK(refuse("/dev/null").message == "this is a pipe or a device");
  CHECK(refuse(std::string(5000, 'x')).message.starts_with("the file cannot be opened: "));
  const std::string pipe = file.path + ".pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(refuse(pipe).message == "this is a pipe or a device");  // and does not wait for a writer
  CHECK(refuse(pipe).hint == "save the text to a file first");
  std::remove(pipe.c_str());
}

TEST_CASE("a file without permission is an error that says so", "[json][file]") {
  const scratch_file file("{}");
  REQUIRE(::chmod(file.path.c_str(), 0) == 0);
  const bool root = ::geteuid() == 0;
  // Nothing is closed to root: put the rank aside for the question.
  if (root && ::seteuid(65534) != 0) {
    WARN("skipped: runs as root and cannot step down");
    return;
  }
  const auto r = read_file(file.path, 1000);
  if (root) REQUIRE(::seteuid(0) == 0);
  REQUIRE_FALSE(r.has_value());
  CHECK(r.error().code == errc::io);
  CHECK(r.error().message == "the file may not be read");
}
#endif
