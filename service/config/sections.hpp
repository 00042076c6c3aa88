// One reader for each section of the file: raw settings in, checked structs out. Private to this room.
#pragma once

#include "service/config/section.hpp"

#include <filesystem>

namespace optledger {

// Where the files that a configuration names come from.
struct Place {
  std::filesystem::path base;  // relative paths start here
  ReadFile read_file;

  std::filesystem::path resolve(std::string_view text) const;
  Checked<std::filesystem::path> parse_path(std::string_view text) const;
  // The text of a wording or notice, by the name of its file.
  Checked<std::string> reading_text(std::string_view file) const;
  // The path of a file that others will read.
  Checked<std::filesystem::path> readable_file(std::string_view file) const;
};

// A secret called `key`: the first line of the file that `<key>_file` names, or a variable, which wins. In
// the configuration itself it is a mistake.
void read_secret(Section& section, const std::string& key, Secret& target, const Place& place);

// `is_trial`: no file was given, so links may point at the address listened on.
ServerConfig read_server(Section section, const Place& place, bool is_trial);
ControllerConfig read_controller(Section section, const Place& place);
StorageConfig read_storage(Section section, const Place& place);
MailConfig read_mail(Section section, const Place& place);
RetentionConfig read_retention(Section section);
LimitsConfig read_limits(Section section, const Place& place);
LedgerConfig read_ledger(Section section, const Place& place);
CleverReachConfig read_cleverreach(Section section, const Place& place);
// One or two lines, a webhook secret each; the file's rules are those of read_secret().
std::vector<WebhookSecret> read_webhook_secrets(Section& section, std::string_view key, const Place& place);
std::vector<WebhookConfig> read_webhooks(const Setting* webhooks, const std::vector<ListConfig>& lists,
                                         const Place& place, Mistakes& mistakes);
std::vector<ListConfig> read_lists(const Setting* lists, const Setting& root, const Place& place,
                                   Mistakes& mistakes);

}  // namespace optledger
