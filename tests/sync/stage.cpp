#include "tests/sync/stage.hpp"

#include "lib/base/hash.hpp"
#include "lib/privacy/exercise.hpp"
#include "service/flows/confirm.hpp"
#include "service/flows/erase_person.hpp"
#include "service/flows/forget.hpp"
#include "service/flows/provider_hook.hpp"
#include "service/flows/sign_up.hpp"
#include "service/store/sqlite/sqlite_store.hpp"

namespace optledger::test {
namespace {

using namespace std::chrono_literals;

const Keys keys{FingerprintKey{sha256("fingerprint key")}, TokenKey{1, sha256("token key")}};
const std::string public_url = "https://newsletter.example";
const std::string text = "Yes, I want the news.\n";
const std::string news = "news";

const ListConfig& list() {
  static const ListConfig config = [] {
    ListConfig made;
    made.id = news;
    made.cleverreach.emplace();
    made.cleverreach->group = "1";
    made.cleverreach->batch = 2;
    made.cleverreach->source = "Example GmbH";
    return made;
  }();
  return config;
}

// Parsed and fingerprinted once: each takes longer than a step.
struct Person {
  EmailAddress address;
  Fingerprint fingerprint;
};
const std::vector<Person>& people() {
  static const std::vector<Person> all = [] {
    std::vector<Person> made;
    for (const auto* email : {"Anna@example.org", "berta@example.org", "carla@example.org"}) {
      const auto address = EmailAddress::parse(email).value();
      made.push_back({address, fingerprint_of(address, keys.fingerprint)});
    }
    return made;
  }();
  return all;
}

// Made once, since migrations take longer than most histories.
const std::filesystem::path& empty_database(Instant now) {
  static const TemporaryFolder folder(fast_folder());
  static const auto file = folder.path() / "empty.db";
  if (std::filesystem::exists(file)) return file;
  open_sqlite_store(file, now).store->write([&](Transaction& transaction) {
    transaction.keep_document(sha256(text), text);
    transaction.keep_wording(news, "en", sha256(text), now);
  });
  return file;
}

OperatorRequest request(const EmailAddress& address) {
  return {address, news, "ticket 12", "user:root", "command", {}};
}

}  // namespace

Stage::Stage() : folder_(fast_folder()) {
  std::filesystem::copy_file(empty_database(clock.now()), folder_.path() / "optledger.db");
  reopen();
}

void Stage::reopen() {
  store_.reset();
  store_ =
      std::make_unique<MortalStore>(open_sqlite_store(folder_.path() / "optledger.db", clock.now()).store);
}

SyncedList Stage::synced() { return {list(), public_url, window_, keys, *store_, clock, entropy_}; }

const EmailAddress& Stage::address(int person) const {
  return people().at(static_cast<std::size_t>(person)).address;
}
const Fingerprint& Stage::fingerprint(int person) const {
  return people().at(static_cast<std::size_t>(person)).fingerprint;
}

bool Stage::confirm(int person) {
  const SignupRequest wish{.address = address(person),
                           .list = news,
                           .name = std::nullopt,
                           .locale = "en",
                           .purposes = {"newsletter"},
                           .wording = sha256(text),
                           .wording_stated = true,
                           .privacy_notice = std::nullopt,
                           .source_url = std::nullopt,
                           .signed_up_at = std::nullopt,
                           .origin = {},
                           .letter = {sha256(text), sha256(text)}};
  sign_up(wish, {.unconfirmed = 24h * 7, .letters_per_address = 100, .window = 24h}, keys.fingerprint,
          *store_, clock, entropy_);
  const auto signups =
      read_from(*store_, [&](Reading& reading) { return reading.signups(fingerprint(person), news); });
  if (signups.empty() || signups.back().state != SignupState::pending) return false;
  const auto token = Token::derive(TokenPurpose::confirm, keys.token, signups.back().id);
  return optledger::confirm(token, "page", {}, *store_, clock, entropy_).state == LinkState::open;
}

void Stage::leave(int person) {
  const auto subscription = standing(person).subscription;
  if (!subscription) return;
  unsubscribe(Token::derive(TokenPurpose::unsubscribe, keys.token, subscription->nonce), "page", {}, window_,
              *store_, clock, entropy_);
}

void Stage::block(int person) {
  end_subscriptions(SuppressionKind::blocked, request(address(person)), window_, keys.fingerprint, *store_,
                    clock, entropy_);
}

void Stage::erase(int person) {
  erase_person(request(address(person)), Declarations{"I had consented", "I was a customer"}, window_,
               keys.fingerprint, *store_, clock, entropy_);
}

template <typename Decide>
void Stage::change_standing(int person, Decide&& decide) {
  store_->write([&](Transaction& transaction) {
    const std::vector<EndFacts> standings{end_facts(fingerprint(person), news, transaction)};
    if (standings[0].signups.empty()) return;
    transaction.apply(decide(standings, std::vector{fresh_digest(entropy_)}));
  });
}

void Stage::restrict(int person) {
  change_standing(person, [&](const auto& standings, const auto& salts) {
    return restrict_processing(standings, {}, clock.now(), salts);
  });
}

void Stage::lift(int person) {
  change_standing(person, [&](const auto& standings, const auto& salts) {
    return lift_restriction(standings, {}, clock.now(), salts);
  });
}

void Stage::rename(int person, const std::string& name) {
  change_standing(person, [&](const auto& standings, const auto& salts) {
    return correct_name(standings, PersonName::parse(name).value(), {}, clock.now(), salts);
  });
}

void Stage::hint(const std::string& provider_id) { note_hint(news, provider_id, *store_, clock); }

void Stage::forget() {
  forget_all([] { return false; }, *store_, clock, entropy_);
}

ProviderStanding Stage::standing(int person) {
  return read_from(*store_,
                   [&](Reading& reading) { return standing_of(fingerprint(person), news, reading); });
}

std::optional<ProviderReceiver> Stage::known(int person) {
  return read_from(*store_, [&](Reading& reading) { return reading.receiver(fingerprint(person), news); });
}

std::int64_t Stage::owed() {
  return read_from(*store_, [](Reading& reading) { return reading.count_owed_receivers(news); });
}

std::vector<std::vector<Json>> Stage::records(int person) {
  return read_from(*store_, [&](Reading& reading) {
    std::vector<std::vector<Json>> all;
    for (const auto& signup : reading.signups(fingerprint(person), news)) {
      all.emplace_back();
      for (const auto& record : reading.records(signup.id)) all.back().push_back(Json::parse(record.body));
    }
    return all;
  });
}

}  // namespace optledger::test
