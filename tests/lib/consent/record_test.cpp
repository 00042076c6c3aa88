#include "lib/base/hash.hpp"
#include "lib/consent/commitment.hpp"
#include "lib/consent/wording.hpp"

#include <doctest/doctest.h>

using namespace optledger;

TEST_CASE("a record's JSON has all members always, null when empty") {
  const Record record{RecordKind::confirmed,
                      from_millis(1795460969123),
                      "a@example.org",
                      "news",
                      {"192.0.2.7", IpSource::forwarded, std::nullopt},
                      {{"method", "page"}}};
  CHECK(
      to_canonical_json(to_json(record)) ==
      R"({"at":"2026-11-23T19:09:29.123Z","details":{"method":"page"},"email":"a@example.org","ip":"192.0.2.7",)"
      R"("ip_source":"forwarded","kind":"confirmed","list":"news","user_agent":null})");
}

TEST_CASE("the entry is SHA-256 of salt and canonical record, so any change of either shows") {
  const Record record{RecordKind::erased, from_millis(0), std::nullopt, std::nullopt, {}, Json::object()};
  const auto salt = sha256("salt");
  const auto commitment = commit_to(record, salt);
  CHECK(commitment.entry == sha256(std::string(as_chars(salt)) + commitment.canonical));
  CHECK(commitment.entry != commit_to(record, sha256("other")).entry);
}

TEST_CASE("a wording is named by its bytes with LF line ends, purposes included") {
  const auto unix_text = make_wording("Ja, ich will.\nBitte.\n", {});
  CHECK(make_wording("Ja, ich will.\r\nBitte.\r\n\r\n", {}) == unix_text);
  CHECK(unix_text.text == "Ja, ich will.\nBitte.\n");
  CHECK(unix_text.sha256 == sha256(unix_text.text));
  const auto with_purpose = make_wording("Ja, ich will.\nBitte.\n", {{"opens", "Messung"}});
  CHECK(with_purpose.sha256 != unix_text.sha256);
  CHECK(with_purpose.text == "Ja, ich will.\nBitte.\n\n[ ] opens: Messung\n");
}

TEST_CASE("a user agent for a record is valid UTF-8 of at most 512 characters") {
  CHECK_FALSE(user_agent_for_record(""));
  CHECK(user_agent_for_record(std::string(600, 'x'))->size() == 512);
  CHECK(*user_agent_for_record("a\xFFz") == "a\xEF\xBF\xBDz");
  CHECK(*user_agent_for_record(std::string("a\0z", 3)) == "a\xEF\xBF\xBDz");
}
