// frame_guard.cpp - checked builds: guards around each frame block, poison before and after its
// life SPDX-License-Identifier: MIT
//
//   | padding | note | 0xFD x granule | block: 0xAB ... | 0xFD, at least a granule |
//                                     ^ handed out
//
// The notes form a chain, latest first, so that rollback and reset find every block they free.
#include <weft/memory/audit.hpp>
#include <weft/memory/frame_arena.hpp>

namespace weft {
namespace {

struct BlockChain {
    BlockChain* before;
    size_t bytes;
};
static_assert(sizeof(BlockChain) <= kFrameGranule, "the note keeps the granule");

void fill(unsigned char* from, size_t bytes, unsigned char with) {
    for (size_t i = 0; i < bytes; i++)
        from[i] = with;
}

bool all(const unsigned char* from, size_t bytes, unsigned char with) {
    for (size_t i = 0; i < bytes; i++)
        if (from[i] != with) return false;
    return true;
}

}  // namespace

void* FrameArena::allocate_guarded(size_t bytes, size_t alignment) {
    WEFT_REQUIRE(is_power_of_two(alignment));
    if (alignment < kFrameGranule) alignment = kFrameGranule;
    const size_t head = alignment < 2 * kFrameGranule ? 2 * kFrameGranule : alignment;
    const size_t total = add_saturating(add_saturating(bytes, head), kFrameGranule);
    unsigned char* start = static_cast<unsigned char*>(
        alignment == kFrameGranule ? bump(total) : bump_aligned(total, alignment));
    if (start == nullptr) return nullptr;
    unsigned char* block = start + head;
    BlockChain* note = reinterpret_cast<BlockChain*>(block - 2 * kFrameGranule);
    *note = {static_cast<BlockChain*>(guarded_), bytes};
    fill(block - kFrameGranule, kFrameGranule, kGuardByte);
    fill(block, bytes, kFreshByte);
    fill(block + bytes, kFrameGranule, kGuardByte);
    guarded_ = note;
    return block;
}

void FrameArena::check_guards(const void* down_to) {
    while (guarded_ != down_to) {
        BlockChain* note = static_cast<BlockChain*>(guarded_);
        unsigned char* block = reinterpret_cast<unsigned char*>(note) + 2 * kFrameGranule;
        WEFT_REQUIRE(all(block - kFrameGranule, kFrameGranule, kGuardByte));  // written before it
        WEFT_REQUIRE(all(block + note->bytes, kFrameGranule, kGuardByte));  // written past its end
        guarded_ = note->before;
        fill(block, note->bytes, kFreedByte);
    }
}

}  // namespace weft
