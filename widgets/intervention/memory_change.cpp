#include "widgets/intervention/memory_change.hpp"

#include <algorithm>
#include <utility>

#include "widgets/intervention/intervention.hpp"
#include "widgets/parts/numbers.hpp"

namespace qarium::widgets {
namespace {

const protocol::MemoryChange& intended(const PanelContext& context) {
  return context.view.of<InterventionState>().intervention.memory;
}

bool sets_something(const protocol::HeadSetting& setting) {
  return setting.beta || setting.g || setting.gamma || setting.shift;
}

/// Replaces what stands there for the slot; in order of slots.
void put_slot(std::vector<protocol::SlotContent>& slots, protocol::SlotContent content) {
  const auto place = std::lower_bound(slots.begin(), slots.end(), content.slot,
                                      [](const auto& other, int slot) { return other.slot < slot; });
  if (place != slots.end() && place->slot == content.slot) {
    *place = std::move(content);
  } else {
    slots.insert(place, std::move(content));
  }
}

void add_slot_words(ShortText& text, const std::vector<protocol::SlotContent>& slots) {
  const auto erased = std::count_if(slots.begin(), slots.end(), [](const auto& slot) { return slot.content.empty(); });
  const auto part = [&](std::ptrdiff_t number, bool empty, const char* done) {
    if (number == 0) return;
    text.add(text.empty() ? "" : ", ");
    if (number > 1) {
      text.print("%td slots %s", number, done);
      return;
    }
    const auto found =
        std::find_if(slots.begin(), slots.end(), [&](const auto& slot) { return slot.content.empty() == empty; });
    text.print("slot %d %s", found->slot, done);
  };
  part(erased, true, "erased");
  part(static_cast<std::ptrdiff_t>(slots.size()) - erased, false, "overwritten");
}

}  // namespace

const protocol::SlotContent* changed_slot(const protocol::MemoryChange& change, int slot) {
  const auto found =
      std::find_if(change.slots.begin(), change.slots.end(), [&](const auto& content) { return content.slot == slot; });
  return found == change.slots.end() ? nullptr : &*found;
}

void toggle_erased(const PanelContext& context, int slot) {
  auto change = intended(context);
  const auto* there = changed_slot(change, slot);
  if (there != nullptr && there->content.empty()) {
    std::erase_if(change.slots, [&](const auto& content) { return content.slot == slot; });
  } else {
    put_slot(change.slots, {slot, {}});
  }
  intervene(context, std::move(change));
}

void overwrite_slot(const PanelContext& context, int slot, std::vector<float> content) {
  if (content.empty()) return;
  auto change = intended(context);
  put_slot(change.slots, {slot, std::move(content)});
  intervene(context, std::move(change));
}

void toggle_frozen(const PanelContext& context) {
  auto change = intended(context);
  change.freeze_writes = !change.freeze_writes;
  intervene(context, std::move(change));
}

void toggle_silenced_read(const PanelContext& context, int head) {
  auto change = intended(context);
  put(change.silenced, head, !holds(change.silenced, head));
  intervene(context, std::move(change));
}

void exchange_state(const PanelContext& context, std::int64_t index, std::vector<std::string> parts) {
  auto change = intended(context);
  change.exchange = protocol::StateExchange{index, std::move(parts)};
  intervene(context, std::move(change));
}

void keep_state(const PanelContext& context) {
  auto change = intended(context);
  change.exchange.reset();
  intervene(context, std::move(change));
}

protocol::HeadSetting head_setting(const protocol::MemoryChange& change, int head) {
  const auto found =
      std::find_if(change.heads.begin(), change.heads.end(), [&](const auto& setting) { return setting.head == head; });
  return found == change.heads.end() ? protocol::HeadSetting{.head = head} : *found;
}

void set_head(const PanelContext& context, const protocol::HeadSetting& setting) {
  auto intervention = context.view.of<InterventionState>().intervention;
  auto& heads = intervention.memory.heads;
  std::erase_if(heads, [&](const auto& other) { return other.head == setting.head; });
  if (sets_something(setting)) {
    const auto place = std::lower_bound(heads.begin(), heads.end(), setting.head,
                                        [](const auto& other, int head) { return other.head < head; });
    heads.insert(place, setting);
  }
  if (context.view.of<InterventionState>().gesture) {
    alter(context, std::move(intervention));
  } else {
    intervene(context, std::move(intervention));
  }
}

ShortText words_for(const protocol::MemoryChange& change) {
  ShortText text;
  const auto next = [&text]() -> ShortText& { return text.add(text.empty() ? "" : ", "); };
  add_slot_words(text, change.slots);
  if (change.freeze_writes) next().add("writes frozen");
  if (change.silenced.size() == 1) {
    next().print("read head %d silenced", change.silenced.front() + 1);
  } else if (!change.silenced.empty()) {
    next().print("%zu read heads silenced", change.silenced.size());
  }
  if (change.exchange) {
    next().print("state of moment %lld", static_cast<long long>(change.exchange->index));
    if (!change.exchange->parts.empty()) text.print(" in %zu parts", change.exchange->parts.size());
  }
  if (change.heads.size() == 1) {
    next().add("a head set by hand");
  } else if (!change.heads.empty()) {
    next().print("%zu heads set by hand", change.heads.size());
  }
  return text;
}

}  // namespace qarium::widgets
