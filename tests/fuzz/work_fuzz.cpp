// A stranger's proof of work and form stamp: read without harm, and never believed, since no fuzzer has the
// key.
#include "lib/limits/form_stamp.hpp"
#include "lib/limits/proof_of_work.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace optledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Digest key{1};
  const auto now = from_millis(1795608000000);
  // As sent, and with the base64 already around it, so that the JSON inside is reached.
  for (const auto& payload : {std::string(text), to_base64(text)}) {
    if (const auto work = parse_work(payload);
        work && (work->number < 0 || payload.size() > longest_work_payload))
      std::abort();
    if (check_work(key, payload, now)) std::abort();
  }
  if (doubt_about_stamp(key, "news", text, now, {}) != StampDoubt::missing) std::abort();
  return 0;
}
