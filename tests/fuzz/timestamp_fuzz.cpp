// Any bytes as an authority's answer, as a token in a file, as the CA beside it: none of them is ever a
// timestamp of what was asked, and the reason why not is one line. And a real answer with any bytes changed:
// it is refused, or says exactly what it said before.
#include "lib/base/bytes.hpp"
#include "lib/base/text.hpp"
#include "service/anchors/timestamp.hpp"
#include "tests/fuzz/timestamp_sample.hpp"

#include <cstdint>
#include <cstdlib>

using namespace optledger;

namespace {

class SampleNonce final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (auto& byte : bytes) byte = 7;
  }
};

void must(bool holds) {
  if (!holds) std::abort();
}

void must_be_line(const std::string& text) {
  must(!text.empty() && is_utf8(text) && !has_control_character(text));
}

void must_equal(const Timestamp& one, const Timestamp& other) {
  must(one.at == other.at && one.authority == other.authority && one.policy == other.policy &&
       one.serial == other.serial);
}

struct Sample {
  SampleNonce entropy;
  TimestampQuery query = timestamp_query("a message", entropy);
  std::string answer = from_base64(sample_answer).value();
  Instant now = parse_rfc3339(sample_time).value();
  ReceivedTimestamp received = read_timestamp_answer(answer, query, sample_root, now).value();
};

const Sample& sample() {
  static const Sample one;
  return one;
}

void refuse_all(std::string_view bytes) {
  for (const auto ca : {std::string_view(sample_root), bytes}) {
    const auto read = read_timestamp_answer(bytes, sample().query, ca, sample().now);
    must(!read);
    must_be_line(read.error());
  }
  for (const auto& ca : {std::optional(std::string_view(sample_root)), std::optional<std::string_view>()}) {
    const auto verified = verify_timestamp(bytes, "a message", ca);
    must(!verified);
    must_be_line(verified.error());
  }
}

// Three bytes of input are one change: where, and what is flipped there.
std::string changed(std::string bytes, std::string_view input) {
  for (; input.size() >= 3; input.remove_prefix(3)) {
    const auto place = static_cast<std::uint8_t>(input[0]) * 256U + static_cast<std::uint8_t>(input[1]);
    auto& byte = bytes[place % bytes.size()];
    byte = static_cast<char>(byte ^ input[2]);
  }
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  refuse_all(input);
  const auto answer = changed(sample().answer, input);
  const auto read = read_timestamp_answer(answer, sample().query, sample_root, sample().now);
  if (read) must_equal(read->timestamp, sample().received.timestamp);
  if (!read) must_be_line(read.error());
  const auto token = changed(sample().received.token, input);
  const auto verified = verify_timestamp(token, "a message", sample_root);
  if (verified) must_equal(*verified, sample().received.timestamp);
  return 0;
}
