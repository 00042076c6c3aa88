// A record is one dated fact of evidence. Its JSON form is final (interface.md, 5): it is hashed exactly as
// it stands, so members are always all present and null when empty.
#pragma once

#include "lib/base/instant.hpp"
#include "lib/base/json.hpp"
#include "lib/consent/origin.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace optledger {

enum class RecordKind {
  signup_requested,
  letter_sent,
  letter_failed,
  confirmed,
  signup_cancelled,
  unsubscribed,
  blocked,
  unblocked,
  provider_changed,
  foreign_change,
  corrected,
  restricted,
  unrestricted,
  imported,
  proof_issued,
  erased,
  restored,
};

std::string_view to_text(RecordKind kind);
std::optional<RecordKind> record_kind_from(std::string_view text);

// `erased` and `restored` name places of the ledger and nobody.
bool is_about_a_person(RecordKind kind);

struct Record {
  RecordKind kind;
  Instant at;                        // the service's own time
  std::optional<std::string> email;  // as used; absent only where !is_about_a_person(kind)
  std::optional<std::string> list;
  Origin origin;
  Json details = Json::object();
};

Json to_json(const Record& record);

}  // namespace optledger
