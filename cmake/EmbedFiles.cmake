# Called by Embed.cmake. Every byte is written as \x.., so no text can end its literal early.
set(header "#pragma once\n\n#include <span>\n#include <string_view>\n\nnamespace optledger::${NAMESPACE} {\n
struct EmbeddedFile {\n  std::string_view path;\n  std::string_view text;\n};\n
std::span<const EmbeddedFile> files();\n\n}  // namespace optledger::${NAMESPACE}\n")
file(WRITE "${OUT}.hpp" "${header}")
set(body "#include \"embedded/${NAMESPACE}.hpp\"\n\nnamespace optledger::${NAMESPACE} {\nnamespace {\nconstexpr EmbeddedFile all[] = {\n")
foreach(file IN LISTS FILES)
  file(READ "${FOLDER}/${file}" text HEX)
  string(LENGTH "${text}" hex_length)
  math(EXPR length "${hex_length} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" text "${text}")
  string(APPEND body "{\"${file}\", std::string_view(\"${text}\", ${length})},\n")
endforeach()
string(APPEND body "};\n}  // namespace\n\nstd::span<const EmbeddedFile> files() { return all; }\n\n}  // namespace optledger::${NAMESPACE}\n")
file(WRITE "${OUT}.cpp" "${body}")
