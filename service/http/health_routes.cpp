#include "service/http/health_routes.hpp"

#include "service/http/callers.hpp"
#include "service/http/security_text.hpp"

namespace optledger::http {

void HealthRoutes::add_to(Router& router) {
  router.add("GET", "/healthz", [](const Call&) { return json_answer(200, {{"status", "ok"}}); });
  router.add("GET", "/readyz", [this](const Call&) { return ready(); });
  router.add("GET", "/metrics", [this](const Call& call) { return metrics(call); });
  if (!parts_.config.server.security_contact.empty())
    router.add("GET", security_text_path, [this](const Call&) { return security(); });
  router.add("GET", parts_.pages.stylesheet_path(), [this](const Call&) { return stylesheet(); });
  router.add("GET", parts_.pages.work_script_path(), [this](const Call&) { return work_script(); });
}

Response HealthRoutes::ready() const {
  // An empty transaction takes the writer's lock and the disk's word without changing a byte.
  parts_.store.write([](Transaction&) {});
  const auto problem = worker_problem_();
  if (problem.empty()) return json_answer(200, {{"status", "ready"}});
  return json_answer(200, {{"status", "ready"}, {"detail", problem}});
}

Response HealthRoutes::metrics(const Call& call) const {
  if (!call.request.on_metrics_listener) {
    const auto caller = require_scope(call.request, "stats", parts_.store);
    if (!caller) return problem_answer(caller.error());
  }
  return {200, {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}}, parts_.metrics.text()};
}

Response HealthRoutes::security() const {
  return {200,
          {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "public, max-age=3600"}},
          security_text(parts_.config.server, parts_.clock.now())};
}

Response HealthRoutes::stylesheet() const {
  return {
      200,
      {{"Content-Type", "text/css; charset=utf-8"}, {"Cache-Control", "public, max-age=31536000, immutable"}},
      parts_.pages.stylesheet()};
}

Response HealthRoutes::work_script() const {
  return {200,
          {{"Content-Type", "text/javascript; charset=utf-8"},
           {"Cache-Control", "public, max-age=31536000, immutable"}},
          parts_.pages.work_script()};
}

}  // namespace optledger::http
