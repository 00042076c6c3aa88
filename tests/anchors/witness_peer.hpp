// tests/peers/witness.py as a child process.
#pragma once

#include "lib/ledger/signed_note.hpp"
#include "tests/anchors/steered_peer.hpp"

namespace optledger::test {

class WitnessPeer : public SteeredPeer {
 public:
  explicit WitnessPeer(const std::string& log_vkey) : SteeredPeer("witness.py", {"--log", log_vkey}) {}

  std::string url() const { return "http://127.0.0.1:" + word(0) + "/prefix"; }
  VerifierKey key() const { return parse_verifier_key(word(1)).value(); }
  // "old 7", …
  std::vector<std::string> requests() const {
    std::ifstream file(folder() / "requests");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

 private:
  std::string word(int number) const {
    const auto& line = first_line();
    const auto space = line.find(' ');
    return number == 0 ? line.substr(0, space) : line.substr(space + 1);
  }
};

}  // namespace optledger::test
