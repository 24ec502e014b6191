#pragma once
#include <cstdint>
#include <vector>

#include "engine/core/mailbox.hpp"
#include "engine/lab/laboratory_thread.hpp"
#include "engine/train/inspector.hpp"
#include "engine/train/trainer.hpp"
#include "engine/train/writer.hpp"

namespace qarium::train {

/// A trainer, an inspector, a writer and a laboratory at work together: all that a window, or a test of one, needs to
/// hold. Commands
/// go in numbered; acknowledgements come out in the order in which they were given.
class Session {
 public:
  /// Throws core::UserError for options that cannot work; nothing runs then.
  explicit Session(const TrainerOptions& options) : trainer_(options, writer_, acknowledgements_) {}

  /// Sends a command to whom it is for and returns its number, from 1 on.
  std::uint64_t send(core::Command command);
  /// Replaces `out` by the acknowledgements that came since the last call.
  void acknowledgements(std::vector<core::Acknowledgement>& out) { acknowledgements_.take(out); }
  void set_needs(core::Needs needs);

  Trainer& trainer() { return trainer_; }
  Inspector& inspector() { return inspector_; }
  lab::LaboratoryThread& laboratory() { return laboratory_; }

 private:
  core::Mailbox<core::Acknowledgement> acknowledgements_;
  Writer writer_;
  Trainer trainer_;
  Inspector inspector_{trainer_, acknowledgements_};
  lab::LaboratoryThread laboratory_{acknowledgements_};
  std::uint64_t sent_ = 0;
};

}  // namespace qarium::train
