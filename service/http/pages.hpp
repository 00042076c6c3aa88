// Everything a person sees in a browser: facts in, one whole HTML page out. Words come from templates/words,
// markup from templates/pages; here is neither HTTP nor the store. Every value is escaped; no page needs
// anything from another host, and none but the form with proof of work a script, so they all work under
//   Content-Security-Policy: default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';
//   frame-ancestors 'none'                                                                             (T6.5)
#pragma once

#include "lib/base/instant.hpp"
#include "service/http/templates.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace optledger::http {

// Who runs this server: stands on every page.
struct Site {
  std::string controller_name;  // "Example GmbH"
  std::string imprint_url;      // empty: no link
  std::string privacy_url;      // empty: no link
  std::string base_path;        // path of public_url, without trailing slash: "" or "/newsletter"
};

// A list as a page names it. An empty id: the list is not known, so no page links to its sign-up form.
struct PageList {
  std::string id;
  std::string title;  // in the page's language
};

// One rejected field. `field` is the form's name (email, name, purposes, wording, list); `code` is the
// problem's stable name (invalid-email, …: the section "problem" of templates/words). A code without words of
// its own is shown as the general sentence.
struct FieldProblem {
  std::string field;
  std::string code;
};

struct SignupPurpose {
  std::string id;
  std::string text;      // what the person agrees to, in the page's language
  bool checked = false;  // only ever what the person ticked in a rejected form
};

struct SignupPage {
  std::string language;
  std::vector<std::string> languages;  // those the list has; a switch is shown when there are two or more
  PageList list;
  std::string wording_text;  // the consent text as configured, without the purposes: their boxes show them
  std::string wording_language;  // when no text exists in `language`; empty: the same
  std::string wording_hash;      // 64 hex digits: names text and purposes together (Wording::sha256)
  std::vector<SignupPurpose> purposes;
  std::string email;  // what the person typed, to be shown again
  std::string name;
  std::vector<FieldProblem> problems;  // answer such a page with 422
  std::string trap;                    // name of the field that only a robot fills in; empty: none
  std::string stamp;                   // the form's signed time; empty: none
  bool asks_for_work = false;        // the page has the script that does it, and needs a policy that lets it
  bool works_without_script = true;  // some sign-ups are taken without work
};

// In place of the form, where only the list's own backends sign people up.
struct ElsewherePage {
  std::string language;
  PageList list;
  std::string url;  // where to sign up; empty: not known
};

// "Check your inbox". Says the same whatever the state of the address.
struct RequestedPage {
  std::string language;
  PageList list;
};

struct ConfirmPage {
  std::string language;
  PageList list;
  std::string masked_address;  // "m•••@example.de"
  std::string action_url;      // both forms post here; "this was not me" adds action=cancel
  Instant expires_at;
};

// Shown after every successful POST, the first and each repeated one.
struct ConfirmedPage {
  std::string language;
  PageList list;
  std::string masked_address;   // empty: not shown
  std::string unsubscribe_url;  // empty: no link
};

struct CancelledPage {
  std::string language;
  PageList list;
};

// One button and nothing else to do.
struct UnsubscribePage {
  std::string language;
  PageList list;
  std::string masked_address;
  std::string action_url;
};

// Shown after every POST of an unsubscribe link, the first and each repeated one.
struct UnsubscribedPage {
  std::string language;
  PageList list;
  bool by_permission = false;  // there was no consent that could be spoken of
};

// "What do you hold about me?"
struct PrivacyPage {
  std::string language;
  std::vector<std::string> languages;
  std::string email;  // what the person typed, to be shown again
  std::vector<FieldProblem> problems;
};

// Says the same whatever is held.
struct PrivacyRequestedPage {
  std::string language;
  std::string contact;  // where to write when no letter comes
};

// Everything about the person, and what they can do with it.
struct PrivacyDataPage {
  std::string language;
  Json data;               // personal_data_values()
  std::string action_url;  // all forms post here, with action=NAME OF THE RIGHT
  std::string data_url;    // the file
  Instant link_until{};
  std::string done;  // name of the right that was just exercised, or "repeated"; empty: none
  std::vector<FieldProblem> problems;
};

// The end of an erasure, in its two outcomes.
struct PrivacyErasedPage {
  std::string language;
  bool refused = false;              // without the declaration: restricted until `kept`
  std::optional<Instant> kept = {};  // of the receipt or of the restricted evidence
  std::string authority;             // the supervisory authority; empty: not named
};

enum class DeadLink {
  over,       // expired, used, superseded, erased: an old letter does not tell its reader which    410
  forgotten,  // of a subscription whose data is deleted                                            410
  unknown     // never was a link of ours                                                           404
};

struct LinkPage {
  std::string language;
  DeadLink reason = DeadLink::unknown;
  PageList list;  // empty id: unknown
};

struct ErrorPage {
  std::string language;
  int status = 500;
  std::string code;    // a problem's stable name when words for it exist; empty: the words for the status
  std::string detail;  // the problem's detail; it is English, so only a page in English shows it
};

// "/": what this server is, and where to sign up.
struct HomePage {
  std::string language;
  std::vector<std::string> languages;
  std::vector<PageList> lists;
};

// Thread-safe: one object answers all requests. Refers to `templates`, which must outlive it.
// A page in a language that has no words of its own is shown in English.
class Pages {
 public:
  Pages(const Templates& templates, Site site);

  std::string signup(const SignupPage& page) const;
  std::string elsewhere(const ElsewherePage& page) const;
  std::string requested(const RequestedPage& page) const;
  std::string confirm(const ConfirmPage& page) const;
  std::string confirmed(const ConfirmedPage& page) const;
  std::string cancelled(const CancelledPage& page) const;
  std::string unsubscribe(const UnsubscribePage& page) const;
  std::string unsubscribed(const UnsubscribedPage& page) const;
  std::string privacy(const PrivacyPage& page) const;
  std::string privacy_requested(const PrivacyRequestedPage& page) const;
  std::string privacy_data(const PrivacyDataPage& page) const;
  std::string privacy_erased(const PrivacyErasedPage& page) const;
  std::string privacy_over(const std::string& language) const;
  std::string dead_link(const LinkPage& page) const;
  std::string error(const ErrorPage& page) const;
  std::string home(const HomePage& page) const;
  std::string index(const std::string& language,
                    const std::vector<std::string>& files) const;  // of the gallery

  // Served as text/css at stylesheet_path(), which changes with the text, so it may be cached for ever.
  const std::string& stylesheet() const { return stylesheet_; }
  const std::string& stylesheet_path() const { return stylesheet_path_; }  // "/assets/style-1a2b3c4d.css"

  // The script that does a form's proof of work, as text/javascript, likewise.
  const std::string& work_script() const { return work_script_; }
  const std::string& work_script_path() const { return work_script_path_; }

  const std::string& base_path() const { return site_.base_path; }

  // For documents that bring their own markup (proof_page.hpp).
  const Templates& templates() const { return templates_; }

  // The languages that have words, "de" and "en" at least.
  const std::vector<std::string>& languages() const { return templates_.languages(); }

 private:
  std::string known_language(const std::string& language) const;
  Json values_for(const std::string& language) const;
  void put_languages(Json& values, const std::vector<std::string>& languages, const std::string& path) const;

  const Templates& templates_;
  Site site_;
  std::string stylesheet_;
  std::string stylesheet_path_;
  std::string work_script_;
  std::string work_script_path_;
};

}  // namespace optledger::http
