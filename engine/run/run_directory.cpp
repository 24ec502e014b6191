#include "engine/run/run_directory.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>

#include "engine/config/configuration.hpp"
#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/run/container.hpp"
#include "engine/run/manifest.hpp"
#include "engine/run/safetensors.hpp"

namespace qarium::run {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCheckpoints = "checkpoints";
constexpr const char* kExperience = "experience";  // also the section of a file of it
constexpr std::string_view kStateEnding = ".state";

[[noreturn]] void cannot_be_written(const fs::path& folder) {
  throw core::UserError("the run directory '" + core::shown(folder) + "' cannot be written: choose another with --run");
}

/// The first of NAME, NAME-2, NAME-3, ... that did not exist: whoever makes it has it, however many try at once.
fs::path make_fresh(const fs::path& folder) {
  std::error_code error;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), error);
  auto fresh = folder;
  for (int number = 2; !fs::create_directory(fresh, error); ++number) {
    if (error) cannot_be_written(folder);
    fresh = folder;
    fresh += "-" + std::to_string(number);
  }
  return fresh;
}

fs::path open_folder(const fs::path& folder, Opening opening) {
  if (opening == Opening::Fresh) return make_fresh(folder);
  if (RunDirectory::holds_run(folder) && opening == Opening::New) {
    throw core::UserError("'" + core::shown(folder) +
                          "' holds a run already: choose another folder, or go on with it (train --resume, or --load "
                          "in the window)");
  }
  return folder;
}

/// One more than the largest number that a file "NUMBER.state" or "NAME.NUMBER.state" of the folder has.
std::int64_t next_number(const fs::path& folder) {
  std::int64_t most = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    auto name = entry.path().filename().string();
    if (!name.ends_with(kStateEnding)) continue;
    name.resize(name.size() - kStateEnding.size());
    const auto digits = name.substr(name.rfind('.') + 1);
    std::int64_t number = 0;
    const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (wrong == std::errc() && end == digits.data() + digits.size()) most = std::max(most, number);
  }
  return most + 1;
}

/// Where the last whole row of a file ends, among its first `most` bytes.
std::uintmax_t end_of_rows(const fs::path& file, std::uintmax_t most) {
  std::ifstream stream(file, std::ios::binary);
  constexpr std::uintmax_t kBlock = 4'096;
  std::string block;
  for (auto end = most; end > 0;) {
    const auto begin = end - std::min(end, kBlock);
    block.resize(end - begin);
    stream.seekg(static_cast<std::streamoff>(begin));
    stream.read(block.data(), static_cast<std::streamsize>(block.size()));
    if (!stream) return most;
    if (const auto at = block.rfind('\n'); at != std::string::npos) return begin + at + 1;
    end = begin;
  }
  return 0;
}

/// Containers of this checkpoint but the newest: nobody names them any more.
void remove_older_states(const fs::path& checkpoints, const std::string& name, const std::string& newest) {
  std::error_code ignored;
  std::vector<fs::path> old;
  for (const auto& entry : fs::directory_iterator(checkpoints, ignored)) {
    const auto file = entry.path().filename().string();
    if (file.starts_with(name + ".") && file.ends_with(kStateEnding) && file != newest) old.push_back(entry.path());
  }
  for (const auto& file : old)
    fs::remove(file, ignored);
}

}  // namespace

bool RunDirectory::holds_run(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / kConfigurationFile, ignored);
}

fs::path RunDirectory::checkpoint_path(const fs::path& folder, const std::string& checkpoint) {
  return folder / kCheckpoints / (checkpoint + ".safetensors");
}

RunDirectory::RunDirectory(const fs::path& folder, Writer& writer, Opening opening)
    : folder_(open_folder(folder, opening)), writer_(writer) {
  std::error_code error;
  fs::create_directories(folder_ / kCheckpoints / kExperience, error);
  if (error || ::access(folder_.c_str(), W_OK | X_OK) != 0) cannot_be_written(folder_);
  lock_ = FolderLock(folder_);
  next_part_ = next_number(folder_ / kCheckpoints / kExperience);
  next_state_ = next_number(folder_ / kCheckpoints);
}

void RunDirectory::write_configuration(const config::Hyperparameters& hyperparameters) {
  core::replace_file(folder_ / kConfigurationFile, config::to_toml(hyperparameters));
}

void RunDirectory::enqueue_configuration(const config::Hyperparameters& hyperparameters) {
  writer_.enqueue([file = folder_ / kConfigurationFile, text = config::to_toml(hyperparameters)] {
    core::replace_file(file, text);
  });
}

void RunDirectory::append(const std::string& file, std::string text) {
  if (text.empty()) return;
  lengths_[file] += static_cast<std::int64_t>(text.size());
  writer_.append(folder_ / file, std::move(text));
}

bool RunDirectory::cut(const std::string& file, std::int64_t length) {
  std::error_code error;
  const auto size = fs::file_size(folder_ / file, error);
  if (error) {
    lengths_[file] = 0;
    return false;
  }
  const auto known = length < 0 ? size : std::min(size, static_cast<std::uintmax_t>(length));
  const auto end = end_of_rows(folder_ / file, known);
  if (end < size) fs::resize_file(folder_ / file, end, error);
  if (error) cannot_be_written(folder_);
  lengths_[file] = static_cast<std::int64_t>(end);
  return true;
}

void RunDirectory::set_aside(const std::string& file) {
  const auto old = folder_ / file;
  std::error_code error;
  for (int number = 1; fs::exists(old, error); ++number) {
    auto aside = old;
    aside.replace_filename(old.stem().string() + "-" + std::to_string(number) + old.extension().string());
    if (fs::exists(aside, error)) continue;
    fs::rename(old, aside, error);
    if (error) cannot_be_written(folder_);
    break;
  }
  lengths_[file] = 0;
}

std::vector<std::string> RunDirectory::checkpoints() const {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_ / kCheckpoints, ignored)) {
    if (entry.path().extension() == ".safetensors") names.push_back(entry.path().stem().string());
  }
  return names;
}

void RunDirectory::write_checkpoint(const std::string& name, core::Archive checkpoint) {
  std::string state;
  if (!checkpoint.sections.empty()) {
    state = name + "." + std::to_string(next_state_++) + std::string(kStateEnding);
    checkpoint.metadata[kStateKey] = state;
  }
  writer_.enqueue([checkpoints = folder_ / kCheckpoints, name, state, checkpoint = std::move(checkpoint)] {
    // What the new checkpoint names is there before it, and what the old one names until after it.
    if (!state.empty()) write_container(checkpoints / state, checkpoint.sections);
    write_safetensors(checkpoints / (name + ".safetensors"), checkpoint);
    remove_older_states(checkpoints, name, state);
  });
}

std::string RunDirectory::write_experience(std::vector<std::byte> part) {
  const auto name = std::to_string(next_part_++) + std::string(kStateEnding);
  writer_.enqueue([file = folder_ / kCheckpoints / kExperience / name, part = std::move(part)]() mutable {
    Sections sections;
    sections[kExperience] = std::move(part);
    write_container(file, sections);
  });
  return name;
}

void RunDirectory::remove(const std::string& file) {
  writer_.enqueue([file = folder_ / file] {
    std::error_code ignored;
    fs::remove(file, ignored);
  });
}

void RunDirectory::keep_experience(std::vector<std::string> files) {
  writer_.enqueue([folder = folder_ / kCheckpoints / kExperience, files = std::move(files)] {
    std::error_code ignored;
    std::vector<fs::path> others;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      if (std::ranges::find(files, entry.path().filename().string()) == files.end()) others.push_back(entry.path());
    }
    for (const auto& file : others)
      fs::remove(file, ignored);
  });
}

fs::path newest_run(const fs::path& folder) {
  fs::path newest;
  fs::file_time_type when{};
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto written = fs::last_write_time(RunDirectory::checkpoint_path(entry.path(), "last"), error);
    if (error || !RunDirectory::holds_run(entry.path()) || (!newest.empty() && written <= when)) continue;
    std::ifstream progress(entry.path() / kProgressFile);
    std::string header;
    std::string row;
    if (!std::getline(progress, header) || !std::getline(progress, row)) continue;
    newest = entry.path();
    when = written;
  }
  return newest;
}

core::Archive read_weights(const fs::path& folder, const std::string& name) {
  return read_safetensors(RunDirectory::checkpoint_path(folder, name));
}

core::Archive read_checkpoint(const fs::path& folder, const std::string& name) {
  auto checkpoint = read_weights(folder, name);
  const auto state = checkpoint.metadata.find(kStateKey);
  if (state == checkpoint.metadata.end()) return checkpoint;
  // A name, not a way to anywhere else.
  const auto file = folder / kCheckpoints / fs::path(state->second).filename();
  checkpoint.sections = read_container(file);
  for (const auto& part : Manifest::read(checkpoint, core::shown(file)).parts) {
    const auto from = folder / kCheckpoints / kExperience / fs::path(part.file).filename();
    auto sections = read_container(from);
    if (!sections.contains(kExperience)) throw core::UserError("'" + core::shown(from) + "' holds no experience");
    checkpoint.experience.push_back(std::move(sections[kExperience]));
  }
  return checkpoint;
}

}  // namespace qarium::run
