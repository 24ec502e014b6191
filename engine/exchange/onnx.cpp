#include "engine/exchange/onnx.hpp"

#include <system_error>

#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/core/temporary_folder.hpp"
#include "engine/env/gymnasium/interpreter.hpp"
#include "engine/env/gymnasium/process.hpp"

namespace qarium::exchange {
namespace {

struct OnnxScript {
  std::string_view name;
  std::string_view text;
};
constexpr OnnxScript kOnnxScripts[] = {
#include "embedded_onnx.inc"
};

constexpr double kPatience = 600;  // seconds
constexpr double kLook = 0.1;
constexpr std::uintmax_t kOnnxLimit = std::uintmax_t{1} << 32U;

env::gymnasium::Interpreter find_python() {
  return env::gymnasium::find_interpreter(env::gymnasium::InterpreterPurpose{
      .modules = {"torch", "onnx"},
      .remedy =
          "Install both in a Python of yours, as in 'python3 -m pip install torch onnx', and name it by --python or "
          "QARIUM_PYTHON."});
}

std::string kinds_of(const config::Hyperparameters& h) {
  return "encoder " + h.encoder.kind + ", attention " + h.attention.kind + ", memory " + h.memory.kind + ", fusion " +
         h.fusion.kind;
}

}  // namespace

void write_onnx(const ExportedNetwork& network, const std::filesystem::path& file) {
  const core::TemporaryFolder folder("onnx");
  write_pytorch(network, folder.path());
  const auto python = find_python();
  const auto made = folder / "network.onnx";
  const std::string script(kOnnxScripts[0].text);
  const auto of_python = "the Python '" + python.path + "' (of " + python.source + ")";
  std::string words;
  std::string end;
  try {
    env::gymnasium::Process process({python.path, "-P", "-c", script, folder.path().string(), made.string()}, {});
    for (double waited = 0; waited < kPatience && !process.wait(kLook); waited += kLook)
      process.read_words();
    words = process.last_words();
    end = process.end();
  } catch (const std::system_error& error) {
    throw core::UserError(of_python + " cannot be started: " + error.what());
  }
  if (end == "ended with code 3") {
    throw core::UserError(of_python + " cannot write ONNX: " + words + ". Install it, as in '" + python.path +
                          " -m pip install torch onnx', or name another Python by --python or QARIUM_PYTHON");
  }
  if (end == "ended with code 4") {
    throw core::UserError("this network (" + kinds_of(network.hyperparameters) + ") cannot be told as ONNX: " + words +
                          ". Export it --to pytorch instead");
  }
  if (end != "ended with code 0")
    throw core::UserError(of_python + " " + (end.empty() ? "hangs" : end) + ". Its last words: " + words);
  core::replace_file(file, core::read_file(made, kOnnxLimit));
}

}  // namespace qarium::exchange
