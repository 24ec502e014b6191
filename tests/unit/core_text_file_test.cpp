// What is read as a file, and how much of it.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/core/text.hpp"
#include "tests/catch.hpp"

namespace qarium::core_text_file_test {

TEST_CASE("a file is read up to its limit, and what is none is not") {
  const auto folder = std::filesystem::temp_directory_path() / ("qarium-file-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
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
  std::filesystem::remove_all(folder);
}

TEST_CASE("words about a text hold its beginning, and no part of a letter") {
  CHECK(core::quoted("short") == "'short'");
  const auto words = core::quoted(std::string(119, 'a') + "\xC3\xA9" + std::string(1'000'000, 'b'));
  CHECK(words == "'" + std::string(119, 'a') + " ...'");
  const std::string_view names[] = {"gamma", "tau"};
  CHECK(core::closest(std::string(10'000'000, 'g'), names) == "gamma");
}

TEST_CASE("bytes that are no letters are left out of a text") {
  const std::string letters = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\x9F\x7F";
  CHECK(core::valid_utf8(letters) == letters);
  for (const std::string bad : {"\xE7", "\x80", "\xC3", "\xE2\x82", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
                                "\xF4\x90\x80\x80", "\xFF", "\xF8\x88\x80\x80\x80"})
    CHECK(core::valid_utf8("a" + bad + "b\xC3\xA9" + bad) == "ab\xC3\xA9");
}

}  // namespace qarium::core_text_file_test
