#include "service/http/answers.hpp"

namespace optledger::http {

Response json_answer(int status, const Json& body) {
  return {status, {{"Content-Type", "application/json; charset=utf-8"}}, body.dump()};
}

Response problem_answer(const Problem& problem) {
  nlohmann::ordered_json body{{"type", "urn:optledger:problem:" + problem.code},
                              {"title", problem.title},
                              {"status", problem.status},
                              {"detail", problem.detail}};
  if (!problem.field.empty()) body["field"] = problem.field;
  for (const auto& [name, value] : problem.more.items()) body[name] = value;
  Response response{problem.status, {{"Content-Type", "application/problem+json"}}, body.dump()};
  if (problem.status == 503) response.headers.push_back({"Retry-After", "5"});
  if (problem.status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer"});
  return response;
}

Response page_answer(int status, std::string html) {
  Response response{status, {{"Content-Type", "text/html; charset=utf-8"}}, std::move(html)};
  if (status == 503) response.headers.push_back({"Retry-After", "5"});
  return response;
}

Response redirect_answer(const std::string& location) { return {303, {{"Location", location}}, {}}; }

bool wants_page(const Request& request) {
  const auto accept = request.header("accept").value_or("");
  const auto html = accept.find("text/html");
  return html != std::string_view::npos && html < accept.find("application/json");
}

bool accepts_json(const Request& request) {
  return request.header("accept").value_or("").find("application/json") != std::string_view::npos;
}

}  // namespace optledger::http
