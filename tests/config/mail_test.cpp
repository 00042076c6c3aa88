#include "tests/config/files.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace optledger;

namespace {

constexpr const char* from = "from = \"Example GmbH <newsletter@example.de>\"\n";

ConfigResult with_mail(const std::string& lines, const Environment& environment = {}) {
  return parse("[mail]\n" + lines, environment);
}

ConfigResult with_url(const std::string& url) { return with_mail("url = \"" + url + "\"\n" + from); }
ConfigResult with_from(const std::string& sender) {
  return with_mail("url = \"smtp://localhost\"\nfrom = '" + sender + "'\n");
}

ConfigResult with_password_file(const std::filesystem::path& file) {
  return with_mail("url = \"smtps://mail.example.de\"\nuser = \"u\"\npassword_file = \"" + file.string() +
                   "\"\n" + from);
}

}  // namespace

TEST_CASE("each mail transport has its own port") {
  const auto server = [](const std::string& url) {
    const ConfigResult result = with_url(url);
    REQUIRE_MESSAGE(result.config, errors_of(result));
    return result.config->mail;
  };
  CHECK(server("smtp://localhost").server.port == 25);
  CHECK(server("smtps://mail.example.de/").server.port == 465);
  CHECK(server("smtp+starttls://mail.example.de").server.port == 587);
  CHECK(server("smtp+starttls://mail.example.de").transport == MailConfig::Transport::smtp_starttls);
  CHECK(server("smtp://[::1]:2525").server.host == "::1");
  CHECK(server("smtp://[::1]:2525").server.port == 2525);
  CHECK(server("mailbox:/srv/mail").mailbox == "/srv/mail");
  CHECK(server("mailbox:mail").mailbox == source_root() / "mail");
}

TEST_CASE("a mail URL that cannot work is refused") {
  for (const char* url :
       {"", "mail.example.de", "http://mail.example.de", "smtp://", "smtp://host:0", "smtp://host:99999",
        "smtp://host/path", "smtp://user:secret@host", "mailbox:", "mailbox:///srv/mail"}) {
    const ConfigResult result = with_url(url);
    CHECK_MESSAGE(result.errors.size() == 1, std::string(url));
    CHECK(errors_of(result).find("secret") == std::string::npos);
  }
}

TEST_CASE("the sender is a name and an address in ASCII") {
  const auto quoted = with_from("\"Example, GmbH\" <newsletter@Example.de>").config;
  REQUIRE(quoted);
  CHECK(quoted->mail.from_name == "Example, GmbH");
  CHECK(quoted->mail.from_address == "newsletter@example.de");
  const auto bare = with_from("newsletter@bücher.example").config;
  REQUIRE(bare);
  CHECK(bare->mail.from_name.empty());
  CHECK(bare->mail.from_address == "newsletter@xn--bcher-kva.example");
  for (const char* sender :
       {"Example GmbH", "<>", "A <a@example.de> B", "A <a@example.de", "A <b> <a@example.de>",
        "A <müller@example.de>", "a@localhost", "A <a@example.de>, B <b@example.de>"}) {
    CHECK_MESSAGE(with_from(sender).errors.size() == 1, std::string(sender));
  }
}

TEST_CASE("a password comes from a file of its own, without its line end") {
  const Folder folder;
  const auto file = folder.write("password", "correct horse\r\n");
  const ConfigResult result = with_password_file(file);
  REQUIRE_MESSAGE(result.config, errors_of(result));
  CHECK(result.config->mail.password.reveal() == "correct horse");
}

TEST_CASE("a password file that others can change, or that is none, is refused") {
  const Folder folder;
  const auto file = folder.write("password", "correct horse\n");
  std::filesystem::permissions(file, std::filesystem::perms{0660});
  CHECK(errors_of(with_password_file(file)) ==
        "optledger.toml:4: mail.password_file: can be written by others than its owner: run chmod go-w on "
        "it\n");
  std::filesystem::permissions(file, std::filesystem::perms{0640});
  CHECK(with_password_file(file).config.has_value());
  CHECK(errors_of(with_password_file(folder.path())).find("not a regular file") != std::string::npos);
  CHECK(errors_of(with_password_file("/nonexistent")).find("No such file") != std::string::npos);
  CHECK(errors_of(with_password_file(folder.write("empty", "\n"))).find("empty file") != std::string::npos);
  CHECK(errors_of(with_password_file(folder.write("two", "a\nb\n"))).find("one line") != std::string::npos);
  CHECK(errors_of(with_password_file(folder.write("long", std::string(5000, 'x')))).find("too long") !=
        std::string::npos);
}

TEST_CASE(
    "the variable for the password wins over the file, and the password never stands in the configuration") {
  const Folder folder;
  const auto file = folder.write("password", "from the file\n");
  const std::string lines =
      "url = \"smtps://mail.example.de\"\nuser = \"u\"\npassword_file = \"" + file.string() + "\"\n" + from;
  const auto config = with_mail(lines, {{"OPTLEDGER_MAIL_PASSWORD", "from the variable"}}).config;
  REQUIRE(config);
  CHECK(config->mail.password.reveal() == "from the variable");
  const std::string errors =
      errors_of(with_mail("url = \"smtps://h\"\nuser = \"u\"\npassword = \"hunter2\"\n" + std::string(from)));
  CHECK(errors ==
        "optledger.toml:4: mail.password: a secret does not stand in this file: use password_file\n");
}

TEST_CASE("user and password go together, and only over an encrypted or local connection") {
  const std::string url = "url = \"smtp://mail.example.de\"\n";
  CHECK(errors_of(with_mail("user = \"u\"\nurl = \"smtps://h\"\n" + std::string(from)))
            .find("mail.password_file: is missing") != std::string::npos);
  CHECK(errors_of(with_mail("url = \"smtps://h\"\n" + std::string(from), {{"OPTLEDGER_MAIL_PASSWORD", "p"}}))
            .find("mail.user: is missing") != std::string::npos);
  CHECK(
      errors_of(with_mail(url + "user = \"u\"\n" + from, {{"OPTLEDGER_MAIL_PASSWORD", "p"}})) ==
      "optledger.toml:2: mail.url: would send the password unencrypted: use smtps:// or smtp+starttls://\n");
  CHECK(with_mail("url = \"smtp://127.0.0.1:2525\"\nuser = \"u\"\n" + std::string(from),
                  {{"OPTLEDGER_MAIL_PASSWORD", "p"}})
            .config.has_value());
}

TEST_CASE("the waits between tries are spans, one at least") {
  const std::string url = "url = \"smtp://localhost\"\n";
  const auto config = with_mail(url + "retry = [\"1s\", \"2m\"]\n" + from).config;
  REQUIRE(config);
  CHECK(config->mail.retry == std::vector<Duration>{std::chrono::seconds{1}, std::chrono::minutes{2}});
  CHECK(with_mail(url + "retry = []\n" + from).errors.size() == 1);
  CHECK(with_mail(url + "retry = [\"soon\"]\n" + from).errors.size() >= 1);
  CHECK(with_mail(url + "connections = 33\n" + from).errors.size() == 1);
  CHECK(with_mail(url + "ca_file = \"nowhere.pem\"\n" + from).errors.size() == 1);
}
