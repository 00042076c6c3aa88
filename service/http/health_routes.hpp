// For monitors: alive, ready, counted; security.txt; and the stylesheet, the one asset the pages have.
#pragma once

#include "service/http/route_parts.hpp"
#include "service/http/router.hpp"

#include <functional>
#include <string>

namespace optledger::http {

class HealthRoutes {
 public:
  // `worker_problem`: what a worker has to complain about, empty when all is well.
  HealthRoutes(RouteParts parts, std::function<std::string()> worker_problem)
      : parts_(parts), worker_problem_(std::move(worker_problem)) {}
  void add_to(Router& router);

 private:
  Response ready() const;
  Response metrics(const Call& call) const;
  Response security() const;
  Response stylesheet() const;
  Response work_script() const;

  RouteParts parts_;
  std::function<std::string()> worker_problem_;
};

}  // namespace optledger::http
