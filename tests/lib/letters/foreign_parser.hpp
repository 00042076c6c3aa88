// tests/lib/letters/parse_letters.py over letters: what another mail program makes of them.
#pragma once

#include "tests/lib/letters/sample.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace optledger::test {

inline std::vector<nlohmann::json> parse_elsewhere(const std::vector<Letter>& letters) {
  std::string folder = (std::filesystem::temp_directory_path() / "optledger-letters-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
  std::string command = "/usr/bin/python3 " + (source_root() / "tests/lib/letters/parse_letters.py").string();
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const std::string file = folder + "/" + std::to_string(i) + ".eml";
    std::ofstream(file, std::ios::binary) << letters[i].message;
    command += " " + file;
  }
  std::string output;
  FILE* const process = ::popen(command.c_str(), "r");
  if (process == nullptr) throw std::runtime_error("cannot run python3");
  char buffer[65536];
  for (std::size_t size = 0; (size = std::fread(buffer, 1, sizeof buffer, process)) > 0;)
    output.append(buffer, size);
  const int status = ::pclose(process);
  std::filesystem::remove_all(folder);
  if (status != 0) throw std::runtime_error("parse_letters.py failed");
  return nlohmann::json::parse(output);
}

// Python 3.11 leaves a space between two encoded-words of a mailbox name (RFC 2047, section 6.2, says none),
// so names are compared without spaces.
inline std::string without_spaces(std::string text) {
  std::erase(text, ' ');
  return text;
}

}  // namespace optledger::test
