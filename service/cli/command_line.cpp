#include "service/cli/command_line.hpp"

#include "service/cli/commands.hpp"
#include "service/http/templates.hpp"
#include "service/store/store.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace optledger::cli {
namespace {

Config load(const std::optional<std::string>& named) {
  auto result =
      load_config(named ? std::optional<std::filesystem::path>(*named) : std::nullopt, read_environment());
  if (result.config) return std::move(*result.config);
  std::string lines;
  for (const auto& error : result.errors) lines += (lines.empty() ? "" : "\n") + to_text(error);
  throw Failure(wrong_use, lines);
}

// Everything the parser fills in, and what to do in the end.
struct Parsed {
  std::optional<std::string> config_file;
  ProofOptions proof;
  VerifyOptions verifying;
  PersonOptions person;
  RequestsOptions requests;
  SyncOptions sync;
  ConnectOptions connect;
  RetentionOptions retention;
  ImportOptions importing;
  ExportOptions exporting;
  BackupOptions backup;
  RestoreOptions restore;
  ApiKeyOptions api_key;
  WebhookOptions webhook;
  LedgerOptions ledger;
  int token_key = 0;
  std::string folder;
  bool json = false;
  std::function<int()> command;

  Config config() const { return load(config_file); }
};

CLI::App* add_command(CLI::App& app, Parsed& parsed, const char* name, const char* help,
                      std::function<int()> run) {
  auto* command = app.add_subcommand(name, help);
  command->callback([&parsed, run = std::move(run)] { parsed.command = run; });
  return command;
}

void add_proof(CLI::App& app, Parsed& parsed) {
  auto* command = add_command(app, parsed, "proof", "the consent proof of one address",
                              [&parsed] { return proof(parsed.config(), parsed.proof); });
  command->add_option("EMAIL", parsed.proof.email, "the address")->required();
  command->add_option("--list", parsed.proof.list, "the list, when the address is on several");
  command->add_option("--format", parsed.proof.format, "json, html, pdf, kantara or dpv")
      ->check(CLI::IsMember({"json", "html", "pdf", "kantara", "dpv"}));
  command->add_option("-o,--output", parsed.proof.output, "write to this file instead of the terminal");
  command->add_option("--reason", parsed.proof.reason, "why the data is needed; kept with the look-up")
      ->required();
}

void add_verify(CLI::App& app, Parsed& parsed) {
  auto& options = parsed.verifying;
  auto* command = add_command(app, parsed, "verify", "checks proof files offline, and says what holds",
                              [&parsed] { return verify(parsed.verifying); });
  command->add_option("FILE", options.files, "JSON, or a page with it inside; *.jsonl: a proof on each line")
      ->required();
  command->add_option("--key", options.keys, "the ledger's verifier key as you know it; or a witness's");
  command->add_option("--checkpoint", options.checkpoints, "a checkpoint of the ledger that you have kept");
  command->add_option("--tiles", options.tiles,
                      "URL or folder of the ledger, to compare checkpoints of different sizes; "
                      "without --checkpoint with the last one there");
  command->add_option("--tsa-ca", options.tsa_ca,
                      "certificates (PEM) that a timestamp's authority must lead to");
  command->add_option("--tlog-proofs", options.tlog_proofs,
                      "write each record's place in the ledger to this folder, for other tools");
  command->add_flag("--json", options.json, "as JSON, a line for each proof");
}

// A reason that says as much as there is to say when the operator only passes on what the person wrote.
constexpr const char* passed_on = "passed on by an operator";

CLI::App* add_person_command(CLI::App& app, Parsed& parsed, const char* name, const char* help,
                             int (*run)(const Config&, const PersonOptions&)) {
  auto* command = add_command(app, parsed, name, help, [&parsed, run] {
    if (parsed.person.reason.empty()) parsed.person.reason = passed_on;
    return run(parsed.config(), parsed.person);
  });
  command->add_option("EMAIL", parsed.person.email, "the address")->required();
  command->add_option("--list", parsed.person.list, "only on this list; without it on every list");
  command->add_flag("--json", parsed.person.json, "as JSON");
  return command;
}

void add_person_commands(CLI::App& app, Parsed& parsed) {
  const auto with_reason = [&parsed](CLI::App* command) {
    return command->add_option("--reason", parsed.person.reason,
                               "why; kept with the act, without an address");
  };
  with_reason(
      add_person_command(app, parsed, "unsubscribe", "ends the subscription of an address", unsubscribe));
  with_reason(add_person_command(app, parsed, "block",
                                 "no letter to this address any more: objection, complaint", block));
  with_reason(add_person_command(app, parsed, "unblock", "lifts a block; makes nobody active", unblock))
      ->required();
  auto* erasing = add_person_command(app, parsed, "erase", "an individual deletion request", erase);
  with_reason(erasing)->required();
  erasing->add_flag("--consent-confirmed", parsed.person.consent_confirmed,
                    "the person confirms that the former consent or permission was given");
}

void add_retention(CLI::App& app, Parsed& parsed) {
  auto& options = parsed.retention;
  auto* command = add_command(app, parsed, "retention", "deletes what is due",
                              [&parsed] { return retention(parsed.config(), parsed.retention); });
  command->add_flag("--dry-run", options.dry_run, "only say how much is due");
  command->add_flag("--accept-clock", options.accept_clock, "vouch for a clock that jumped far ahead");
  command->add_flag("--json", options.json, "as JSON");
}

void add_kind(CLI::App& command, std::string& kind) {
  command.add_option("--kind", kind, "suppressions: who is not to be mailed; subscribers: who may be")
      ->required()
      ->check(CLI::IsMember({"suppressions", "subscribers"}));
}

void add_import(CLI::App& app, Parsed& parsed) {
  auto& options = parsed.importing;
  auto* command = add_command(app, parsed, "import", "takes over a list from another system", [&parsed] {
    const auto run = parsed.importing.kind == "subscribers" ? import_subscribers : import_suppressions;
    return run(parsed.config(), parsed.importing);
  });
  add_kind(*command, options.kind);
  command->add_option("FILE", options.file, "CSV with a header line, or JSON lines; UTF-8")->required();
  command->add_option("--list", options.list,
                      "for rows that name no list; without it every list (suppressions) or the only one");
  command
      ->add_option("--as", options.as,
                   "suppressions: for rows that name no kind: unsubscribed (default) or blocked")
      ->check(CLI::IsMember({"unsubscribed", "blocked"}));
  command->add_option("--notice", options.notice,
                      "subscribers: a file with the notice of the right to object, for rows without one");
  command->add_option("--reason", options.reason, "why; kept in the log, without an address")->required();
  command->add_option("--report", options.report, "write every refused row's line and reason to this file");
  command->add_flag("--dry-run", options.dry_run, "change nothing, only say what would come of it");
  command->add_flag("--json", options.json, "as JSON");
}

int run_export(const Config& config, const ExportOptions& options) {
  if (options.kind == "proofs") return export_proofs(config, options);
  return options.kind == "subscribers" ? export_subscribers(config, options)
                                       : export_suppressions(config, options);
}

void add_export(CLI::App& app, Parsed& parsed) {
  auto& options = parsed.exporting;
  auto* command = add_command(app, parsed, "export",
                              "writes out who is not to be mailed, by fingerprint, who may be, or all proofs",
                              [&parsed] { return run_export(parsed.config(), parsed.exporting); });
  command
      ->add_option("--kind", options.kind,
                   "suppressions: who is not to be mailed; subscribers: who may be; proofs: the evidence")
      ->required()
      ->check(CLI::IsMember({"suppressions", "subscribers", "proofs"}));
  command->add_option("--list", options.list, "subscribers and proofs: only of this list");
  command->add_option("--reason", options.reason, "proofs: why; kept with each look-up, without an address");
  command->add_option("-o,--output", options.output, "write to this file instead of the terminal");
  command->add_flag("--csv", options.csv, "as CSV; otherwise JSON lines");
}

void add_backup_and_restore(CLI::App& app, Parsed& parsed) {
  auto* backing_up = add_command(app, parsed, "backup", "copies the database, also while it is in use",
                                 [&parsed] { return backup(parsed.config(), parsed.backup); });
  backing_up->add_option("DEST", parsed.backup.destination, "the file to write, or a folder for one")
      ->required();
  backing_up->add_flag("--force", parsed.backup.force, "replace a file that is there");
  backing_up->add_flag("--json", parsed.backup.json, "as JSON");

  auto* restoring = add_command(app, parsed, "restore",
                                "puts a backup in place of the database, without those who have left since",
                                [&parsed] { return restore(parsed.config(), parsed.restore); });
  restoring->add_option("SRC", parsed.restore.source, "what backup wrote")->required();
  restoring->add_flag("--json", parsed.restore.json, "as JSON");
}

void add_api_key(CLI::App& app, Parsed& parsed) {
  auto* group = app.add_subcommand("apikey", "keys of programs and officers");
  group->require_subcommand(1);
  auto& options = parsed.api_key;
  auto* add = add_command(*group, parsed, "add", "makes a key and shows it once",
                          [&parsed] { return apikey_add(parsed.config(), parsed.api_key); });
  add->add_option("--name", options.name, "what the key is for")->required();
  add->add_option("--scope", options.scopes, "what it may do: signup, proof, manage, suppression, stats")
      ->required()
      ->delimiter(',');
  add->add_flag("--json", options.json, "as JSON");
  add_command(*group, parsed, "list", "all keys, without the keys themselves", [&parsed] {
    return apikey_list(parsed.config(), parsed.json);
  })->add_flag("--json", parsed.json, "as JSON");
  add_command(*group, parsed, "revoke", "ends a key at once",
              [&parsed] { return apikey_revoke(parsed.config(), parsed.api_key.name); })
      ->add_option("NAME", options.name, "its name")
      ->required();
}

void add_keys(CLI::App& app, Parsed& parsed) {
  auto* group = app.add_subcommand("keys", "the keys that links are made with");
  group->require_subcommand(1);
  add_command(*group, parsed, "list", "every token key, and what it does", [&parsed] {
    return keys_list(parsed.config(), parsed.json);
  })->add_flag("--json", parsed.json, "as JSON");
  add_command(*group, parsed, "rotate", "makes a new token key; links of the older ones live on", [&parsed] {
    return keys_rotate(parsed.config(), parsed.json);
  })->add_flag("--json", parsed.json, "as JSON");
  add_command(*group, parsed, "retire", "ends every link of an older token key, for one that others know",
              [&parsed] { return keys_retire(parsed.config(), parsed.token_key); })
      ->add_option("ID", parsed.token_key, "as listed")
      ->required();
}

void add_ledger(CLI::App& app, Parsed& parsed) {
  auto& options = parsed.ledger;
  auto* group = app.add_subcommand("ledger", "the public ledger");
  group->require_subcommand(1);
  add_command(*group, parsed, "checkpoint", "the last signed checkpoint", [&parsed] {
    return ledger_checkpoint(parsed.config(), parsed.ledger);
  })->add_flag("--json", options.json, "as JSON");
  add_command(*group, parsed, "verify", "recomputes all evidence and names the first thing that does not fit",
              [&parsed] { return ledger_verify(parsed.config(), parsed.ledger); })
      ->add_flag("--json", options.json, "as JSON");
  auto* restored = add_command(
      *group, parsed, "restored",
      "brings an older database, or one whose mirror is lost, level with what the ledger has published",
      [&parsed] { return ledger_restored(parsed.config(), parsed.ledger); });
  restored->add_option("--reason", options.reason, "why; stands in the ledger's record, without an address")
      ->required();
  restored->add_flag("--json", options.json, "as JSON");
}

void add_webhook(CLI::App& app, Parsed& parsed) {
  auto& options = parsed.webhook;
  auto* group = app.add_subcommand("webhook", "who is told what happened");
  group->require_subcommand(1);
  add_command(*group, parsed, "list", "the endpoints, and what each of them is owed", [&parsed] {
    return webhook_list(parsed.config(), parsed.webhook);
  })->add_flag("--json", options.json, "as JSON");
  add_command(*group, parsed, "enable", "an endpoint is there again: it gets all it is owed",
              [&parsed] { return webhook_enable(parsed.config(), parsed.webhook); })
      ->add_option("ID", options.id, "as in the configuration")
      ->required();
}

void add_requests(CLI::App& app, Parsed& parsed) {
  auto& options = parsed.requests;
  auto* group = app.add_subcommand("requests", "what people asked for by law, with due dates");
  group->require_subcommand(0, 1);
  group->add_flag("--all", options.all, "the answered ones too");
  group->add_flag("--json", options.json, "as JSON");
  group->callback([&parsed] {
    if (!parsed.command) parsed.command = [&parsed] { return requests(parsed.config(), parsed.requests); };
  });
  auto* add = add_command(*group, parsed, "add", "enters a request that came by post or telephone",
                          [&parsed] { return requests_add(parsed.config(), parsed.requests); });
  add->add_option("EMAIL", options.email, "whom it is about")->required();
  add->add_option("--right", options.right, "access, correction, restriction, lifting, objection or erasure")
      ->required()
      ->check(CLI::IsMember({"access", "correction", "restriction", "lifting", "objection", "erasure"}));
  add->add_option("--received", options.received, "the day it came, when not today: 2026-11-25");
  add->add_flag("--json", options.json, "as JSON");
  auto* close = add_command(*group, parsed, "close", "an officer has answered it",
                            [&parsed] { return requests_close(parsed.config(), parsed.requests); });
  close->add_option("ID", options.id, "as listed")->required();
  close->add_option("--reason", options.reason, "how it was answered; without an address")->required();
}

void add_provider(CLI::App& app, Parsed& parsed) {
  auto& options = parsed.sync;
  auto* run = add_command(app, parsed, "sync", "one CleverReach run; safe from cron beside a running serve",
                          [&parsed] { return sync(parsed.config(), parsed.sync); });
  run->add_option("--list", options.list, "only this list");
  auto* full = run->add_flag("--full", options.full, "compares every receiver there");
  auto* audit = run->add_flag("--audit", options.audit,
                              "changes nothing, shows every difference; exit 1 when there is one")
                    ->excludes(full);
  auto* adopt =
      run->add_flag("--adopt", options.adopt,
                    "takes over who is mailed there and not known here, as consents of foreign origin");
  adopt->excludes(audit);
  run->add_option("--reason", options.reason, "why they are taken over; kept with each of them")
      ->needs(adopt);
  run->add_option("--format", options.format, "of the audit: table, json or csv")
      ->check(CLI::IsMember({"table", "json", "csv"}));
  run->add_flag("--json", options.json, "as JSON");
  auto* group = app.add_subcommand("provider", "CleverReach");
  group->require_subcommand(1);
  auto* connect =
      add_command(*group, parsed, "connect", "makes attributes and hook there, and says what it did",
                  [&parsed] { return provider_connect(parsed.config(), parsed.connect); });
  connect->add_option("--list", parsed.connect.list, "only this list");
  connect->add_flag("--no-hook", parsed.connect.no_hook,
                    "without the hook: changes there are then asked for only");
  connect->add_flag("--json", parsed.connect.json, "as JSON");
}

void add_others(CLI::App& app, Parsed& parsed, const Serve& serve) {
  add_command(app, parsed, "serve", "HTTP service and workers", [&parsed, &serve] {
    return serve(parsed.config(), [&parsed] { return load_config(parsed.config_file, read_environment()); });
  });
  add_command(app, parsed, "check", "configuration, keys, database and mail: one line each", [&parsed] {
    return check(parsed.config(), parsed.json);
  })->add_flag("--json", parsed.json, "as JSON");
  add_command(app, parsed, "migrate", "brings the database to this version's schema", [&parsed] {
    return migrate(parsed.config(), parsed.json);
  })->add_flag("--json", parsed.json, "as JSON");
  add_command(app, parsed, "version", "what this is", [&parsed] {
    return version(parsed.json);
  })->add_flag("--json", parsed.json, "as JSON");
  add_command(app, parsed, "pages", "writes every page in every language and state, to look at",
              [&parsed] { return pages(parsed.config(), parsed.folder); })
      ->add_option("-o,--output", parsed.folder, "the folder to write to")
      ->required();
}

int run_command(CLI::App& app, Parsed& parsed, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    throw Failure(wrong_use, std::string(error.what()) + " (see: optledger --help)");
  }
  return parsed.command();
}

}  // namespace

int run(int argc, char** argv, const Serve& serve) {
  CLI::App app{"optledger: double opt-in with evidence", "optledger"};
  app.require_subcommand(1);
  Parsed parsed;
  app.add_option("--config", parsed.config_file, "the configuration file");
  add_others(app, parsed, serve);
  add_proof(app, parsed);
  add_verify(app, parsed);
  add_person_commands(app, parsed);
  add_provider(app, parsed);
  add_requests(app, parsed);
  add_retention(app, parsed);
  add_import(app, parsed);
  add_export(app, parsed);
  add_backup_and_restore(app, parsed);
  add_api_key(app, parsed);
  add_keys(app, parsed);
  add_webhook(app, parsed);
  add_ledger(app, parsed);
  try {
    return run_command(app, parsed, argc, argv);
  } catch (const Failure& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return failure.code;
  } catch (const http::TemplateError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return wrong_use;
  } catch (const StoreUnavailable& error) {
    fmt::print(stderr, "{}\n", error.what());
    return try_again_later;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return refused;
  }
}

}  // namespace optledger::cli
