#include "engine/env/gymnasium/interpreter.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/core/error.hpp"

namespace qarium::env::gymnasium {
namespace {

bool can_run(const std::string& path) {
  std::error_code ignored;
  return path.starts_with('/') && std::filesystem::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

/// "torch and onnx"
std::string joined(const std::vector<std::string>& modules) {
  std::string text;
  for (const auto& module : modules)
    text += (text.empty() ? "" : " and ") + module;
  return text;
}

/// Whether this Python finds the modules; asked without importing them, which takes long.
bool finds(const std::string& python, const std::vector<std::string>& modules) {
  std::string question = "import importlib.util, sys; sys.exit(None in map(importlib.util.find_spec, (";
  for (const auto& module : modules)
    question += "'" + module + "', ";
  question += ")))";
  const std::array<const char*, 5> words{python.c_str(), "-P", "-c", question.c_str(), nullptr};
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  for (const int descriptor : {0, 1, 2})
    posix_spawn_file_actions_addopen(&quiet, descriptor, "/dev/null", O_RDWR, 0);
  pid_t child = 0;
  const int failed =
      posix_spawn(&child, python.c_str(), &quiet, nullptr, const_cast<char* const*>(words.data()), environ);
  posix_spawn_file_actions_destroy(&quiet);
  int status = 1;
  return failed == 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// A name without a folder is looked for on PATH, as a shell would, but never in the current folder.
std::vector<std::string> on_path(const std::string& name, const std::string& path) {
  std::vector<std::string> found;
  std::istringstream folders(path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (const auto file = folder.append("/").append(name); can_run(file)) found.push_back(file);
  }
  return found;
}

}  // namespace

std::string recorded_interpreter_file() {
  if (const char* folder = std::getenv("XDG_CONFIG_HOME"); folder != nullptr && *folder != '\0')
    return std::string(folder) + "/qarium/python";
  const char* home = std::getenv("HOME");
  return home == nullptr ? std::string() : std::string(home) + "/.config/qarium/python";
}

InterpreterPurpose gymnasium_purpose() {
  return {{"gymnasium"},
          true,
          "Type ./dev gym, which makes one with gymnasium and says where, or name one by --python or QARIUM_PYTHON."};
}

Interpreter find_interpreter(const InterpreterSources& sources) {
  const auto path = sources.variable("PATH").value_or("");
  if (const auto named = sources.variable("QARIUM_PYTHON"); named && !named->empty()) {
    if (named->find('/') != std::string::npos) {
      const auto whole = std::filesystem::absolute(*named).string();
      if (can_run(whole)) return {whole, "--python or QARIUM_PYTHON"};
    } else if (const auto found = on_path(*named, path); !found.empty()) {
      return {found.front(), "--python or QARIUM_PYTHON"};
    }
    throw core::UserError("there is no Python '" + *named + "' that can be run, which --python or QARIUM_PYTHON names");
  }
  std::ifstream recorded(sources.recorded_file);
  const auto& purpose = sources.purpose;
  if (std::string line; std::getline(recorded, line) && can_run(line)) {
    if (purpose.recorded_has_them || finds(line, purpose.modules)) return {line, "./dev gym"};
  }
  for (const auto& python : on_path("python3", path)) {
    if (finds(python, purpose.modules)) return {python, "PATH"};
  }
  throw core::UserError("no Python that can import " + joined(purpose.modules) + " was found. " + purpose.remedy);
}

Interpreter find_interpreter(const InterpreterPurpose& purpose) {
  return find_interpreter({[](const char* name) -> std::optional<std::string> {
                             const char* value = std::getenv(name);
                             return value == nullptr ? std::nullopt : std::optional<std::string>(value);
                           },
                           recorded_interpreter_file(), purpose});
}

}  // namespace qarium::env::gymnasium
