#include "tests/flows/stage.hpp"

#include "lib/base/hash.hpp"
#include "service/flows/forget.hpp"
#include "service/flows/permit_customers.hpp"
#include "service/flows/request_access.hpp"
#include "service/flows/sign_up.hpp"
#include "service/store/sqlite/sqlite_store.hpp"

namespace optledger::test {
namespace {

using namespace std::chrono_literals;

const std::string wording = "Yes, I want the news.\n";
const Declarations declarations{.consent = "I had agreed.\n", .permission = "I was a customer.\n"};
const std::string confirmation_template =
    "language: en\nmonths: 1 2 3 4 5 6 7 8 9 10 11 12\n"
    "--- subject ---\nPlease confirm\n--- text ---\n{{confirm_url}} until {{expires_day}}. "
    "{{expires_month}}. {{expires_time}}\n--- html ---\n<p>{{confirm_url}}\n";
const std::string privacy_template =
    "language: en\nmonths: 1 2 3 4 5 6 7 8 9 10 11 12\n"
    "--- subject ---\nYour data\n--- text ---\n{{access_url}}\n--- html ---\n<p>{{access_url}}\n";
const std::string letter_facts = to_canonical_text({.from_name = "Example GmbH",
                                                    .from_address = "newsletter@sender.example",
                                                    .list_title = "News",
                                                    .controller_name = "Example GmbH",
                                                    .controller_lines = {"65189 Wiesbaden"},
                                                    .imprint_url = "",
                                                    .privacy_url = "",
                                                    .public_url = "https://newsletter.sender.example"});

const LetterBasis confirmation_letter{sha256(confirmation_template), sha256(letter_facts)};
const LetterBasis privacy_letter{sha256(privacy_template), sha256(letter_facts)};

// An empty database with the texts in it: made once, since migrations take longer than most histories.
const std::filesystem::path& empty_database(Instant now) {
  static const TemporaryFolder folder(fast_folder());
  static const auto file = folder.path() / "empty.db";
  if (std::filesystem::exists(file)) return file;
  open_sqlite_store(file, now).store->write([&](Transaction& transaction) {
    for (const auto& text : {wording, confirmation_template, privacy_template, letter_facts}) {
      transaction.keep_document(sha256(text), text);
    }
    for (const auto* list : {"news", "offers"}) transaction.keep_wording(list, "en", sha256(wording), now);
  });
  return file;
}

EmailAddress address(const std::string& email) { return EmailAddress::parse(email).value(); }
Token confirm_token(const std::string& text) {
  return Token::parse(text, TokenPurpose::confirm, Stage::token_key).value();
}

}  // namespace

const LetterPolicy Stage::letter_policy{{1min, 5min, 15min, 60min, 4h}};
const FingerprintKey Stage::fingerprint_key{sha256("fingerprint key")};
const TokenKey Stage::token_key{1, sha256("token key")};

Stage::Stage(Instant start, ProofWindow window) : clock(start), folder_(fast_folder()), window_(window) {
  std::filesystem::copy_file(empty_database(start), database());
  open();
}

void Stage::sign_up(const std::string& email, const std::string& list) {
  const SignupRequest request{.address = address(email),
                              .list = list,
                              .name = std::nullopt,
                              .locale = "en",
                              .purposes = {"newsletter"},
                              .wording = sha256(wording),
                              .wording_stated = true,
                              .privacy_notice = std::nullopt,
                              .source_url = std::nullopt,
                              .signed_up_at = std::nullopt,
                              .origin = {},
                              .letter = confirmation_letter};
  const SignupPolicy policy{.unconfirmed = unconfirmed, .letters_per_address = 1, .window = 24h};
  optledger::sign_up(request, policy, fingerprint_key, *store_, clock, entropy_);
}

ConfirmResult Stage::confirm(const std::string& token) {
  return optledger::confirm(confirm_token(token), "page", {}, *store_, clock, entropy_);
}

void Stage::cancel(const std::string& token, bool no_more_letters) {
  optledger::cancel(confirm_token(token), {no_more_letters, "page", {}}, window_, *store_, clock, entropy_);
}

void Stage::unsubscribe(const std::string& token) {
  optledger::unsubscribe(Token::parse(token, TokenPurpose::unsubscribe, token_key).value(), "page", {},
                         window_, *store_, clock, entropy_);
}

void Stage::ask(const std::string& email) {
  ask_for_access({.address = address(email), .locale = "en", .letter = privacy_letter}, fingerprint_key,
                 *store_, clock, entropy_);
}

void Stage::exercise(const std::string& token, PrivacyRight right, bool declared) {
  const auto said = declared ? std::optional(declarations) : std::nullopt;
  exercise_right(Token::parse(token, TokenPurpose::privacy, token_key).value(),
                 {.right = right, .declarations = said}, window_, *store_, clock, entropy_);
}

void Stage::permit(const std::string& email, const std::string& list) {
  permit_customers({{.address = address(email),
                     .list = list,
                     .name = std::nullopt,
                     .basis = LegalBasis::existing_customer,
                     .purchase_reference = "order 4711",
                     .purchased_at = "2028-01-01",
                     .notice = make_wording("You may object at any time.", {}),
                     .address_source = "order form"}},
                   ImportMode::apply, fingerprint_key, *store_, clock, entropy_);
}

void Stage::end(SuppressionKind kind, const std::string& email, const ListName& list) {
  end_subscriptions(kind, asked_for(email, list), window_, fingerprint_key, *store_, clock, entropy_);
}

void Stage::unblock(const std::string& email, const ListName& list) {
  optledger::unblock(asked_for(email, list), window_, fingerprint_key, *store_, clock, entropy_);
}

void Stage::erase(const std::string& email, const ListName& list, bool declared) {
  const auto said = declared ? std::optional(declarations) : std::nullopt;
  erase_person(asked_for(email, list), said, window_, fingerprint_key, *store_, clock, entropy_);
}

void Stage::import(SuppressionKind kind, const std::string& email, const ListName& list, Instant since) {
  const ImportTerms terms{.list = std::nullopt,
                          .kind = kind,
                          .known_lists = {"news", "offers"},
                          .key = fingerprint_key,
                          .window = window_,
                          .changed_at = clock.now(),
                          .now = clock.now()};
  const SuppressionRow row{
      .email = email, .fingerprint = "", .list = list.value_or(""), .kind = "", .since = to_rfc3339(since)};
  import_suppressions({imported_rule(row, terms).value()}, ImportMode::apply, window_, *store_, clock,
                      entropy_);
}

std::vector<ClaimedLetter> Stage::claim() { return claim_letters(50, lease, token_key, *store_, clock); }

void Stage::record(const ClaimedLetter& letter, DeliveryOutcome outcome) {
  record_letter(letter, outcome, "250 or not", letter_policy, *store_, clock, entropy_);
}

bool Stage::forget() {
  const bool trusted = !clock_jump(max_clock_jump, *store_, clock);
  if (trusted) forget_all([] { return false; }, *store_, clock, entropy_);
  return trusted;
}

void Stage::accept_clock() { optledger::accept_clock(*store_, clock); }

void Stage::restart(bool is_killed) {
  const auto log = database().string() + "-wal";
  const auto kept = folder_.path() / "kept";
  if (is_killed) {
    std::filesystem::create_directory(kept);
    for (const auto& file : {database(), std::filesystem::path(log)}) {
      std::filesystem::copy_file(file, kept / file.filename());
    }
  }
  store_.reset();
  if (is_killed) {
    for (const auto& entry : std::filesystem::directory_iterator(kept)) {
      std::filesystem::rename(entry.path(), folder_.path() / entry.path().filename());
    }
    std::filesystem::remove(kept);
  }
  open();
  store_->write([](Transaction& transaction) { transaction.release_letter_leases(); });
  forget();
}

std::string Stage::unsubscribe_token(const Subscription& subscription) {
  return Token::derive(TokenPurpose::unsubscribe, token_key, subscription.nonce).reveal();
}

OperatorRequest Stage::asked_for(const std::string& email, const ListName& list) const {
  return {.address = address(email),
          .list = list,
          .reason = "ticket 12",
          .operator_name = "user:root",
          .method = "command",
          .origin = {}};
}

void Stage::open() { store_ = open_sqlite_store(database(), clock.now()).store; }

}  // namespace optledger::test
