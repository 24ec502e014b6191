// Archive: the format as others read it, and every way in which a file can be wrong.
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/run/safetensors.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::run_safetensors_test {

using core::Archive;
using nlohmann::json;

namespace {

Archive sample() {
  Archive content;
  content.arrays.push_back({"b.weight", {2, 3}, {1, 2, 3, 4, 5, 6}});
  content.arrays.push_back({"a.bias", {3}, {-0.0F, 1e-38F, std::numeric_limits<float>::infinity()}});
  content.arrays.push_back({"empty", {0, 4}, {}});
  content.arrays.push_back({"scalar", {}, {42}});
  content.metadata = {{"format", "test"}, {"text", "quotes \" and \n lines and ünïcode"}};
  return content;
}

std::string file_text(const json& header, const std::string& data) {
  const auto text = header.dump();
  const auto length = static_cast<std::uint64_t>(text.size());
  std::string file(sizeof length, '\0');
  std::memcpy(file.data(), &length, sizeof length);
  return file + text + data;
}

void check_refused(const std::filesystem::path& file, const std::string& why) {
  INFO(why);
  CHECK_THROWS_AS(run::read_safetensors(file), core::UserError);
  CHECK_THROWS_WITH(run::read_safetensors(file), ContainsSubstring(file.string()));
}

}  // namespace

TEST_CASE("arrays and metadata come back as they were written") {
  const core::TemporaryFolder folder("safetensors");
  const auto file = folder / "some.safetensors";
  run::write_safetensors(file, sample());
  const auto content = run::read_safetensors(file);
  CHECK(content.metadata == sample().metadata);
  REQUIRE(content.arrays.size() == 4);
  for (const auto& wanted : sample().arrays) {
    INFO(wanted.name);
    bool found = false;
    for (const auto& array : content.arrays) {
      if (array.name != wanted.name) continue;
      found = true;
      CHECK(array.shape == wanted.shape);
      CHECK(array.values.size() == wanted.values.size());
      CHECK(std::memcmp(array.values.data(), wanted.values.data(), wanted.values.size() * sizeof(float)) == 0);
    }
    CHECK(found);
  }
  CHECK_FALSE(std::filesystem::exists(file.string() + ".part"));
}

TEST_CASE("the file is what the format says: length, JSON header, data without gaps") {
  const core::TemporaryFolder folder("safetensors");
  const auto file = folder / "some.safetensors";
  run::write_safetensors(file, sample());
  const auto text = tests::read_text(file);
  std::uint64_t length = 0;
  std::memcpy(&length, text.data(), sizeof length);
  CHECK((8 + length) % 8 == 0);
  const auto header = json::parse(text.substr(8, length));
  CHECK(header.at("__metadata__").at("format") == "test");
  const auto data = text.substr(8 + length);
  CHECK(data.size() == (6 + 3 + 1) * sizeof(float));
  std::uint64_t covered = 0;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") continue;
    CHECK(entry.at("dtype") == "F32");
    CHECK(entry.size() == 3);
    covered +=
        entry.at("data_offsets").at(1).get<std::uint64_t>() - entry.at("data_offsets").at(0).get<std::uint64_t>();
  }
  CHECK(covered == data.size());
  const auto& entry = header.at("b.weight");
  CHECK(entry.at("shape") == json{2, 3});
  float third = 0;
  std::memcpy(&third, data.data() + entry.at("data_offsets").at(0).get<std::size_t>() + 2 * sizeof(float),
              sizeof third);
  CHECK(third == 3);
}

TEST_CASE("a file cut off anywhere is refused by name") {
  const core::TemporaryFolder folder("safetensors");
  const auto file = folder / "cut.safetensors";
  run::write_safetensors(file, sample());
  const auto whole = tests::read_text(file);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    tests::write_text(file, whole.substr(0, size));
    REQUIRE_THROWS_AS(run::read_safetensors(file), core::UserError);
  }
  check_refused(file, "one byte short");
  tests::write_text(file, whole);
  CHECK_NOTHROW(run::read_safetensors(file));
}

TEST_CASE("what is no safetensors file is refused by name") {
  const core::TemporaryFolder folder("safetensors");
  const auto file = folder / "bad.safetensors";
  check_refused(file, "missing");
  check_refused(folder.path(), "a folder");
  tests::write_text(file, std::string(5'000, 'x'));
  check_refused(file, "garbage");
  tests::write_text(file, std::string(5'000, '\0'));
  check_refused(file, "zeros");

  const std::string data(16, '\0');
  const auto entry = [](const std::string& type, const json& shape, const json& offsets) {
    return json{{"a", {{"dtype", type}, {"shape", shape}, {"data_offsets", offsets}}}};
  };
  tests::write_text(file, file_text(entry("F32", {4}, {0, 16}), data));
  CHECK(run::read_safetensors(file).arrays.at(0).values.size() == 4);
  const std::vector<std::pair<std::string, json>> headers = {
      {"another type", entry("F64", {2}, {0, 16})},
      {"more than there is", entry("F32", {5}, {0, 20})},
      {"shape and data differ", entry("F32", {3}, {0, 16})},
      {"negative extent", entry("F32", {-4}, {0, 16})},
      {"two negative extents", entry("F32", {-2, -2}, {0, 16})},
      {"a product that overflows", entry("F32", {std::int64_t{1} << 32, std::int64_t{1} << 32}, {0, 16})},
      {"end before begin", entry("F32", {4}, {16, 0})},
      {"negative offsets", entry("F32", {4}, {-16, 0})},
      {"offsets are no numbers", entry("F32", {4}, {"0", "16"})},
      {"one offset", entry("F32", {4}, json::array({0}))},
      {"no shape", json{{"a", {{"dtype", "F32"}, {"data_offsets", {0, 16}}}}}},
      {"array is a number", json{{"a", 5}}},
      {"metadata is no text", json{{"__metadata__", {{"steps", 5}}}}},
      {"header is a list", json::array({1, 2})},
  };
  for (const auto& [why, header] : headers) {
    tests::write_text(file, file_text(header, data));
    check_refused(file, why);
  }
}

TEST_CASE("a file that cannot be written is named and leaves nothing behind") {
  const core::TemporaryFolder folder("safetensors");
  const auto file = folder / "no such folder" / "some.safetensors";
  CHECK_THROWS_AS(run::write_safetensors(file, sample()), core::UserError);
  CHECK_THROWS_WITH(run::write_safetensors(file, sample()), ContainsSubstring(file.string()));

  const auto occupied = folder / "occupied";
  std::filesystem::create_directories(occupied / "inside");
  CHECK_THROWS_AS(run::write_safetensors(occupied, sample()), core::UserError);
  CHECK_FALSE(std::filesystem::exists(occupied.string() + ".part"));
}

}  // namespace qarium::run_safetensors_test
