#include "service/config/sections.hpp"

#include "lib/base/text.hpp"
#include "lib/ledger/signed_note.hpp"
#include "service/config/urls.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace optledger {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Duration days(int count) { return hours{24 * count}; }

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

// Without public_url, links can only be right for somebody on this machine.
std::string address_listened_on(const HostPort& listen) {
  const bool any = listen.host == "0.0.0.0" || listen.host == "::";
  return fmt::format("http://{}:{}", any ? "127.0.0.1" : bracketed(listen.host), listen.port);
}

void complete_public_url(Section& section, ServerConfig& server, bool is_trial) {
  if (section.has("public_url")) return;
  const bool any = server.listen.host == "0.0.0.0" || server.listen.host == "::";
  const bool loopback = is_loopback(server.listen.host);
  if (loopback && server.listen.port == 0) return;  // known only after binding; the app completes it
  if (is_trial && (loopback || any)) {
    server.public_url = address_listened_on(server.listen);
  } else {
    section.mistake("public_url",
                    "is missing: links in letters are made from it, such as https://newsletter.example.de");
  }
}

// A password over an unencrypted connection to another machine could be read on the way.
void check_authentication(Section& section, const MailConfig& mail) {
  const bool has_user = section.has("user");
  const bool has_password = section.has("password_file") || section.has("password");
  if (has_user != has_password) {
    section.mistake(has_user ? "password_file" : "user",
                    "is missing: user and password (password_file or OPTLEDGER_MAIL_PASSWORD) go together");
  }
  if (has_user && mail.transport == MailConfig::Transport::smtp && !is_loopback(mail.server.host)) {
    section.mistake("url", "would send the password unencrypted: use smtps:// or smtp+starttls://");
  }
}

// Other programs find a key by this name, and a ledger's address begins with it.
Checked<std::string> parse_ledger_origin(std::string_view text) {
  auto line = parse_line(text);
  if (line && !is_key_name(*line)) {
    return tl::unexpected<std::string>(
        "has neither spaces nor \"+\": such as newsletter.example.de/v1/ledger");
  }
  return line;
}

Checked<std::string> parse_witness_vkey(std::string_view text) {
  const auto key = parse_verifier_key(text);
  if (!key || key->type != KeyType::cosignature) {
    return tl::unexpected<std::string>("expected the vkey of a witness: name+12345678+BASE64");
  }
  return std::string(text);
}

// Each bad line is a mistake of its own, up to a number that a person would still go through.
void read_blocked_domains(Section& section, DomainList& target, const Place& place) {
  constexpr std::size_t most_named = 20;
  const Setting* setting = section.take_text("blocked_domains_file");
  if (setting == nullptr) return;
  const auto file = place.resolve(setting->text);
  const auto text = read_long_file(file);
  if (!text) return section.mistake(*setting, "blocked_domains_file", text.error());
  auto reading = DomainList::parse(*text);
  const auto& bad = reading.bad_lines;
  for (std::size_t i = 0; i < std::min(bad.size(), most_named); ++i) {
    section.mistakes().add(
        ConfigError{fmt::format("{}:{}", file.string(), bad[i]), "",
                    "is not a domain, such as example.org (one a line, # begins a comment)"});
  }
  if (bad.size() > most_named) {
    section.mistake(*setting, "blocked_domains_file",
                    fmt::format("has {} more lines that are no domains", bad.size() - most_named));
  }
  target = std::move(reading.domains);
}

}  // namespace

std::filesystem::path Place::resolve(std::string_view text) const {
  return (base / std::filesystem::path(text)).lexically_normal();
}

Checked<std::filesystem::path> Place::parse_path(std::string_view text) const {
  return parse_line(text).map([this](const std::string& line) { return resolve(line); });
}

Checked<std::string> Place::reading_text(std::string_view file) const {
  const auto path = parse_path(file);
  if (!path) return tl::unexpected(path.error());
  auto text = read_file(*path).and_then(to_reading_text);
  if (!text) return tl::unexpected(fmt::format("the file {} {}", path->string(), text.error()));
  return text;
}

Checked<std::filesystem::path> Place::readable_file(std::string_view file) const {
  auto path = parse_path(file);
  if (!path) return path;
  if (const auto bytes = read_file(*path); !bytes) return tl::unexpected(bytes.error());
  return path;
}

void read_secret(Section& section, const std::string& key, Secret& target, const Place& place) {
  const std::string file_key = key + "_file";
  section.read(file_key, target,
               [&](std::string_view file) { return read_secret_file(place.resolve(file)); });
  const Setting* secret = section.take(key);
  if (secret == nullptr) return;
  if (secret->variable.empty()) {
    section.mistake(*secret, key, "a secret does not stand in this file: use " + file_key);
  } else if (secret->text.empty() || has_control_character(secret->text)) {
    section.mistake(*secret, key, "must be one line, not empty and without control characters");
  } else {
    target = Secret(secret->text);
  }
}

ServerConfig read_server(Section section, const Place& place, bool is_trial) {
  ServerConfig server;
  const auto host_port = [](std::string_view text) { return parse_host_port(text); };
  section.read("listen", server.listen, host_port);
  section.read("metrics_listen", server.metrics_listen, host_port);
  section.read("public_url", server.public_url, parse_public_url);
  section.read_list("trusted_proxies", server.trusted_proxies, parse_address_block);
  section.read("access_log", server.access_log,
               [&](std::string_view text) { return place.parse_path(text); });
  section.read("templates", server.templates, [&](std::string_view text) -> Checked<std::filesystem::path> {
    auto folder = place.parse_path(text);
    std::error_code ignored;
    if (folder && !std::filesystem::is_directory(*folder, ignored))
      return tl::unexpected<std::string>("must be a folder");
    return folder;
  });
  section.read("security_contact", server.security_contact, parse_security_contact);
  section.read("security_policy", server.security_policy, parse_https);
  if (section.has("security_policy") && !section.has("security_contact"))
    section.mistake("security_policy",
                    "needs security_contact: a policy without somebody to write to helps nobody");
  section.read_integer("workers", server.workers, 1, 512);
  section.read_integer("connections", server.connections, 16, 100000);
  section.read_integer("connections_per_address", server.connections_per_address, 1, 100000);
  if (server.metrics_listen && server.listen.port != 0 && server.metrics_listen->port == server.listen.port &&
      server.metrics_listen->host == server.listen.host) {
    section.mistake("metrics_listen", "must differ from listen");
  }
  complete_public_url(section, server, is_trial);
  section.refuse_unknown();
  return server;
}

// What a letter and a page must say about their sender: name, postal address and e-mail address (§ 5 DDG, and
// § 35a GmbHG for letters of a company), and where the privacy notice is (Art. 13 GDPR).
ControllerConfig read_controller(Section section, const Place& place) {
  ControllerConfig controller;
  constexpr std::string_view law = "the law asks for it in every letter and page";
  for (const std::string_view key : {"name", "street", "postal_code", "city", "country", "email"}) {
    section.require(key, law);
  }
  section.read("name", controller.name, parse_line);
  section.read("street", controller.street, parse_line);
  section.read("postal_code", controller.postal_code, parse_line);
  section.read("city", controller.city, parse_line);
  section.read("country", controller.country, parse_country);
  section.read("email", controller.email, parse_ascii_address);
  section.read("phone", controller.phone, parse_line);
  section.read("contact", controller.contact, parse_line);
  section.read("jurisdiction", controller.jurisdiction, parse_line);
  section.read("supervisory_authority", controller.supervisory_authority, parse_line);
  section.read("imprint_url", controller.imprint_url, parse_link);
  section.read("privacy_url", controller.privacy_url, parse_link);
  section.read_list("legal_lines", controller.legal_lines, parse_line);
  section.read_by_language("privacy_notice", controller.privacy_notice,
                           [&](std::string_view file) { return place.reading_text(file); });
  if (!section.has("privacy_url") && !section.has("privacy_notice")) {
    section.mistake("privacy_url",
                    "is missing: people must be told where the privacy notice is (or give privacy_notice)");
  }
  section.refuse_unknown();
  return controller;
}

StorageConfig read_storage(Section section, const Place& place) {
  StorageConfig storage;
  storage.path = "/var/lib/optledger/optledger.db";
  storage.keys = "/var/lib/optledger/keys";
  section.read("url", storage.path, [&](std::string_view text) {
    return parse_storage_url(text).map(
        [&](const std::filesystem::path& path) { return place.resolve(path.string()); });
  });
  section.read("keys", storage.keys, [&](std::string_view text) { return place.parse_path(text); });
  if (storage.keys == storage.path) section.mistake("keys", "must be a folder of its own, not the database");
  section.refuse_unknown();
  return storage;
}

MailConfig read_mail(Section section, const Place& place) {
  MailConfig mail;
  mail.retry = {minutes{1}, minutes{5}, minutes{15}, minutes{60}, hours{4}};
  section.require("url", "letters have to leave by some way, such as smtp://localhost:25");
  section.require("from", "letters need a sender, such as \"Example GmbH <newsletter@example.de>\"");
  MailUrl url;
  section.read("url", url, parse_mail_url);
  mail.transport = url.transport;
  mail.server = url.server;
  if (!url.mailbox.empty()) mail.mailbox = place.resolve(url.mailbox.string());
  Sender from;
  section.read("from", from, parse_sender);
  mail.from_name = from.name;
  mail.from_address = from.address;
  section.read("user", mail.user, parse_line);
  read_secret(section, "password", mail.password, place);
  section.read("ca_file", mail.ca_file, [&](std::string_view text) { return place.readable_file(text); });
  section.read_integer("connections", mail.connections, 1, 32);
  section.read_list("retry", mail.retry, [](std::string_view text) { return parse_duration(text, days(1)); });
  if (section.has("retry") && (mail.retry.empty() || mail.retry.size() > 20)) {
    section.mistake("retry", "needs 1 to 20 spans: the waits before the next tries, the last one repeats");
  }
  check_authentication(section, mail);
  section.refuse_unknown();
  return mail;
}

RetentionConfig read_retention(Section section) {
  RetentionConfig retention;
  const auto at_most = [](int longest) {
    return [longest](std::string_view text) { return parse_duration(text, days(longest)); };
  };
  section.read("unconfirmed", retention.unconfirmed, at_most(14));
  section.read("proof_window", retention.proof_window, parse_proof_window);
  const auto& shorter = retention.proof_window.shorter;
  if (shorter && *shorter < retention.unconfirmed) {
    section.mistake("proof_window",
                    "must not be shorter than unconfirmed: who has left must stay known as long as an older "
                    "link could bring them back");
  }
  section.read("access_log", retention.access_log, at_most(7));
  section.read("max_clock_jump", retention.max_clock_jump, at_most(366));
  section.refuse_unknown();
  return retention;
}

LedgerConfig read_ledger(Section section, const Place& place) {
  LedgerConfig ledger;
  section.read("origin", ledger.origin, parse_ledger_origin);
  section.read("mirror", ledger.mirror, [&](std::string_view text) { return place.parse_path(text); });
  section.read("tsa_url", ledger.tsa_url, parse_link);
  section.read("tsa_ca_file", ledger.tsa_ca_file,
               [&](std::string_view text) { return place.readable_file(text); });
  section.read("tsa_interval", ledger.tsa_interval,
               [](std::string_view text) { return parse_duration(text, days(366)); });
  if (ledger.tsa_interval < hours{1}) {
    section.mistake("tsa_interval",
                    "must be from 1h to 366d: authorities give their stamps away for nothing");
  }
  section.read("witness", ledger.witness, parse_public_url);
  section.read("witness_vkey", ledger.witness_vkey, parse_witness_vkey);
  if (section.has("witness") != section.has("witness_vkey")) {
    section.mistake(section.has("witness") ? "witness" : "witness_vkey",
                    "needs the other: witness and witness_vkey are the address and the key of one witness");
  }
  section.read("push_url", ledger.push_url, parse_public_url);
  section.read("mail_to", ledger.mail_to, parse_ascii_address);
  section.refuse_unknown();
  return ledger;
}

LimitsConfig read_limits(Section section, const Place& place) {
  LimitsConfig limits;
  section.read("letters_per_address", limits.letters_per_address, parse_letter_rate);
  section.read("signups_per_client", limits.signups_per_client, parse_rate);
  section.read("signups_per_domain", limits.signups_per_domain, parse_rate);
  section.read("signups", limits.signups, parse_rate);
  read_blocked_domains(section, limits.blocked_domains, place);
  section.read("fill_time", limits.fill_time, parse_fill_time);
  section.read_boolean("proof_of_work", limits.proof_of_work);
  section.read_integer("work_difficulty", limits.work_difficulty, 1000, 10000000);
  section.read("signups_without_work", limits.signups_without_work, parse_rate);
  if (limits.signups_without_work && !limits.proof_of_work) {
    section.mistake("signups_without_work", "means nothing without proof_of_work = true");
  }
  section.refuse_unknown();
  return limits;
}

}  // namespace optledger
