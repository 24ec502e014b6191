#pragma once
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

#ifndef QARIUM_SOURCE_DIR
#define QARIUM_SOURCE_DIR "."
#endif

/// Opens a file of tests/reference for reading, past its header of lines that begin with #. QARIUM_REFERENCE names
/// another folder, with longer records.
inline std::ifstream open_reference(const std::string& name) {
  const char* other = std::getenv("QARIUM_REFERENCE");
  const std::string folder = other != nullptr ? other : std::string(QARIUM_SOURCE_DIR) + "/tests/reference";
  std::ifstream file(folder + "/" + name);
  if (!file) throw std::runtime_error("cannot read " + folder + "/" + name);
  std::string line;
  while (file.peek() == '#')
    std::getline(file, line);
  return file;
}
