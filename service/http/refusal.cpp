#include "service/http/refusal.hpp"

#include <fmt/format.h>

#include <array>

namespace optledger::http {
namespace {

struct Wording {
  int status;
  std::string_view name;
  std::string_view title;
};

constexpr std::array<Wording, reason_count> wordings{{
    {400, "malformed-request", "The request is malformed"},
    {408, "timeout", "The request took too long"},
    {411, "length-required", "Content-Length is needed"},
    {413, "content-too-large", "The body is too large"},
    {414, "target-too-long", "The address is too long"},
    {415, "unsupported-encoding", "Encoded bodies are not accepted"},
    {417, "expectation-failed", "The expectation cannot be met"},
    {429, "too-many-connections", "Too many connections"},
    {431, "header-too-large", "The header is too large"},
    {500, "internal-error", "Something went wrong here"},
    {501, "unknown-method", "The method is not known"},
    {503, "busy", "The service is busy"},
    {505, "version-not-supported", "Only HTTP/1.0 and HTTP/1.1 are spoken here"},
}};

const Wording& wording_of(Reason reason) { return wordings.at(static_cast<std::size_t>(reason)); }

}  // namespace

int status_of(Reason reason) { return wording_of(reason).status; }

std::string_view name_of(Reason reason) { return wording_of(reason).name; }

Response problem(const Refusal& refusal) {
  const Wording& wording = wording_of(refusal.reason);
  Response response;
  response.status = wording.status;
  response.headers = {{"Content-Type", "application/problem+json"},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"}};
  if (refusal.reason == Reason::busy || refusal.reason == Reason::too_many_connections)
    response.headers.push_back({"Retry-After", "1"});
  response.body =
      fmt::format(R"({{"type":"urn:optledger:problem:{}","title":"{}","status":{},"detail":"{}"}})",
                  wording.name, wording.title, wording.status, refusal.detail);
  return response;
}

}  // namespace optledger::http
