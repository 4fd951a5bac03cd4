#pragma once
// The program: every command is one row of the table of operations.
namespace ectp::cli {

// Runs the program; prints to stdout and stderr. 0 when it worked, 2 on any error.
int run(int argc, const char* const* argv);

}  // namespace ectp::cli
