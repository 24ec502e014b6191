#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/spaces.hpp"

namespace qarium::nn {

/// How encoder.kind = multi reads one part of an observation.
struct PartLayout {
  enum class Kind {
    Vector,       ///< layers with ReLU, one token
    Symbol,       ///< ones among zeros: a vector each, added up; one token
    NumberCells,  ///< a picture: a token of each square of cells
    NameCells,    ///< a grid of bytes that name things: a token of each cell
  };
  env::Part part;
  Kind kind = Kind::Vector;
  std::int64_t side = 1;   ///< of NumberCells: cells along the square that is one token
  double scale = 1;        ///< of NumberCells: what numbers are multiplied by
  std::int64_t names = 1;  ///< of NameCells: how many there are in each channel

  std::int64_t rows() const { return is_grid() ? across(part.shape[1]) : 1; }     ///< of tokens
  std::int64_t columns() const { return is_grid() ? across(part.shape[2]) : 1; }  ///< of tokens

 private:
  bool is_grid() const { return kind == Kind::NumberCells || kind == Kind::NameCells; }
  std::int64_t across(std::int64_t cells) const { return (cells + side - 1) / side; }
};

/// Of every part; an observation without parts is one. Symbols and words are Symbol; numbers [channels, rows, columns]
/// are cells, of which at most 16 x 16 become tokens; all else is a vector. Bytes in a grid of at most 16 x 16 are
/// names where `options.cells` says so; other bytes are scaled to 0 .. 1.
std::vector<PartLayout> part_layouts(const config::EncoderOptions& options, const env::Box& space);

}  // namespace qarium::nn
