// A bare code, being text, does not stand in for a reference of an edition.
// expect: conversion from .*const char|could not convert|no viable conversion
#include "ectp/framework/literals.hpp"

using namespace ectp::literals;
using statement = ectp::framework::edition_ref<ectp::framework::ittecf_2024>;
std::string show(statement s) { return s.str(); }
#if defined(SHOULD_FAIL)
std::string shown() { return show("4n"); }
#else
std::string shown() { return show("4n"_ittecf2024); }
#endif
