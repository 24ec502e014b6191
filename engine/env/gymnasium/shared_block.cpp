#include "engine/env/gymnasium/shared_block.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace qarium::env::gymnasium {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

SharedBlock::SharedBlock() : descriptor_(memfd_create("qarium", MFD_CLOEXEC)) {
  if (descriptor_ < 0) fail("memory to share with an environment");
}

SharedBlock::~SharedBlock() {
  if (!bytes_.empty()) munmap(bytes_.data(), bytes_.size());
  close(descriptor_);
}

void SharedBlock::open(std::size_t bytes) {
  if (ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0) fail("memory to share with an environment");
  void* first = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
  if (first == MAP_FAILED) fail("memory to share with an environment");
  bytes_ = {static_cast<std::byte*>(first), bytes};
}

std::vector<std::byte> SharedBlock::beyond(std::size_t at, std::size_t bytes) const {
  std::vector<std::byte> read(bytes);
  std::size_t done = 0;
  while (done < bytes) {
    const auto more = pread(descriptor_, read.data() + done, bytes - done, static_cast<off_t>(at + done));
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) return {};
    done += static_cast<std::size_t>(more);
  }
  return read;
}

}  // namespace qarium::env::gymnasium
