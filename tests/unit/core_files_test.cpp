// Files are written whole or not at all.
#include <unistd.h>

#include <fstream>
#include <string>

#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "tests/catch.hpp"

namespace qarium::core_files_test {
namespace {

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("qarium-files-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string content(const std::filesystem::path& file) {
  std::string text;
  for (const auto byte : core::read_file(file, 1'000))
    text += static_cast<char>(byte);
  return text;
}

}  // namespace

TEST_CASE("a file is replaced as a whole and appended to") {
  const Folder folder;
  const auto file = folder.path() / "file";
  core::replace_file(file, "one");
  core::replace_file(file, "two");
  core::append_to_file(file, ", three");
  CHECK(content(file) == "two, three");
  core::append_to_file(folder.path() / "new", "made");
  CHECK(content(folder.path() / "new") == "made");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 2);
}

TEST_CASE("what cannot be written is said with its name and remedy, and nothing is lost") {
  const Folder folder;
  CHECK_THROWS_WITH(core::replace_file(folder.path() / "none" / "file", "x"), ContainsSubstring("its folder is gone"));
  CHECK_THROWS_AS(core::append_to_file(folder.path(), "x"), core::UserError);
  if (std::filesystem::exists("/dev/full")) {
    CHECK_THROWS_WITH(core::append_to_file("/dev/full", "x"), ContainsSubstring("the disk is full"));
  }
}

TEST_CASE("a link stays a link, and what is no file is written to") {
  const Folder folder;
  core::replace_file(folder.path() / "file", "one");
  std::filesystem::create_symlink("file", folder.path() / "link");
  core::replace_file(folder.path() / "link", "two");
  CHECK(std::filesystem::is_symlink(folder.path() / "link"));
  CHECK(content(folder.path() / "file") == "two");
  core::replace_file("/dev/null", "three");
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("a file that is missing, a folder or too long is not read") {
  const Folder folder;
  core::replace_file(folder.path() / "file", std::string(10, 'x'));
  CHECK(core::read_file(folder.path() / "file", 10).size() == 10);
  CHECK_THROWS_WITH(core::read_file(folder.path() / "file", 9), ContainsSubstring("10 bytes"));
  CHECK_THROWS_AS(core::read_file(folder.path(), 9), core::UserError);
  CHECK_THROWS_AS(core::read_file(folder.path() / "none", 9), core::UserError);
}

TEST_CASE("a path is shown as UTF-8 whatever its bytes") {
  CHECK(core::shown("runs/gr\xC3\xBC\xC3\x9F \xE2\x82\xAC") == "runs/gr\xC3\xBC\xC3\x9F \xE2\x82\xAC");
  CHECK(core::shown("a\xFF\xC3") == "a\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace qarium::core_files_test
