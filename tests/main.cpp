#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#ifdef __SANITIZE_THREAD__
// The reference count of std::exception_ptr is atomic, but counted inside libstdc++, which the thread
// sanitizer does not see: an exception that crosses a std::future looks like a race when the last holder
// frees it.
extern "C" const char* __tsan_default_suppressions() {
  return "race:std::__exception_ptr::exception_ptr::_M_release\n";
}
#endif

// fontconfig keeps 288 bytes for good, once in each process, at which nothing points when LeakSanitizer
// looks.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig"; }
