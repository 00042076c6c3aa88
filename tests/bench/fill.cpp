// Fills the database of a stopped service with people, by the product's own decisions (request_signup,
// record_letter_result, confirm_signup) through its own store, but hundreds of people to one transaction:
// what stands there afterwards is what that many real sign-ups would have left.
#include "lib/base/hash.hpp"
#include "lib/signup/confirm_signup.hpp"
#include "lib/signup/request_signup.hpp"
#include "lib/subscription/end_subscription.hpp"
#include "service/config/key_files.hpp"
#include "service/flows/keep_texts.hpp"
#include "service/flows/send_letters.hpp"
#include "service/store/sqlite/sqlite_store.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <fstream>
#include <future>
#include <iterator>

namespace {

using namespace optledger;

constexpr int people_in_a_transaction = 500;

struct Options {
  std::string config;
  std::string templates;
  int people = 0;
  std::string pattern = "person-{}@example.org";
  bool confirmed = false;
  std::int64_t forget_at = 0;  // milliseconds since 1970; 0: nobody leaves
};

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

class People {
 public:
  People(Config config, Keys keys, const ListTexts& texts, std::string letter_template, std::string facts,
         std::string pattern, Instant forget_at)
      : config_(std::move(config)),
        keys_(keys),
        texts_(texts),
        letter_template_(std::move(letter_template)),
        facts_(std::move(facts)),
        pattern_(std::move(pattern)),
        forget_at_(forget_at) {}

  // Everything that happens to one person, up to the letter that is due or to the confirmation.
  void add_one(int number, bool confirmed, Changes& changes) {
    auto decision = request_signup(request(number), facts(number), policy(), now_, fresh());
    const auto signup = std::get<InsertSignup>(decision.changes.front()).signup;
    append(decision.changes, changes);
    if (!confirmed) return;
    const auto token = Token::derive(TokenPurpose::confirm, keys_.token, signup.id);
    append(letter_sent(signup, token), changes);
    const Confirmation confirmation{token.hash(), "page", origin(number)};
    auto confirmed_now = confirm_signup(confirmation, {signup, {}, std::nullopt}, now_,
                                        {fresh_id(now_, entropy_), fresh_digest(entropy_)});
    append(std::move(confirmed_now.changes), changes);
    if (forget_at_ > now_) leave(signup, *confirmed_now.subscription, number, changes);
  }

 private:
  static void append(Changes from, Changes& to) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  }
  EmailAddress address(int number) const {
    return EmailAddress::parse(fmt::format(fmt::runtime(pattern_), number)).value();
  }
  Origin origin(int number) const {
    return {fmt::format("198.51.100.{}", number % 256), IpSource::forwarded,
            "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"};
  }
  SignupRequest request(int number) const {
    return {.address = address(number),
            .list = config_.lists.front().id,
            .name = PersonName::parse("Erika Mustermann").value(),
            .locale = "de",
            .purposes = {"newsletter"},
            .wording = texts_.wording.sha256,
            .wording_stated = false,
            .privacy_notice = texts_.privacy_notice,
            .source_url = "https://www.example.de/newsletter",
            .signed_up_at = std::nullopt,
            .origin = origin(number),
            .letter = texts_.letter};
  }
  // As if they had left now, under a proof window that ends at the wanted moment.
  void leave(Signup signup, const Subscription& subscription, int number, Changes& changes) {
    signup.state = SignupState::confirmed;
    const EndFacts facts{subscription.fingerprint, subscription.list, subscription, {signup}, std::nullopt};
    const Ending ending{SuppressionKind::unsubscribed, "one_click", std::nullopt, origin(number)};
    const ProofWindow window{.shorter = forget_at_ - now_};
    append(end_subscription(ending, facts, window, now_, fresh_digest(entropy_)).changes, changes);
  }
  SignupFacts facts(int number) const {
    return {fingerprint_of(address(number), keys_.fingerprint), {}, true, {}};
  }
  SignupPolicy policy() const { return {config_.retention.unconfirmed, 1, std::chrono::hours(24)}; }
  FreshSignup fresh() { return {fresh_id(now_, entropy_), fresh_digest(entropy_)}; }
  Changes letter_sent(const Signup& signup, const Token& token) {
    const auto letter = masked_letter(signup, letter_template_, facts_);
    const SentLetter sent{sha256(letter.message), token.hash(), letter.message_id, config_.mail.from_address,
                          signup.address->text()};
    return record_letter_result({signup, sent, 0, DeliveryOutcome::accepted, "250 taken"},
                                {config_.mail.retry}, now_, 0, fresh_digest(entropy_));
  }

  const Config config_;
  const Keys keys_;
  const ListTexts texts_;
  const std::string letter_template_, facts_, pattern_;
  const Instant forget_at_;
  SystemEntropy entropy_;
  const Instant now_ = SystemClock().now();
};

// The next transaction's changes are decided while the last one's are written.
void fill(const Options& options, People& people, Store& store) {
  std::future<void> writing;
  for (int first = 0; first < options.people; first += people_in_a_transaction) {
    Changes changes;
    const int end = std::min(first + people_in_a_transaction, options.people);
    for (int number = first; number < end; ++number) people.add_one(number, options.confirmed, changes);
    if (writing.valid()) writing.get();
    writing = std::async(std::launch::async, [&store, changes = std::move(changes)] {
      store.write([&](Transaction& transaction) { transaction.apply(changes); });
    });
  }
  if (writing.valid()) writing.get();
}

int run(const Options& options) {
  auto loaded = load_config(options.config, {});
  for (const auto& error : loaded.errors) fmt::print(stderr, "{}\n", to_text(error));
  if (!loaded.config) return 2;
  const auto& config = *loaded.config;
  const auto keys = load_keys(config.storage.keys, MissingKeys::refuse, {});
  SystemClock clock;
  const auto opened = open_sqlite_store(config.storage.path, clock.now());
  const auto letter_template = [&](const std::string& letter, const std::string& language) {
    return read_file(options.templates + "/letters/" + letter + "." + language + ".mustache");
  };
  const auto texts = keep_texts(config, {}, letter_template, *opened.store, clock);
  const auto& german = texts.lists.at(config.lists.front().id).at("de");
  const auto facts = read_from(
      *opened.store, [&](Reading& reading) { return reading.document(german.letter.facts).value(); });
  People people(config, keys, german, letter_template("confirmation", "de"), facts, options.pattern,
                from_millis(options.forget_at));
  fill(options, people, *opened.store);
  opened.store->purge_deleted();  // the log goes into the database, as after a quiet minute
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"fills a database with people"};
  Options options;
  app.add_option("--config", options.config, "of the stopped service; it must have run once")->required();
  app.add_option("--templates", options.templates, "the folder templates/ of the source")->required();
  app.add_option("--people", options.people, "how many")->required();
  app.add_option("--addresses", options.pattern, "{} is the number");
  app.add_flag("--confirmed", options.confirmed, "letter sent and confirmed; else the letter is due");
  app.add_option("--forget-at", options.forget_at,
                 "all of them have left, and their proof window ends at this time (ms since 1970)");
  CLI11_PARSE(app, argc, argv);
  try {
    return run(options);
  } catch (const std::exception& fault) {
    fmt::print(stderr, "{}\n", fault.what());
    return 1;
  }
}
