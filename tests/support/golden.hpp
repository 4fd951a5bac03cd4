#pragma once
// Golden files: what was printed once and looked at by people. To renew them after a change that is
// meant: ECTP_UPDATE_GOLDEN=1.
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "interop/json_document.hpp"

inline void same_as_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(ECTP_SOURCE_DIR) + "/tests/golden/" + name;
  if (std::getenv("ECTP_UPDATE_GOLDEN") != nullptr) {
    std::FILE* f = std::fopen(path.c_str(), "wb");
    REQUIRE(f != nullptr);
    std::fwrite(text.data(), 1, text.size(), f);
    std::fclose(f);
    return;
  }
  INFO(name << ": if the change is meant, run with ECTP_UPDATE_GOLDEN=1 and read the difference");
  CHECK(ectp::interop::read_file(path, 1 << 20).value() == text);
}
