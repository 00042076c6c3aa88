#include "service/http/router.hpp"

#include "service/http/language.hpp"
#include "service/ops/log.hpp"
#include "service/store/store.hpp"

#include <algorithm>

namespace optledger::http {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  for (;;) {
    const auto end = path.find('/');
    segments.emplace_back(path.substr(0, end));
    if (end == std::string_view::npos) return segments;
    path.remove_prefix(end + 1);
  }
}

bool is_placeholder(const std::string& segment) { return segment.starts_with('{'); }

bool takes_the_rest(const std::string& segment) { return segment.ends_with("...}"); }

std::string joined(std::vector<std::string>::const_iterator begin,
                   std::vector<std::string>::const_iterator end) {
  std::string path = *begin;
  while (++begin != end) path += "/" + *begin;
  return path;
}

// The values of the placeholders, or nothing when the path does not fit.
std::optional<std::vector<std::string>> match(const std::vector<std::string>& pattern,
                                              const std::vector<std::string>& segments) {
  const bool is_open = takes_the_rest(pattern.back());
  if (is_open ? pattern.size() > segments.size() : pattern.size() != segments.size()) return std::nullopt;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (takes_the_rest(pattern[i])) {
      values.push_back(joined(segments.begin() + static_cast<std::ptrdiff_t>(i), segments.end()));
      break;
    }
    if (is_placeholder(pattern[i])) {
      if (segments[i].empty()) return std::nullopt;
      values.push_back(segments[i]);
    } else if (pattern[i] != segments[i]) {
      return std::nullopt;
    }
  }
  return values;
}

void set_default(Response& response, const std::string& name, const std::string& value) {
  const auto is_same = [&](const Header& header) { return header.name == name; };
  if (std::none_of(response.headers.begin(), response.headers.end(), is_same)) {
    response.headers.push_back({name, value});
  }
}

// T6.5. The policy fits every answer, since no page needs a script or anything from elsewhere.
void add_security_headers(Response& response, bool https) {
  set_default(response, "Content-Security-Policy", page_policy());
  set_default(response, "X-Content-Type-Options", "nosniff");
  set_default(response, "X-Frame-Options", "DENY");
  set_default(response, "Referrer-Policy", "no-referrer");
  set_default(response, "Cross-Origin-Opener-Policy", "same-origin");
  set_default(response, "Cross-Origin-Resource-Policy", "same-origin");
  set_default(response, "Cache-Control", "no-store");
  if (https) set_default(response, "Strict-Transport-Security", "max-age=31536000");
}

std::string allowed_methods(const std::map<std::string, Handle>& handlers) {
  std::string allowed;
  for (const auto& [method, handle] : handlers) {
    allowed += (allowed.empty() ? "" : ", ") + method + (method == "GET" ? ", HEAD" : "");
  }
  return allowed;
}

}  // namespace

std::string page_policy(const std::string& form_target, PageScript script) {
  return std::string("default-src 'none'; style-src 'self'; ") +
         (script == PageScript::own ? "script-src 'self'; worker-src 'self'; connect-src 'self'; " : "") +
         "form-action 'self'" + (form_target.empty() ? "" : " " + form_target) +
         "; base-uri 'none'; frame-ancestors 'none'";
}

void Router::add(const std::string& method, const std::string& pattern, Handle handle) {
  const auto is_same = [&](const Route& route) { return route.pattern == pattern; };
  auto found = std::find_if(routes_.begin(), routes_.end(), is_same);
  if (found == routes_.end()) found = routes_.insert(routes_.end(), Route{pattern, split(pattern), {}});
  found->handlers.emplace(method, std::move(handle));
}

Router::Found Router::find(std::string_view path) const {
  const auto segments = split(path);
  for (const auto& route : routes_) {
    if (auto values = match(route.segments, segments)) return {&route, std::move(*values)};
  }
  return {};
}

Response Router::refuse(const Request& request, const Problem& problem) const {
  if (!wants_page(request)) return problem_answer(problem);
  const auto language =
      choose_language(parts_.pages.languages(), "", request.header("accept-language").value_or(""), "en");
  return page_answer(problem.status, parts_.pages.error({language, problem.status, "", problem.detail}));
}

Response Router::dispatch(const Request& request, const ClientAddress& client, const Found& found) const {
  if (found.route == nullptr) {
    return refuse(request, {404, "not-found", "Not found", "There is nothing at this address.", {}});
  }
  const auto& handlers = found.route->handlers;
  const auto handler = handlers.find(request.method == "HEAD" ? "GET" : request.method);
  if (handler == handlers.end()) {
    const auto allowed = allowed_methods(handlers);
    auto response =
        refuse(request, {405, "method-not-allowed", "Method not allowed", "Use " + allowed + " here.", {}});
    response.headers.push_back({"Allow", allowed});
    return response;
  }
  return handler->second({request, client, found.values});
}

Response Router::handle_faults(const Request& request, const ClientAddress& client,
                               const Found& found) const {
  const auto route = found.route != nullptr ? found.route->pattern : "none";
  try {
    return dispatch(request, client, found);
  } catch (const StoreUnavailable& fault) {
    log_event(LogLevel::error, "store_unavailable", {{"route", route}, {"detail", fault.what()}});
    return refuse(request, {503,
                            "unavailable",
                            "Not available right now",
                            "Nothing was stored. Please send the same request again in a few seconds.",
                            {}});
  } catch (const std::exception& fault) {
    log_event(LogLevel::error, "request_failed", {{"route", route}, {"detail", fault.what()}});
    return refuse(request, {500,
                            "internal-error",
                            "Internal error",
                            "The request failed on our side and nothing was stored.",
                            {}});
  }
}

Response Router::answer(const Request& request) const {
  const auto started = std::chrono::steady_clock::now();
  const auto client = client_address(request, parts_.trusted_proxies);
  const auto found = find(request.path);
  auto response = handle_faults(request, client, found);
  add_security_headers(response, parts_.https);
  const auto route = found.route != nullptr ? found.route->pattern : "none";
  parts_.metrics.request(route, response.status);
  if (parts_.access_log != nullptr) {
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - started;
    parts_.access_log->write({client.ip, request.method, route, response.status, response.body.size(),
                              took.count(), request.header("user-agent").value_or("")},
                             parts_.clock.now());
  }
  return response;
}

}  // namespace optledger::http
