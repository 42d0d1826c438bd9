// audit.hpp - what checked builds know of a block: guards, poison, site and age; and a trace
// SPDX-License-Identifier: MIT
//
//   block:  | bytes asked for | 0xFD ... | BlockNote | 0xFD x 8 | next block ...
//           ^ handed out                               ^ guards what stands before the next block
//
// Fresh bytes are 0xAB, freed ones 0xCD: a write after the free is found when the block is taken
// again. For any allocator of blocks; the address handed out keeps the block's alignment. Whoever
// holds a block may call for it, one worker at a time. Each finding panics, on a line of audit.cpp
// that says what it found. Plain builds have no overhead in a block and call nothing of this.
#pragma once
#include <weft/base/bytes.hpp>
#include <weft/base/checked.hpp>

namespace weft {

constexpr unsigned char kFreshByte = 0xAB;
constexpr unsigned char kFreedByte = 0xCD;
constexpr unsigned char kGuardByte = 0xFD;
constexpr size_t kGuardBytes = 8;

// In the last bytes of each block, in front of its last guard.
struct BlockNote {
    void* next;    // free list: kept here, so that a write after the free cannot break the list
    size_t bytes;  // asked for
    Site site;
    uint32_t age;    // the allocation's number, from 1
    uint32_t state;  // one of audit.cpp's
};

constexpr size_t kBlockOverhead = kChecked ? 2 * kGuardBytes + sizeof(BlockNote) : 0;

BlockNote& note_of(Bytes block);

// A block's first life begins as if it had just been freed.
void audit_carve(Bytes block);
// Panics if the block is in use or was written to since it was freed. bytes + kBlockOverhead fit.
void audit_allocate(Bytes block, size_t bytes, Site site, uint32_t age);
// Panics on a second free, on damaged guards, and if `bytes` (kHuge: unknown) is another size.
void audit_free(Bytes block, size_t bytes);
// Whether a free block is as audit_free() left it.
bool audit_freed_intact(Bytes block);
bool audit_in_use(Bytes block);
// Writes a guard that ends at `end`, for the block that starts there.
void audit_guard_before(unsigned char* end);

// For allocators whose free memory is merged and cut, so that it keeps no notes: it is kFreedByte
// throughout. audit_cut() makes a block of such memory (all but the last guard's place, which may
// hold anything) or panics at `site` if it was written to. audit_damage() says in words what must
// hold of a block in use and does not; null: all is well.
void audit_wipe(void* from, const void* to);
bool audit_wiped(const void* from, const void* to);
void audit_cut(Bytes block, size_t bytes, Site site, uint32_t age);
const char* audit_damage(Bytes block);
// As freed from now on, by the call at `site`: the note keeps that.
void audit_end(Bytes block, Site site);
// Panics with the caller's place. Says what was required of what address and, if there is a note,
// where that was allocated or freed.
[[noreturn]] void audit_fail(const char* required, const void* block, const BlockNote* note,
                             Site site);

struct Leak {
    const void* block;
    size_t bytes;
    Site site;
    uint32_t age;
};
using LeakVisitor = void (*)(void* context, const Leak& leak);

enum class AllocationKind : uint8_t { allocated, freed };

struct AllocationEvent {
    const void* block;
    size_t bytes;
    Site site;
    uint32_t number;  // of the event, from 1
    AllocationKind kind;
};
using EventVisitor = void (*)(void* context, const AllocationEvent& event);

constexpr uint32_t kTraceEvents = 64;  // a power of two

// The last events of one worker's allocator. One worker at a time.
class AllocationTrace {
 public:
#if WEFT_CHECKED
    void add(AllocationKind kind, const void* block, size_t bytes, Site site);
    // Oldest first.
    void for_each(EventVisitor visit, void* context) const;

 private:
    AllocationEvent events_[kTraceEvents] = {};
    uint32_t count_ = 0;
#else
    void add(AllocationKind, const void*, size_t, Site) {}
    void for_each(EventVisitor, void*) const {}
#endif
};

}  // namespace weft
