#include "tests/config/files.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <regex>
#include <sstream>

using namespace optledger;

namespace {

constexpr const char* webhook_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";

// Lines that begin with "#" alone are optional settings (see the head of the example).
std::string with_optional_settings(const std::string& example) {
  std::istringstream lines(example);
  std::string all;
  for (std::string line; std::getline(lines, line);) {
    if (line.size() > 1 && line[0] == '#' && line[1] != ' ') line.erase(0, 1);
    all += line + "\n";
  }
  return all;
}

std::vector<std::string> toml_blocks(const std::string& page) {
  std::vector<std::string> blocks;
  const std::string open = "```toml\n";
  for (std::size_t at = page.find(open); at != std::string::npos; at = page.find(open, at)) {
    at += open.size();
    blocks.push_back(page.substr(at, page.find("```", at) - at));
  }
  return blocks;
}

std::string header_of(const std::string& section) {
  if (section == "list" || section == "webhook") return "[[" + section + "]]";
  return section == "cleverreach" ? "[[list]]\n[list.cleverreach]" : "[" + section + "]";
}

}  // namespace

TEST_CASE("without a file there is a trial that stays on this machine") {
  if (std::filesystem::exists("/etc/optledger/optledger.toml")) return;
  const ConfigResult result = load_config(std::nullopt, {});
  REQUIRE_MESSAGE(result.config, errors_of(result));
  CHECK(result.config->source == "built-in defaults");
  CHECK(result.config->server.public_url == "http://127.0.0.1:8080");
  CHECK(result.config->mail.transport == MailConfig::Transport::mailbox);
  CHECK(result.config->mail.mailbox == "optledger-data/mail");
  CHECK(result.config->storage.path == "optledger-data/optledger.db");
  CHECK(result.config->storage.keys == "optledger-data/keys");
  REQUIRE(result.config->lists.size() == 1);
  CHECK(result.config->lists[0].wording.at("de") == bytes_of(source_root() / "examples/wording/news.de.md"));
  CHECK(result.config->controller.privacy_notice.size() == 2);
}

TEST_CASE("the trial's links follow the address it listens on") {
  if (std::filesystem::exists("/etc/optledger/optledger.toml")) return;
  const auto url = [](const std::string& listen) {
    const ConfigResult result = load_config(std::nullopt, {{"OPTLEDGER_SERVER_LISTEN", listen}});
    return result.config ? result.config->server.public_url : errors_of(result);
  };
  CHECK(url("[::1]:9000") == "http://[::1]:9000");
  CHECK(url("0.0.0.0:8080") == "http://127.0.0.1:8080");
  CHECK(url("127.0.0.1:0").empty());
  CHECK(url("192.0.2.7:8080").find("server.public_url: is missing") != std::string::npos);
}

TEST_CASE("a named file wins over the variable, and paths in it start at its folder") {
  const Folder folder;
  folder.write("examples/wording/news.de.md", "Ich möchte den Newsletter.\n");
  const auto file = folder.write("optledger.toml", completed("[storage]\nurl = \"sqlite:data/x.db\"\n"));
  const ConfigResult named = load_config(file, {{"OPTLEDGER_CONFIG", "/nonexistent"}});
  REQUIRE_MESSAGE(named.config, errors_of(named));
  CHECK(named.config->source == file.string());
  CHECK(named.config->storage.path == folder.path() / "data/x.db");
  const ConfigResult by_variable = load_config(std::nullopt, {{"OPTLEDGER_CONFIG", file.string()}});
  REQUIRE_MESSAGE(by_variable.config, errors_of(by_variable));
  CHECK(by_variable.config->source == file.string());
}

TEST_CASE("a file that is named but cannot be read is a mistake, never a reason for the defaults") {
  CHECK(errors_of(load_config("/nonexistent.toml", {})) ==
        "/nonexistent.toml: cannot be read: No such file or directory\n");
  CHECK(errors_of(load_config(std::nullopt, {{"OPTLEDGER_CONFIG", ""}})).find("cannot be read") !=
        std::string::npos);
  CHECK(errors_of(load_config("/tmp", {})) == "/tmp: cannot be read: it is not a regular file\n");
}

TEST_CASE("the example file is right, with and without its optional settings") {
  const std::string example = bytes_of(source_root() / "optledger.example.toml");
  const ConfigResult plain = parse_config(example, "example", source_root(), {});
  CHECK_MESSAGE(plain.config, errors_of(plain));
  const Folder folder;
  std::filesystem::copy(source_root() / "examples", folder.path() / "examples",
                        std::filesystem::copy_options::recursive);
  std::filesystem::create_directory(folder.path() / "templates");
  folder.write("mail-password", "correct horse\n");
  for (const char* ca_file : {"mail-ca.pem", "tsa-ca.pem"})
    folder.write(ca_file, "-----BEGIN CERTIFICATE-----\n");
  folder.write("blocked-domains.txt", "trash.example\n");
  folder.write("cleverreach-secret", "battery staple\n");
  folder.write("shop.secret", webhook_secret);
  const ConfigResult full = parse_config(with_optional_settings(example), "example", folder.path(), {});
  REQUIRE_MESSAGE(full.config, errors_of(full));
  CHECK(full.config->mail.password.reveal() == "correct horse");
  CHECK(full.config->server.metrics_listen->port == 9090);
  CHECK(full.config->ledger.tsa_ca_file == folder.path() / "tsa-ca.pem");
  CHECK(full.config->limits.blocked_domains.size() == 1);
  CHECK(full.config->limits.proof_of_work);
  REQUIRE(full.config->lists[0].cleverreach.has_value());
  CHECK(full.config->lists[0].cleverreach->client_secret.reveal() == "battery staple");
  CHECK(full.config->lists[0].webhook_secrets.size() == 1);
  REQUIRE(full.config->webhook("shop") != nullptr);
  CHECK(full.config->webhook("shop")->secrets.size() == 1);
}

TEST_CASE("every snippet of the documentation is right") {
  const auto blocks = toml_blocks(bytes_of(source_root() / "docs/configuration.md"));
  CHECK(blocks.size() >= 7);
  const Environment secret{{"OPTLEDGER_CLEVERREACH_CLIENT_SECRET", "hunter2"}};
  const Folder folder;
  const auto webhook_file = folder.write("shop", webhook_secret).string();
  for (std::string block : blocks) {
    block = std::regex_replace(block, std::regex("/run/secrets/shop-webhook"), webhook_file);
    const bool needs_secret = block.find("[list.cleverreach]") != std::string::npos;
    const ConfigResult result = parse(block, needs_secret ? secret : Environment{});
    CHECK_MESSAGE(result.config, block << errors_of(result));
  }
}

TEST_CASE("every documented key is known, and every known key of the simple sections is documented") {
  const std::string page = bytes_of(source_root() / "docs/configuration.md");
  const std::regex row("\\n\\| `([a-z]+)\\.([a-z_]+)` \\|");
  for (auto found = std::sregex_iterator(page.begin(), page.end(), row); found != std::sregex_iterator();
       ++found) {
    const std::string section = header_of((*found)[1]);
    const std::string errors = errors_of(parse(section + "\n" + (*found)[2].str() + " = 1.5\n"));
    CHECK_MESSAGE(errors.find("." + (*found)[2].str() + ": expected ") != std::string::npos, (*found)[0].str()
                                                                                                 << errors);
  }
  for (const std::string section : {"server", "controller", "storage", "mail", "retention", "limits",
                                    "ledger", "cleverreach", "webhook"}) {
    const std::string errors = errors_of(parse(header_of(section) + "\nxxxxxxxxxxxxxxxxxxxx = 1\n"));
    const std::size_t known = errors.find("known are ");
    REQUIRE(known != std::string::npos);
    std::istringstream keys(errors.substr(known + 10, errors.find('\n', known) - known - 10));
    for (std::string key; std::getline(keys >> std::ws, key, ',');) {
      const bool documented = page.find("`" + section + "." + key + "`") != std::string::npos ||
                              key == "password" || key == "client_secret";
      CHECK_MESSAGE(documented, section << "." << key);
    }
  }
}

TEST_CASE("reading a configuration does not delay the start") {
  const std::string example = bytes_of(source_root() / "optledger.example.toml");
  auto best = std::chrono::steady_clock::duration::max();
  for (int round = 0; round < 20; ++round) {
    const auto start = std::chrono::steady_clock::now();
    CHECK(parse_config(example, "example", source_root(), {}).config.has_value());
    best = std::min(best, std::chrono::steady_clock::now() - start);
  }
  // Under one millisecond is usual; the bound leaves room for sanitizers.
  CHECK(best < std::chrono::milliseconds{50});
}
