// Any bytes as a line of the journal of departures: refused with a reason, or read and written to the same
// meaning.
#include "lib/departures/departure.hpp"

#include <cstdint>
#include <cstdlib>

using namespace optledger;

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto departure = departure_from_line(text);
  if (!departure) {
    must(!departure.error().empty());
    return 0;
  }
  const auto line = to_line(*departure);
  must(line.ends_with('\n') && line.find('\n') == line.size() - 1);
  const auto again = departure_from_line(std::string_view(line).substr(0, line.size() - 1));
  must(again && to_line(*again) == line && subject_of(*again) == subject_of(*departure));
  if (const auto* erased = std::get_if<ErasedLeaves>(&*departure)) {
    must(!erased->leaves.empty() && erased->leaves.size() <= max_leaves && line.size() <= max_departure_line);
  }
  return 0;
}
