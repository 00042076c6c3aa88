#include "service/http/example_proof.hpp"

#include "lib/base/hash.hpp"
#include "lib/base/token.hpp"
#include "lib/consent/commitment.hpp"
#include "lib/ledger/checkpoint.hpp"
#include "lib/ledger/signed_note.hpp"
#include "lib/ledger/tree.hpp"
#include "lib/letters/letter_result.hpp"
#include "lib/privacy/erasure_receipt.hpp"
#include "lib/proof/proof.hpp"
#include "lib/signup/confirm_signup.hpp"
#include "lib/signup/request_signup.hpp"
#include "lib/subscription/end_subscription.hpp"
#include "lib/subscription/permit.hpp"
#include "service/flows/look_up_proof.hpp"
#include "service/flows/send_letters.hpp"
#include "service/http/templates.hpp"

#include <chrono>
#include <map>
#include <optional>

namespace optledger::http {
namespace {

using namespace std::chrono_literals;

constexpr Instant first_event = std::chrono::sys_days(2026y / 11 / 23) + 19h + 9min + 29s + 123ms;

std::string letter_facts_for(const ExampleStory& story, const ControllerConfig& controller) {
  LetterFacts facts{.from_name = controller.name,
                    .from_address = "newsletter@example.de",
                    .list_title = story.list_title,
                    .controller_name = controller.name,
                    .controller_lines = controller.legal_lines,
                    .imprint_url = controller.imprint_url,
                    .privacy_url = controller.privacy_url,
                    .public_url = "https://newsletter.example.de"};
  auto& lines = facts.controller_lines;
  lines.insert(lines.begin(), {controller.street, controller.postal_code + " " + controller.city});
  lines.push_back(controller.email);
  return to_canonical_text(facts);
}

// A ledger that has nothing but these records.
LedgerWord example_ledger(const std::vector<Evidence>& records) {
  std::vector<Digest> entries;
  for (const auto& record : records) entries.push_back(entry_of(record.body, record.salt));
  const auto grown = grow(0, entries, {});
  const std::map<TileId, std::string> tiles(grown.tiles.begin(), grown.tiles.end());
  const SigningKey key{"newsletter.example.de/v1/ledger", sha256("example key")};
  LedgerWord word{key.name,
                  to_text(verifier_of(key)),
                  sign_note(to_text(Checkpoint{key.name, grown.size, grown.root}), key),
                  {}};
  for (const auto& record : records) {
    word.inclusions.push_back(inclusion_proof(record.leaf_index, grown.size,
                                              [&tiles](const TileId& tile) { return tiles.at(tile); }));
  }
  return word;
}

class Example {
 public:
  Example(const ExampleStory& story, const ControllerConfig& controller, const Templates& templates)
      : story_(story),
        letter_template_(templates.text("letters/confirmation." + story.locale + ".mustache")),
        letter_facts_(letter_facts_for(story, controller)),
        parts_{controller_in_proof(controller), story.address, story.list, {}, {}, {}} {}

  void sign_up() {
    SignupRequest request{.address = story_.address,
                          .list = story_.list,
                          .name = std::nullopt,
                          .locale = story_.locale,
                          .purposes = {"newsletter"},
                          .wording = keep(make_wording(story_.wording, story_.purposes).text),
                          .wording_stated = true,
                          .privacy_notice = keep(story_.privacy_notice),
                          .source_url = "https://www.example.de/newsletter",
                          .signed_up_at = std::nullopt,
                          .origin = story_.origin,
                          .letter = {sha256(letter_template_), sha256(letter_facts_)}};
    for (const auto& purpose : story_.purposes) request.purposes.push_back(purpose.id);
    const SignupPolicy policy{.unconfirmed = 24h * 7, .letters_per_address = 1, .window = 24h};
    const auto decision = request_signup(request, {}, policy, first_event, {Id{}, fresh_salt()});
    signup_ = std::get<InsertSignup>(decision.changes.front()).signup;
    keep(decision.changes);
  }

  void receive_letter() {
    const auto letter = masked_letter(*signup_, letter_template_, letter_facts_);
    parts_.letters[to_hex(sha256(letter.message))] = letter.message;
    const LetterAttempt attempt{.signup = *signup_,
                                .letter = {.letter = sha256(letter.message),
                                           .token_hash = token_hash_,
                                           .message_id = letter.message_id,
                                           .envelope_from = "newsletter@example.de",
                                           .envelope_to = story_.address.text()},
                                .attempts = 0,
                                .outcome = DeliveryOutcome::accepted,
                                .reply = "250 2.0.0 Ok: queued as 4bXk7v2Zq1z9sQ1"};
    keep(record_letter_result(attempt, {}, first_event + 1333ms, 0, fresh_salt()));
  }

  void confirm() {
    const Confirmation confirmation{.token_hash = token_hash_, .method = "page", .origin = story_.origin};
    const auto decision = confirm_signup(confirmation, {signup_, {}, std::nullopt},
                                         first_event + 4h + 20min + 36s, {Id{}, fresh_salt()});
    keep(decision.changes);
  }

  void become_customer() {
    const Permission permission{.address = story_.address,
                                .list = story_.list,
                                .name = std::nullopt,
                                .basis = LegalBasis::existing_customer,
                                .purchase_reference = "4711",
                                .purchased_at = "2026-11-20",
                                .notice = parse_notice(story_.customer_notice).value(),
                                .address_source = "https://shop.example.de/checkout"};
    keep(permission.notice.text);
    const auto decision = permit(permission, "api", {}, first_event, {{}, {}, fresh_salt()});
    signup_ = std::get<InsertSignup>(decision.changes.front()).signup;
    subscription_ = decision.subscription;
    keep(decision.changes);
  }

  void object() {
    const Ending ending{SuppressionKind::unsubscribed, "page", token_hash_, story_.origin};
    const EndFacts facts{{}, story_.list, subscription_, {*signup_}, std::nullopt};
    keep(end_subscription(ending, facts, {}, first_event + 24h * 90, fresh_salt()).changes);
  }

  Json proof() {
    const auto issued_at = first_event + 24h * 220;
    keep({AppendRecord{proof_issued(parts_, {}, issued_at), fresh_salt(), std::nullopt}});
    return assemble_proof(parts_, {}, issued_at, example_ledger(parts_.records));
  }

 private:
  Digest fresh_salt() const { return sha256("example salt " + std::to_string(parts_.records.size())); }

  Digest keep(const std::string& text) {
    const auto hash = sha256(text);
    parts_.texts[to_hex(hash)] = text;
    return hash;
  }

  void keep(const Changes& changes) {
    for (const auto& change : changes) {
      const auto* appended = std::get_if<AppendRecord>(&change);
      if (appended == nullptr) continue;
      const auto& salt = appended->salt;
      parts_.records.push_back({parts_.records.size(), salt, commit_to(appended->record, salt).canonical});
    }
  }

  const ExampleStory& story_;
  const std::string letter_template_;
  const std::string letter_facts_;
  const Digest token_hash_ = Token::derive(TokenPurpose::confirm, TokenKey{}, Id{}).hash();
  std::optional<Signup> signup_;
  std::optional<Subscription> subscription_;
  ProofParts parts_;
};

}  // namespace

Json example_proof(const ExampleStory& story, const ControllerConfig& controller,
                   const Templates& templates) {
  Example example(story, controller, templates);
  example.sign_up();
  example.receive_letter();
  example.confirm();
  return example.proof();
}

Json example_permission_proof(const ExampleStory& story, const ControllerConfig& controller,
                              const Templates& templates) {
  Example example(story, controller, templates);
  example.become_customer();
  example.object();
  return example.proof();
}

Json example_receipt(const ExampleStory& story, const ControllerConfig& controller,
                     const Templates& templates, const std::string& language) {
  const auto declaration = templates.word(language, "erasure", "declaration").value();
  const auto erased = first_event + 24h * 30;
  const std::vector<BasisPeriod> periods = {
      {LegalBasis::existing_customer, first_event - 24h * 60, first_event},
      {LegalBasis::double_opt_in, first_event, erased}};
  return {{"format", "optledger-erasure-receipt/1"},
          {"issued_at", to_rfc3339(first_event + 24h * 220)},
          {"controller", controller_in_proof(controller)},
          {"subject", {{"email", story.address.text()}, {"list", story.list}}},
          {"erased_at", to_rfc3339(erased)},
          {"method", "page"},
          {"consents", consents_among(periods)},
          {"permissions", permissions_among(periods)},
          {"declaration", {{"sha256", to_hex(sha256(declaration))}, {"text", declaration}}},
          {"kept_until", to_rfc3339(erased + 24h * 1096)}};
}

}  // namespace optledger::http
