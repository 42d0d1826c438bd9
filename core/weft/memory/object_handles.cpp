// object_handles.cpp - finds, pins and moves objects by handle
// SPDX-License-Identifier: MIT
#include <weft/memory/object_handles.hpp>

namespace weft {

void HandleTable::init(Span<HandleSlot> slots) {
    WEFT_REQUIRE(figures_.used == 0);  // objects would be forgotten
    WEFT_REQUIRE(slots.size() < kNone);
    slots_ = slots;
    first_free_ = kNone;
    ever_used_ = cursor_ = 0;
    figures_ = {};
    figures_.slots = uint32_t(slots.size());
}

void HandleTable::set_moved(MoveFunction function, void* self) {
    moved_ = function;
    moved_self_ = self;
}

Result<Handle> HandleTable::add(void* object) {
    WEFT_REQUIRE(object_refcount(object) != 0);  // null, or dropped: no reference to take over
    uint32_t index = first_free_;
    if (index != kNone) {
        first_free_ = slots_[index].pins;
    } else if (ever_used_ < slots_.size()) {
        index = ever_used_++;
        slots_[index].generation = 1;
    } else {
        figures_.refused++;
        return Status::exhausted;
    }
    HandleSlot& slot = slots_[index];
    slot.object = object;
    slot.pins = 0;
    figures_.used++;
    if (figures_.used > figures_.peak_used) figures_.peak_used = figures_.used;
    return Handle{index, slot.generation};
}

HandleSlot* HandleTable::find(Handle handle) {
    if (handle.index < ever_used_) {
        HandleSlot& slot = slots_[handle.index];
        if (slot.object != nullptr && slot.generation == handle.generation) return &slot;
    }
    figures_.stale++;
    return nullptr;
}

bool HandleTable::remove(Handle handle, Site site) {
    HandleSlot* slot = find(handle);
    if (slot == nullptr) return false;
    WEFT_REQUIRE(slot->pins == 0);  // somebody works at the object's address
    void* object = slot->object;
    slot->object = nullptr;
    figures_.used--;
    // The last generation is used up: the slot rests, or a handle of the first one would fit again.
    if (++slot->generation == 0) {
        figures_.retired++;
    } else {
        slot->pins = first_free_;
        first_free_ = handle.index;
    }
    object_decref(object, site);  // last: its drop may use the table
    return true;
}

void* HandleTable::get(Handle handle) {
    const HandleSlot* slot = find(handle);
    return slot == nullptr ? nullptr : slot->object;
}

void* HandleTable::pin(Handle handle) {
    HandleSlot* slot = find(handle);
    if (slot == nullptr) return nullptr;
    WEFT_REQUIRE(slot->pins < kMostPins);  // somebody pins in a loop
    slot->pins++;
    return slot->object;
}

void HandleTable::unpin(Handle handle) {
    HandleSlot* slot = find(handle);
    WEFT_REQUIRE(slot != nullptr && slot->pins != 0);  // one unpin too many
    slot->pins--;
}

bool HandleTable::try_move(ObjectArena& arena, HandleSlot& slot) {
    if (!arena.is_leaving(slot.object)) return false;
    void* const from = slot.object;
    // One reference, the table's: nobody else knows the address, and with the acquire in
    // object_refcount() what others did to the object is seen before it is copied.
    const bool ours_alone = slot.pins == 0 && object_refcount(from) == 1;
    void* const to = ours_alone ? arena.move_out(from) : nullptr;
    if (to == nullptr) {
        figures_.unmoved++;
        return false;
    }
    slot.object = to;
    if (moved_ != nullptr) moved_(moved_self_, from, to);
    return true;
}

CompactResult HandleTable::compact(ObjectArena& arena, uint32_t budget) {
    CompactResult result = {};
    const size_t chunks_before = arena.figures().chunks;
    if (!arena.evacuating()) {
        arena.collect();
        cursor_ = 0;
        arena.begin_evacuation();
    }
    while (arena.evacuating() && cursor_ < ever_used_ && result.looked_at < budget) {
        HandleSlot& slot = slots_[cursor_++];
        result.looked_at++;
        if (slot.object != nullptr) result.moved += try_move(arena, slot);
    }
    result.finished = !arena.evacuating() || cursor_ >= ever_used_;
    if (result.finished) arena.end_evacuation();
    result.chunks_freed = chunks_before - arena.figures().chunks;
    return result;
}

bool HandleTable::invariants_hold() const {
    uint32_t used = 0, free = 0;
    for (uint32_t i = 0; i < ever_used_; i++) {
        used += slots_[i].object != nullptr;
        if (slots_[i].object != nullptr && object_refcount(slots_[i].object) == 0) return false;
    }
    for (uint32_t at = first_free_; at != kNone && free <= ever_used_; at = slots_[at].pins)
        free += slots_[at].object == nullptr;
    return used == figures_.used && used + free + figures_.retired == ever_used_ &&
           ever_used_ <= slots_.size();
}

}  // namespace weft
