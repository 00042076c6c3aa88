#include "tests/config/files.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace optledger;

namespace {

struct Refused {
  const char* section;
  const char* line;
  const char* message;  // as it ends
};

void check_refused(const Refused& one) {
  CAPTURE(std::string(one.line));
  const std::string others =
      std::string(one.section) == "[server]" ? "public_url = \"https://a.example\"\n" : "";
  const ConfigResult result = parse(std::string(one.section) + "\n" + one.line + "\n" + others);
  REQUIRE(result.errors.size() == 1);
  CHECK_FALSE(result.config.has_value());
  CHECK(to_text(result.errors[0]).starts_with("optledger.toml:2: "));
  CHECK_MESSAGE(to_text(result.errors[0]).find(one.message) != std::string::npos, to_text(result.errors[0]));
}

}  // namespace

TEST_CASE("a file with no more than the required keys gives the documented defaults") {
  const ConfigResult result = parse("");
  REQUIRE_MESSAGE(result.config, errors_of(result));
  const Config& config = *result.config;
  CHECK(config.source == "optledger.toml");
  CHECK(config.server.listen.host == "127.0.0.1");
  CHECK(config.server.listen.port == 8080);
  CHECK(config.server.workers == 48);
  CHECK(config.storage.path == "/var/lib/optledger/optledger.db");
  CHECK(config.storage.keys == "/var/lib/optledger/keys");
  CHECK(config.mail.transport == MailConfig::Transport::smtp);
  CHECK(config.mail.server.port == 25);
  CHECK(config.mail.from_name == "Example GmbH");
  CHECK(config.mail.from_address == "newsletter@example.de");
  CHECK(config.mail.retry.size() == 5);
  CHECK(config.retention.unconfirmed == std::chrono::days{7});
  CHECK(config.retention.proof_window.years == 3);
  CHECK_FALSE(config.retention.proof_window.shorter.has_value());
  CHECK(config.retention.access_log == std::chrono::days{7});
  CHECK(config.limits.letters_per_address == Rate{1, std::chrono::hours{24}});
  CHECK(config.limits.signups_per_client == Rate{60, std::chrono::hours{1}});
  CHECK(config.limits.signups_per_domain == Rate{2000, std::chrono::hours{1}});
  CHECK(config.limits.signups == Rate{30000, std::chrono::hours{1}});
  REQUIRE(config.list("news") != nullptr);
  CHECK(config.list("news")->title.at("de") == "Neuigkeiten");
  CHECK(config.list("jobs") == nullptr);
}

TEST_CASE("an empty file names everything that a lawful service needs") {
  const ConfigResult result = parse_config("", "optledger.toml", "/", {});
  const std::string errors = errors_of(result);
  CHECK_FALSE(result.config.has_value());
  for (const char* key : {"server.public_url", "controller.name", "controller.street",
                          "controller.postal_code", "controller.city", "controller.country",
                          "controller.email", "controller.privacy_url", "mail.url", "mail.from"}) {
    CHECK_MESSAGE(errors.find("optledger.toml: " + std::string(key) + ": is missing: ") != std::string::npos,
                  key);
  }
  CHECK(errors.find("optledger.toml: list: at least one [[list]] is needed") != std::string::npos);
  CHECK(result.errors.size() == 11);
}

TEST_CASE("all mistakes are reported at once, in the order of the file, with their lines") {
  const std::string errors =
      errors_of(parse("[retention]\n"
                      "unconfirmed = \"15d\"\n"
                      "access_log = 7\n"
                      "\n"
                      "[server]\n"
                      "listn = \"127.0.0.1:8080\"\n"
                      "public_url = \"http://newsletter.example.de\"\n"
                      "[sever]\n"
                      "workers = 1\n"));
  CHECK(errors ==
        "optledger.toml:2: retention.unconfirmed: must be from 1s to 14d\n"
        "optledger.toml:3: retention.access_log: expected text in quotes, found a number\n"
        "optledger.toml:6: server.listn: unknown key; did you mean \"listen\"?\n"
        "optledger.toml:7: server.public_url: must be https:// (http:// is for loopback only)\n"
        "optledger.toml:8: sever: unknown section; did you mean \"server\"?\n");
}

TEST_CASE("a file that is not TOML has one mistake, with its line") {
  const ConfigResult result = parse("[server]\nlisten = 127.0.0.1:8080\nworkers = \"many\"\n");
  REQUIRE(result.errors.size() == 1);
  CHECK(to_text(result.errors[0]).starts_with("optledger.toml:2: not valid TOML (column "));
  CHECK(parse("[server]\nlisten = \"\xFF\"\n").errors.size() == 1);
  CHECK(parse("[server]\nworkers = 1\nworkers = 2\n").errors.size() == 1);
}

TEST_CASE("a file that is nested without end is refused, not followed") {
  std::string dots, brackets = "a = ";
  for (int level = 0; level < 200000; ++level) dots += "a.";
  for (int level = 0; level < 200000; ++level) brackets += '[';
  CHECK(errors_of(parse("\n" + dots + "a = 1\n")) ==
        "optledger.toml:2: more than 200 dots in a row of names\n");
  CHECK(errors_of(parse("[" + dots + "a]\n")) == "optledger.toml:1: more than 200 dots in a row of names\n");
  CHECK(parse(brackets).errors.size() == 1);
}

TEST_CASE("a key that is nobody's neighbour is answered with the known ones") {
  const std::string errors = errors_of(parse("[limits]\nbananas = 1\n"));
  CHECK(errors ==
        "optledger.toml:2: limits.bananas: unknown key; known are letters_per_address, signups_per_client, "
        "signups_per_domain, signups, blocked_domains_file, fill_time, proof_of_work, work_difficulty, "
        "signups_without_work\n");
}

TEST_CASE("a wrong type says what was expected and what was found") {
  for (const Refused& one : {
           Refused{"[server]", "listen = 8080", "server.listen: expected text in quotes, found a number"},
           Refused{"[server]", "workers = \"48\"", "server.workers: expected a whole number, found text"},
           Refused{"[server]", "workers = 4.5", "expected a whole number, found a number with a fraction"},
           Refused{"[server]", "trusted_proxies = \"10.0.0.0/8\"", "expected a list, found text"},
           Refused{"[server]", "trusted_proxies = [1]", "expected text in quotes, found a number"},
           Refused{"[retention]", "unconfirmed = true", "expected text in quotes, found true or false"},
           Refused{"[retention]", "unconfirmed = 2026-01-01",
                   "expected text in quotes, found a date or time"},
           Refused{"[retention]", "unconfirmed = {}", "expected text in quotes, found a table"},
       }) {
    check_refused(one);
  }
  CHECK(errors_of(parse_config("retention = 3\n", "f", "/", {}))
            .find("f:1: retention: expected a section [retention]") != std::string::npos);
}

TEST_CASE("what the privacy notice promises cannot be configured away") {
  for (const Refused& one : {
           Refused{"[retention]", "unconfirmed = \"15d\"", "must be from 1s to 14d"},
           Refused{"[retention]", "unconfirmed = \"0d\"", "must be from 1s to 14d"},
           Refused{"[retention]", "unconfirmed = \"1y\"", "expected a span such as"},
           Refused{"[retention]", "access_log = \"8d\"", "must be from 1s to 7d"},
           Refused{"[retention]", "proof_window = \"4y\"", "at most three years"},
           Refused{"[retention]", "proof_window = \"1096d\"", "at most three years"},
           Refused{"[retention]", "proof_window = \"0y\"", "at most three years"},
           Refused{"[retention]", "proof_window = \"167h\"", "must not be shorter than unconfirmed"},
           Refused{"[retention]", "proof_window = \"13d\"\nunconfirmed = \"14d\"",
                   "must not be shorter than unconfirmed"},
           Refused{"[limits]", "letters_per_address = \"4/24h\"", "expected 1 to 3 letters per span"},
           Refused{"[limits]", "letters_per_address = \"0/24h\"", "expected 1 to 3 letters per span"},
           Refused{"[limits]", "letters_per_address = \"3/23h\"",
                   "more than 3 letters to one address in 24 hours"},
           Refused{"[limits]", "letters_per_address = \"1/5h\"",
                   "more than 3 letters to one address in 24 hours"},
           Refused{"[limits]", "letters_per_address = \"1/15d\"", "must be from 1s to 14d"},
           Refused{"[limits]", "signups = \"0/1h\"", "expected 1 to 1000000 in a span, such as"},
           Refused{"[limits]", "signups_per_client = \"60/2d\"", "after the slash: must be from 1s to 1d"},
           Refused{"[limits]", "signups_per_domain = \"many\"", "expected 1 to 1000000 in a span, such as"},
           Refused{"[limits]", "fill_time = \"2m\"", "must be from 1s to"},
           Refused{"[limits]", "proof_of_work = \"yes\"", "expected true or false"},
           Refused{"[limits]", "work_difficulty = 10", "must be 1000 to 10000000"},
           Refused{"[limits]", "signups_without_work = \"3/1h\"", "means nothing without proof_of_work"},
           Refused{"[limits]", "blocked_domains_file = \"nowhere.txt\"", "cannot be read: No such file"},
           Refused{"[limits]", "letters_per_address = \"1\"", "expected 1 to 3 letters per span"},
       }) {
    check_refused(one);
  }
}

TEST_CASE("a proof window in days is kept as a span, in years by the calendar") {
  const auto days = parse("[retention]\nproof_window = \"90d\"\n").config;
  REQUIRE(days);
  CHECK(days->retention.proof_window.shorter == Duration{std::chrono::days{90}});
  const auto years = parse("[retention]\nproof_window = \"2y\"\n").config;
  REQUIRE(years);
  CHECK(years->retention.proof_window.years == 2);
  CHECK_FALSE(years->retention.proof_window.shorter.has_value());
}

TEST_CASE("settings of later versions are refused by name, not passed over") {
  const std::string errors =
      errors_of(parse("\n\n\n[storage]\n"
                      "url = \"postgresql://localhost/optledger\"\n"
                      "[[list]]\n"
                      "id = \"news\"\n"
                      "title = { de = \"Neuigkeiten\" }\n"
                      "wording = { de = \"examples/wording/news.de.md\" }\n"
                      "sender = \"Shop <shop@example.de>\"\n"));
  CHECK(errors ==
        "optledger.toml:5: storage.url: PostgreSQL is not supported by this version yet: use sqlite:PATH\n"
        "optledger.toml:10: list[news].sender: is not supported by this version yet: remove it\n");
}

TEST_CASE("the ledger needs no settings, and those it has are checked") {
  const auto plain = parse("").config;
  REQUIRE(plain);
  CHECK_FALSE(plain->ledger.origin.has_value());
  CHECK_FALSE(plain->ledger.mirror.has_value());
  CHECK(plain->ledger.tsa_interval == std::chrono::hours{1});
  const auto told = parse(
                        "[ledger]\norigin = \"example.de/ledger\"\nmirror = \"/srv/ledger\"\n"
                        "tsa_url = \"http://tsa.example.de/\"\ntsa_interval = \"24h\"\n")
                        .config;
  REQUIRE(told);
  CHECK(told->ledger.origin == "example.de/ledger");
  CHECK(told->ledger.mirror == "/srv/ledger");
  CHECK(told->ledger.tsa_url == "http://tsa.example.de/");
  CHECK(told->ledger.tsa_interval == std::chrono::hours{24});
  for (const Refused& one : {
           Refused{"[ledger]", "origin = \"our ledger\"", "such as newsletter.example.de/v1/ledger"},
           Refused{"[ledger]", "origin = \"a+b\"", "such as newsletter.example.de/v1/ledger"},
           Refused{"[ledger]", "tsa_interval = \"59m\"", "authorities give their stamps away for nothing"},
           Refused{"[ledger]", "witness = \"https://witness.example\"",
                   "the address and the key of one witness"},
           Refused{"[ledger]", "push_url = \"http://example.de/x\"", "http:// is for loopback only)"},
       }) {
    check_refused(one);
  }
}

TEST_CASE("a server setting that cannot work is refused") {
  for (const Refused& one : {
           Refused{"[server]", "listen = \"127.0.0.1\"", "the port from 0 to 65535"},
           Refused{"[server]", "listen = \"127.0.0.1:65536\"", "the port from 0 to 65535"},
           Refused{"[server]", "listen = \"127.0.0.1:-1\"", "the port from 0 to 65535"},
           Refused{"[server]", "listen = \"::1:8080\"", "neither a name nor an address"},
           Refused{"[server]", "listen = \"[::1:8080\"", "expected host:port"},
           Refused{"[server]", "listen = \"[127.0.0.1]:80\"", "neither a name nor an address"},
           Refused{"[server]", "listen = \"127.0.0.256:80\"", "neither a name nor an address"},
           Refused{"[server]", "listen = \"a b:80\"", "neither a name nor an address"},
           Refused{"[server]", "metrics_listen = \"127.0.0.1:8080\"", "must differ from listen"},
           Refused{"[server]", "security_contact = \"security@example.de\"", "or an https link"},
           Refused{"[server]", "security_contact = \"http://example.de/s\"", "or an https link"},
           Refused{"[server]", "security_contact = \"mailto:nobody\"", "expected an e-mail address"},
           Refused{"[server]", "security_policy = \"https://example.de/s\"", "needs security_contact"},
           Refused{"[server]", "trusted_proxies = [\"10.0.0.1/8\"]",
                   "the bits behind the first 8 must be zero"},
           Refused{"[server]", "trusted_proxies = [\"::1/127\"]",
                   "the bits behind the first 127 must be zero"},
           Refused{"[server]", "trusted_proxies = [\"10.0.0.0/33\"]", "must be 0 to 32"},
           Refused{"[server]", "trusted_proxies = [\"10.0.0.0\"]", "expected an address block"},
           Refused{"[server]", "trusted_proxies = [\"proxy/8\"]", "expected an address block"},
           Refused{"[server]", "templates = \"no-such-folder\"", "must be a folder"},
           Refused{"[server]", "workers = 0", "must be 1 to 512"},
           Refused{"[server]", "connections = 15", "must be 16 to 100000"},
       }) {
    check_refused(one);
  }
}

TEST_CASE("address blocks are kept in one form") {
  const auto config = parse(
                          "[server]\npublic_url = \"https://a.example\"\n"
                          "trusted_proxies = [\"0:0::1/128\", \"10.0.0.0/8\", \"0.0.0.0/0\"]\n")
                          .config;
  REQUIRE(config);
  CHECK(config->server.trusted_proxies == std::vector<std::string>{"::1/128", "10.0.0.0/8", "0.0.0.0/0"});
}

TEST_CASE("public_url is https, or http on this machine, and keeps no trailing slash") {
  const auto read = [](const std::string& url) { return parse("[server]\npublic_url = \"" + url + "\"\n"); };
  const auto text = [&](const std::string& url) {
    const ConfigResult result = read(url);
    return result.config ? result.config->server.public_url : errors_of(result);
  };
  CHECK(text("https://newsletter.example.de/") == "https://newsletter.example.de");
  CHECK(text("HTTPS://Newsletter.Example.de:443/Post//") == "https://newsletter.example.de/Post");
  CHECK(text("https://a.example:8443") == "https://a.example:8443");
  CHECK(text("http://127.0.0.1:8080") == "http://127.0.0.1:8080");
  CHECK(text("http://[::1]:8080/") == "http://[::1]:8080");
  CHECK(text("http://localhost") == "http://localhost");
  for (const char* wrong :
       {"http://newsletter.example.de", "https://u:p@a.example", "https://a.example/?x=1",
        "https://a.example/#x", "ftp://a.example", "a.example", "https://", "https://a b.example",
        "https://bücher.example", "https://a.example:0", "http://127.0.0.1.example.de",
        "http://localhost.example.de", "https://a.example/%s\\\\"}) {
    CHECK_MESSAGE(read(wrong).errors.size() == 1, std::string(wrong));
  }
}

TEST_CASE("public_url may be left out only where links cannot leave the machine") {
  const auto random_port = parse("[server]\nlisten = \"127.0.0.1:0\"\n");
  REQUIRE_MESSAGE(random_port.config, errors_of(random_port));
  CHECK(random_port.config->server.public_url.empty());
  CHECK(errors_of(parse("[server]\nlisten = \"127.0.0.1:8080\"\n")).find("server.public_url: is missing") !=
        std::string::npos);
  CHECK(errors_of(parse("[server]\nlisten = \"0.0.0.0:0\"\n"))
            .find("optledger.toml:1: server.public_url: is missing") != std::string::npos);
}

TEST_CASE("storage is a file that outlives the process") {
  for (const Refused& one : {
           Refused{"[storage]", "url = \"/var/lib/x.db\"", "expected sqlite:PATH"},
           Refused{"[storage]", "url = \"sqlite:\"", "the path of a file"},
           Refused{"[storage]", "url = \"sqlite:///var/lib/x.db\"", "the path of a file"},
           Refused{"[storage]", "url = \"sqlite:folder/\"", "the path of a file"},
           Refused{"[storage]", "url = \"sqlite::memory:\"", "in a file, not in memory"},
           Refused{"[storage]", "keys = \"/var/lib/optledger/optledger.db\"", "a folder of its own"},
       }) {
    check_refused(one);
  }
  const auto relative = parse("[storage]\nurl = \"sqlite:data/./x.db\"\nkeys = \"../keys\"\n").config;
  REQUIRE(relative);
  CHECK(relative->storage.path == source_root() / "data/x.db");
  CHECK(relative->storage.keys == source_root().parent_path() / "keys");
}

TEST_CASE("the controller is identified in a form that letters can carry") {
  const std::string errors =
      errors_of(parse("[controller]\n"
                      "name = \"Example\\nGmbH\"\n"
                      "street = \"  \"\n"
                      "postal_code = 65189\n"
                      "city = \"Wiesbaden\"\n"
                      "country = \"Germany\"\n"
                      "email = \"müller@example.de\"\n"
                      "imprint_url = \"javascript:alert(1)\"\n"
                      "legal_lines = [\"HRB 12345\", \"\"]\n"));
  CHECK(errors ==
        "optledger.toml:1: controller.privacy_url: is missing: people must be told where the privacy notice "
        "is (or give "
        "privacy_notice)\n"
        "optledger.toml:2: controller.name: must be one line without control characters\n"
        "optledger.toml:3: controller.street: must not be empty\n"
        "optledger.toml:4: controller.postal_code: expected text in quotes, found a number\n"
        "optledger.toml:6: controller.country: must be the country's two-letter code in capitals, such as "
        "\"DE\"\n"
        "optledger.toml:7: controller.email: expected an e-mail address in ASCII such as "
        "\"newsletter@example.de\"\n"
        "optledger.toml:8: controller.imprint_url: expected a URL that begins with https:// or http://\n"
        "optledger.toml:9: controller.legal_lines: must not be empty\n");
}
