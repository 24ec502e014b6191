// usage: qarium_atari_bench [UPDATES] [DEVICE]
//
// One gradient update of the Nature DQN, on one thread or on a CUDA device: the median over single updates, in
// milliseconds of processor time, in which waiting for a device counts.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "bench/interleaved.hpp"
#include "bench/nature_update.hpp"
#include "engine/nn/runtime.hpp"

int main(int count, char** arguments) {
  using namespace qarium;
  const int updates = count > 1 ? std::atoi(arguments[1]) : 50;
  nn::prepare_thread(1);
  bench::NatureUpdate update(nn::resolve_device(count > 2 ? arguments[2] : "cpu"));
  std::vector<double> milliseconds;
  for (int i = 0; i < updates + 3; ++i) {
    const auto began = std::clock();
    update();
    if (i >= 3) milliseconds.push_back(1e3 * static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC);
  }
  std::printf("%.3f\n", bench::median(milliseconds));
}
