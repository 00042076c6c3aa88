// The commands themselves. Each prints facts on stdout, as JSON when asked, and throws Failure with one line.
#pragma once

#include "service/cli/command_line.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace optledger::cli {

struct ProofOptions {
  std::string email;
  std::optional<std::string> list;
  std::string format = "json";
  std::optional<std::filesystem::path> output;
  std::string reason;
};
int proof(const Config& config, const ProofOptions& options);

struct ApiKeyOptions {
  std::string name;
  std::vector<std::string> scopes;
  bool json = false;
};
int apikey_add(const Config& config, const ApiKeyOptions& options);
int apikey_list(const Config& config, bool json);
int apikey_revoke(const Config& config, const std::string& name);

int check(const Config& config, bool json);
int migrate(const Config& config, bool json);
int pages(const Config& config, const std::filesystem::path& folder);
int version(bool json);

}  // namespace optledger::cli
