# optledger_room(NAME [LIBRARIES …]): every .cpp of the current folder as one static library optledger_NAME.
# The folder is the unit of dependency: what a room may use is what its LIBRARIES line says.
function(optledger_room name)
  cmake_parse_arguments(ROOM "" "" "LIBRARIES;SOURCES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(ROOM_SOURCES)
    set(sources ${ROOM_SOURCES})
  endif()
  if(NOT sources)
    add_library(optledger_${name} INTERFACE)
    return()
  endif()
  add_library(optledger_${name} STATIC ${sources})
  target_link_libraries(optledger_${name} PUBLIC optledger_standards ${ROOM_LIBRARIES})
  target_precompile_headers(optledger_${name} PRIVATE
    <algorithm> <array> <chrono> <functional> <map> <optional> <string> <string_view> <utility> <variant> <vector>
    <nlohmann/json.hpp> <tl/expected.hpp>)
endfunction()
