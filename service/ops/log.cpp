#include "service/ops/log.hpp"

#include "service/world/clock.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace optledger {
namespace {

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made =
        std::make_shared<spdlog::logger>("optledger", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *instance;
}

std::string_view to_text(LogLevel level) {
  switch (level) {
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return {};
}

}  // namespace

void log_event(LogLevel level, std::string_view event, const Json& fields) {
  const auto now = SystemClock().now();
  nlohmann::ordered_json line{{"at", to_rfc3339(now)}, {"level", to_text(level)}, {"event", event}};
  for (const auto& [name, value] : fields.items()) line[name] = value;
  // Control characters are escaped and broken UTF-8 replaced, so a line is always one line.
  logger().info(line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace optledger
