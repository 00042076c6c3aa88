// How the service answers: JSON, problems (RFC 9457), pages, redirects, and the choice between them. The one
// table from outcomes to statuses stands in the routes of each subject, next to the words it needs.
#pragma once

#include "lib/base/json.hpp"
#include "service/http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace optledger::http {

struct Problem {
  int status = 400;
  std::string code;  // stable: the last part of the type, such as "invalid-email"
  std::string title;
  std::string detail;          // what is wrong and what to do; nothing a stranger sent
  std::string field;           // empty: no single field
  Json more = Json::object();  // further members, such as all errors of a form
};

Response json_answer(int status, const Json& body);
Response problem_answer(const Problem& problem);
Response page_answer(int status, std::string html);
Response redirect_answer(const std::string& location);  // 303

// True when the person in front of it is better served with a page: a browser's Accept names text/html and
// does not prefer JSON.
bool wants_page(const Request& request);

// True when the caller explicitly takes JSON.
bool accepts_json(const Request& request);

}  // namespace optledger::http
