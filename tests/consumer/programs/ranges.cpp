#include <cstdio>
#include <string>

#include "ectp/framework/editions.hpp"
#include "ectp/ranges.hpp"

int main() {
  namespace views = ectp::views;
  const auto tree = ectp::framework::edition("ittecf-2024");
  if (!tree) return 1;
  std::string found;
  for (const auto code : views::statements(*tree) | views::tagged("send") | views::codes)
    (found += ' ') += code;
  std::printf("tagged send:%s\n", found.c_str());
  return found.empty() ? 1 : 0;
}
