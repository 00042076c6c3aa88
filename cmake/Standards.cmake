# What every target is compiled with.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

# -O2: -O3 takes longer to compile, and the hot paths are SQLite and the disk.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(CCACHE ccache)
if(CCACHE)
  # Precompiled headers and ccache agree only when ccache may overlook time stamps and __TIME__.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

add_library(optledger_standards INTERFACE)
target_compile_options(optledger_standards INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Wformat=2
  -fstack-protector-strong)
if(CCACHE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(optledger_standards INTERFACE -fpch-preprocess)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT OPTLEDGER_SANITIZE)
  target_compile_definitions(optledger_standards INTERFACE _FORTIFY_SOURCE=2)
endif()
target_include_directories(optledger_standards INTERFACE "${CMAKE_SOURCE_DIR}")

set(OPTLEDGER_SANITIZE "" CACHE STRING "comma-separated: address,undefined or thread")
if(OPTLEDGER_SANITIZE)
  target_compile_options(optledger_standards INTERFACE
    -fsanitize=${OPTLEDGER_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(optledger_standards INTERFACE -fsanitize=${OPTLEDGER_SANITIZE})
endif()

option(OPTLEDGER_COVERAGE "count lines for gcovr" OFF)
if(OPTLEDGER_COVERAGE)
  target_compile_options(optledger_standards INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(optledger_standards INTERFACE --coverage)
endif()

option(OPTLEDGER_FUZZ "build the fuzzers (clang only)" OFF)
if(OPTLEDGER_FUZZ)
  target_compile_options(optledger_standards INTERFACE -fsanitize=fuzzer-no-link)
endif()
