#include "cli/cli.hpp"

int main(int argc, char** argv) { return ectp::cli::run(argc, argv); }
