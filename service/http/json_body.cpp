#include "service/http/json_body.hpp"

#include "service/http/media_type.hpp"

namespace optledger::http {

tl::expected<Json, Problem> read_json_body(const Request& request) {
  const auto media_type = parse_media_type(request.header("content-type").value_or(""));
  if (!media_type || media_type->name != "application/json") {
    return tl::unexpected(
        Problem{415, "unsupported-media-type", "Content-Type not supported", "Send application/json.", {}});
  }
  auto body = parse_strict_json(request.body);
  if (!body) {
    return tl::unexpected(
        Problem{400, "invalid-json", "The body is not JSON", "The body " + body.error() + ".", {}});
  }
  return std::move(*body);
}

}  // namespace optledger::http
