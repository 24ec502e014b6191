#pragma once
#include <fstream>
#include <stdexcept>
#include <string>

#ifndef QARIUM_SOURCE_DIR
#define QARIUM_SOURCE_DIR "."
#endif

/// Opens a file of tests/reference for reading, past its header of lines that begin with #.
inline std::ifstream open_reference(const std::string& name) {
  std::ifstream file(std::string(QARIUM_SOURCE_DIR) + "/tests/reference/" + name);
  if (!file) throw std::runtime_error("cannot read tests/reference/" + name);
  std::string line;
  while (file.peek() == '#')
    std::getline(file, line);
  return file;
}
