// What the routes of all subjects stand on: references to what the composition root owns.
#pragma once

#include "lib/subscription/unsubscribe_link.hpp"
#include "service/config/config.hpp"
#include "service/config/key_files.hpp"
#include "service/flows/keep_texts.hpp"
#include "service/flows/ledger.hpp"
#include "service/http/challenges.hpp"
#include "service/http/letter_limits.hpp"
#include "service/http/pages.hpp"
#include "service/ops/metrics.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <string>
#include <string_view>

namespace optledger::http {

struct RouteParts {
  const Config& config;
  const Texts& texts;
  const Keys& keys;
  Store& store;
  Clock& clock;
  Entropy& entropy;
  const Pages& pages;
  Metrics& metrics;
  const Ledger& ledger;
  const LiveLimits& limits;
  LetterLimits& letter_limits;
  Challenges& challenges;
};

// The list as a page in this language names it; of an unknown list only that there is none.
PageList page_list(const Config& config, std::string_view list_id, const std::string& language);
PageList page_list(const RouteParts& parts, std::string_view list_id, const std::string& language);

std::string unsubscribe_url(const RouteParts& parts, const Subscription& subscription);

std::vector<std::string> languages_of(const ListConfig& list);

}  // namespace optledger::http
