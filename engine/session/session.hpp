#pragma once
#include <cstdint>
#include <vector>

#include "engine/inspect/inspector.hpp"
#include "engine/lab/laboratory_thread.hpp"
#include "engine/protocol/mailbox.hpp"
#include "engine/run/writer.hpp"
#include "engine/train/trainer.hpp"

namespace qarium::session {

/// A trainer, an inspector, a writer and a laboratory at work together: all that a window, or a test of one, needs to
/// hold. Commands
/// go in numbered; acknowledgements come out in the order in which they were given.
class Session {
 public:
  /// Throws core::UserError for options that cannot work; nothing runs then.
  explicit Session(const train::TrainerOptions& options) : trainer_(options, writer_, acknowledgements_) {}

  /// Sends a command to whom it is for and returns its number, from 1 on.
  std::uint64_t send(protocol::Command command);
  /// Replaces `out` by the acknowledgements that came since the last call.
  void acknowledgements(std::vector<protocol::Acknowledgement>& out) { acknowledgements_.take(out); }
  void set_needs(protocol::Needs needs);

  train::Trainer& trainer() { return trainer_; }
  inspect::Inspector& inspector() { return inspector_; }
  lab::LaboratoryThread& laboratory() { return laboratory_; }

 private:
  protocol::Mailbox<protocol::Acknowledgement> acknowledgements_;
  run::Writer writer_;
  train::Trainer trainer_;
  inspect::Inspector inspector_{trainer_.parameters(), acknowledgements_};
  lab::LaboratoryThread laboratory_{acknowledgements_};
  std::uint64_t sent_ = 0;
};

}  // namespace qarium::session
