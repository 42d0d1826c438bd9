// object_handles.hpp - names for objects that may move: index and generation, pins, compaction
// SPDX-License-Identifier: MIT
//
//   handle {index 3, generation 7} --> slot 3 {object, generation 7, pins}
//
// A slot holds one reference of its object. remove() lets it go and raises the generation, so an
// old handle finds nothing, whatever lies in the slot by then. Slots are handed in: 16 bytes each
// (12 on 32-bit targets). Owner of the arena only. All O(1), except compact().
#pragma once
#include <weft/base/result.hpp>
#include <weft/memory/object_arena.hpp>

namespace weft {

struct Handle {
    uint32_t index = 0;
    uint32_t generation = 0;  // 0: no handle
};

// The table's; users only provide arrays of them.
struct HandleSlot {
    void* object;
    uint32_t generation;
    uint32_t pins;  // in a free slot: the next free one
};

struct HandleFigures {
    uint32_t slots;
    uint32_t used;
    uint32_t peak_used;
    uint32_t refused;  // add() met a full table
    uint32_t stale;    // calls with a handle that no longer holds
    uint32_t retired;  // slots that went through all generations
    uint32_t unmoved;  // objects that compact() left: pinned, referenced elsewhere, or without room
};

struct CompactResult {
    uint32_t looked_at;  // slots
    uint32_t moved;
    size_t chunks_freed;
    bool finished;  // the table's end was reached: the next call starts anew
};

// Told of each move after it: raw pointers into the object are for the user to mend. May not use
// the table or the arena.
using MoveFunction = void (*)(void* self, void* from, void* to);

class HandleTable {
 public:
    HandleTable() = default;
    HandleTable(const HandleTable&) = delete;
    HandleTable& operator=(const HandleTable&) = delete;

    // The slots stay the caller's and must outlive this; what they hold does not matter.
    void init(Span<HandleSlot> slots);
    void set_moved(MoveFunction function, void* self);

    // Takes over the caller's reference. Status exhausted: the table is full, the reference is
    // still the caller's.
    Result<Handle> add(void* object);
    // Lets the reference go. False for a stale handle. Panics when it is pinned, and as
    // object_decref() does.
    bool remove(Handle handle, Site site = Site::here());
    // Null for a stale handle. Good until the next compact(), or as long as it is pinned.
    void* get(Handle handle);

    // Pins are counted: the object stays where it is until each pin was taken back. pin: the
    // object, or null for a stale handle. unpin panics when there was no pin.
    void* pin(Handle handle);
    void unpin(Handle handle);

    // Moves objects out of the arena's sparse chunks, looking at `budget` slots at most; a pass
    // over the table takes as many calls as that needs. Only what has no pin and no reference but
    // the table's own moves, if its type can. The first call of a pass also walks the blocks of
    // the chunks it closes, the last one those of chunks that could not be emptied.
    CompactResult compact(ObjectArena& arena, uint32_t budget);

    HandleFigures figures() const { return figures_; }
    bool invariants_hold() const;

 private:
    static constexpr uint32_t kNone = ~uint32_t(0);
    static constexpr uint32_t kMostPins = uint32_t(1) << 30;

    HandleSlot* find(Handle handle);
    bool try_move(ObjectArena& arena, HandleSlot& slot);

    Span<HandleSlot> slots_;
    uint32_t first_free_ = kNone;
    uint32_t ever_used_ = 0;  // slots [0, ever_used_) hold or held an object
    uint32_t cursor_ = 0;     // of compact()
    HandleFigures figures_ = {};
    MoveFunction moved_ = nullptr;
    void* moved_self_ = nullptr;
};

}  // namespace weft
