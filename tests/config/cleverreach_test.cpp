#include "tests/config/files.hpp"

#include <doctest/doctest.h>

using namespace optledger;

namespace {

const Environment secret{{"OPTLEDGER_CLEVERREACH_CLIENT_SECRET", "hunter2"}};
constexpr const char* required_keys = "group = \"1939\"\nclient_id = \"AbC123\"\n";

// The table begins on line 5, so the first of `lines` is line 6.
ConfigResult with_table(const std::string& lines, const Environment& environment = secret) {
  return parse(
      "[[list]]\nid = \"news\"\ntitle = { de = \"Neuigkeiten\" }\nwording = { de = "
      "\"examples/wording/news.de.md\" }\n[list.cleverreach]\n" +
          lines,
      environment);
}

CleverReachConfig settings(const std::string& lines, const Environment& environment = secret) {
  const ConfigResult result = with_table(required_keys + lines, environment);
  REQUIRE_MESSAGE(result.config, errors_of(result));
  REQUIRE(result.config->lists[0].cleverreach);
  return *result.config->lists[0].cleverreach;
}

std::string second_list(const std::string& lines) {
  return std::string(required_keys) +
         "[[list]]\nid = \"jobs\"\ntitle = { de = \"Stellen\" }\nwording = { de = "
         "\"examples/wording/news.de.md\" }\n[list.cleverreach]\n" +
         lines;
}

}  // namespace

TEST_CASE("a list is kept at CleverReach when it says in which group") {
  const CleverReachConfig config = settings("");
  CHECK(config.group == "1939");
  CHECK(config.client_id == "AbC123");
  CHECK(config.client_secret.reveal() == "hunter2");
  CHECK(config.base_url == "https://rest.cleverreach.com");
  CHECK_FALSE(config.ca_file.has_value());
  CHECK(config.batch == 250);
  CHECK(config.source == "Example GmbH");
  CHECK(config.name_attribute == "name");
  CHECK(config.unsubscribe_attribute == "unsubscribe_link");
  CHECK(config.tags.empty());
  CHECK(config.sync_interval == std::chrono::seconds{5});
  CHECK(config.poll_interval == std::chrono::minutes{15});
  CHECK_FALSE(parse("").config->lists[0].cleverreach.has_value());
}

TEST_CASE("everything about CleverReach can be said") {
  const CleverReachConfig config = settings(
      "base_url = \"http://127.0.0.1:9000/\"\nbatch = 1000\nsource = \"Website\"\n"
      "name_attribute = \"fullname\"\nunsubscribe_attribute = \"leave_2\"\ntags = [\"web.DOI\", \"a-b\"]\n"
      "sync_interval = \"1s\"\npoll_interval = \"1d\"\n");
  CHECK(config.base_url == "http://127.0.0.1:9000");
  CHECK(config.batch == 1000);
  CHECK(config.source == "Website");
  CHECK(config.name_attribute == "fullname");
  CHECK(config.unsubscribe_attribute == "leave_2");
  CHECK(config.tags == std::vector<std::string>{"web.DOI", "a-b"});
  CHECK(config.sync_interval == std::chrono::seconds{1});
  CHECK(config.poll_interval == std::chrono::days{1});
  CHECK(settings("name_attribute = \"\"\n").name_attribute.empty());
}

TEST_CASE("a table without group, client or secret says what is missing") {
  CHECK(errors_of(with_table("", {})) ==
        "optledger.toml:5: list[news].cleverreach.group: is missing: receivers have to go somewhere\n"
        "optledger.toml:5: list[news].cleverreach.client_id: is missing: CleverReach lets nobody in without "
        "one\n"
        "optledger.toml:5: list[news].cleverreach.client_secret_file: is missing: the file with the secret "
        "of the "
        "OAuth app (or OPTLEDGER_CLEVERREACH_CLIENT_SECRET)\n");
}

TEST_CASE("a setting of CleverReach that cannot work is refused at its line") {
  struct Wrong {
    const char* line;
    const char* message;
  };
  for (const Wrong& one : {
           Wrong{"batch = 0", "batch: must be 1 to 1000"},
           Wrong{"batch = 1001", "batch: must be 1 to 1000"},
           Wrong{"base_url = \"http://rest.cleverreach.com\"", "base_url: must be https://"},
           Wrong{"base_url = \"https://u:p@rest.cleverreach.com\"", "base_url: a user name or password"},
           Wrong{"base_url = \"https://rest.cleverreach.com?token=x\"", "base_url: must have no query"},
           Wrong{"ca_file = \"nowhere.pem\"", "ca_file: cannot be read"},
           Wrong{"source = \"\"", "source: must not be empty"},
           Wrong{"name_attribute = \"First Name\"", "name_attribute: must be 1 to 50"},
           Wrong{"name_attribute = \"1st\"", "name_attribute: must be 1 to 50"},
           Wrong{"name_attribute = \"unsubscribe_link\"", "unsubscribe_attribute: must differ"},
           Wrong{"unsubscribe_attribute = \"\"", "unsubscribe_attribute: must be 1 to 50"},
           Wrong{"tags = [\"-web\"]", "tags: must be 1 to 49"},
           Wrong{"tags = [\"two words\"]", "tags: must be 1 to 49"},
           Wrong{"sync_interval = \"2h\"", "sync_interval: must be from 1s to 1h"},
           Wrong{"poll_interval = \"2d\"", "poll_interval: must be from 1s to 1d"},
           Wrong{"client_secret = \"hunter2\"", "client_secret: a secret does not stand in this file"},
           Wrong{"clientid = \"x\"", "clientid: unknown key; did you mean \"client_id\"?"},
       }) {
    CAPTURE(std::string(one.line));
    const ConfigResult result =
        with_table(required_keys + std::string(one.line) + "\n", {{"OPTLEDGER_CLEVERREACH_GROUP", "1"}});
    const std::string errors = errors_of(result);
    const bool at_line =
        errors.find("optledger.toml:8: list[news].cleverreach.") != std::string::npos ||
        errors.find("optledger.toml:5: list[news].cleverreach.unsubscribe_attribute") != std::string::npos;
    CHECK_MESSAGE(at_line, errors);
    CHECK_MESSAGE(errors.find(one.message) != std::string::npos, errors);
    CHECK(errors.find("hunter2") == std::string::npos);
  }
  for (const char* group : {"", "News", "19 39", "-1", "1939/receivers", "1234567890123456789"}) {
    CHECK_MESSAGE(
        with_table("group = \"" + std::string(group) + "\"\nclient_id = \"a\"\n").errors.size() == 1,
        std::string(group));
  }
  for (const char* client : {"", "a:b", "a b", "ä"}) {
    CHECK_MESSAGE(
        with_table("group = \"1\"\nclient_id = \"" + std::string(client) + "\"\n").errors.size() == 1,
        std::string(client));
  }
}

TEST_CASE("the client secret comes from a file, or from the variable, which wins") {
  const Folder folder;
  const auto file = folder.write("secret", "from the file\n");
  const std::string line = "client_secret_file = \"" + file.string() + "\"\n";
  CHECK(settings(line, {}).client_secret.reveal() == "from the file");
  CHECK(settings(line).client_secret.reveal() == "hunter2");
  std::filesystem::permissions(file, std::filesystem::perms{0666});
  CHECK(errors_of(with_table(required_keys + line, {})) ==
        "optledger.toml:8: list[news].cleverreach.client_secret_file: can be written by others than its "
        "owner: run "
        "chmod go-w on it\n");
}

TEST_CASE("variables about CleverReach are for every list that is there, and never repeated in a message") {
  const ConfigResult both = with_table(second_list("group = \"2000\"\nclient_id = \"x\"\n"),
                                       {{"OPTLEDGER_CLEVERREACH_CLIENT_SECRET", "hunter2"},
                                        {"OPTLEDGER_CLEVERREACH_BASE_URL", "http://127.0.0.1:9000"}});
  REQUIRE_MESSAGE(both.config, errors_of(both));
  for (const ListConfig& list : both.config->lists) {
    CHECK(list.cleverreach->client_secret.reveal() == "hunter2");
    CHECK(list.cleverreach->base_url == "http://127.0.0.1:9000");
  }
  CHECK(errors_of(parse("", secret)) ==
        "OPTLEDGER_CLEVERREACH_CLIENT_SECRET: names no setting: no list has [list.cleverreach]\n");
  const std::string errors =
      errors_of(with_table(required_keys, {{"OPTLEDGER_CLEVERREACH_CLIENT_SECRET", "hun\nter2"},
                                           {"OPTLEDGER_CLEVERREACH_CLIENT_SECRT", "hunter2"},
                                           {"OPTLEDGER_CLEVERREACH_BASE_URL", "hunter2"}}));
  CHECK(errors.find("ter2") == std::string::npos);
  CHECK(errors.find(
            "OPTLEDGER_CLEVERREACH_CLIENT_SECRET: list[news].cleverreach.client_secret: must be one line") !=
        std::string::npos);
  CHECK(errors.find("did you mean OPTLEDGER_CLEVERREACH_CLIENT_SECRET?") != std::string::npos);
  CHECK(errors.find("OPTLEDGER_CLEVERREACH_BASE_URL: list[news].cleverreach.base_url: ") !=
        std::string::npos);
}

TEST_CASE("two lists never share a group") {
  CHECK(errors_of(with_table(second_list(required_keys))) ==
        "optledger.toml:12: list[jobs].cleverreach.group: two lists have the same group\n");
  CHECK(with_table(second_list(std::string(required_keys) + "base_url = \"https://other.example\"\n"))
            .config.has_value());
}
