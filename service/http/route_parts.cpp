#include "service/http/route_parts.hpp"

namespace optledger::http {

PageList page_list(const Config& config, std::string_view list_id, const std::string& language) {
  const auto* list = config.list(list_id);
  if (list == nullptr) return {};
  const auto title = list->title.find(language);
  return {list->id, title != list->title.end() ? title->second : list->title.begin()->second};
}

PageList page_list(const RouteParts& parts, std::string_view list_id, const std::string& language) {
  return page_list(parts.config, list_id, language);
}

std::string unsubscribe_url(const RouteParts& parts, const Subscription& subscription) {
  return unsubscribe_url(parts.config.server.public_url, parts.keys.token, subscription);
}

std::vector<std::string> languages_of(const ListConfig& list) {
  std::vector<std::string> languages;
  for (const auto& [language, title] : list.title) languages.push_back(language);
  return languages;
}

}  // namespace optledger::http
