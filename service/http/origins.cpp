#include "service/http/origins.hpp"

#include <algorithm>

namespace optledger::http {

std::string origin_of(const std::string& url) { return url.substr(0, url.find('/', url.find("://") + 3)); }

bool is_allowed_origin(std::string_view origin, const Config& config, const ListConfig* list) {
  if (origin == origin_of(config.server.public_url)) return true;
  const auto is_allowed = [&](const ListConfig& one) {
    const auto& allowed = one.allowed_origins;
    return std::find(allowed.begin(), allowed.end(), origin) != allowed.end();
  };
  if (list != nullptr) return is_allowed(*list);
  return std::any_of(config.lists.begin(), config.lists.end(), is_allowed);
}

std::optional<Problem> refuse_origin(const Request& request, const Config& config, const ListConfig* list) {
  const auto origin = request.header("origin");
  if (!origin || is_allowed_origin(*origin, config, list)) return std::nullopt;
  const bool is_own_page = *origin == "null" && request.header("sec-fetch-site") == "same-origin";
  if (is_own_page) return std::nullopt;
  return Problem{403,
                 "foreign-origin",
                 "This website may not send this form",
                 "The administrator must name its origin in allowed_origins of the list.",
                 {}};
}

Response form_page_answer(int status, std::string html, const std::string& target, PageScript script) {
  auto response = page_answer(status, std::move(html));
  response.headers.push_back({"Referrer-Policy", "same-origin"});
  response.headers.push_back(
      {"Content-Security-Policy", page_policy(target.empty() ? std::string() : origin_of(target), script)});
  return response;
}

}  // namespace optledger::http
