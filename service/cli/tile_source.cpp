#include "service/cli/tile_source.hpp"

#include "service/cli/verified_file.hpp"
#include "service/net/http_client.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace optledger::cli {
namespace {

// The bytes at a path below the source; nothing when there is none.
using Fetch = std::function<std::optional<std::string>(const std::string& path)>;

Fetch from_folder(const std::string& folder) {
  return [folder](const std::string& path) -> std::optional<std::string> {
    auto bytes = read_file(std::filesystem::path(folder) / path);
    return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
  };
}

Fetch from_service(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  const HttpLimits limits{.connect = std::chrono::seconds{10}, .exchange = std::chrono::seconds{60}};
  const auto client = std::make_shared<HttpClient>(limits, std::nullopt, std::stop_token());
  return [url, client](const std::string& path) -> std::optional<std::string> {
    auto answer = client->send({.url = url + "/" + path});
    if (!answer) throw std::runtime_error(answer.error().text);
    if (answer->status == 404) return std::nullopt;
    if (answer->status != 200) throw std::runtime_error(fmt::format("{} answered {}", url, answer->status));
    return std::move(answer->body);
  };
}

std::string tile_bytes(const Fetch& fetch, const TileId& tile) {
  const auto length = static_cast<std::size_t>(tile.width) * Digest().size();
  auto bytes = fetch(path_of(tile));
  // A wider tile begins with the same hashes, and the narrow one may be gone since there is a wider one.
  if (!bytes) bytes = fetch(path_of({tile.level, tile.number}));
  if (!bytes || bytes->size() < length) throw std::runtime_error("there is no " + path_of(tile));
  return bytes->substr(0, length);
}

}  // namespace

TileSource tile_source(const std::string& url_or_folder) {
  const bool is_url = url_or_folder.starts_with("https://") || url_or_folder.starts_with("http://");
  const auto fetch = is_url ? from_service(url_or_folder) : from_folder(url_or_folder);
  return {[fetch](const TileId& tile) { return tile_bytes(fetch, tile); },
          [fetch] {
            auto note = fetch("checkpoint");
            if (!note) throw std::runtime_error("there is no checkpoint");
            return std::move(*note);
          }};
}

}  // namespace optledger::cli
