// The same App that main builds, on a free loopback port, with a clock the test moves and letters in a
// folder.
#pragma once

#include "service/app.hpp"
#include "service/flows/api_keys.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <httplib.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <thread>

namespace optledger {

inline std::string trial_toml(const std::string& more = {}) {
  return R"([server]
listen = "127.0.0.1:0"
public_url = "http://127.0.0.1:1"
access_log = "access.log"
[controller]
name = "Example GmbH"
street = "Musterstraße 3"
postal_code = "65189"
city = "Wiesbaden"
country = "DE"
email = "datenschutz@example.de"
imprint_url = "https://example.de/impressum"
privacy_url = "https://example.de/datenschutz"
[storage]
url = "sqlite:state/optledger.db"
keys = "state/keys"
[mail]
url = "mailbox:mail"
from = "Example GmbH <newsletter@example.de>"
)" + more;
}

inline const char* const one_list = R"([[list]]
id = "news"
title = { de = "Neuigkeiten", en = "News" }
wording = { de = "news.de.md", en = "news.en.md" }
allowed_origins = ["https://www.example.de"]
fields = { email = "your-email", name = "your-name" }
purposes = [{ id = "opens", text = { de = "Öffnungen messen", en = "Measure openings" } }]
)";

class RunningApp {
 public:
  // `files`: further ones that the configuration names.
  explicit RunningApp(std::string toml = trial_toml(one_list),
                      const std::map<std::string, std::string>& files = {})
      : toml_(std::move(toml)) {
    write("news.de.md", "Ja, ich möchte die Neuigkeiten.\n");
    write("news.en.md", "Yes, I want the news.\n");
    for (const auto& [name, text] : files) write(name, text);
    start();
  }
  ~RunningApp() { stop(); }

  void start() {
    auto result = parse_config(toml_, "test.toml", folder_.path(), {});
    for (const auto& error : result.errors) throw std::runtime_error(to_text(error));
    app_ = std::make_unique<App>(std::move(*result.config), clock, entropy_);
    app_->start();
  }
  void stop() {
    if (app_) app_->drain(std::chrono::seconds(5));
    app_.reset();
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name) << text;
  }

  httplib::Client client() const {
    httplib::Client client(app_->url());
    client.set_read_timeout(10);
    return client;
  }
  httplib::Result post_json(const std::string& path, const Json& body, httplib::Headers headers = {}) const {
    return client().Post(path, headers, body.dump(), "application/json");
  }

  // Waits until there are `count` letters in all and gives those not given before, as text without soft
  // breaks.
  std::vector<std::string> letters(std::size_t count) {
    for (int tries = 0; tries < 200; ++tries) {
      if (letter_count() >= count) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    std::vector<std::string> fresh;
    for (const auto& entry : std::filesystem::directory_iterator(mail_folder())) {
      if (seen_.insert(entry.path().string()).second) fresh.push_back(unfolded(entry.path()));
    }
    return fresh;
  }
  std::size_t letter_count() const {
    if (!std::filesystem::exists(mail_folder())) return 0;
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(mail_folder()), {}));
  }

  // Signs up and gives the token of the letter that came.
  std::string token_for(const std::string& email) {
    const auto before = letter_count();
    const auto answer = post_json("/v1/signups", {{"email", email}});
    if (!answer || answer->status != 202) throw std::runtime_error("not accepted");
    return token_in(letters(before + 1).at(0));
  }
  static std::string token_in(const std::string& letter) {
    constexpr std::string_view path = "/confirm/";
    const auto start = letter.find(path);
    if (start == std::string::npos) throw std::runtime_error("no link in the letter");
    return letter.substr(start + path.size(), Token::length);
  }

  // A second connection to the same state, as a command beside the running service has.
  std::string add_key(const std::vector<std::string>& scopes) {
    const auto state = second_state();
    return add_api_key("test", scopes, *state.store, clock, entropy_).value();
  }
  void revoke_keys() { revoke_api_key("test", *second_state().store, clock); }
  std::size_t look_ups(const std::string& email) {
    const auto state = second_state();
    const auto person = fingerprint_of(EmailAddress::parse(email).value(), state.keys.fingerprint);
    return read_from(*state.store, [&](Reading& reading) { return reading.acts_about(person).size(); });
  }
  int count_records(const std::string& kind) {
    SQLite::Database database((folder_.path() / "state" / "optledger.db").string());
    return database.execAndGet("SELECT count(*) FROM record WHERE body LIKE '%\"kind\":\"" + kind + "\"%'")
        .getInt();
  }

  const std::filesystem::path& folder() const { return folder_.path(); }
  ManualClock clock{SystemClock().now()};

 private:
  State second_state() {
    const auto state = folder_.path() / "state";
    Config config;
    config.storage = {StorageConfig::Engine::sqlite, state / "optledger.db", state / "keys"};
    return open_state(config, clock, entropy_);
  }
  std::filesystem::path mail_folder() const { return folder_.path() / "mail" / "new"; }
  static std::string unfolded(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text.compare(i, 3, "=\r\n") == 0) {
        i += 2;
      } else {
        result += text[i];
      }
    }
    return result;
  }

  TemporaryFolder folder_;
  std::string toml_;
  SystemEntropy entropy_;
  std::set<std::string> seen_;
  std::unique_ptr<App> app_;
};

}  // namespace optledger
