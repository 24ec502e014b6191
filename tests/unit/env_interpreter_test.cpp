// Which Python the bridge to Gymnasium runs, and which modules it may import.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "engine/core/error.hpp"
#include "engine/core/temporary_folder.hpp"
#include "engine/env/gymnasium/interpreter.hpp"
#include "engine/env/gymnasium/trust.hpp"
#include "tests/catch.hpp"

namespace qarium::env_interpreter_test {

TEST_CASE("an environment out of a file that runs a module wants trust") {
  using env::gymnasium::require_trust;
  unsetenv("QARIUM_TRUST");
  CHECK_NOTHROW(require_trust("CartPole-v1", "run"));
  CHECK_NOTHROW(require_trust("gym:ALE/Pong-v5", "run"));
  CHECK_THROWS_WITH(require_trust("gym:evil:Env-v0", "run"),
                    ContainsSubstring("'run'") && ContainsSubstring("'evil'") && ContainsSubstring("--trust"));
  setenv("QARIUM_TRUST", "1", 1);
  CHECK_NOTHROW(require_trust("gym:evil:Env-v0", "run"));
  unsetenv("QARIUM_TRUST");
}

TEST_CASE("the Python is the one that is named, else the recorded one, else none of the current folder",
          "[gymnasium]") {
  const core::TemporaryFolder folder("interpreter");
  const auto python = (folder / "python3").string();
  std::ofstream(python) << "#!/bin/sh\nexit 0\n";
  std::filesystem::permissions(python, std::filesystem::perms::owner_all);
  const auto recorded = (folder / "python").string();
  std::ofstream(recorded) << "/bin/true\n";
  using env::gymnasium::find_interpreter;
  const auto variables = [](const char* named, const std::string& path) {
    return [=](const char* name) -> std::optional<std::string> {
      if (std::string_view(name) == "PATH") return path;
      return named == nullptr ? std::nullopt : std::optional<std::string>(named);
    };
  };
  CHECK(find_interpreter({variables("/bin/sh", ""), recorded}).path == "/bin/sh");
  CHECK(find_interpreter({variables("sh", "/nowhere:/bin"), recorded}).path == "/bin/sh");
  CHECK(find_interpreter({variables(nullptr, ""), recorded}).path == "/bin/true");
  CHECK(find_interpreter({variables(nullptr, folder.path().string()), ""}).path == python);
  CHECK_THROWS_WITH(find_interpreter({variables("/nowhere/python", ""), recorded}),
                    ContainsSubstring("/nowhere/python"));
  CHECK_THROWS_WITH(find_interpreter({variables(nullptr, "/nowhere"), ""}), ContainsSubstring("./dev gym"));
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  for (const char* path : {"", ":", ".", "::/nowhere"})
    CHECK_THROWS_AS(find_interpreter({variables(nullptr, path), ""}), core::UserError);
  std::filesystem::current_path(before);
}

}  // namespace qarium::env_interpreter_test
