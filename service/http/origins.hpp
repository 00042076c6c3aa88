// Which websites may send us forms: our own pages, and the origins a list names.
#pragma once

#include "service/config/config.hpp"
#include "service/http/answers.hpp"
#include "service/http/router.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace optledger::http {

// "https://www.example.de" of "https://www.example.de/danke".
std::string origin_of(const std::string& url);

// `list`: the one it is about; null: any list's origins will do.
bool is_allowed_origin(std::string_view origin, const Config& config, const ListConfig* list);

// A 403 for a foreign origin. A request without one comes from no browser's page and is not stopped by this.
std::optional<Problem> refuse_origin(const Request& request, const Config& config, const ListConfig* list);

// A page with a form whose Origin we check. A browser that may send no referrer at all posts the form with
// `Origin: null`, which nobody can tell from a foreign page; such a page has no secret in its address.
// `target`: where the answer to the form may redirect to, when not to ourselves; empty: nowhere else.
Response form_page_answer(int status, std::string html, const std::string& target = {},
                          PageScript script = PageScript::none);

}  // namespace optledger::http
