#pragma once
/// How the library is built into a program. One choice a program, never one a file:
/// header-only (the default) or compiled (`ectp::compiled` defines ECTP_COMPILED).
/// The two live in differently named inline namespaces, so that mixing them fails to link
/// instead of silently merging two definitions.

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#  define ECTP_EXCEPTIONS 1
#else
#  define ECTP_EXCEPTIONS 0
#endif

#if defined(ECTP_COMPILED)
#  define ECTP_ABI v1
#  if defined(_WIN32) && defined(ECTP_SHARED)
#    if defined(ECTP_BUILDING)
#      define ECTP_DECL __declspec(dllexport)
#    else
#      define ECTP_DECL __declspec(dllimport)
#    endif
#  elif defined(__GNUC__)
#    define ECTP_DECL __attribute__((visibility("default")))
#  else
#    define ECTP_DECL
#  endif
#elif ECTP_EXCEPTIONS
#  define ECTP_ABI v1_header
#else
#  define ECTP_ABI v1_header_noexcept
#endif

/// ECTP_DECL stands before a longer function's first declaration, ECTP_DEF before its definition in
/// an .ipp when that is a second one. Header-only, both make it a template with one defaulted
/// parameter: the body is read, but what it calls is instantiated only in programs that call it.
/// That halves what the umbrella costs a file that uses a part of it.
///
/// ECTP_LAZY does the same, in both forms, for a function that is defined where it is declared.
///
/// ECTP_LATER(T) is T. Inside such a function it puts off looking at what is done with a T until the
/// function is called, which matters for the large types.
#define ECTP_LAZY template <class ectp_lazy = void>
namespace ectp::inline ECTP_ABI::detail {
template <class T, class Lazy>
struct later {
  using type = T;
};
}  // namespace ectp::inline ECTP_ABI::detail
#if defined(ECTP_COMPILED)
#  define ECTP_LATER(T) T
#  define ECTP_DEF ECTP_DECL
#else
#  define ECTP_LATER(T) typename ::ectp::detail::later<T, ectp_lazy>::type
#  define ECTP_DECL ECTP_LAZY
#  define ECTP_DEF template <class ectp_lazy>
#endif
