#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "app/command_line/commands.hpp"
#include "engine/core/error.hpp"
#include "engine/env/gymnasium/interpreter.hpp"

namespace qarium::app {
namespace {

struct SweepScript {
  std::string_view name;
  std::string_view text;
};
constexpr SweepScript kSweepScripts[] = {
#include "embedded_sweep.inc"
};

env::gymnasium::Interpreter find_python_with_optuna() {
  return env::gymnasium::find_interpreter(env::gymnasium::InterpreterPurpose{
      .modules = {"optuna"},
      .remedy = "Install it in a Python of yours, as in 'python3 -m pip install optuna', and name that by --python or "
                "QARIUM_PYTHON; ./dev gym makes one that has it."});
}

}  // namespace

int sweep_command(const SweepArguments& arguments) {
  const auto python = find_python_with_optuna();
  const auto program = std::filesystem::read_symlink("/proc/self/exe").string();
  const auto stem = std::filesystem::path(arguments.file).stem();
  const auto out = arguments.out.empty() ? (std::filesystem::path("sweeps") / stem).string() : arguments.out;
  std::vector<std::string> words = {python.path,
                                    "-P",
                                    "-c",
                                    std::string(kSweepScripts[0].text),
                                    program,
                                    arguments.file,
                                    out,
                                    arguments.storage,
                                    std::to_string(arguments.trials),
                                    std::to_string(arguments.jobs)};
  std::vector<char*> given;
  given.reserve(words.size() + 1);
  for (auto& word : words)
    given.push_back(word.data());
  given.push_back(nullptr);
  ::execv(given.front(), given.data());
  throw core::UserError("the Python '" + python.path + "' (of " + python.source +
                        ") cannot be started: " + std::strerror(errno));
}

}  // namespace qarium::app
