#include "lib/consent/erased_record.hpp"

namespace optledger {
namespace {

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

}  // namespace

Record erased_record(const std::vector<std::int64_t>& leaf_indices, ErasureCause cause, Instant now) {
  return {RecordKind::erased, now, std::nullopt,
          std::nullopt,       {},  {{"leaf_indices", leaf_indices}, {"cause", to_text(cause)}}};
}

}  // namespace optledger
