// Every page in every language and state, with canned facts: for looking at them and for the browser tests.
#pragma once

#include "service/config/config.hpp"
#include "service/http/pages.hpp"

#include <string>
#include <utility>
#include <vector>

namespace optledger::http {

// (file name, HTML), the first is index.html with links to all others. Served as the root of a static server,
// together with the stylesheet at its own path, the pages are complete. `controller`: for the proofs.
std::vector<std::pair<std::string, std::string>> gallery(const Pages& pages,
                                                         const ControllerConfig& controller);

}  // namespace optledger::http
