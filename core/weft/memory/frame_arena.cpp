// frame_arena.cpp - the slow side of a frame arena: chunks, rollback, reset
// SPDX-License-Identifier: MIT
#include <weft/memory/frame_arena.hpp>

namespace weft {

Status FrameArena::init(ChunkProvider& provider, uint32_t node, const FrameArenaConfig& config) {
    if (!is_power_of_two(config.first_chunk) || !is_power_of_two(config.largest_chunk) ||
        config.first_chunk < 4 * kChunkHead || config.largest_chunk < config.first_chunk)
        return Status::bad_config;
    WEFT_REQUIRE(provider_ == nullptr);
    init_checked(provider, node, config);
    return Status::ok;
}

void FrameArena::init_checked(ChunkProvider& provider, uint32_t node,
                              const FrameArenaConfig& config) {
    provider_ = &provider;
    node_ = node;
    config_ = config;
    next_chunk_ = config.first_chunk;
}

void FrameArena::shutdown() {
    if (provider_ == nullptr) return;
    reset();
    give_after(nullptr);
    provider_ = nullptr;
}

bool FrameArena::allocate_batch(void** blocks, size_t count, size_t bytes, size_t alignment,
                                Site site) {
    const FrameCheckpoint before = checkpoint();
    for (size_t i = 0; i < count; i++) {
        blocks[i] = allocate(bytes, alignment, site);
        if (blocks[i] != nullptr) continue;
        rollback(before);
        return false;
    }
    return true;
}

decltype(nullptr) FrameArena::refuse_size() {
    counters_.too_large.add(1);
    return nullptr;
}

// By the owner, for both words at once.
WEFT_ALWAYS_INLINE void FrameArena::move_to(uintptr_t cursor, uintptr_t origin) {
    // Relaxed: nobody else writes it.
    const uint32_t before = changes_.load_relaxed();
    // Relaxed: the next store comes after it for whoever acquires that one.
    changes_.store_relaxed(before + 1);
    // Release: not before changes_ is odd. Pairs with the acquire in live_used().
    cursor_.store_release(cursor);
    // Release: as above.
    origin_.store_release(origin);
    // Release: not before both are written. Pairs with the acquire in live_used().
    changes_.store_release(before + 2);
    counters_.used.set(cursor - origin);
}

WEFT_ALWAYS_INLINE void FrameArena::stand_in(Chunk* chunk, uintptr_t cursor) {
    current_ = chunk;
    move_to(cursor, chunk->start() - chunk->used_before);
    limit_ = align_down(chunk->end(), kFrameGranule);
}

WEFT_ALWAYS_INLINE void FrameArena::leave_all() {
    current_ = nullptr;
    limit_ = nothing();
    move_to(limit_, limit_);
}

// As large as growth wants, or in halves as small as the request needs: a heap in pieces still
// serves.
WEFT_ALWAYS_INLINE Bytes FrameArena::take_bytes(size_t needed) {
    Bytes memory;
    size_t size = next_chunk_;
    do {
        if (size < needed) size = needed;
        memory = provider_->take(node_, size);
        size /= 2;
    } while (memory.data == nullptr && size * 2 > needed);
    return memory;
}

size_t FrameArena::chunk_after(size_t bytes) const {
    return bytes < config_.largest_chunk ? bytes * 2 : config_.largest_chunk;
}

// Comes behind the current one, where `link` is.
WEFT_ALWAYS_INLINE FrameArena::Chunk* FrameArena::take_chunk(Chunk*& link, size_t needed) {
    const Bytes memory = take_bytes(needed);
    if (memory.data == nullptr) {
        counters_.exhausted.add(1);
        return nullptr;
    }
    Chunk* chunk = reinterpret_cast<Chunk*>(memory.data);
    *chunk = {link, memory.size, 0};
    link = chunk;
    counters_.held.add(memory.size);
    next_chunk_ = chunk_after(next_chunk_);
    return chunk;
}

WEFT_ALWAYS_INLINE void FrameArena::enter(Chunk* chunk) {
    chunk->used_before = used();
    note_peak();
    counters_.wasted.add(limit_ - cursor());
    if (current_ != nullptr) counters_.refills.add(1);
    stand_in(chunk, chunk->start());
}

// The request did not fit in the current chunk: the next spare one, or a new one, takes it. Spare
// chunks that are too small are passed over; they serve again after a reset.
WEFT_ALWAYS_INLINE bool FrameArena::refill(size_t bytes, size_t alignment) {
    WEFT_REQUIRE(provider_ != nullptr);
    const size_t needed = bytes + alignment + kChunkHead + kFrameGranule;
    if ((bytes | alignment) > kHuge / 4 || provider_->chunk_size(needed) == kHuge) {
        refuse_size();
        return false;
    }
    Chunk*& link = current_ == nullptr ? first_ : current_->next;
    Chunk* chunk = link;
    while (chunk != nullptr && chunk->bytes < needed)
        chunk = chunk->next;
    if (chunk == nullptr) chunk = take_chunk(link, needed);
    if (chunk != nullptr) enter(chunk);
    return chunk != nullptr;
}

// Also for what did not fit, at any alignment.
void* FrameArena::bump_aligned(size_t bytes, size_t alignment) {
    WEFT_REQUIRE(is_power_of_two(alignment));
    do {
        const size_t padding = size_t(0 - cursor()) & (alignment - 1);
        const size_t room = limit_ - cursor();
        if (padding <= room && bytes <= room - padding) return bump_from(cursor() + padding, bytes);
    } while (refill(bytes, alignment));
    return nullptr;
}

size_t FrameArena::used() const {
    // Relaxed: the owner's own words.
    return cursor() - origin_.load_relaxed();
}

// Bound: four looks. A cursor and an origin of different chunks would make any number.
size_t FrameArena::live_used() const {
    for (int looks = 0; looks < 4; looks++) {
        // Acquire: the words below are no older. Pairs with the last release in move_to().
        const uint32_t before = changes_.load_acquire();
        // Acquire: if this is of a later change, so is the second look at changes_. Pairs with the
        // release in move_to().
        const uintptr_t cursor = cursor_.load_acquire();
        // Acquire: as above.
        const size_t now = cursor - origin_.load_acquire();
        // Relaxed: the acquires above keep it behind them.
        if ((before & 1) == 0 && before == changes_.load_relaxed()) return now;
    }
    return counters_.used.value();
}

void FrameArena::note_peak() {
    counters_.peak.raise_to(used());
}

FrameCheckpoint FrameArena::checkpoint() const {
    return {current_, cursor(), ending_, resets_, guarded_};
}

void FrameArena::run_endings(void* down_to) {
    while (ending_ != down_to && ending_ != nullptr) {
        Ending* ending = ending_;
        ending_ = ending->next;  // first: the destructor may look at this arena
        ending->run(ending->object);
    }
}

// Walks from the checkpoint's chunk, since those before it are untouched; a position that is not
// found there was rolled back or given back already.
bool FrameArena::is_behind(const FrameCheckpoint& to) const {
    const Chunk* chunk = static_cast<const Chunk*>(to.chunk);
    if (to.resets != resets_) return false;  // of another frame
    if (chunk == nullptr) return true;
    const Chunk* at = chunk;
    while (at != nullptr && at != current_)
        at = at->next;
    return at != nullptr && to.cursor >= chunk->start() && to.cursor <= chunk->end() &&
           (chunk != current_ || to.cursor <= cursor());
}

void FrameArena::rollback(const FrameCheckpoint& to) {
    WEFT_REQUIRE(is_behind(to));
    note_peak();
    run_endings(to.ending);
    if (kChecked) check_guards(to.guarded);
    if (to.chunk == nullptr) return leave_all();
    stand_in(static_cast<Chunk*>(to.chunk), to.cursor);
}

void FrameArena::reset() {
    note_peak();
    run_endings();
    if (kChecked) check_guards(nullptr);
    leave_all();
    resets_++;
    counters_.wasted.set(0);
    if (config_.retention == FrameRetention::keep_all) return;
    give_after(config_.retention == FrameRetention::keep_first ? first_ : nullptr);
}

// Null keeps none.
void FrameArena::give_after(Chunk* kept) {
    Chunk*& link = kept == nullptr ? first_ : kept->next;
    for (Chunk* chunk = link; chunk != nullptr;) {
        Chunk* next = chunk->next;
        counters_.held.add(0 - chunk->bytes);
        provider_->give({reinterpret_cast<unsigned char*>(chunk), chunk->bytes});
        chunk = next;
    }
    link = nullptr;
    next_chunk_ = kept == nullptr ? config_.first_chunk : chunk_after(kept->bytes);
}

FrameArenaFigures FrameArena::figures() const {
    FrameArenaFigures figures = {};
    figures.used = live_used();
    const size_t peak = counters_.peak.value();
    figures.peak = peak < figures.used ? figures.used : peak;
    figures.held = counters_.held.value();
    figures.wasted = counters_.wasted.value();
    figures.refills = counters_.refills.value32();
    figures.exhausted = counters_.exhausted.value32();
    figures.too_large = counters_.too_large.value32();
    return figures;
}

bool FrameArena::invariants_hold() const {
    size_t held = 0;
    bool found = current_ == nullptr;
    for (Chunk* chunk = first_; chunk != nullptr; chunk = chunk->next) {
        held += chunk->bytes;
        found = found || chunk == current_;
    }
    const bool inside =
        current_ == nullptr || (cursor() >= current_->start() && cursor() <= limit_);
    return found && inside && held == counters_.held.value() &&
           is_aligned(cursor() | limit_, kFrameGranule);
}

}  // namespace weft
