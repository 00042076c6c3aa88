#include "service/http/proof_ledger.hpp"

#include "lib/base/hash.hpp"
#include "lib/ledger/checkpoint.hpp"
#include "lib/ledger/signed_note.hpp"
#include "service/anchors/timestamp.hpp"
#include "service/http/plain_sight.hpp"
#include "service/http/proof_facts.hpp"
#include "service/pdf/qr_code.hpp"

#include <stdexcept>

namespace optledger::http {
namespace {

struct Signed {
  SignedNote note;
  Checkpoint checkpoint;
};

// Nothing: it is no checkpoint, and stands on the page as it is.
std::optional<Signed> read_checkpoint(const std::string& text) {
  auto note = parse_signed_note(text);
  if (!note) return std::nullopt;
  auto checkpoint = parse_checkpoint(note->text);
  if (!checkpoint) return std::nullopt;
  return Signed{std::move(*note), std::move(*checkpoint)};
}

std::string size_of(const std::optional<Signed>& read) {
  return read ? std::to_string(read->checkpoint.size) : std::string();
}

Json signers_of(const std::optional<Signed>& read) {
  Json signers = Json::array();
  if (!read) return signers;
  for (const auto& signature : read->note.signatures) {
    signers.push_back({{"line", in_plain_sight(signature.name)}});
  }
  return signers;
}

Json qr_values(const std::string& checkpoint) {
  const auto code = pdf::qr_code(checkpoint);
  if (code.size == 0) return false;
  return {{"size", std::to_string(code.size)}, {"path", code.path}};
}

Json timestamp_values(const Json& stamp, std::size_t number, const ProofFacts& facts,
                      const ReadTimestamp& read_timestamp) {
  const std::string checkpoint = stamp.at("checkpoint");
  const auto token = from_base64(stamp.at("rfc3161").get_ref<const std::string&>());
  if (!token) throw std::invalid_argument("proof: a timestamp is not base64");
  const auto said = read_timestamp(*token, checkpoint);
  return {{"number", std::to_string(number)},
          {"at", said ? facts.instant_or_nothing(to_rfc3339(said->at)) : Json(false)},
          {"authority", said ? in_plain_sight(said->authority) : std::string()},
          {"tree_size", size_of(read_checkpoint(checkpoint))},
          {"sha256", to_hex(sha256(*token))}};
}

}  // namespace

std::optional<StampedBy> stamped_by(std::string_view token, std::string_view checkpoint) {
  const auto timestamp = verify_timestamp(token, checkpoint, std::nullopt);
  if (!timestamp) return std::nullopt;
  return StampedBy{timestamp->at, timestamp->authority};
}

Json ledger_values(const Json& proof, const ProofFacts& facts, const ReadTimestamp& read_timestamp) {
  if (!proof.contains("ledger")) return false;
  const auto& ledger = proof.at("ledger");
  const std::string checkpoint = ledger.at("checkpoint");
  const auto read = read_checkpoint(checkpoint);
  Json timestamps = Json::array();
  for (const auto& stamp : ledger.at("timestamps")) {
    timestamps.push_back(timestamp_values(stamp, timestamps.size() + 1, facts, read_timestamp));
  }
  return {{"origin", in_plain_sight(ledger.at("origin").get<std::string>())},
          {"vkey", in_plain_sight(ledger.at("vkey").get<std::string>())},
          {"tree_size", size_of(read)},
          {"root", read ? to_hex(read->checkpoint.root) : std::string()},
          {"signers", signers_of(read)},
          {"checkpoint", in_plain_sight(checkpoint, Lines::many)},
          {"qr", qr_values(checkpoint)},
          {"has_timestamps", !timestamps.empty()},
          {"timestamps", std::move(timestamps)}};
}

Json place_in_ledger(const Json& evidence) {
  if (!evidence.contains("leaf_index")) return false;
  Json place = {
      {"leaf_index", to_canonical_json(evidence.at("leaf_index"))}, {"leaf_hash", ""}, {"inclusion", false}};
  if (!evidence.contains("inclusion")) return place;  // not sealed, so nothing stands behind the number yet
  place["leaf_hash"] = in_plain_sight(evidence.at("leaf_hash").get<std::string>());
  Json path = Json::array();
  for (const auto& hash : evidence.at("inclusion")) {
    path.push_back({{"hash", in_plain_sight(hash.get<std::string>())}});
  }
  if (!path.empty()) place["inclusion"] = {{"path", std::move(path)}};
  return place;
}

}  // namespace optledger::http
