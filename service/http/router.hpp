// From method and path to a handler, and what every answer has in common: security headers, one access line,
// one metric, and an answer for whatever goes wrong.
#pragma once

#include "lib/base/instant.hpp"
#include "service/http/answers.hpp"
#include "service/http/client_address.hpp"
#include "service/http/pages.hpp"
#include "service/ops/access_log.hpp"
#include "service/ops/metrics.hpp"
#include "service/world/clock.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace optledger::http {

// What a handler gets: the request, whose it is, and the values of the {…} in its path.
struct Call {
  const Request& request;
  const ClientAddress& client;
  const std::vector<std::string>& path_values;
};

using Handle = std::function<Response(const Call&)>;

// The policy of every page: nothing but our own stylesheet, forms to ourselves. `form_target`: a further
// origin a form of this page may end up at, since browsers hold the redirect after a form to the same rule.
// `own`: the page has a script of ours, which starts a worker and asks this server something.
enum class PageScript { none, own };
std::string page_policy(const std::string& form_target = {}, PageScript script = PageScript::none);

class Router {
 public:
  struct Parts {
    const Pages& pages;
    const AddressBlocks& trusted_proxies;
    Metrics& metrics;
    AccessLog* access_log;  // none: no line is written
    Clock& clock;
    bool https;  // public_url is https: browsers are told to stay there
  };
  explicit Router(Parts parts) : parts_(parts) {}

  // A pattern is a path with {…} for whole segments: "/confirm/{token}"; {…...} at its end takes one or more.
  // GET answers HEAD too.
  void add(const std::string& method, const std::string& pattern, Handle handle);

  // Never throws.
  Response answer(const Request& request) const;

 private:
  struct Route {
    std::string pattern;
    std::vector<std::string> segments;
    std::map<std::string, Handle> handlers;  // by method
  };
  struct Found {
    const Route* route = nullptr;
    std::vector<std::string> values;
  };

  Found find(std::string_view path) const;
  Response dispatch(const Request& request, const ClientAddress& client, const Found& found) const;
  Response handle_faults(const Request& request, const ClientAddress& client, const Found& found) const;
  Response refuse(const Request& request, const Problem& problem) const;

  Parts parts_;
  std::vector<Route> routes_;
};

}  // namespace optledger::http
