// Files are written whole or not at all.
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <thread>

#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/core/temporary_folder.hpp"
#include "tests/catch.hpp"

namespace qarium::core_files_test {
namespace {

std::string content(const std::filesystem::path& file) {
  std::string text;
  for (const auto byte : core::read_file(file, 1'000))
    text += static_cast<char>(byte);
  return text;
}

}  // namespace

TEST_CASE("a file is replaced as a whole and appended to") {
  const core::TemporaryFolder folder("files");
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
  const core::TemporaryFolder folder("files");
  CHECK_THROWS_WITH(core::replace_file(folder.path() / "none" / "file", "x"), ContainsSubstring("its folder is gone"));
  CHECK_THROWS_AS(core::append_to_file(folder.path(), "x"), core::UserError);
  if (std::filesystem::exists("/dev/full")) {
    CHECK_THROWS_WITH(core::append_to_file("/dev/full", "x"), ContainsSubstring("the disk is full"));
  }
}

TEST_CASE("a file that is written piece by piece takes its place at the end, or leaves what was there") {
  const core::TemporaryFolder folder("files");
  const auto file = folder.path() / "file";
  core::replace_file(file, "before");
  {
    core::FileReplacement given_up(file);
    given_up.append("half of ");
    CHECK(content(file) == "before");
  }
  CHECK(content(file) == "before");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
  core::FileReplacement replacement(file);
  replacement.append("one");
  replacement.append(", two");
  replacement.take_its_place();
  CHECK(content(file) == "one, two");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
  CHECK_THROWS_WITH(core::FileReplacement(folder.path() / "none" / "file"), ContainsSubstring("its folder is gone"));
  if (std::filesystem::exists("/dev/full")) {
    core::FileReplacement full("/dev/full");
    CHECK_THROWS_WITH(full.append("x"), ContainsSubstring("the disk is full"));
  }
}

TEST_CASE("a link stays a link, and what is no file is written to") {
  const core::TemporaryFolder folder("files");
  core::replace_file(folder.path() / "file", "one");
  std::filesystem::create_symlink("file", folder.path() / "link");
  core::replace_file(folder.path() / "link", "two");
  CHECK(std::filesystem::is_symlink(folder.path() / "link"));
  CHECK(content(folder.path() / "file") == "two");
  core::replace_file("/dev/null", "three");
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("a file that is missing, a folder or too long is not read") {
  const core::TemporaryFolder folder("files");
  core::replace_file(folder.path() / "file", std::string(10, 'x'));
  CHECK(core::read_file(folder.path() / "file", 10).size() == 10);
  CHECK_THROWS_WITH(core::read_file(folder.path() / "file", 9), ContainsSubstring("10 bytes"));
  CHECK_THROWS_AS(core::read_file(folder.path(), 9), core::UserError);
  CHECK_THROWS_AS(core::read_file(folder.path() / "none", 9), core::UserError);
}

TEST_CASE("a file is read up to its limit, and what is none is not") {
  const core::TemporaryFolder temporary("files");
  const auto& folder = temporary.path();
  const auto file = folder / "some";
  const std::string bytes("a\0b\r\n", 5);
  std::ofstream(file, std::ios::binary) << bytes;
  CHECK(core::read_text(file, 5) == bytes);
  CHECK_THROWS_WITH(core::read_text(file, 4), ContainsSubstring(file.string()));
  CHECK_FALSE(core::read_text(folder, 100));
  CHECK_FALSE(core::read_text(folder / "missing", 100));
  CHECK_FALSE(core::read_text("/dev/zero", 100, core::Pipes::Read));

  const auto pipe = folder / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_FALSE(core::read_text(pipe, 100));
  std::thread writer([&] { std::ofstream(pipe) << "through"; });
  CHECK(core::read_text(pipe, 100, core::Pipes::Read) == "through");
  writer.join();
}

TEST_CASE("a path is shown as UTF-8 whatever its bytes") {
  CHECK(core::shown("runs/gr\xC3\xBC\xC3\x9F \xE2\x82\xAC") == "runs/gr\xC3\xBC\xC3\x9F \xE2\x82\xAC");
  CHECK(core::shown("a\xFF\xC3") == "a\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace qarium::core_files_test
