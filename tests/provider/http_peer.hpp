// tests/peers/http_server.py as a child process: answers what it is told to, well-formed or not.
#pragma once

#include "tests/fakes/child_process.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace optledger::test {

struct PeerAnswer {
  int status = 200;
  std::string body = "";
  std::map<std::string, std::string> headers = {};
  std::optional<std::string> raw = {};  // instead of the three above
  int fill = 0;                         // so many further bytes
  double delay = 0;                     // seconds
  std::string end = "";                 // "close", "reset"
};

inline std::vector<PeerAnswer> says(std::vector<PeerAnswer> answers) { return answers; }

class HttpPeer {
 public:
  // The first answer is for the first request, and so on; the last one for all that follow.
  explicit HttpPeer(const std::vector<PeerAnswer>& answers, const std::vector<std::string>& switches = {})
      : process_(words(answers, switches, folder_.path())) {}

  std::string url(const std::string& scheme = "http") const {
    return scheme + "://127.0.0.1:" + process_.first_line();
  }
  std::filesystem::path certificate() const { return folder_.path() / "cert.pem"; }
  void stop() { process_.stop(); }
  void freeze() { process_.freeze(); }

  std::vector<nlohmann::json> requests() const {
    std::ifstream lines(folder_.path() / "journal");
    std::vector<nlohmann::json> requests;
    for (std::string line; std::getline(lines, line);) requests.push_back(nlohmann::json::parse(line));
    return requests;
  }

 private:
  static std::vector<std::string> words(const std::vector<PeerAnswer>& answers,
                                        const std::vector<std::string>& switches,
                                        const std::filesystem::path& folder) {
    const auto script =
        std::filesystem::path(__FILE__).parent_path().parent_path() / "peers" / "http_server.py";
    std::vector<std::string> words{"/usr/bin/python3", script.string(), "--stdin-lives", "--journal",
                                   folder / "journal", "--cert-dir",    folder.string()};
    for (const PeerAnswer& answer : answers) {
      nlohmann::json json{{"fill", answer.fill}, {"delay", answer.delay}, {"end", answer.end}};
      if (answer.raw) {
        json["raw"] = *answer.raw;
      } else {
        json.update({{"status", answer.status}, {"body", answer.body}, {"headers", answer.headers}});
      }
      words.emplace_back("--answer");
      words.push_back(json.dump());
    }
    words.insert(words.end(), switches.begin(), switches.end());
    return words;
  }

  TemporaryFolder folder_;
  ChildProcess process_;
};

}  // namespace optledger::test
