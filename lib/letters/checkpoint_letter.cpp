#include "lib/letters/checkpoint_letter.hpp"

#include "lib/base/hash.hpp"
#include "lib/base/text.hpp"
#include "lib/letters/mime.hpp"

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include <stdexcept>

namespace optledger {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::string_view subject_mark = "--- subject ---\n";
constexpr std::string_view text_mark = "--- text ---\n";

struct CheckpointTemplate {
  std::string subject;
  std::string text;
};

CheckpointTemplate parts_of(std::string_view template_text) {
  const auto subject = template_text.find(subject_mark);
  const auto text = template_text.find(text_mark);
  if (subject == std::string_view::npos || text == std::string_view::npos || text < subject) {
    throw std::invalid_argument("letter template: \"--- subject ---\" and then \"--- text ---\" are needed");
  }
  const auto subject_begin = subject + subject_mark.size();
  return {trim_ascii_space(template_text.substr(subject_begin, text - subject_begin)),
          trim_ascii_space(template_text.substr(text + text_mark.size())) + "\n"};
}

std::string render(const std::string& part, const CheckpointLetter& facts) {
  mustache::mustache rendered(part);
  if (!rendered.is_valid()) throw std::invalid_argument("letter template: " + rendered.error_message());
  rendered.set_custom_escape([](const std::string& value) { return value; });
  mustache::data data;
  data.set("controller_name", facts.controller_name);
  data.set("origin", facts.origin);
  data.set("size", std::to_string(facts.size));
  data.set("vkey", facts.vkey);
  data.set("note", facts.note);
  return rendered.render(data);
}

}  // namespace

Letter compose_checkpoint_letter(std::string_view template_text, const CheckpointLetter& facts) {
  const auto parts = parts_of(template_text);
  const auto text = render(parts.text, facts);
  if (text.find(facts.note) == std::string::npos) {
    throw std::invalid_argument("letter template: the part \"text\" lacks {{note}}");
  }
  const auto domain = facts.from_address.substr(facts.from_address.find('@') + 1);
  Letter letter;
  letter.message_id = fmt::format("<{}@{}>", to_hex(sha256(facts.note)).substr(0, 32), domain);
  std::string& message = letter.message;
  message += header_field("Date", to_rfc5322(facts.at));
  message += mailbox_field("From", facts.from_name, facts.from_address);
  message += header_field("To", facts.to);
  message += text_field("Subject", render(parts.subject, facts));
  message += header_field("Message-ID", letter.message_id);
  message += header_field("Auto-Submitted", "auto-generated");
  message += header_field("MIME-Version", "1.0");
  message += header_field("Content-Type", "text/plain; charset=utf-8");
  message += header_field("Content-Transfer-Encoding", "quoted-printable");
  message += "\r\n" + to_quoted_printable(text);
  return letter;
}

}  // namespace optledger
