// Letters of one company, for the tests of this folder.
#pragma once

#include "lib/letters/letter.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace optledger::test {

inline const std::string sample_token = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA-";

inline std::filesystem::path source_root() {
  return std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path();
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return (std::ostringstream() << file.rdbuf()).str();
}

inline std::string shipped_template(const std::string& language) {
  return read_file(source_root() / "templates" / "letters" / ("confirmation." + language + ".mustache"));
}

inline LetterFacts sample_facts() {
  return {.from_name = "Müller & Söhne GmbH",
          .from_address = "newsletter@mueller-soehne.example",
          .list_title = "Neuigkeiten aus der Werkstatt",
          .controller_name = "Müller & Söhne GmbH",
          .controller_lines = {"Musterstraße 3", "65189 Wiesbaden", "Deutschland",
                               "datenschutz@mueller-soehne.example", "Amtsgericht Wiesbaden, HRB 12345",
                               "Geschäftsführerin: Änne Müller"},
          .imprint_url = "https://www.mueller-soehne.example/impressum",
          .privacy_url = "https://www.mueller-soehne.example/datenschutz",
          .public_url = "https://newsletter.mueller-soehne.example"};
}

inline LetterValues sample_values(const std::string& to = "anna.schmidt@example.org") {
  return {.to = EmailAddress::parse(to).value(),
          .token = sample_token,
          .requested_at = parse_rfc3339("2026-11-23T19:09:29.123Z").value(),
          .expires_at = parse_rfc3339("2026-11-30T19:09:29.123Z").value(),
          .message_key = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"};
}

}  // namespace optledger::test
