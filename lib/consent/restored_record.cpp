#include "lib/consent/restored_record.hpp"

#include <numeric>

namespace optledger {

Record restored_record(std::int64_t first, std::int64_t end, const std::string& reason, Instant now) {
  std::vector<std::int64_t> lost(static_cast<std::size_t>(end - first));
  std::iota(lost.begin(), lost.end(), first);
  return {RecordKind::restored, now, std::nullopt,
          std::nullopt,         {},  {{"leaf_indices", lost}, {"reason", reason}}};
}

std::optional<std::vector<std::int64_t>> restored_in(std::string_view record) {
  const auto json = Json::parse(record);
  if (json.at("kind") != to_text(RecordKind::restored)) return std::nullopt;
  return json.at("details").at("leaf_indices").get<std::vector<std::int64_t>>();
}

}  // namespace optledger
