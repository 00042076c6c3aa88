// tests/peers/witness.py as a child process.
#pragma once

#include "lib/base/instant.hpp"
#include "lib/ledger/signed_note.hpp"
#include "tests/fakes/child_process.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <fstream>
#include <string>
#include <vector>

namespace optledger::test {

class WitnessPeer {
 public:
  explicit WitnessPeer(const std::string& log_vkey)
      : process_(
            {"/usr/bin/python3", script(), "--stdin-lives", "--folder", folder_.path(), "--log", log_vkey}) {}

  std::string url() const { return "http://127.0.0.1:" + word(0) + "/prefix"; }
  VerifierKey key() const { return parse_verifier_key(word(1)).value(); }
  void behave(const std::string& how) { put("behaviour", how); }
  // Its clock is so much ahead of the real one.
  void set_ahead(Duration by) { put("offset", std::to_string(by.count() / 1000)); }
  // "old 7", …
  std::vector<std::string> requests() const {
    std::ifstream file(folder_.path() / "requests");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

 private:
  void put(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / "next") << text;
    std::filesystem::rename(folder_.path() / "next", folder_.path() / name);
  }
  static std::string script() {
    return std::filesystem::path(__FILE__).parent_path().parent_path() / "peers" / "witness.py";
  }
  std::string word(int number) const {
    const auto& line = process_.first_line();
    const auto space = line.find(' ');
    return number == 0 ? line.substr(0, space) : line.substr(space + 1);
  }

  TemporaryFolder folder_;
  ChildProcess process_;
};

}  // namespace optledger::test
