#include "service/store/queries.hpp"

#include "embedded/sql.hpp"
#include <map>
#include <stdexcept>
#include <string>

namespace optledger {
namespace {

constexpr std::string_view marker = "-- name: ";

std::map<std::string_view, std::string_view> all_queries() {
  std::map<std::string_view, std::string_view> queries;
  for (const auto& file : sql::files()) {
    if (!file.path.starts_with("queries/")) continue;
    auto rest = file.text;
    for (auto start = rest.find(marker); start != std::string_view::npos; start = rest.find(marker)) {
      rest.remove_prefix(start + marker.size());
      const auto name = rest.substr(0, rest.find('\n'));
      const auto text = rest.substr(name.size(), rest.find(marker) - name.size());
      if (!queries.emplace(name, text).second)
        throw std::logic_error("two queries named " + std::string(name));
    }
  }
  return queries;
}

}  // namespace

std::string_view query(std::string_view name) {
  static const auto queries = all_queries();
  const auto found = queries.find(name);
  if (found == queries.end()) throw std::logic_error("no query named " + std::string(name));
  return found->second;
}

}  // namespace optledger
