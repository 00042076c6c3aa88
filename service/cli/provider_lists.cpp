#include "service/cli/provider_lists.hpp"

namespace optledger::cli {

std::vector<const ListConfig*> provider_lists(const Config& config, const std::optional<std::string>& named) {
  std::vector<const ListConfig*> lists;
  for (const auto& list : config.lists) {
    if (list.cleverreach && (!named || *named == list.id)) lists.push_back(&list);
  }
  if (!lists.empty()) return lists;
  if (named && config.list(*named) == nullptr) {
    throw Failure(wrong_use, "there is no list " + *named + " in the configuration");
  }
  throw Failure(wrong_use, named ? "list " + *named + " has no [list.cleverreach]"
                                 : std::string("no list has a [list.cleverreach]"));
}

}  // namespace optledger::cli
