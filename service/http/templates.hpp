// The product's texts: what is embedded from templates/, overlaid by a company's own folder of the same
// shape, read and checked once at start. A page is compiled for each language with its parts and words
// already in place, so that rendering is one walk over a tree.
//
// What a template may say (a small, safe part of mustache):
//   {{name}}            a value of the page, always HTML-escaped; {{{name}}} and {{&name}} are refused
//   {{#name}}…{{/name}} and {{^name}}…{{/name}}
//   {{> part}}          the file pages/part.mustache
//   {{word.key}}        a word of the page's own section of words/<language>.json
//   {{word.section.key}}  a word of another section
//   {{! comment}}
// A word is plain text and may itself contain {{name}}. A misspelt name of anything is an error at start. A
// words file of the company need only hold the words it changes; in a language of its own it holds them all.
#pragma once

#include "lib/base/json.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace optledger::http {

// A template, a words file or the overrides' folder is unusable. The message names the file and says what to
// do.
class TemplateError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Templates {
 public:
  // `overrides`: a folder with the same relative paths as templates/. Throws TemplateError.
  explicit Templates(const std::optional<std::filesystem::path>& overrides = std::nullopt);
  ~Templates();
  Templates(const Templates&) = delete;
  Templates& operator=(const Templates&) = delete;

  // The text of one file, such as "pages/style.css" or "letters/….mustache". Throws std::out_of_range: a path
  // that does not exist is a mistake of the caller.
  const std::string& text(std::string_view path) const;

  // Two-letter names of the languages that have words, sorted. More can be added by the overrides' folder.
  const std::vector<std::string>& languages() const;

  // The word, or nothing: for words that are chosen by a code.
  std::optional<std::string> word(std::string_view language, std::string_view section,
                                  std::string_view key) const;

  // `values` is an object of strings, booleans, arrays of objects, and objects. `page` is the name of a file
  // in pages/ without its ending. Thread-safe. Throws std::out_of_range for a page or language that does not
  // exist.
  std::string render(std::string_view page, std::string_view language, const Json& values) const;

 private:
  struct Compiled;
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace optledger::http
