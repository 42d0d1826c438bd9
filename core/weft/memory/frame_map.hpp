// frame_map.hpp - a hash map of fixed capacity in frame memory: open addressing, linear probing
// SPDX-License-Identifier: MIT
//
//   slots:  | key value | - | key value | key value | - |     at most 7 of 8 are taken
//
// Plain bytes only. A full map says no. An erased entry is closed up at once, so no tombstones
// lengthen later probes. Keys are numbers, enumerators or pointers, or have their own Hash.
#pragma once
#include <weft/memory/frame_arena.hpp>

namespace weft {

// Spreads neighbouring keys over the table: a multiplication, high bits folded to low.
template <class Key>
struct FrameHash {
    static uint32_t of(Key key) {
        const uintptr_t wide = uintptr_t(key);
        uint32_t mixed = uint32_t(wide) ^ uint32_t(wide >> (sizeof(wide) * 4));
        mixed *= 0x9e3779b1u;
        return mixed ^ mixed >> 15;
    }
};

template <class Key, class Value, class Hash = FrameHash<Key>>
class FrameMap {
    static_assert(kPlainBytes<Key> && kPlainBytes<Value>, "FrameMap: plain bytes only");

 public:
    FrameMap() = default;
    // Room for `entries`; without memory, room for none.
    FrameMap(FrameArena& arena, uint32_t entries, Site site = Site::here()) {
        const size_t slots = slots_for(entries);
        slots_ = arena.allocate_array<Slot>(slots, site);
        if (slots_ == nullptr) return;
        for (size_t i = 0; i < slots; i++)
            construct_at<Slot>(slots_ + i);
        mask_ = uint32_t(slots - 1);
        room_ = entries;
    }

    // Adds or overwrites; false when the key is new and the map full.
    [[nodiscard]] bool put(Key key, const Value& value) {
        if (slots_ == nullptr) return false;
        Slot& slot = slots_[find_slot(key)];
        if (!slot.taken && size_ == room_) return false;
        size_ += !slot.taken;
        slot = {key, value, true};
        return true;
    }

    // Null when the key is not there. Good until the next put or erase.
    Value* find(Key key) {
        if (slots_ == nullptr) return nullptr;
        Slot& slot = slots_[find_slot(key)];
        return slot.taken ? &slot.value : nullptr;
    }

    bool erase(Key key) {
        if (slots_ == nullptr) return false;
        uint32_t hole = find_slot(key);
        if (!slots_[hole].taken) return false;
        close_up(hole);
        size_--;
        return true;
    }

    uint32_t size() const { return size_; }
    uint32_t capacity() const { return room_; }

 private:
    struct Slot {
        Key key{};
        Value value{};
        bool taken = false;
    };

    // A power of two with at least one in eight free, so that every probe ends.
    static size_t slots_for(uint32_t entries) {
        const size_t wanted = add_saturating(size_t(entries), size_t(entries) / 4 + 1);
        return wanted > kHuge / 4 ? kHuge : size_t(2) << highest_bit(wanted);
    }

    uint32_t home_of(Key key) const { return Hash::of(key) & mask_; }

    uint32_t find_slot(Key key) const {
        uint32_t at = home_of(key);
        while (slots_[at].taken && !(slots_[at].key == key))
            at = (at + 1) & mask_;
        return at;
    }

    // Moves back every later entry of the run that may stand in the hole: one whose home is not
    // between the hole and itself.
    void close_up(uint32_t hole) {
        for (uint32_t at = (hole + 1) & mask_; slots_[at].taken; at = (at + 1) & mask_) {
            const uint32_t from_home = (at - home_of(slots_[at].key)) & mask_;
            if (from_home < ((at - hole) & mask_)) continue;
            slots_[hole] = slots_[at];
            hole = at;
        }
        slots_[hole].taken = false;
    }

    Slot* slots_ = nullptr;
    uint32_t mask_ = 0;
    uint32_t room_ = 0;
    uint32_t size_ = 0;
};

}  // namespace weft
