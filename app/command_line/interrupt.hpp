#pragma once

namespace qarium::app {

/// From now on SIGINT and SIGTERM only set a flag, so that what was learned can be kept.
void catch_interrupts();
/// Whether one came.
bool interrupted();

}  // namespace qarium::app
