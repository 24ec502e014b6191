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

/// What an interpreter is for.
struct InterpreterPurpose {
  std::vector<std::string> modules;  ///< that it must find
  bool recorded_has_them = false;    ///< the one that `./dev gym` has recorded need not be asked
  std::string remedy;                ///< what to type where there is none
};
/// To run environments of Gymnasium.
InterpreterPurpose gymnasium_purpose();

/// Where an interpreter may be named, so that tests can name it elsewhere.
struct InterpreterSources {
  std::function<std::optional<std::string>(const char* name)> variable;  ///< of the process's environment
  std::string recorded_file;                                             ///< whose first line `./dev gym` has written
  InterpreterPurpose purpose = gymnasium_purpose();
};

/// QARIUM_PYTHON (which --python sets), else what `./dev gym` has recorded, else the first python3 on PATH that finds
/// the modules; never one of the current folder. Throws core::UserError that says what to type.
Interpreter find_interpreter(const InterpreterSources& sources);
Interpreter find_interpreter(const InterpreterPurpose& purpose = gymnasium_purpose());

/// Where `./dev gym` records it: $XDG_CONFIG_HOME/qarium/python.
std::string recorded_interpreter_file();

}  // namespace qarium::env::gymnasium
