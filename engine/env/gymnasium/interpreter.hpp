#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace qarium::env::gymnasium {

/// Which Python environments run in.
struct Interpreter {
  std::string path;
  std::string source;  ///< who named it, for messages: "QARIUM_PYTHON", ...
};

/// Where an interpreter may be named, so that tests can name it elsewhere.
struct InterpreterSources {
  std::function<std::optional<std::string>(const char* name)> variable;  ///< of the process's environment
  std::string recorded_file;                                             ///< whose first line `./dev gym` has written
};

/// QARIUM_PYTHON (which --python sets), else what `./dev gym` has recorded, else the first python3 on PATH that can
/// import gymnasium; never one of the current folder. Throws core::UserError that says what to type.
Interpreter find_interpreter(const InterpreterSources& sources);
Interpreter find_interpreter();

/// Where `./dev gym` records it: $XDG_CONFIG_HOME/qarium/python.
std::string recorded_interpreter_file();

}  // namespace qarium::env::gymnasium
