#include "service/config/config.hpp"

#include "service/config/sections.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "embedded/examples.hpp"
#include <algorithm>
#include <cstring>

namespace optledger {
namespace {

constexpr const char* default_file = "/etc/optledger/optledger.toml";

struct Source {
  std::string name;
  Place place;
  bool is_trial = false;
};

// A section that is not there reads as an empty one, so that its required keys are reported.
Section section_of(const Setting& root, const std::string& name, Mistakes& mistakes) {
  static const Setting nothing;
  const Setting* section = root.find(name);
  if (section == nullptr) return {nothing, name, name, mistakes};
  if (section->kind == Setting::Kind::table) return {*section, name, name, mistakes};
  mistakes.add(*section, name,
               fmt::format("expected a section [{}], found {}", name, to_text(section->kind)));
  return {nothing, name, name, mistakes};
}

Config read_sections(const Setting& root, const Source& source, Mistakes& mistakes) {
  Config config;
  config.source = source.name;
  config.server = read_server(section_of(root, "server", mistakes), source.place, source.is_trial);
  config.controller = read_controller(section_of(root, "controller", mistakes), source.place);
  config.storage = read_storage(section_of(root, "storage", mistakes), source.place);
  config.mail = read_mail(section_of(root, "mail", mistakes), source.place);
  config.retention = read_retention(section_of(root, "retention", mistakes));
  config.limits = read_limits(section_of(root, "limits", mistakes), source.place);
  config.ledger = read_ledger(section_of(root, "ledger", mistakes), source.place);
  config.lists = read_lists(root.find("list"), root, source.place, mistakes);
  config.webhooks = read_webhooks(root.find("webhook"), config.lists, source.place, mistakes);
  for (ListConfig& list : config.lists) {
    if (list.cleverreach && list.cleverreach->source.empty())
      list.cleverreach->source = config.controller.name;
  }
  Section top(root, "", "", mistakes);
  for (const std::string& name : section_names()) top.take(name);
  top.refuse_unknown();
  return config;
}

ConfigResult parse_source(std::string_view toml_text, const Source& source, const Environment& environment) {
  auto root = read_toml(toml_text, source.name);
  if (!root) return {std::nullopt, {root.error()}};
  Mistakes mistakes(source.name);
  for (ConfigError& error : overlay_environment(*root, environment)) mistakes.add(std::move(error));
  Config config = read_sections(*root, source, mistakes);
  auto errors = mistakes.sorted();
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  return {std::move(config), {}};
}

Checked<std::string> read_embedded(const std::filesystem::path& path) {
  for (const auto& file : examples::files()) {
    if (file.path == path.string()) return std::string(file.text);
  }
  return tl::unexpected<std::string>("cannot be read: it is not in this program");
}

ConfigResult load_trial(const Environment& environment) {
  // Wordings come from inside the program; paths that are written to start in the working folder.
  const Source source{"built-in defaults", {"", read_embedded}, true};
  return parse_source(read_embedded("trial.toml").value(), source, environment);
}

ConfigResult load_file(const std::filesystem::path& file, const Environment& environment) {
  const auto text = read_file(file);
  if (!text) return {std::nullopt, {{file.string(), "", text.error()}}};
  return parse_config(*text, file.string(), std::filesystem::absolute(file).parent_path(), environment);
}

}  // namespace

Secret::~Secret() {
  value_.resize(value_.capacity());
  explicit_bzero(value_.data(), value_.size());
}

const ListConfig* Config::list(std::string_view id) const {
  const auto found =
      std::find_if(lists.begin(), lists.end(), [&](const ListConfig& list) { return list.id == id; });
  return found == lists.end() ? nullptr : &*found;
}

const WebhookConfig* Config::webhook(std::string_view id) const {
  const auto found = std::find_if(webhooks.begin(), webhooks.end(),
                                  [&](const WebhookConfig& webhook) { return webhook.id == id; });
  return found == webhooks.end() ? nullptr : &*found;
}

std::string to_text(const ConfigError& error) {
  return error.key.empty() ? fmt::format("{}: {}", error.where, error.what)
                           : fmt::format("{}: {}: {}", error.where, error.key, error.what);
}

ConfigResult parse_config(std::string_view toml_text, const std::string& file_name,
                          const std::filesystem::path& base, const Environment& environment) {
  return parse_source(toml_text, {file_name, {base, read_file}, false}, environment);
}

ConfigResult load_config(const std::optional<std::filesystem::path>& named, const Environment& environment) {
  if (named) return load_file(*named, environment);
  const auto variable = environment.find("OPTLEDGER_CONFIG");
  if (variable != environment.end()) return load_file(variable->second, environment);
  std::error_code problem;
  const bool absent = !std::filesystem::exists(default_file, problem) && !problem;
  return absent ? load_trial(environment) : load_file(default_file, environment);
}

Environment read_environment() {
  Environment variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (!text.starts_with("OPTLEDGER_") || equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace optledger
