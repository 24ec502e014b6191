#pragma once
#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>

namespace qarium::env {

/// Things in the order of their coming, up to kMost of them, as plain data. What is taken out is known by its value:
/// the first that is equal.
template <class Thing, std::size_t kMost>
class Arrivals {
 public:
  std::size_t size() const { return size_; }
  Thing& operator[](std::size_t i) { return things_[i]; }
  const Thing* begin() const { return things_.data(); }
  const Thing* end() const { return things_.data() + size_; }
  Thing* begin() { return things_.data(); }
  Thing* end() { return things_.data() + size_; }

  void add(const Thing& thing) {
    assert(size_ < kMost);
    if (size_ < kMost) things_[size_++] = thing;
  }

  /// Takes out the first that equals `thing`, which is one of these.
  void remove(Thing thing) {
    Thing* place = std::find(begin(), end(), thing);
    std::copy(place + 1, end(), place);
    --size_;
    things_[size_] = {};
  }

  /// Takes out the first that `wanted` holds for. Returns whether there was one.
  template <class Wanted>
  bool remove_first(const Wanted& wanted) {
    const auto* found = std::find_if(begin(), end(), wanted);
    if (found == end()) return false;
    remove(*found);
    return true;
  }

  /// From the last to the first, `turn(thing)`, which may change the thing and returns whether it stays. Where it is
  /// another, equal one in front of it that goes, the thing itself has its turn again, one place further in front.
  template <class Turn>
  void from_last(const Turn& turn) {
    for (std::size_t i = size_; i-- > 0;) {
      Thing& thing = things_[i];
      if (!turn(thing)) remove(thing);
    }
  }

 private:
  std::array<Thing, kMost> things_{};
  std::size_t size_ = 0;
};

}  // namespace qarium::env
