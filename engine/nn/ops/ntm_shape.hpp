#pragma once
#include <cstdint>

namespace qarium::nn {

/// Which memory the heads of one step see; the paper leaves it open.
enum class NtmOrder {
  ReadWrite,  ///< all heads address M_{t-1}, reads read M_{t-1}, then M_t is written
  WriteRead,  ///< write heads address M_{t-1} and write M_t, read heads address and read M_t
};

/// Sizes of a Neural Turing Machine (Graves, Wayne, Danihelka 2014, arXiv 1410.5401). All are at least 1, except
/// `shift_range`, which may be 0.
///
/// The head projection's rows: for each read head, then each write head
///   key [width], beta [1], g [1], s [2 shift_range + 1], gamma [1],
/// and after each write head's gamma: erase [width], add [width]. Row o of s is the offset o - shift_range: a positive
/// offset moves weight from slot i to a slot of higher index.
struct NtmShape {
  std::int64_t inputs;
  std::int64_t units;  ///< of the controller
  std::int64_t slots;
  std::int64_t width;  ///< of a slot
  std::int64_t read_heads = 1;
  std::int64_t write_heads = 1;
  std::int64_t shift_range = 1;
  bool lstm = true;  ///< else a feedforward controller: h = tanh(W x + b)
  NtmOrder order = NtmOrder::ReadWrite;

  std::int64_t heads() const { return read_heads + write_heads; }
  std::int64_t offsets() const { return 2 * shift_range + 1; }
  std::int64_t reads() const { return read_heads * width; }               ///< all heads' reads side by side
  std::int64_t address_rows() const { return width + 3 + offsets(); }     ///< key to gamma
  std::int64_t write_rows() const { return address_rows() + 2 * width; }  ///< key to add
  std::int64_t head_rows() const { return read_heads * address_rows() + write_heads * write_rows(); }
  /// First row of a head; read heads come first.
  std::int64_t head_row(std::int64_t head) const {
    return head < read_heads ? head * address_rows() : read_heads * address_rows() + (head - read_heads) * write_rows();
  }
  /// Rows of the controller's weight: the LSTM's gates i, f, g, o one after another, or the units.
  std::int64_t controller_rows() const { return lstm ? 4 * units : units; }
  /// What the controller gets from the step before: the reads, and the LSTM's h.
  std::int64_t recurrent() const { return reads() + (lstm ? units : 0); }
  std::int64_t controller_columns() const { return inputs + recurrent(); }
  std::int64_t output_width() const { return units + reads(); }
};

}  // namespace qarium::nn
