// tests/peers/timestamp_authority.py as a child process.
#pragma once

#include "lib/base/instant.hpp"
#include "tests/fakes/child_process.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <fstream>
#include <iterator>
#include <string>

namespace optledger::test {

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Authority {
 public:
  Authority() : process_({"/usr/bin/python3", script(), "--stdin-lives", "--folder", folder_.path()}) {}

  std::string url() const { return "http://127.0.0.1:" + process_.first_line() + "/tsa"; }
  std::string ca() const { return bytes_of(folder_.path() / "ca.pem"); }
  std::string foreign_ca() const { return bytes_of(folder_.path() / "foreign-ca.pem"); }
  const std::filesystem::path& folder() const { return folder_.path(); }
  int count() const {
    const auto text = bytes_of(folder_.path() / "count");
    return text.empty() ? 0 : std::stoi(text);
  }
  void behave(const std::string& how) { put("behaviour", how); }
  // Its clock is so much ahead of the real one.
  void set_ahead(Duration by) { put("offset", std::to_string(by.count() / 1000)); }
  void stop() { process_.stop(); }

 private:
  void put(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / "next") << text;
    std::filesystem::rename(folder_.path() / "next", folder_.path() / name);
  }
  static std::string script() {
    return std::filesystem::path(__FILE__).parent_path().parent_path() / "peers" / "timestamp_authority.py";
  }

  TemporaryFolder folder_;
  ChildProcess process_;
};

// One for all tests of a program: its certificates take a second to make.
inline Authority& authority() {
  static Authority one;
  return one;
}

}  // namespace optledger::test
