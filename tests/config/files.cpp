#include "tests/config/files.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace optledger {
namespace {

const std::vector<std::pair<std::string, std::string>> required{
    {"[server]", "public_url = \"https://newsletter.example.de\"\n"},
    {"[controller]",
     "name = \"Example GmbH\"\nstreet = \"Musterstraße 3\"\npostal_code = \"65189\"\ncity = \"Wiesbaden\"\n"
     "country = \"DE\"\nemail = \"datenschutz@example.de\"\nprivacy_url = "
     "\"https://example.de/datenschutz\"\n"},
    {"[mail]", "url = \"smtp://localhost\"\nfrom = \"Example GmbH <newsletter@example.de>\"\n"},
    {"[[list]]",
     "id = \"news\"\ntitle = { de = \"Neuigkeiten\" }\nwording = { de = \"examples/wording/news.de.md\" }\n"},
};

}  // namespace

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "optledger-config-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the test");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path Folder::write(const std::string& name, std::string_view bytes) const {
  const std::filesystem::path file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
  return file;
}

std::filesystem::path source_root() {
  return std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return bytes.str();
}

std::string completed(const std::string& text) {
  std::string file = text + "\n";
  for (const auto& [header, keys] : required) {
    if (text.find(header) == std::string::npos) file += header + "\n" + keys;
  }
  return file;
}

ConfigResult parse(const std::string& text, const Environment& environment) {
  return parse_config(completed(text), "optledger.toml", source_root(), environment);
}

std::string errors_of(const ConfigResult& result) {
  std::string text;
  for (const ConfigError& error : result.errors) text += to_text(error) + "\n";
  return text;
}

}  // namespace optledger
