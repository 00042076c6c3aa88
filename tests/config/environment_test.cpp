#include "tests/config/files.hpp"

#include <doctest/doctest.h>

using namespace optledger;

TEST_CASE("a variable overrides the key of its name, also one the file does not have") {
  const ConfigResult result =
      parse("[server]\nlisten = \"127.0.0.1:1\"\npublic_url = \"https://a.example\"\n",
            {{"OPTLEDGER_SERVER_LISTEN", "[::1]:0"},
             {"OPTLEDGER_SERVER_WORKERS", "7"},
             {"OPTLEDGER_STORAGE_URL", "sqlite:/srv/x.db"},
             {"OPTLEDGER_MAIL_FROM", "b@example.de"},
             {"OPTLEDGER_RETENTION_PROOF_WINDOW", "1y"},
             {"OPTLEDGER_CONFIG", "whatever"},
             {"OPTLEDGERS", "not ours"},
             {"PATH", "/bin"}});
  REQUIRE_MESSAGE(result.config, errors_of(result));
  CHECK(result.config->server.listen.host == "::1");
  CHECK(result.config->server.listen.port == 0);
  CHECK(result.config->server.workers == 7);
  CHECK(result.config->storage.path == "/srv/x.db");
  CHECK(result.config->mail.from_address == "b@example.de");
  CHECK(result.config->retention.proof_window.years == 1);
}

TEST_CASE("a variable repairs a wrong value of the file") {
  CHECK(parse("[server]\nlisten = 8080\npublic_url = \"https://a.example\"\n",
              {{"OPTLEDGER_SERVER_LISTEN", "[::1]:80"}})
            .config.has_value());
}

TEST_CASE("a mistake in a variable names the variable, never its value") {
  const Environment wrong{{"OPTLEDGER_SERVER_LISTEN", "s3cret"},
                          {"OPTLEDGER_SERVER_LISTN", "s3cret"},
                          {"OPTLEDGER_SERVER_WORKERS", "s3cret"},
                          {"OPTLEDGER_SERVER_TRUSTED_PROXIES", "s3cret"},
                          {"OPTLEDGER_CONTROLLER_PRIVACY_NOTICE", "s3cret"},
                          {"OPTLEDGER_LIST_ID", "s3cret"},
                          {"OPTLEDGER_LEDGER_ORIGIN", "s3 cret"},
                          {"OPTLEDGER_LIMITS_PROOF_OF_WORK", "s3cret"},
                          {"OPTLEDGER_SEVER_LISTEN", "s3cret"},
                          {"OPTLEDGER_LISTEN", "s3cret"},
                          {"OPTLEDGER_server_listen", "s3cret"},
                          {"OPTLEDGER_", "s3cret"},
                          {"OPTLEDGER_STORAGE_URL", "s3cret"},
                          {"OPTLEDGER_MAIL_URL", "smtp://s3cret@host"},
                          {"OPTLEDGER_MAIL_FROM", "s3cret@"},
                          {"OPTLEDGER_MAIL_PASSWORD", "s3cret\n"},
                          {"OPTLEDGER_MAIL_PASSWORD_FILE", "/s3cret"},
                          {"OPTLEDGER_MAIL_CA_FILE", "/s3cret"},
                          {"OPTLEDGER_MAIL_USER", "s3\tcret"},
                          {"OPTLEDGER_SERVER_PUBLIC_URL", "s3cret"},
                          {"OPTLEDGER_SERVER_TEMPLATES", "s3cret"},
                          {"OPTLEDGER_RETENTION_UNCONFIRMED", "s3cret"},
                          {"OPTLEDGER_CONTROLLER_COUNTRY", "s3cret"},
                          {"OPTLEDGER_LIMITS_LETTERS_PER_ADDRESS", "s3cret"}};
  const ConfigResult result = parse("", wrong);
  const std::string errors = errors_of(result);
  CHECK(errors.find("cret") == std::string::npos);
  for (const auto& [variable, value] : wrong) {
    CHECK_MESSAGE(errors.find(variable + ": ") != std::string::npos, variable);
  }
  CHECK(result.errors.size() == wrong.size());
  CHECK(
      errors.find(
          "OPTLEDGER_SERVER_LISTN: server.listn: names no setting; did you mean OPTLEDGER_SERVER_LISTEN?") !=
      std::string::npos);
  CHECK(errors.find("OPTLEDGER_SEVER_LISTEN: unknown section; did you mean \"server\"?") !=
        std::string::npos);
  CHECK(errors.find("OPTLEDGER_LIMITS_PROOF_OF_WORK: limits.proof_of_work: expected true or false") !=
        std::string::npos);
  CHECK(errors.find(
            "OPTLEDGER_SERVER_TRUSTED_PROXIES: server.trusted_proxies: a list cannot be set by a variable") !=
        std::string::npos);
  CHECK(errors.find("OPTLEDGER_LIST_ID: lists cannot be set by variables") != std::string::npos);
}

TEST_CASE("only variables with our prefix are read") {
  setenv("OPTLEDGER_TEST_ONLY", "a=b", 1);
  setenv("OPTLEDGE", "x", 1);
  const Environment environment = read_environment();
  unsetenv("OPTLEDGER_TEST_ONLY");
  unsetenv("OPTLEDGE");
  CHECK(environment.at("OPTLEDGER_TEST_ONLY") == "a=b");
  for (const auto& [variable, value] : environment) CHECK(variable.starts_with("OPTLEDGER_"));
}
