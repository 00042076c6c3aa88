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

struct VerifyOptions {
  std::vector<std::filesystem::path> files;
  std::vector<std::string> keys;                     // vkeys of ledgers and witnesses
  std::vector<std::filesystem::path> checkpoints;    // signed notes
  std::optional<std::string> tiles;                  // a ledger's URL, or a folder
  std::optional<std::filesystem::path> tsa_ca;       // PEM
  std::optional<std::filesystem::path> tlog_proofs;  // the folder to write them to
  bool json = false;
};
// Needs no configuration; the exit code is that of the worst file: 1 does not hold, 2 cannot be read.
int verify(const VerifyOptions& options);

// A person named at the terminal.
struct PersonOptions {
  std::string email;
  std::optional<std::string> list;
  std::string reason;
  bool consent_confirmed = false;  // erase only
  bool json = false;
};
int unsubscribe(const Config& config, const PersonOptions& options);
int block(const Config& config, const PersonOptions& options);
int unblock(const Config& config, const PersonOptions& options);
int erase(const Config& config, const PersonOptions& options);

struct RequestsOptions {
  bool all = false;
  std::string email;     // add
  std::string right;     // add: a name that privacy_right_from() knows
  std::string received;  // add: a date or a time; empty: now
  std::string id;        // close: the beginning of it
  std::string reason;    // close
  bool json = false;
};
int requests(const Config& config, const RequestsOptions& options);
int requests_add(const Config& config, const RequestsOptions& options);
int requests_close(const Config& config, const RequestsOptions& options);

struct SyncOptions {
  std::optional<std::string> list;  // absent: every list with a group at the provider
  bool full = false;
  bool audit = false;
  bool adopt = false;
  std::string reason;            // of adopting
  std::string format = "table";  // of the audit: "table", "json", "csv"
  bool json = false;
};
int sync(const Config& config, const SyncOptions& options);

struct ConnectOptions {
  std::optional<std::string> list;
  bool no_hook = false;
  bool json = false;
};
int provider_connect(const Config& config, const ConnectOptions& options);

struct RetentionOptions {
  bool dry_run = false;
  bool accept_clock = false;
  bool json = false;
};
int retention(const Config& config, const RetentionOptions& options);

struct ImportOptions {
  std::string kind;  // "suppressions" or "subscribers"
  std::filesystem::path file;
  std::optional<std::string> list;              // for rows that name none
  std::optional<std::string> as;                // suppressions: the kind of rows that say none
  std::optional<std::filesystem::path> notice;  // subscribers: the text for rows without one
  std::string reason;
  std::optional<std::filesystem::path> report;
  bool dry_run = false;
  bool json = false;
};
int import_suppressions(const Config& config, const ImportOptions& options);
int import_subscribers(const Config& config, const ImportOptions& options);

struct ExportOptions {
  std::string kind;                 // "suppressions", "subscribers" or "proofs"
  std::optional<std::string> list;  // subscribers and proofs: only of this one
  std::string reason;               // proofs
  std::optional<std::filesystem::path> output;
  bool csv = false;
};
int export_suppressions(const Config& config, const ExportOptions& options);
int export_subscribers(const Config& config, const ExportOptions& options);
int export_proofs(const Config& config, const ExportOptions& options);

struct BackupOptions {
  std::filesystem::path destination;
  bool force = false;
  bool json = false;
};
int backup(const Config& config, const BackupOptions& options);

struct RestoreOptions {
  std::filesystem::path source;
  bool json = false;
};
int restore(const Config& config, const RestoreOptions& options);

struct ApiKeyOptions {
  std::string name;
  std::vector<std::string> scopes;
  bool json = false;
};
int apikey_add(const Config& config, const ApiKeyOptions& options);
int apikey_list(const Config& config, bool json);
int apikey_revoke(const Config& config, const std::string& name);

int keys_list(const Config& config, bool json);
int keys_rotate(const Config& config, bool json);
int keys_retire(const Config& config, int id);

struct WebhookOptions {
  std::string id;  // enable
  bool json = false;
};
int webhook_list(const Config& config, const WebhookOptions& options);
int webhook_enable(const Config& config, const WebhookOptions& options);

struct LedgerOptions {
  std::string reason;  // restored
  bool json = false;
};
int ledger_checkpoint(const Config& config, const LedgerOptions& options);
int ledger_verify(const Config& config, const LedgerOptions& options);
int ledger_restored(const Config& config, const LedgerOptions& options);

int check(const Config& config, bool json);
int migrate(const Config& config, bool json);
int pages(const Config& config, const std::filesystem::path& folder);
int version(bool json);

}  // namespace optledger::cli
