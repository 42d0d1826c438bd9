// sixteen_kib.hpp - a whole system for 16 KiB of memory: fibers, frames, pool, objects, handles
// SPDX-License-Identifier: MIT
//
// Everything is static, and the compiler adds it up. Stacks are counted apart: 512 bytes each on a
// small core, but 16 KiB on a host, whose signal frames land on them.
#pragma once
#include <weft/weft.hpp>

namespace sixteen_kib {

using namespace weft;

constexpr size_t kLimit = 16 * 1024;
constexpr uint32_t kFibers = 4;
constexpr uint32_t kHandles = 32;
constexpr size_t kSlab = 512;
constexpr size_t kChunkBytes = 4096 + 32;  // and the heap's notes

// The jobs of the test keep 32 handles on their stacks.
constexpr size_t kStack = port::kMinStackBytes < 1024 ? 1024 : port::kMinStackBytes;
constexpr Config kConfig = Config::preset(Preset::tiny)
                               .small_stack_bytes(kStack)
                               .large_stack_bytes(kStack)
                               .small_fibers(2, kFibers)
                               .job_slots(0);
constexpr Footprint kPlace = footprint(kConfig);

struct SmallSystem {
    FiberRing ring;
    Frames frames;
    ChunkHeap heap;
    ChunkProvider provider;
    Pool pool;
    ObjectArena objects;
    HandleTable table;
    HandleSlot slots[kHandles];
    alignas(kSlab) unsigned char chunks[kChunkBytes];
};

struct Part {
    const char* name;
    size_t bytes;
};

constexpr size_t kStackBytes = kPlace.frames_offset - kPlace.small.offset;
constexpr Part kParts[] = {
    {"fibers", sizeof(FiberRing) + kPlace.small.offset},
    {"stacks", kStackBytes},
    {"frames", sizeof(Frames) + kPlace.frames_bytes},
    {"heap", sizeof(ChunkHeap) + sizeof(ChunkProvider)},
    {"pool", sizeof(Pool)},
    {"objects", sizeof(ObjectArena)},
    {"handles", sizeof(HandleTable) + sizeof(HandleSlot) * kHandles},
    {"chunks", kChunkBytes},
};
constexpr size_t kTotal = sizeof(SmallSystem) + required_bytes(kConfig);

// Checked builds keep notes and traces: those are for hosts.
static_assert(kChecked || kTotal - kStackBytes <= kLimit,
              "without its stacks, the system fits on every target");
static_assert(sizeof(void*) > 4 || kChecked || kTotal <= kLimit,
              "on a small core, all of it fits: shrink frames, chunks or stacks");

#ifdef SIXTEEN_KIB_SECTIONS
// One section for each part: tools/check/sixteen_kib.py reads their sizes back.
#define SIXTEEN_KIB_PART(name, index) \
    __attribute__((section("part." #name), used)) unsigned char part_##name[kParts[index].bytes];
SIXTEEN_KIB_PART(fibers, 0)
SIXTEEN_KIB_PART(stacks, 1)
SIXTEEN_KIB_PART(frames, 2)
SIXTEEN_KIB_PART(heap, 3)
SIXTEEN_KIB_PART(pool, 4)
SIXTEEN_KIB_PART(objects, 5)
SIXTEEN_KIB_PART(handles, 6)
SIXTEEN_KIB_PART(chunks, 7)
#undef SIXTEEN_KIB_PART
#endif

}  // namespace sixteen_kib
