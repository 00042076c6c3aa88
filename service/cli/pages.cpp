#include "service/cli/commands.hpp"
#include "service/http/gallery.hpp"

#include <fmt/format.h>

#include <fstream>

namespace optledger::cli {
namespace {

void write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw Failure(refused, "cannot write " + file.string());
}

}  // namespace

int pages(const Config& config, const std::filesystem::path& folder) {
  const http::Templates templates(config.server.templates);
  const http::Pages pages(
      templates, {config.controller.name, config.controller.imprint_url, config.controller.privacy_url, {}});
  const auto all = http::gallery(pages, config.controller);
  for (const auto& [name, html] : all) write(folder / name, html);
  write(folder / std::filesystem::path(pages.stylesheet_path()).relative_path(), pages.stylesheet());
  write(folder / std::filesystem::path(pages.work_script_path()).relative_path(), pages.work_script());
  fmt::print(
      "{} pages in {}: serve the folder, for example with python3 -m http.server, and open index.html\n",
      all.size(), folder.string());
  return done;
}

}  // namespace optledger::cli
