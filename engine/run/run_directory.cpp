#include "engine/run/run_directory.hpp"

#include <fstream>

#include "engine/config/configuration.hpp"
#include "engine/core/error.hpp"
#include "engine/run/safetensors.hpp"

namespace qarium::run {

bool RunDirectory::holds_run(const std::filesystem::path& folder) {
  std::error_code ignored;
  return std::filesystem::exists(folder / kConfigurationFile, ignored);
}

std::filesystem::path RunDirectory::checkpoint_path(const std::filesystem::path& folder,
                                                    const std::string& checkpoint) {
  return folder / "checkpoints" / (checkpoint + ".safetensors");
}

RunDirectory::RunDirectory(std::filesystem::path folder, Writer& writer, bool append)
    : folder_(std::move(folder)), writer_(writer) {
  if (holds_run(folder_) && !append) {
    throw core::UserError("'" + folder_.string() +
                          "' holds a run already: choose another folder, or go on with it by "
                          "--resume");
  }
  std::error_code error;
  std::filesystem::create_directories(folder_ / "checkpoints", error);
  const std::ofstream probe(folder_ / kConfigurationFile, std::ios::app);
  if (error || !probe) {
    throw core::UserError("the run directory '" + folder_.string() + "' cannot be written: choose another with --run");
  }
}

void RunDirectory::write_configuration(const config::Hyperparameters& hyperparameters) {
  writer_.enqueue([file = folder_ / kConfigurationFile, text = config::to_toml(hyperparameters)] {
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    stream.flush();
    if (!stream) throw core::UserError("cannot write '" + file.string() + "': is the disk full?");
  });
}

void RunDirectory::append(const char* file, std::string text) {
  if (!text.empty()) writer_.append(folder_ / file, std::move(text));
}

void RunDirectory::write_checkpoint(const std::string& name, core::Archive checkpoint) {
  writer_.enqueue([file = checkpoint_path(folder_, name), checkpoint = std::move(checkpoint)] {
    write_safetensors(file, checkpoint);
  });
}

}  // namespace qarium::run
