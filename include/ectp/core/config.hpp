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
#  define ECTP_DECL inline
#else
#  define ECTP_ABI v1_header_noexcept
#  define ECTP_DECL inline
#endif
