// Temporary folders go away with everything in them.
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

#include "engine/core/error.hpp"
#include "engine/core/temporary_folder.hpp"
#include "tests/catch.hpp"

namespace qarium::core_temporary_folder_test {

TEST_CASE("two of one name are two folders, and each goes away with what is in it") {
  std::filesystem::path path;
  {
    const core::TemporaryFolder folder("test");
    const core::TemporaryFolder other("test");
    path = folder.path();
    CHECK(path != other.path());
    std::filesystem::create_directory(folder / "below");
    std::ofstream(folder / "below" / "file") << "words";
    CHECK(std::filesystem::exists(folder / "below/file"));
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("where none can be made it is told where to say another place") {
  const char* before = std::getenv("TMPDIR");
  const auto kept = before != nullptr ? std::optional<std::string>(before) : std::nullopt;
  ::setenv("TMPDIR", "/nowhere/at/all", 1);
  CHECK_THROWS_AS(core::TemporaryFolder("test"), core::UserError);
  CHECK_THROWS_WITH(core::TemporaryFolder("test"), ContainsSubstring("TMPDIR"));
  kept ? ::setenv("TMPDIR", kept->c_str(), 1) : ::unsetenv("TMPDIR");
}

}  // namespace qarium::core_temporary_folder_test
