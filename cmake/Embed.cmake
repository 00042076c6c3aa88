# Puts text files into the binary: optledger_embed(TARGET FOLDER NAMESPACE) makes
#   <generated>/embedded/NAMESPACE.hpp   std::span<const EmbeddedFile> NAMESPACE::files()   {path, text}, by path
# The files are watched: an edit rebuilds, a new file re-runs CMake.
function(optledger_embed target folder namespace)
  file(GLOB_RECURSE files RELATIVE "${CMAKE_SOURCE_DIR}/${folder}" CONFIGURE_DEPENDS
       "${CMAKE_SOURCE_DIR}/${folder}/*")
  list(SORT files)
  set(out "${CMAKE_BINARY_DIR}/generated/embedded/${namespace}")
  set(inputs)
  foreach(file IN LISTS files)
    list(APPEND inputs "${CMAKE_SOURCE_DIR}/${folder}/${file}")
  endforeach()
  add_custom_command(
    OUTPUT "${out}.cpp" "${out}.hpp"
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${CMAKE_SOURCE_DIR}/${folder} "-DFILES=${files}" -DNAMESPACE=${namespace}
            -DOUT=${out} -P "${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake"
    DEPENDS ${inputs} "${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake" VERBATIM)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL INTERFACE_LIBRARY)
    return()
  endif()
  target_sources(${target} PRIVATE "${out}.cpp" "${out}.hpp")
  target_include_directories(${target} PUBLIC "${CMAKE_BINARY_DIR}/generated")
endfunction()
