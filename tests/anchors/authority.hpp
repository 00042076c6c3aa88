// tests/peers/timestamp_authority.py as a child process.
#pragma once

#include "tests/anchors/steered_peer.hpp"

#include <iterator>

namespace optledger::test {

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Authority : public SteeredPeer {
 public:
  Authority() : SteeredPeer("timestamp_authority.py") {}

  std::string url() const { return "http://127.0.0.1:" + first_line() + "/tsa"; }
  std::string ca() const { return bytes_of(folder() / "ca.pem"); }
  std::string foreign_ca() const { return bytes_of(folder() / "foreign-ca.pem"); }
  int count() const {
    const auto text = bytes_of(folder() / "count");
    return text.empty() ? 0 : std::stoi(text);
  }
};

// One for all tests of a program: its certificates take a second to make.
inline Authority& authority() {
  static Authority one;
  return one;
}

}  // namespace optledger::test
