// Checked settings. Whatever is in a Config has been parsed, bounded and cross-checked; the rest of the
// service never sees a raw setting. Names and defaults: docs/configuration.md.
#pragma once

#include "lib/base/instant.hpp"
#include "lib/consent/proof_window.hpp"
#include "lib/limits/token_bucket.hpp"
#include "lib/person/domain_list.hpp"
#include "lib/person/email_address.hpp"
#include "lib/webhook/webhook_secret.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

// A secret does not print, and is wiped when it goes or is replaced.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(Secret other) {
    value_.swap(other.value_);
    return *this;
  }
  ~Secret();
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

struct HostPort {
  std::string host;  // "127.0.0.1", "::1", "localhost"
  std::uint16_t port = 0;
};

using ByLanguage = std::map<std::string, std::string>;  // "de" -> text

struct ServerConfig {
  HostPort listen{"127.0.0.1", 8080};
  std::optional<HostPort> metrics_listen;
  std::string public_url;                    // no trailing slash; empty in the file: http://listen
  std::vector<std::string> trusted_proxies;  // CIDR texts, checked
  std::optional<std::filesystem::path> access_log;
  std::optional<std::filesystem::path> templates;  // overrides for pages, letters and words
  std::string security_contact;                    // mailto: or https; empty: no /.well-known/security.txt
  std::string security_policy;                     // its Policy; empty: none
  int workers = 48;                                // threads that answer requests; 1 to 512
  int connections = 4096;                          // open connections in all; 16 to 100000
  int connections_per_address = 128;
};

struct ControllerConfig {
  std::string name, street, postal_code, city, country, email, phone, contact;
  std::string imprint_url, privacy_url, jurisdiction, supervisory_authority;
  std::vector<std::string> legal_lines;  // further identification: register, managing directors, VAT id
  ByLanguage privacy_notice;             // the texts themselves, read from the named files
};

struct StorageConfig {
  enum class Engine { sqlite };
  Engine engine = Engine::sqlite;
  std::filesystem::path path;  // the SQLite file
  std::filesystem::path keys;  // the folder of the key files
};

struct MailConfig {
  enum class Transport { mailbox, smtp, smtps, smtp_starttls };
  Transport transport = Transport::mailbox;
  std::filesystem::path mailbox;  // maildir, for Transport::mailbox
  HostPort server;                // for the SMTP transports
  std::string from_name;
  std::string from_address;
  std::string user;
  Secret password;
  std::optional<std::filesystem::path> ca_file;
  int connections = 2;  // 1 to 32
  // Waits before the next try; the last one repeats until the token dies. `[mail] retry`.
  std::vector<Duration> retry;
};

struct RetentionConfig {
  Duration unconfirmed{std::chrono::hours{24 * 7}};  // at most 14 days
  ProofWindow proof_window;
  Duration access_log{std::chrono::hours{24 * 7}};  // at most 7 days
  Duration max_clock_jump{std::chrono::hours{24 * 31}};
};

// The public ledger and what anchors it outside.
struct LedgerConfig {
  std::optional<std::string> origin;            // empty: the one it has, at first start made from public_url
  std::optional<std::filesystem::path> mirror;  // empty: beside the database
  std::string tsa_url;                          // empty: no timestamps (RFC 3161)
  std::optional<std::filesystem::path> tsa_ca_file;
  Duration tsa_interval{std::chrono::hours{1}};  // at least an hour
  std::string witness;                           // empty: none (C2SP tlog-witness); its submission prefix
  std::string witness_vkey;                      // goes with `witness`
  std::string push_url;                          // empty: checkpoints are not pushed
  std::string mail_to;                           // empty: nobody gets the daily letter
};

// Taken over by SIGHUP too (live_limits.hpp).
struct LimitsConfig {
  Rate letters_per_address{1, std::chrono::hours{24}};
  Rate signups_per_client{60, std::chrono::hours{1}};
  Rate signups_per_domain{2000, std::chrono::hours{1}};
  Rate signups{30000, std::chrono::hours{1}};
  DomainList blocked_domains;
  Duration fill_time{0};  // zero: forms need no stamp
  bool proof_of_work = false;
  int work_difficulty = 50000;               // the largest number that may have to be found
  std::optional<Rate> signups_without_work;  // for each client; empty: none
};

struct PurposeConfig {
  std::string id;   // [a-z0-9_-]{1,32}
  ByLanguage text;  // what the person agrees to, shown beside an unticked box
};

// The group of receivers that CleverReach holds for one list.
struct CleverReachConfig {
  std::string group;  // its number there
  std::string client_id;
  Secret client_secret;
  // /v3, /oauth/token.php and /hooks/eventhook hang from it; https, or http on loopback.
  std::string base_url = "https://rest.cleverreach.com";
  std::optional<std::filesystem::path> ca_file;
  int batch = 250;                      // receivers in one call, 1 to 1000
  std::string source;                   // what receivers are marked with; else the controller
  std::string name_attribute = "name";  // empty: names are not passed on
  std::string unsubscribe_attribute = "unsubscribe_link";
  std::vector<std::string> tags;
  Duration sync_interval{std::chrono::seconds{5}};   // how soon a change made here is passed on
  Duration poll_interval{std::chrono::minutes{15}};  // how often is asked what changed there
};

struct ListConfig {
  std::string id;  // [a-z0-9_-]{1,64}
  ByLanguage title;
  ByLanguage wording;                         // the texts themselves, read from the named files
  std::vector<PurposeConfig> purposes;        // beyond the newsletter itself
  std::vector<std::string> allowed_origins;   // "https://www.example.de"
  std::string requested_redirect;             // empty: the hosted page
  std::map<std::string, std::string> fields;  // our name -> the form's own name
  std::optional<CleverReachConfig> cleverreach;
  std::vector<WebhookSecret> webhook_secrets;  // one or two, of those who may sign sign-ups; else none
  bool authenticated_only = false;             // only keys and signatures may sign somebody up
  std::string signup_url;                      // where people sign up instead; empty: not said
};

// Somebody who is told what happened.
struct WebhookConfig {
  std::string id;  // [a-z0-9_-]{1,64}
  std::string url;
  std::vector<WebhookSecret> secrets;  // one or two
  std::vector<std::string> events;     // "confirmed", "unsubscribed", "erased"
  std::vector<std::string> lists;      // empty: all
  bool include_address = false;
  bool allow_private = false;  // may be on this machine or in its own network
  std::optional<std::filesystem::path> ca_file;
};

struct Config {
  ServerConfig server;
  ControllerConfig controller;
  StorageConfig storage;
  MailConfig mail;
  RetentionConfig retention;
  LimitsConfig limits;
  LedgerConfig ledger;
  std::vector<ListConfig> lists;
  std::vector<WebhookConfig> webhooks;
  std::string source;  // path of the file read, or "built-in defaults"

  const ListConfig* list(std::string_view id) const;
  const WebhookConfig* webhook(std::string_view id) const;
};

// One mistake in the configuration: "optledger.toml:12: server.listen: port must be 0 to 65535".
struct ConfigError {
  std::string where;  // "file:line" or "OPTLEDGER_SERVER_LISTEN" or "file"
  std::string key;
  std::string what;  // what is wrong and what would be right, in one sentence
};

std::string to_text(const ConfigError& error);

struct ConfigResult {
  std::optional<Config> config;  // empty when there are errors
  std::vector<ConfigError> errors;
};

using Environment = std::map<std::string, std::string>;  // the OPTLEDGER_… variables

// Pure but for reading the files that `toml_text` names; `base` is the folder relative paths start from.
ConfigResult parse_config(std::string_view toml_text, const std::string& file_name,
                          const std::filesystem::path& base, const Environment& environment);

// --config, else $OPTLEDGER_CONFIG, else /etc/optledger/optledger.toml when it exists, else the built-in
// defaults (a trial on loopback: one list, SQLite and maildir below ./optledger-data).
ConfigResult load_config(const std::optional<std::filesystem::path>& named, const Environment& environment);

Environment read_environment();

}  // namespace optledger
