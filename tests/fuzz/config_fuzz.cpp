// Any bytes as a configuration file, with variables taken from its first line: never a crash, never a
// configuration outside the bounds that the law sets.
#include "service/config/config.hpp"

#include <cstdlib>

using namespace optledger;

namespace {

// "OPTLEDGER_SERVER_LISTEN=x\n…" -> the variable and the rest.
Environment split_variable(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::size_t equals = text.find('=');
  if (!text.starts_with("OPTLEDGER_") || end == std::string_view::npos || equals > end) return {};
  Environment environment{
      {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1, end - equals - 1))}};
  text.remove_prefix(end + 1);
  return environment;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const Environment environment = split_variable(text);
  // The trial's wordings are there, so that mutants of examples/trial.toml can be right as well as wrong.
  static const auto examples = std::filesystem::path(__FILE__).parent_path() / "../../examples";
  const ConfigResult result = parse_config(text, "fuzz.toml", examples, environment);
  require(result.config.has_value() == result.errors.empty());
  for (const ConfigError& error : result.errors) require(!to_text(error).empty());
  if (result.config) {
    require(result.config->retention.unconfirmed <= std::chrono::days{14});
    require(result.config->retention.access_log <= std::chrono::days{7});
    require(result.config->retention.proof_window.years <= 3);
    require(!result.config->lists.empty());
  }
  return 0;
}
