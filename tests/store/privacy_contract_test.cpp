// The person's rights in the store: requests, their letters and links, the restriction.
#include "lib/base/hash.hpp"
#include "lib/consent/proof_window.hpp"
#include "service/store/sqlite/sqlite_store.hpp"
#include "tests/fakes/noon.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

class PrivacySqlite {
 public:
  std::unique_ptr<Store> open() { return open_sqlite_store(folder_.path() / "test.db", noon).store; }

 private:
  TemporaryFolder folder_;
};

const Fingerprint anna{sha256("anna")};
const Id access_id{1};
const Digest text_hash = sha256("text");

PrivacyRequest access_request() {
  return {.id = access_id,
          .right = PrivacyRight::access,
          .person = anna,
          .address = EmailAddress::parse("anna@example.org").value(),
          .locale = "de",
          .letter = LetterBasis{text_hash, text_hash},
          .received_at = noon,
          .due_at = answer_due(noon),
          .link_until = noon + 24h};
}

void ask(Store& store) {
  store.write([](Transaction& transaction) {
    transaction.keep_document(text_hash, "text");
    transaction.apply(
        {InsertPrivacyRequest{access_request()}, EnqueueLetter{access_id, noon, LetterKind::privacy}});
  });
}

PrivacyRequest found(Store& store) {
  return read_from(store, [](Reading& reading) { return reading.privacy_request(access_id).value(); });
}

void apply(Store& store, const Changes& changes) {
  store.write([&](Transaction& transaction) { transaction.apply(changes); });
}

DueForDeletion due(Store& store, Instant now) {
  return read_from(store, [&](Reading& reading) { return reading.due_for_deletion(now, 10); });
}

}  // namespace

TEST_CASE_TEMPLATE("a privacy request is there after reopening, with its letter", Engine, PrivacySqlite) {
  Engine engine;
  ask(*engine.open());
  const auto store = engine.open();
  const auto request = found(*store);
  CHECK(request.address == access_request().address);
  CHECK(request.link_until == noon + 24h);
  CHECK(request.due_at == answer_due(noon));
  CHECK_FALSE(request.end.has_value());
  const auto letters = read_from(*store, [](Reading& reading) { return reading.due_letters(noon, 5); });
  REQUIRE(letters.size() == 1);
  CHECK(std::get<PrivacyRequest>(letters[0].about).id == access_id);
}

TEST_CASE_TEMPLATE("open requests are listed, the most urgent first; closed ones with all", Engine,
                   PrivacySqlite) {
  Engine engine;
  const auto store = engine.open();
  ask(*store);
  auto urgent = access_request();
  urgent.id = Id{2};
  urgent.due_at = noon + 1h;
  apply(*store, {InsertPrivacyRequest{urgent}});
  const auto open = [&] {
    return read_from(*store, [](Reading& reading) { return reading.open_privacy_requests(); });
  };
  REQUIRE(open().size() == 2);
  CHECK(open()[0].id == urgent.id);
  apply(*store, {ClosePrivacyRequest{urgent.id, {noon, RequestOutcome::closed, noon + 1h}}});
  REQUIRE(open().size() == 1);
  const auto all = read_from(*store, [](Reading& reading) { return reading.all_privacy_requests(); });
  REQUIRE(all.size() == 2);
  CHECK(all[0].end->outcome == RequestOutcome::closed);
  CHECK(read_from(*store, [](Reading& reading) { return reading.privacy_requests(anna).size(); }) == 2);
}

TEST_CASE_TEMPLATE("an address goes when its request is answered and its link over, the request later",
                   Engine, PrivacySqlite) {
  Engine engine;
  const auto store = engine.open();
  ask(*store);
  CHECK(due(*store, noon + 48h).empty());  // open: somebody has to be answered
  apply(*store, {UsePrivacyLink{access_id, {PrivacyRight::correction, PrivacyRight::erasure}},
                 ClosePrivacyRequest{access_id, {noon, RequestOutcome::answered, noon + 72h}}});
  CHECK(found(*store).used == std::vector{PrivacyRight::correction, PrivacyRight::erasure});
  CHECK(due(*store, noon + 24h - 1ms).privacy_addresses.empty());
  CHECK(due(*store, noon + 24h).privacy_addresses == std::vector{access_id});
  apply(*store, {ForgetPrivacyAddress{access_id}});
  CHECK_FALSE(found(*store).address.has_value());
  CHECK_FALSE(found(*store).link_until.has_value());
  CHECK(store->has_traces());
  CHECK(due(*store, noon + 72h - 1ms).empty());
  CHECK(due(*store, noon + 72h).privacy_requests == std::vector{access_id});
  apply(*store, {ForgetPrivacyRequest{access_id}});
  CHECK_FALSE(read_from(*store, [](Reading& reading) { return reading.privacy_request(access_id); }));
}

TEST_CASE_TEMPLATE("a restriction stands beside the other rules and goes by itself or with the last signup",
                   Engine, PrivacySqlite) {
  Engine engine;
  const auto store = engine.open();
  ask(*store);
  const auto rules = [&] {
    return read_from(*store, [](Reading& reading) { return reading.suppressions(anna); });
  };
  apply(*store, {Suppress{{anna, std::nullopt, SuppressionKind::unsubscribed, noon, noon + 1h}},
                 Restrict{anna, noon}, Restrict{anna, noon + 1h}});
  REQUIRE(rules().size() == 2);
  CHECK(rules()[0].kind == SuppressionKind::restricted);
  CHECK(rules()[0].since == noon);  // the first one counts
  CHECK(rule_of(rules(), std::nullopt)->kind == SuppressionKind::unsubscribed);
  apply(*store, {LiftRestriction{anna}});
  CHECK(rules().size() == 1);

  Signup signup{.id = Id{7},
                .list = "news",
                .fingerprint = anna,
                .address = access_request().address,
                .name = "Ünï",
                .locale = "de",
                .letter = LetterBasis{text_hash, text_hash},
                .state = SignupState::pending,
                .requested_at = noon,
                .expires_at = noon + 1h};
  apply(*store, {InsertSignup{signup}});
  signup.id = Id{8};
  apply(*store, {InsertSignup{signup}, Restrict{anna, noon}, SetName{Id{8}, std::nullopt}});
  CHECK_FALSE(read_from(*store, [](Reading& r) { return r.signup(Id{8})->name; }).has_value());
  apply(*store, {EraseSignup{Id{7}}});
  CHECK(is_restricted(rules()));
  apply(*store, {EraseSignup{Id{8}}});
  CHECK_FALSE(is_restricted(rules()));
}
