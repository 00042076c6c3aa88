// Any bytes as an authority's answer, as a token in a file, as the CA beside it: none of them is ever a
// timestamp of what was asked, and the reason why not is one line.
#include "lib/base/text.hpp"
#include "service/anchors/timestamp.hpp"

#include <cstdint>
#include <cstdlib>

using namespace optledger;

namespace {

class NoEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (auto& byte : bytes) byte = 7;
  }
};

template <class T>
void must_refuse(const tl::expected<T, std::string>& result) {
  const bool is_line = !result && !result.error().empty() && is_utf8(result.error()) &&
                       !has_control_character(result.error());
  if (!is_line) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static NoEntropy entropy;
  static const auto query = timestamp_query("a message", entropy);
  // The root of a public authority would do as well: no input can be signed by it.
  static const std::string ca = [] {
    const char* file = std::getenv("TIMESTAMP_FUZZ_CA");
    return std::string(file != nullptr ? file : "");
  }();
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  must_refuse(read_timestamp_answer(bytes, query, ca, Instant{}));
  must_refuse(read_timestamp_answer(bytes, query, bytes, Instant{}));
  must_refuse(verify_timestamp(bytes, "a message", bytes));
  must_refuse(verify_timestamp(bytes, "a message", std::nullopt));
  return 0;
}
