#include "lib/letters/checkpoint_letter.hpp"

#include "tests/fakes/noon.hpp"
#include "tests/lib/letters/decode.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

namespace optledger {
namespace {

const std::string note =
    "newsletter.example.de/v1/ledger\n70000\nnND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=\n\n"
    "— newsletter.example.de/v1/ledger "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

CheckpointLetter facts() {
  return {.from_name = "Müller & Söhne",
          .from_address = "news@example.de",
          .to = "officer@example.de",
          .controller_name = "Müller & Söhne",
          .origin = "newsletter.example.de/v1/ledger",
          .size = 70000,
          .vkey = "newsletter.example.de/v1/ledger+01234567+AAAA",
          .note = note,
          .at = noon};
}

std::string embedded_template() {
  std::ifstream file(std::filesystem::path(__FILE__).parent_path() /
                     "../../../templates/letters/checkpoint.mustache");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("the letter with a checkpoint has the note word for word") {
  const auto letter = compose_checkpoint_letter(embedded_template(), facts());
  const auto end_of_head = letter.message.find("\r\n\r\n");
  REQUIRE(end_of_head != std::string::npos);
  const auto text = test::decode_quoted_printable(letter.message.substr(end_of_head + 4));
  CHECK(text.find(note) != std::string::npos);
  CHECK(text.find("Müller & Söhne") != std::string::npos);
  CHECK(text.find("{{") == std::string::npos);
  CHECK(text.find('#') == std::string::npos);
  CHECK(letter.message.find("To: officer@example.de\r\n") != std::string::npos);
  CHECK(letter.message_id.ends_with("@example.de>"));
}

TEST_CASE("a checkpoint letter's template that lacks a part or the note is refused") {
  CHECK_THROWS_AS(compose_checkpoint_letter("", facts()), std::invalid_argument);
  CHECK_THROWS_AS(compose_checkpoint_letter("--- text ---\n{{note}}\n", facts()), std::invalid_argument);
  CHECK_THROWS_AS(compose_checkpoint_letter("--- subject ---\na\n--- text ---\nb\n", facts()),
                  std::invalid_argument);
}

}  // namespace optledger
