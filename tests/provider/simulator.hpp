// tests/peers/cleverreach/simulator.py as a child process: CleverReach on loopback, with one group called
// News.
#pragma once

#include "service/config/config.hpp"
#include "service/net/http_client.hpp"
#include "tests/fakes/child_process.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace optledger::test {

class Simulator {
 public:
  // `switches`: "unknown_group=404"
  explicit Simulator(const std::vector<std::string>& switches = {}) : process_(words(switches)) {}

  std::string url() const { return nlohmann::json::parse(process_.first_line()).at("url"); }
  void stop() { process_.stop(); }
  void freeze() { process_.freeze(); }

  CleverReachConfig config() const {
    CleverReachConfig config;
    config.group = "1001";
    config.client_id = "test-client";
    config.client_secret = Secret("test-secret-of-thirty-two-letters");
    config.base_url = url();
    return config;
  }

  // {"kind": "502", "path": "upsert", "times": 2}
  void fault(const nlohmann::json& wishes) { call("POST", "faults", wishes); }
  void set(const nlohmann::json& switches) { call("POST", "switches", switches); }
  // unsubscribe, resubscribe, bounce, complain, blacklist, delete, edit
  void person(const std::string& deed, const std::string& email) {
    call("POST", "person/" + deed, {{"email", email}});
  }
  void revoke_tokens() { call("DELETE", "tokens"); }
  void forget_calls() { call("DELETE", "counters"); }
  int calls() { return call("GET", "counters").at("total"); }
  int calls(const std::string& endpoint) {
    return call("GET", "counters").at("by_endpoint").value(endpoint, 0);
  }
  nlohmann::json requests() { return call("GET", "requests?last=1000"); }
  // Address -> receiver, as they are.
  nlohmann::json receivers() { return call("GET", "groups/News"); }
  nlohmann::json hooks() { return call("GET", "hooks").at("registrations"); }

  nlohmann::json call(const std::string& method, const std::string& path,
                      const nlohmann::json& body = nullptr) {
    const auto answer =
        http_.send({method, url() + "/_sim/" + path, {"Content-Type: application/json"}, body.dump(), false});
    if (!answer || answer->status != 200) throw std::runtime_error("the simulator does not " + path);
    return nlohmann::json::parse(answer->body);
  }

 private:
  static std::vector<std::string> words(const std::vector<std::string>& switches) {
    const auto script = std::filesystem::path(__FILE__).parent_path().parent_path() / "peers" /
                        "cleverreach" / "simulator.py";
    std::vector<std::string> words{"/usr/bin/python3",
                                   script.string(),
                                   "--stdin-lives",
                                   "--client-id",
                                   "test-client",
                                   "--client-secret",
                                   "test-secret-of-thirty-two-letters",
                                   "--group",
                                   "News"};
    for (const std::string& one : switches) words.insert(words.end(), {"--switch", one});
    return words;
  }

  ChildProcess process_;
  HttpClient http_{{}, std::nullopt, {}};
};

}  // namespace optledger::test
