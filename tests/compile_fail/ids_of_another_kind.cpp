// A person's id never stands in for an entry's.
// expect: conversion|no match for|no viable
#include "ectp/ectp.hpp"

int main() {
  ectp::entry_id entry;
  ectp::person_id person;
#if defined(SHOULD_FAIL)
  entry = person;
#endif
  return entry.empty() && person.empty() ? 0 : 1;
}
