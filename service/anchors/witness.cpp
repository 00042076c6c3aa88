#include "service/anchors/witness.hpp"

#include "lib/ledger/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace optledger {
namespace {

// How far its clock and ours may be apart.
constexpr std::chrono::seconds tolerance{300};
constexpr std::size_t most_lines = 100;

tl::unexpected<WitnessRefusal> refusal(std::string text, bool contradicts = false) {
  return tl::unexpected(WitnessRefusal{contradicts, std::move(text)});
}

std::string submission(std::string_view note, std::uint64_t old_size, const std::vector<Digest>& proof) {
  auto body = fmt::format("old {}\n", old_size);
  for (const auto& hash : proof) body += to_base64(as_chars(hash)) + "\n";
  return body + "\n" + std::string(note);
}

// The body of a 409: "1234\n", in one form only.
std::optional<std::uint64_t> size_in(const HttpAnswer& answer) {
  if (answer.content_type != "text/x.tlog.size") return std::nullopt;
  std::uint64_t size = 0;
  const auto* const end = answer.body.data() + answer.body.size();
  const auto [rest, error] = std::from_chars(answer.body.data(), end, size);
  const bool is_one_form = error == std::errc() && fmt::format("{}\n", size) == answer.body;
  return is_one_form && rest + 1 == end ? std::optional(size) : std::nullopt;
}

std::string meaning_of(int status) {
  switch (status) {
    case 403:
      return "the witness does not accept our key for this ledger";
    case 404:
      return "the witness does not know this ledger";
    default:
      return fmt::format("the witness answers with HTTP status {}", status);
  }
}

}  // namespace

bool is_cosigned(const SignedNote& note, const VerifierKey& key) {
  return std::any_of(note.signatures.begin(), note.signatures.end(), [&](const NoteSignature& signature) {
    return signature.name == key.name && signature.key_id == key.id;
  });
}

tl::expected<std::string, WitnessRefusal> Witness::cosign(std::string_view note,
                                                          const ProveConsistency& prove, Instant now) {
  auto parsed = parse_signed_note(note);
  const auto tree = parsed ? parse_checkpoint(parsed->text) : std::nullopt;
  if (!tree) throw std::invalid_argument("what is no checkpoint cannot be cosigned");
  if (seen_ > tree->size) seen_ = 0;  // it will say what it has seen
  auto answer = submit(note, tree->size, prove);
  if (answer && answer->status == 409) {
    const auto seen = size_in(*answer);
    if (!seen) return refusal("the witness does not say which size it has seen");
    if (*seen > tree->size) {
      return refusal(fmt::format("the witness has cosigned this ledger with {} entries, but here it has {}: "
                                 "this one is older or not the only one",
                                 *seen, tree->size),
                     true);
    }
    seen_ = *seen;
    answer = submit(note, tree->size, prove);
  }
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status == 422) {
    return refusal(fmt::format("the witness has cosigned another ledger of this name: its {} entries are not "
                               "the first ones of these {}",
                               seen_, tree->size),
                   true);
  }
  if (answer->status == 409) return refusal("the witness says that it has seen another size each time");
  if (answer->status != 200) return refusal(meaning_of(answer->status));
  auto cosigned = with_cosignature(*std::move(parsed), answer->body, now);
  if (cosigned) seen_ = tree->size;
  return cosigned;
}

tl::expected<HttpAnswer, WitnessRefusal> Witness::submit(std::string_view note, std::uint64_t size,
                                                         const ProveConsistency& prove) {
  const bool has_proof = seen_ > 0 && seen_ < size;
  auto answer =
      http_.send({.method = "POST",
                  .url = url_ + "/add-checkpoint",
                  .headers = {"Content-Type: text/plain; charset=utf-8"},
                  .body = submission(note, seen_, has_proof ? prove(seen_) : std::vector<Digest>())});
  if (!answer) return refusal("the witness does not answer: " + answer.error().text);
  return *std::move(answer);
}

tl::expected<std::string, WitnessRefusal> Witness::with_cosignature(SignedNote note, std::string_view answer,
                                                                    Instant now) const {
  for (std::size_t lines = 0; !answer.empty() && lines < most_lines; ++lines) {
    const auto length = std::min(answer.find('\n'), answer.size() - 1) + 1;
    const auto line = parse_signature_line(answer.substr(0, length));
    if (!line) return refusal("the witness's answer is no signature line");
    answer.remove_prefix(length);
    const SignedNote alone{note.text, {*line}};
    if (!is_cosigned(alone, key_)) continue;
    const auto verified = verify_note(alone, {&key_, 1});
    if (!verified) return refusal("the witness's signature does not hold");
    const auto at = Instant{std::chrono::seconds{verified->front().seconds.value_or(0)}};
    if (std::chrono::abs(at - now) > tolerance) {
      return refusal(
          fmt::format("the witness says {}, but here it is {}", to_readable(at), to_readable(now)));
    }
    note.signatures.push_back(*line);
    return to_text(note);
  }
  return refusal("the witness's answer has no signature by its key " + to_text(key_));
}

}  // namespace optledger
