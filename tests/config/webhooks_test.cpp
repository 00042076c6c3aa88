// Who may sign sign-ups, and who is told what happened.
#include "tests/config/files.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace optledger;

namespace {

const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";
const std::string other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD\n";
const std::string list =
    "[[list]]\nid = \"news\"\ntitle = { de = \"Neuigkeiten\" }\n"
    "wording = { de = \"examples/wording/news.de.md\" }\n";

std::string file_of(const Folder& folder, const std::string& text) {
  const auto file = folder.write("secret", text);
  std::filesystem::permissions(file,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return file.string();
}

std::string signed_list(const std::string& file) { return list + "webhook_secret_file = \"" + file + "\"\n"; }

std::string webhook(const std::string& file, const std::string& url = "https://shop.example.de/hook?a=1",
                    const std::string& more = {}) {
  return list + "[[webhook]]\nid = \"shop\"\nurl = \"" + url + "\"\nsecret_file = \"" + file +
         "\"\nevents = [\"confirmed\", \"unsubscribed\", \"erased\"]\n" + more;
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a list takes signatures by one secret, or by two while it is changed") {
  const Folder folder;
  CHECK(parse(list).config->lists[0].webhook_secrets.empty());
  CHECK(parse(signed_list(file_of(folder, secret))).config->lists[0].webhook_secrets.size() == 1);
  const auto both = parse(signed_list(file_of(folder, secret + "\r\n" + other)));
  REQUIRE_MESSAGE(both.config, errors_of(both));
  CHECK(both.config->lists[0].webhook_secrets.size() == 2);
}

TEST_CASE("a file without webhook secrets is refused, and what stands in it is not repeated") {
  const Folder folder;
  for (const std::string& wrong : {std::string(), std::string("hunter2-hunter2\n"), secret + other + secret,
                                   secret + "hunter2-hunter2\n"}) {
    const auto errors = errors_of(parse(signed_list(file_of(folder, wrong))));
    CHECK(says(errors, "list[news].webhook_secret_file"));
    CHECK_FALSE(says(errors, "hunter2"));
  }
  const auto file = file_of(folder, secret);
  std::filesystem::permissions(file, std::filesystem::perms::group_write, std::filesystem::perm_options::add);
  CHECK(says(errors_of(parse(signed_list(file))), "chmod go-w"));
}

TEST_CASE("where to sign up instead is said of a list for backends alone") {
  const auto result = parse(list + "authenticated_only = true\nsignup_url = \"https://shop.example.de/\"\n");
  REQUIRE_MESSAGE(result.config, errors_of(result));
  CHECK(result.config->lists[0].authenticated_only);
  CHECK(result.config->lists[0].signup_url == "https://shop.example.de/");
  CHECK(says(errors_of(parse(list + "signup_url = \"https://shop.example.de/\"\n")), "authenticated_only"));
  CHECK(says(errors_of(parse(list + "authenticated_only = \"yes\"\n")), "list[news].authenticated_only"));
}

TEST_CASE("a webhook says whom to tell, by which secret, and of what") {
  const Folder folder;
  const auto result = parse(webhook(file_of(folder, secret), "https://shop.example.de/hook?a=1",
                                    "lists = [\"news\"]\ninclude_address = true\n"));
  REQUIRE_MESSAGE(result.config, errors_of(result));
  const auto* shop = result.config->webhook("shop");
  REQUIRE(shop != nullptr);
  CHECK(shop->url == "https://shop.example.de/hook?a=1");
  CHECK(shop->events == std::vector<std::string>{"confirmed", "unsubscribed", "erased"});
  CHECK(shop->lists == std::vector<std::string>{"news"});
  CHECK(shop->include_address);
  CHECK_FALSE(shop->allow_private);
  CHECK(result.config->webhook("other") == nullptr);
}

TEST_CASE("a webhook with a mistake is refused by its name") {
  const Folder folder;
  const auto file = file_of(folder, secret);
  CHECK(says(errors_of(parse(webhook(file, "http://shop.example.de/"))), "webhook[shop].url: must be https"));
  CHECK(says(errors_of(parse(webhook(file, "http://127.0.0.1:80/"))), "allow_private = true"));
  CHECK(says(errors_of(parse(webhook(file, "https://localhost/x"))), "allow_private = true"));
  CHECK(parse(webhook(file, "http://127.0.0.1:80/", "allow_private = true\n")).config);
  CHECK(says(errors_of(parse(webhook(file, "https://a.example/", "lists = [\"nwes\"]\n"))), "no list"));
  CHECK(says(errors_of(parse(list + "[[webhook]]\nid = \"a\"\nevents = [\"bounced\"]\n")),
             "webhook[a].events: must be of: confirmed, unsubscribed, erased"));
  CHECK(says(errors_of(parse(list + "[[webhook]]\nid = \"a\"\n")), "webhook[a].secret_file"));
  CHECK(says(errors_of(parse(webhook(file) + webhook(file).substr(list.size()))), "the same id"));
  CHECK(says(errors_of(parse(list + "[webhook]\nid = \"a\"\n")), "double brackets"));
}

TEST_CASE("a webhook cannot be set by a variable, and one that tries is not passed over") {
  const Folder folder;
  const auto errors = errors_of(
      parse(webhook(file_of(folder, secret)), {{"OPTLEDGER_WEBHOOK_URL", "https://hunter2.example/"}}));
  CHECK(says(errors, "OPTLEDGER_WEBHOOK_URL: webhooks cannot be set by variables"));
  CHECK_FALSE(says(errors, "hunter2"));
}

TEST_CASE("who is told of confirmations is told how they end") {
  const auto events = [](const std::string& names) {
    return errors_of(parse(list + "[[webhook]]\nid = \"a\"\nevents = [" + names + "]\n"));
  };
  for (const std::string names :
       {"\"confirmed\"", "\"confirmed\", \"erased\"", "\"unsubscribed\", \"confirmed\""})
    CHECK(says(events(names), "webhook[a].events: with confirmed goes how it ends"));
  for (const std::string names :
       {"\"unsubscribed\"", "\"erased\"", "\"erased\", \"unsubscribed\", \"confirmed\""})
    CHECK_FALSE(says(events(names), "webhook[a].events"));
}
