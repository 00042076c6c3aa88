// A program of tests/peers as a child process, steered by files in a folder of its own
// (tests/peers/steered.py).
#pragma once

#include "lib/base/instant.hpp"
#include "tests/fakes/child_process.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <fstream>
#include <string>
#include <vector>

namespace optledger::test {

class SteeredPeer {
 public:
  const std::filesystem::path& folder() const { return folder_.path(); }
  void behave(const std::string& how) { put("behaviour", how); }
  // Its clock is so much ahead of the real one.
  void set_ahead(Duration by) { put("offset", std::to_string(by.count() / 1000)); }
  void stop() { process_.stop(); }

 protected:
  explicit SteeredPeer(const std::string& script, const std::vector<std::string>& words = {})
      : process_(command(script, words)) {}

  const std::string& first_line() const { return process_.first_line(); }

 private:
  std::vector<std::string> command(const std::string& script, const std::vector<std::string>& words) const {
    const auto peers = std::filesystem::path(__FILE__).parent_path().parent_path() / "peers";
    std::vector<std::string> all{"/usr/bin/python3", peers / script, "--stdin-lives", "--folder",
                                 folder_.path()};
    all.insert(all.end(), words.begin(), words.end());
    return all;
  }
  void put(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / "next") << text;
    std::filesystem::rename(folder_.path() / "next", folder_.path() / name);
  }

  TemporaryFolder folder_;
  ChildProcess process_;
};

}  // namespace optledger::test
