#include "lib/consent/erased_record.hpp"

#include <algorithm>
#include <array>

namespace optledger {

std::string_view to_text(ErasureCause cause) {
  switch (cause) {
    case ErasureCause::request:
      return "request";
    case ErasureCause::retention:
      return "retention";
    case ErasureCause::unconfirmed:
      return "unconfirmed";
  }
  return {};
}

std::optional<ErasureCause> erasure_cause_from(std::string_view text) {
  constexpr std::array causes = {ErasureCause::request, ErasureCause::retention, ErasureCause::unconfirmed};
  const auto* found = std::find_if(causes.begin(), causes.end(),
                                   [text](ErasureCause cause) { return to_text(cause) == text; });
  return found == causes.end() ? std::nullopt : std::optional(*found);
}

Record erased_record(const std::vector<std::int64_t>& leaf_indices, ErasureCause cause, Instant now) {
  return {RecordKind::erased, now, std::nullopt,
          std::nullopt,       {},  {{"leaf_indices", leaf_indices}, {"cause", to_text(cause)}}};
}

std::optional<Erasure> erasure_in(std::string_view record) {
  const auto json = Json::parse(record);
  if (json.at("kind") != to_text(RecordKind::erased)) return std::nullopt;
  const auto& details = json.at("details");
  return Erasure{erasure_cause_from(details.at("cause").get_ref<const std::string&>()).value(),
                 details.at("leaf_indices").get<std::vector<std::int64_t>>()};
}

}  // namespace optledger
