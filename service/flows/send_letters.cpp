#include "service/flows/send_letters.hpp"

#include "lib/base/hash.hpp"
#include "lib/signup/confirm_signup.hpp"

#include <map>

namespace optledger {
namespace {

LetterValues values_of(const Signup& signup, std::string token) {
  return {.to = signup.address.value(),
          .token = std::move(token),
          .requested_at = signup.requested_at,
          .expires_at = signup.expires_at,
          // Not the nonce itself: a Message-ID travels through many logs.
          .message_key = to_hex(sha256(as_chars(signup.id))).substr(0, 32)};
}

LetterValues values_of(const PrivacyRequest& request, std::string token) {
  return {.to = request.address.value(),
          .token = std::move(token),
          .requested_at = request.received_at,
          .expires_at = request.link_until.value_or(request.received_at),
          .message_key = to_hex(sha256(as_chars(request.id))).substr(0, 32)};
}

using Documents = std::map<Digest, std::string>;

const std::string& document(Documents& documents, const Digest& hash, Reading& reading) {
  auto found = documents.find(hash);
  if (found == documents.end()) found = documents.emplace(hash, reading.document(hash).value()).first;
  return found->second;
}

LetterBasis basis_of(const DueLetter& letter) {
  if (const auto* signup = std::get_if<Signup>(&letter.about)) return signup->letter.value();
  return std::get<PrivacyRequest>(letter.about).letter.value();
}

struct Basis {
  std::string letter_template;
  LetterFacts facts;
};

ClaimedLetter write_letter(const Signup& signup, const Basis& basis, const TokenKeys& keys) {
  const auto token = Token::derive(TokenPurpose::confirm, keys, signup.id);
  const auto compose = [&](std::string shown) {
    return compose_confirmation_letter(basis.letter_template, basis.facts,
                                       values_of(signup, std::move(shown)));
  };
  auto letter = compose(token.reveal());
  return {.about = signup,
          .message = std::move(letter.message),
          .token = token.reveal(),
          .evidence = {.letter = sha256(compose(token.masked()).message),
                       .token_hash = token.hash(),
                       .message_id = letter.message_id,
                       .envelope_from = basis.facts.from_address,
                       .envelope_to = signup.address->text()}};
}

ClaimedLetter write_letter(const PrivacyRequest& request, const Basis& basis, const TokenKeys& keys) {
  std::string token;
  if (request.link_until) token = Token::derive(TokenPurpose::privacy, keys, request.id).reveal();
  auto letter = compose_privacy_letter(basis.letter_template, basis.facts, values_of(request, token));
  return {.about = request,
          .message = std::move(letter.message),
          .token = std::move(token),
          .evidence = {.letter = {},
                       .token_hash = {},
                       .message_id = letter.message_id,
                       .envelope_from = basis.facts.from_address,
                       .envelope_to = request.address->text()}};
}

// Whether there is still a reason to write, decided by the same rules as the link in the letter.
bool is_owed(const Signup& signup, Instant now, Reading& reading) {
  const auto rules = covering(reading.suppressions(signup.fingerprint), signup.list);
  return link_state(signup, rules, now) == LinkState::open;
}

bool is_owed(const PrivacyRequest& request, Instant now, Reading& reading) {
  if (request.end || !request.address || !request.letter) return false;
  if (is_blocked(reading.suppressions(request.person))) return false;
  return !request.link_until || now < *request.link_until;
}

// A spam filter's answer may quote the link it disliked.
std::string without_token(std::string reply, const std::string& token) {
  for (auto at = reply.find(token); at != std::string::npos; at = reply.find(token)) {
    reply.replace(at, token.size(), token.size(), '*');
  }
  return reply;
}

}  // namespace

Letter masked_letter(const Signup& signup, std::string_view template_text, std::string_view facts_text) {
  return compose_confirmation_letter(template_text, letter_facts_from(facts_text),
                                     values_of(signup, std::string(Token::length, '*')));
}

std::vector<ClaimedLetter> claim_letters(int limit, Duration lease, const TokenKeys& keys, Store& store,
                                         Clock& clock) {
  const auto now = clock.now();
  Documents documents;
  const auto due = write_to(store, [&](Transaction& transaction) {
    Changes changes;
    std::vector<DueLetter> claimed;
    for (auto& letter : transaction.due_letters(now, limit)) {
      const bool owed =
          std::visit([&](const auto& about) { return is_owed(about, now, transaction); }, letter.about);
      const auto id = std::visit([](const auto& about) { return about.id; }, letter.about);
      if (!owed) {
        changes.push_back(RemoveLetter{id});
        continue;
      }
      changes.push_back(LeaseLetter{id, now + lease});
      const auto basis = basis_of(letter);
      document(documents, basis.letter_template, transaction);
      document(documents, basis.facts, transaction);
      claimed.push_back(std::move(letter));
    }
    transaction.apply(changes);
    return claimed;
  });
  std::vector<ClaimedLetter> letters;
  for (const auto& letter : due) {
    const auto hashes = basis_of(letter);
    const Basis basis{documents.at(hashes.letter_template), letter_facts_from(documents.at(hashes.facts))};
    letters.push_back(
        std::visit([&](const auto& about) { return write_letter(about, basis, keys); }, letter.about));
    letters.back().attempts = letter.attempts;
  }
  return letters;
}

void record_letter(const ClaimedLetter& letter, DeliveryOutcome outcome, const std::string& reply,
                   const LetterPolicy& policy, Store& store, Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const auto salt = fresh_digest(entropy);
  const double jitter = static_cast<double>(salt[0]) / 256;
  store.write([&](Transaction& transaction) {
    // Meanwhile the person may have cancelled, been erased, or the signup may have ended: then nothing is
    // kept about it.
    if (const auto* claimed = std::get_if<Signup>(&letter.about)) {
      const auto signup = transaction.signup(claimed->id);
      if (!signup || !signup->address) return;
      const LetterAttempt attempt{*signup, letter.evidence, letter.attempts, outcome,
                                  without_token(reply, letter.token)};
      transaction.apply(record_letter_result(attempt, policy, now, jitter, salt));
      return;
    }
    const auto request = transaction.privacy_request(std::get<PrivacyRequest>(letter.about).id);
    if (!request || request->end) return;
    transaction.apply(
        record_privacy_letter_result({*request, letter.attempts, outcome}, policy, now, jitter));
  });
}

}  // namespace optledger
