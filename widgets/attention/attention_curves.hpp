#pragma once
#include <algorithm>
#include <array>
#include <cstdint>

#include "engine/core/series.hpp"
#include "engine/protocol/attention_view.hpp"

namespace qarium::widgets {

/// How attention went while learning, x in environment steps. Owned by the main thread, like Curves.
class AttentionCurves {
 public:
  void add(const protocol::AttentionPoint& point);
  void clear();

  /// Of the newest point; 0 before the first.
  int heads() const { return heads_; }
  const core::Series& entropy(int head) const { return entropy_[index(head)]; }
  const core::Series& mass(int head) const { return mass_[index(head)]; }
  /// Share of all tokens that the objects' region has; empty where the game names no objects.
  const core::Series& area() const { return area_; }
  double last_x() const { return last_x_; }
  bool empty() const { return heads_ == 0; }
  /// Rises with every change, for caches.
  std::uint64_t version() const { return version_; }

  void write(core::ByteWriter& out) const;
  /// What was written in place of what is here. Throws core::UserError where the bytes are no such curves.
  void read(core::ByteReader& in);

 private:
  static constexpr std::size_t kHeads = protocol::AttentionPoint::kMostHeads;
  static std::size_t index(int head) {
    return static_cast<std::size_t>(std::clamp(head, 0, protocol::AttentionPoint::kMostHeads - 1));
  }

  std::array<core::Series, kHeads> entropy_;
  std::array<core::Series, kHeads> mass_;
  core::Series area_;
  int heads_ = 0;
  double last_x_ = 0;
  std::uint64_t version_ = 0;
};

}  // namespace qarium::widgets
