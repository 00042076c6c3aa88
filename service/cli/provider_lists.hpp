// The lists with a group at CleverReach that a command is about, and how its faults become exit codes.
#pragma once

#include "service/cli/command_line.hpp"
#include "service/provider/provider.hpp"

#include <optional>
#include <string>
#include <vector>

namespace optledger::cli {

// All of them, or the named one. Throws Failure(wrong_use) when there is none, or no such list.
std::vector<const ListConfig*> provider_lists(const Config& config, const std::optional<std::string>& named);

// Runs `work`; a refusal becomes exit code 1, an outage 3, each with one line that names the list.
template <typename Work>
void with_provider(const ListConfig& list, Work&& work) {
  try {
    work();
  } catch (const ProviderRefused& refusal) {
    throw Failure(refused, "list " + list.id + ": " + refusal.what());
  } catch (const ProviderUnavailable& outage) {
    throw Failure(try_again_later,
                  "list " + list.id + ": " + outage.what() + "; what is owed stays owed, run it again later");
  }
}

}  // namespace optledger::cli
