#include "service/anchors/ask_timestamp.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace optledger {
namespace {

constexpr const char* system_authorities = "/etc/ssl/certs/ca-certificates.crt";  // as Debian has it

}  // namespace

std::string authorities_in(const std::optional<std::filesystem::path>& ca_file) {
  std::ifstream file(ca_file.value_or(system_authorities), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

tl::expected<ReceivedTimestamp, std::string> ask_timestamp(HttpClient& http, const std::string& url,
                                                           std::string_view message, std::string_view ca_pem,
                                                           Clock& clock, Entropy& entropy) {
  const auto query = timestamp_query(message, entropy);
  const auto answer = http.send(
      {.method = "POST",
       .url = url,
       .headers = {"Content-Type: application/timestamp-query", "Accept: application/timestamp-reply"},
       .body = query.der});
  if (!answer) return tl::unexpected("the authority does not answer: " + answer.error().text);
  if (answer->status != 200) {
    return tl::unexpected(fmt::format("the authority answers with HTTP status {}", answer->status));
  }
  if (answer->content_type != "application/timestamp-reply") {
    return tl::unexpected(std::string("the authority's answer is no application/timestamp-reply"));
  }
  return read_timestamp_answer(answer->body, query, ca_pem, clock.now());
}

}  // namespace optledger
