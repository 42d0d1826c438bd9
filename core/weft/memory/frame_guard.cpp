// frame_guard.cpp - checked builds: guards, a note and poison for each frame block
// SPDX-License-Identifier: MIT
//
//   | padding | BlockNote | 0xFD x granule | block: 0xAB ... | 0xFD, at least a granule |
//                                          ^ handed out
//
// The notes form a chain, latest first, so that rollback and reset find every block they free. A
// damaged guard panics with the place that allocated the block: a reset may happen anywhere.
#include <weft/memory/frame_arena.hpp>

namespace weft {

#if WEFT_CHECKED

namespace {

constexpr size_t kNoteBytes = align_down(sizeof(BlockNote) + kFrameGranule - 1, kFrameGranule);
constexpr size_t kHeadBytes = kNoteBytes + kFrameGranule;

void fill(unsigned char* from, size_t bytes, unsigned char with) {
    for (size_t i = 0; i < bytes; i++)
        from[i] = with;
}

bool all(const unsigned char* from, size_t bytes, unsigned char with) {
    for (size_t i = 0; i < bytes; i++)
        if (from[i] != with) return false;
    return true;
}

unsigned char* block_of(BlockNote* note) {
    return reinterpret_cast<unsigned char*>(note) + kHeadBytes;
}

void look_at(BlockNote* note) {
    const unsigned char* block = block_of(note);
    if (!all(block - kFrameGranule, kFrameGranule, kGuardByte))
        audit_fail("nothing written before the start", block, nullptr, note->site);
    if (!all(block + note->bytes, kFrameGranule, kGuardByte))
        audit_fail("nothing written past the end", block, nullptr, note->site);
}

}  // namespace

void* FrameArena::allocate_guarded(size_t bytes, size_t alignment, Site site) {
    WEFT_REQUIRE(is_power_of_two(alignment));
    if (alignment < kFrameGranule) alignment = kFrameGranule;
    const size_t head = size_t(align_down(kHeadBytes + alignment - 1, alignment));
    const size_t total = add_saturating(add_saturating(bytes, head), kFrameGranule);
    unsigned char* start = static_cast<unsigned char*>(
        alignment == kFrameGranule ? bump(total) : bump_aligned(total, alignment));
    if (start == nullptr) return nullptr;
    unsigned char* block = start + head;
    BlockNote* note = reinterpret_cast<BlockNote*>(block - kHeadBytes);
    *note = {guarded_, bytes, site, ++age_, 0};
    fill(block - kFrameGranule, kFrameGranule, kGuardByte);
    fill(block, bytes, kFreshByte);
    fill(block + bytes, kFrameGranule, kGuardByte);
    guarded_ = note;
    if (trace_ != nullptr) trace_->add(AllocationKind::allocated, block, bytes, site);
    return block;
}

void FrameArena::check_guards(const void* down_to) {
    size_t freed = 0;
    const void* latest = nullptr;
    while (guarded_ != down_to) {
        BlockNote* note = static_cast<BlockNote*>(guarded_);
        look_at(note);
        guarded_ = note->next;
        freed += note->bytes;
        if (latest == nullptr) latest = block_of(note);
        fill(block_of(note), note->bytes, kFreedByte);
    }
    if (trace_ != nullptr && latest != nullptr)
        trace_->add(AllocationKind::freed, latest, freed, {});
}

void FrameArena::for_each_block(LeakVisitor visit, void* context) const {
    for (void* at = guarded_; at != nullptr; at = static_cast<BlockNote*>(at)->next) {
        BlockNote* note = static_cast<BlockNote*>(at);
        visit(context, {block_of(note), note->bytes, note->site, note->age});
    }
}

void FrameArena::note_ending(Ending& ending, const char* type, Site site) {
    ending.type = type;
    ending.site = site;
}

void FrameArena::for_each_box(FrameBoxVisitor visit, void* context) const {
    for (const Ending* at = ending_; at != nullptr; at = at->next)
        visit(context, {at->object, at->type, at->site});
}

void FrameArena::set_trace(AllocationTrace* trace) {
    trace_ = trace;
}

#else

void* FrameArena::allocate_guarded(size_t, size_t, Site) {
    return nullptr;
}
void FrameArena::check_guards(const void*) {}
void FrameArena::for_each_block(LeakVisitor, void*) const {}
void FrameArena::for_each_box(FrameBoxVisitor, void*) const {}
void FrameArena::set_trace(AllocationTrace*) {}

#endif

}  // namespace weft
