#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "widgets/context.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {

/// What an intervention changes of the memory, piece by piece (intervention.hpp). Slots are counted from 0, as in the
/// pictures.

/// Erases the slot, or leaves it as it is where it is erased already.
void toggle_erased(const PanelContext& context, int slot);
void overwrite_slot(const PanelContext& context, int slot, std::vector<float> content);
void toggle_frozen(const PanelContext& context);
/// Read heads are counted from 0.
void toggle_silenced_read(const PanelContext& context, int head);
/// The state of this kept moment; `parts` empty = all of it.
void exchange_state(const PanelContext& context, std::int64_t index, std::vector<std::string> parts);
/// The agent has its own state back.
void keep_state(const PanelContext& context);
/// Replaces what is set of this head; within a gesture it is undone with it. One without a value takes the setting
/// away.
void set_head(const PanelContext& context, const protocol::HeadSetting& setting);
/// What is set of this head; without a value where nothing is.
protocol::HeadSetting head_setting(const protocol::MemoryChange& change, int head);
/// nullptr where the slot is left alone.
const protocol::SlotContent* changed_slot(const protocol::MemoryChange& change, int slot);

/// "slot 9 erased, writes frozen"
ShortText words_for(const protocol::MemoryChange& change);

}  // namespace qarium::widgets
