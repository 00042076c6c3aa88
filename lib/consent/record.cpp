#include "lib/consent/record.hpp"

namespace optledger {
std::string_view to_text(RecordKind kind) {
  switch (kind) {
    case RecordKind::signup_requested:
      return "signup_requested";
    case RecordKind::letter_sent:
      return "letter_sent";
    case RecordKind::letter_failed:
      return "letter_failed";
    case RecordKind::confirmed:
      return "confirmed";
    case RecordKind::signup_cancelled:
      return "signup_cancelled";
    case RecordKind::unsubscribed:
      return "unsubscribed";
    case RecordKind::blocked:
      return "blocked";
    case RecordKind::unblocked:
      return "unblocked";
    case RecordKind::provider_changed:
      return "provider_changed";
    case RecordKind::foreign_change:
      return "foreign_change";
    case RecordKind::corrected:
      return "corrected";
    case RecordKind::restricted:
      return "restricted";
    case RecordKind::unrestricted:
      return "unrestricted";
    case RecordKind::imported:
      return "imported";
    case RecordKind::proof_issued:
      return "proof_issued";
    case RecordKind::erased:
      return "erased";
    case RecordKind::restored:
      return "restored";
  }
  return {};
}

std::optional<RecordKind> record_kind_from(std::string_view text) {
  for (auto kind = RecordKind::signup_requested;;
       kind = static_cast<RecordKind>(static_cast<int>(kind) + 1)) {
    if (to_text(kind) == text) return kind;
    if (kind == RecordKind::restored) return std::nullopt;
  }
}

bool is_about_a_person(RecordKind kind) { return kind != RecordKind::erased && kind != RecordKind::restored; }

Json to_json(const Record& record) {
  const auto& source = record.origin.ip_source;
  return {
      {"kind", to_text(record.kind)},
      {"at", to_rfc3339(record.at)},
      {"email", or_null(record.email)},
      {"list", or_null(record.list)},
      {"ip", or_null(record.origin.ip)},
      {"ip_source", source ? Json(to_text(*source)) : Json(nullptr)},
      {"user_agent", or_null(record.origin.user_agent)},
      {"details", record.details},
  };
}

}  // namespace optledger
