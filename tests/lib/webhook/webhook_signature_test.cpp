// Signatures of webhooks, against the vector of the standard's own reference implementation.
#include "lib/webhook/webhook_signature.hpp"

#include <doctest/doctest.h>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

// standard-webhooks, libraries/javascript/src/webhook.test.ts
const std::string id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const std::string body = R"({"test": 2432232314})";
const std::string known_signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const Instant then{1614265330s};

WebhookSecret reference_secret() {
  return WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value();
}
WebhookSecret other_secret() {
  return WebhookSecret::parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").value();
}
WebhookHeaders genuine() { return {id, "1614265330", known_signature}; }

}  // namespace

TEST_CASE("a webhook is signed as the standard's reference signs it") {
  const auto headers = sign_webhook({reference_secret()}, id, then + 999ms, body);
  CHECK(headers.id == id);
  CHECK(headers.timestamp == "1614265330");
  CHECK(headers.signature == known_signature);
}

TEST_CASE("a genuine webhook is taken for five minutes in each direction, and not a second longer") {
  for (const auto away : {0s, 300s, -300s})
    CHECK_FALSE(doubt_about(genuine(), body, {reference_secret()}, then + away));
  for (const auto away : {301s, -301s})
    CHECK(doubt_about(genuine(), body, {reference_secret()}, then + away) == WebhookDoubt::untimely);
}

TEST_CASE("a changed body, id, timestamp or signature is not genuine") {
  const auto doubt = [](const WebhookHeaders& headers, std::string_view text = body) {
    return doubt_about(headers, text, {reference_secret()}, then);
  };
  CHECK(doubt(genuine(), R"({"test": 2432232315})") == WebhookDoubt::wrong_signature);
  CHECK(doubt({"msg_other", "1614265330", known_signature}) == WebhookDoubt::wrong_signature);
  CHECK(doubt({id, "1614265331", known_signature}) == WebhookDoubt::wrong_signature);
  CHECK(doubt({id, "1614265330", "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="}) ==
        WebhookDoubt::wrong_signature);
  for (const std::string& unsigned_so_far :
       {std::string(), std::string("v1,"), known_signature.substr(3), "v2," + known_signature.substr(3),
        "v1a," + known_signature.substr(3), known_signature + "=", std::string("v1,AAAA")}) {
    CHECK(doubt({id, "1614265330", unsigned_so_far}) == WebhookDoubt::wrong_signature);
  }
  CHECK(doubt_about(genuine(), body, {}, then) == WebhookDoubt::wrong_signature);
}

TEST_CASE("a header that is missing or not what the standard says is malformed") {
  for (const std::string timestamp :
       {"", "now", "-1614265330", "+1614265330", " 1614265330", "1614265330.0", "161426533000000000000"}) {
    CHECK(doubt_about({id, timestamp, known_signature}, body, {reference_secret()}, then) ==
          WebhookDoubt::malformed);
  }
  // With a full stop in the id, "a.1" at 2 and "a" at "1.2" would be signed alike.
  for (const std::string& wrong : {std::string(), std::string("msg.1"), std::string("a b"),
                                   std::string("\xC3\xA4"), std::string(256, 'a')}) {
    CHECK(doubt_about({wrong, "1614265330", known_signature}, body, {reference_secret()}, then) ==
          WebhookDoubt::malformed);
  }
}

TEST_CASE("while a secret is changed, both the old and the new one hold") {
  const std::vector both{other_secret(), reference_secret()};
  CHECK_FALSE(doubt_about(genuine(), body, both, then));
  const auto headers = sign_webhook(both, id, then, body);
  CHECK(headers.signature.ends_with(" " + known_signature));
  CHECK_FALSE(doubt_about(headers, body, {reference_secret()}, then));
  CHECK_FALSE(doubt_about(headers, body, {other_secret()}, then));
  CHECK_FALSE(doubt_about({id, "1614265330", "v1a,AAAA v2,x  " + known_signature}, body, both, then));
}

TEST_CASE("a secret is whsec_ and 24 to 64 octets in base64") {
  CHECK(WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  for (const std::string wrong :
       {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2Las===",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "whsec_AAAA", "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}) {
    CHECK_FALSE(WebhookSecret::parse(wrong));
  }
  CHECK_FALSE(WebhookSecret::parse("whsec_" + to_base64(std::string(65, 'x'))));
  CHECK(WebhookSecret::parse("whsec_" + to_base64(std::string(64, 'x'))));
}
