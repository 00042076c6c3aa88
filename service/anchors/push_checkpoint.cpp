#include "service/anchors/push_checkpoint.hpp"

#include <fmt/format.h>

namespace optledger {

tl::expected<void, std::string> push_checkpoint(HttpClient& http, const std::string& url,
                                                const std::string& note) {
  const auto answer = http.send(
      {.method = "POST", .url = url, .headers = {"Content-Type: text/plain; charset=utf-8"}, .body = note});
  if (!answer) return tl::unexpected("the receiver of checkpoints does not answer: " + answer.error().text);
  if (answer->status < 200 || answer->status > 299) {
    return tl::unexpected(
        fmt::format("the receiver of checkpoints answers with HTTP status {}", answer->status));
  }
  return {};
}

}  // namespace optledger
