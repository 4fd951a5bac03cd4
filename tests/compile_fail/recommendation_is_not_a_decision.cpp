// Law 2: a recommendation never turns into a decision by itself.
// expect: conversion from|no viable conversion|could not convert
#include "ectp/ectp.hpp"

int main() {
  ectp::recommendation said;
#if defined(SHOULD_FAIL)
  ectp::decision done = said;
#else
  ectp::decision done = ectp::decision::defer(said, ectp::date{}, ectp::named_by::together).value();
#endif
  return done.has_chosen() ? 1 : 0;
}
