#include "service/flows/send_letters.hpp"

#include "lib/base/hash.hpp"
#include "lib/signup/confirm_signup.hpp"

#include <map>

namespace optledger {
namespace {

Letter compose(const Signup& signup, std::string_view template_text, std::string_view facts_text,
               std::string token) {
  return compose_confirmation_letter(template_text, letter_facts_from(facts_text),
                                     {
                                         .to = signup.address.value(),
                                         .token = std::move(token),
                                         .requested_at = signup.requested_at,
                                         .expires_at = signup.expires_at,
                                         // Not the nonce itself: a Message-ID travels through many logs.
                                         .message_key = to_hex(sha256(as_chars(signup.id))).substr(0, 32),
                                     });
}

using Documents = std::map<Digest, std::string>;

const std::string& document(Documents& documents, const Digest& hash, Reading& reading) {
  auto found = documents.find(hash);
  if (found == documents.end()) found = documents.emplace(hash, reading.document(hash).value()).first;
  return found->second;
}

ClaimedLetter write_letter(const DueLetter& due, const std::string& template_text,
                           const std::string& facts_text, const TokenKey& key) {
  const auto token = Token::derive(TokenPurpose::confirm, key, due.signup.id);
  const auto masked = masked_letter(due.signup, template_text, facts_text);
  auto letter = compose(due.signup, template_text, facts_text, token.reveal());
  return {
      .signup = due.signup,
      .attempts = due.attempts,
      .message = std::move(letter.message),
      .token = token.reveal(),
      .evidence = {.letter = sha256(masked.message),
                   .token_hash = token.hash(),
                   .message_id = letter.message_id,
                   .envelope_from = letter_facts_from(facts_text).from_address,
                   .envelope_to = due.signup.address->text()},
  };
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
  return compose(signup, template_text, facts_text, std::string(Token::length, '*'));
}

std::vector<ClaimedLetter> claim_letters(int limit, Duration lease, const TokenKey& key, Store& store,
                                         Clock& clock) {
  const auto now = clock.now();
  Documents documents;
  const auto due = write_to(store, [&](Transaction& transaction) {
    Changes changes;
    std::vector<DueLetter> claimed;
    for (auto& letter : transaction.due_letters(now, limit)) {
      const auto rules = covering(transaction.suppressions(letter.signup.fingerprint), letter.signup.list);
      if (link_state(letter.signup, rules, now) != LinkState::open) {
        changes.push_back(RemoveLetter{letter.signup.id});
        continue;
      }
      changes.push_back(LeaseLetter{letter.signup.id, now + lease});
      document(documents, letter.signup.letter->letter_template, transaction);
      document(documents, letter.signup.letter->facts, transaction);
      claimed.push_back(std::move(letter));
    }
    transaction.apply(changes);
    return claimed;
  });
  std::vector<ClaimedLetter> letters;
  for (const auto& letter : due) {
    const auto& basis = letter.signup.letter.value();
    letters.push_back(
        write_letter(letter, documents.at(basis.letter_template), documents.at(basis.facts), key));
  }
  return letters;
}

void record_letter(const ClaimedLetter& letter, DeliveryOutcome outcome, const std::string& reply,
                   const LetterPolicy& policy, Store& store, Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const auto salt = fresh_digest(entropy);
  const double jitter = static_cast<double>(salt[0]) / 256;
  store.write([&](Transaction& transaction) {
    // Meanwhile the person may have cancelled or the signup may have ended: then nothing is kept about it.
    const auto signup = transaction.signup(letter.signup.id);
    if (!signup || !signup->address) return;
    const LetterAttempt attempt{*signup, letter.evidence, letter.attempts, outcome,
                                without_token(reply, letter.token)};
    transaction.apply(record_letter_result(attempt, policy, now, jitter, salt));
  });
}

}  // namespace optledger
