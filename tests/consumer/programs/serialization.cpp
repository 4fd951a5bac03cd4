#include "ectp/serialization.hpp"

int main() {
  const ectp::record written;
  const auto text = ectp::save_text(written);
  if (!text) return 1;
  const auto read = ectp::load_text(*text);
  return read && *read == written && !ectp::load_text("not an archive") ? 0 : 1;
}
