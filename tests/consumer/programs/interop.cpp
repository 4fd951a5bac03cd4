#include <cstdio>
#include <string>

#include "ectp/ectp.hpp"
#include "ectp/interop/record_json.hpp"

int main() {
  const ectp::date today = ectp::date::from_civil(2025, 11, 24);
  const auto bad = ectp::read_record("{\"ectp_record\": }", "mine.json", today);
  std::printf("%s\n", ectp::to_string(bad.error()).c_str());
  const bool located = bad.error().at.file == "mine.json" && bad.error().at.line == 1;

  const std::string json = ectp::to_json(ectp::record{});
  return located && json.find("\"ectp_record\": 1") != std::string::npos ? 0 : 1;
}
