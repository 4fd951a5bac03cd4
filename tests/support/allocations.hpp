#pragma once
// How often the heap was asked for memory. test_policy_decide.cpp replaces operator new, which counts.
#include <atomic>
#include <cstddef>

inline std::atomic<std::size_t> allocations{0};
