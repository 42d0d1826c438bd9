// object_chunks.cpp - an object arena's chunks: taken when nothing else helps, given back when
// empty SPDX-License-Identifier: MIT
#include <weft/memory/object_arena.hpp>
#include <weft/memory/object_audit.hpp>

namespace weft {

namespace {

constexpr size_t kLeastChunk = 256;
constexpr uint32_t kAll = ~uint32_t(0);

}  // namespace

Status ObjectArena::init(ChunkProvider& provider, uint32_t node, const ObjectArenaConfig& config,
                         Site site) {
    WEFT_REQUIRE(chunks_.empty());  // reset() first
    if (config.first_chunk < kLeastChunk || config.largest_chunk < config.first_chunk ||
        config.largest_chunk > kMostChunkBytes)
        return Status::bad_config;
    provider_ = &provider;
    node_ = node;
    site_ = site;
    config_ = config;
    next_chunk_ = config.first_chunk;
    adopt();
    return Status::ok;
}

void ObjectArena::adopt() {
    // Relaxed: the arena's way to this core publishes it; see owner().
    owner_.store_relaxed(port::has_worker() ? port::current_worker() : nullptr);
}

void ObjectArena::set_pressure(PressureFunction function, void* self) {
    pressure_ = function;
    pressure_self_ = self;
}

uint32_t ObjectArena::collect() {
    return drain(kAll);
}

void ObjectArena::trim() {
    collect();
    if (kept_ != nullptr) give_back(kept_);
}

// In rising order of price: what other cores released, chunks under compaction, a new chunk, and
// the user's own objects.
ObjectHeader* ObjectArena::find_block_slowly(size_t units, size_t alignment) {
    WEFT_REQUIRE(may_allocate());  // another worker's arena
    ObjectHeader* header = collect() == 0 ? nullptr : find_block(units, alignment);
    if (header == nullptr && evacuating()) {
        end_evacuation();
        header = find_block(units, alignment);
    }
    const size_t soon = add_saturating(counters_.chunk_bytes.value(), next_chunk_);
    if (header == nullptr && soon > config_.pressure_bytes && press(units))
        header = find_block(units, alignment);
    if (header != nullptr) return header;
    if (grow(units, alignment)) return find_block(units, alignment);
    if (!press(units)) return nullptr;
    header = find_block(units, alignment);
    if (header != nullptr || !grow(units, alignment)) return header;
    return find_block(units, alignment);
}

// False when there is nobody to ask, or we are being asked from inside.
bool ObjectArena::press(size_t units) {
    if (pressure_ == nullptr || pressing_) return false;
    counters_.pressure_calls.add(1);
    pressing_ = true;
    pressure_(pressure_self_, *this, units * kBlockUnit);
    pressing_ = false;
    collect();
    return true;
}

// A new chunk, as the window. A kept chunk is too small for this object, or it would have been
// used: it goes back if that may help.
bool ObjectArena::grow(size_t units, size_t alignment) {
    const size_t needed = kChunkOverhead + (units + most_gap(alignment)) * kBlockUnit;
    Bytes memory = take_chunk(needed);
    if (memory.data == nullptr && kept_ != nullptr) {
        give_back(kept_);
        memory = take_chunk(needed);
    }
    if (memory.data == nullptr) return false;
    const bool ordinary = needed <= config_.largest_chunk && memory.size >= next_chunk_;
    if (ordinary)
        next_chunk_ =
            next_chunk_ > config_.largest_chunk / 2 ? config_.largest_chunk : 2 * next_chunk_;
    open_chunk(memory);
    return true;
}

// The next size, or by halves down to what one object needs.
Bytes ObjectArena::take_chunk(size_t needed) {
    size_t size = next_chunk_ < needed ? needed : next_chunk_;
    for (;;) {
        const Bytes memory = provider_->take(node_, size);
        if (memory.data != nullptr || size == needed) return memory;
        size = size / 2 < needed ? needed : size / 2;
    }
}

void ObjectArena::open_chunk(Bytes memory) {
    const size_t skip = size_t(-memory.address() & (alignof(ObjectChunk) - 1));
    const size_t room = memory.size - skip;
    ObjectChunk* chunk = construct_at<ObjectChunk>(memory.data + skip);
    chunk->arena = this;
    chunk->memory = memory;
    chunk->units =
        ((room < kMostChunkBytes ? room : kMostChunkBytes) - sizeof(ObjectChunk)) / kBlockUnit - 1;
    ObjectHeader* end = construct_at<ObjectHeader>(chunk_end(chunk));
    set_flags(end, kBlockEnd);
    chunks_.push_back(chunk);
    counters_.chunks.add(1);
    counters_.chunk_bytes.add(memory.size);
    if constexpr (kChecked) audit_wipe(first_block(chunk), end);
    set_window(chunk, first_block(chunk), end);
}

// One empty chunk stays, so that an object made and released at a chunk's edge does not go to the
// provider each time; never one that was made for a single large object.
void ObjectArena::chunk_emptied(ObjectChunk* chunk) {
    const bool ordinary = chunk->units * kBlockUnit <= config_.largest_chunk;
    if (ordinary && kept_ == nullptr && chunk->closed == 0)
        kept_ = chunk;
    else
        give_back(chunk);
}

void ObjectArena::give_back(ObjectChunk* chunk) {
    if (is_window(first_block(chunk)))
        window_ = nullptr;
    else
        take_free(chunk, as_free(first_block(chunk)));
    if (kept_ == chunk) kept_ = nullptr;
    closed_chunks_ -= chunk->closed;
    chunks_.remove(chunk);
    const Bytes memory = chunk->memory;  // chunk lies in it
    counters_.note_chunk_given(memory.size);
    provider_->give(memory);
}

bool ObjectArena::is_window(const ObjectHeader* header) const {
    return window_ != nullptr && header == window_;
}

// For walks over a chunk, block by block; the window counts as one.
ObjectHeader* ObjectArena::after(ObjectHeader* header) const {
    if (is_window(header)) return window_end_;
    const bool free = (flags_of(header) & kBlockFree) != 0;
    return step(header, free ? as_free(header)->units : live_units(header));
}

void ObjectArena::reset(Site site) {
    collect();
    resetting_ = true;
    for (ObjectChunk* chunk = chunks_.front(); chunk != nullptr; chunk = ChunkList::after(chunk))
        drop_all(chunk, site);
    resetting_ = false;
    counters_.note_reclaimed(counters_.bytes.value(), counters_.objects.value());
    // Acquire: drops of an arena without an owner went this way; their blocks are the chunks'.
    // Pairs with the release in push_released().
    released_.exchange_acquire(nullptr);
    bins_ = {};
    window_ = nullptr;
    kept_ = nullptr;
    closed_chunks_ = 0;
    next_chunk_ = config_.first_chunk;
    while (ObjectChunk* chunk = chunks_.front()) {
        chunks_.remove(chunk);
        const Bytes memory = chunk->memory;
        counters_.note_chunk_given(memory.size);
        provider_->give(memory);
    }
}

// An object's drop may let go of others, before or behind it: what was dropped is marked, so that
// the last reference to it drops nothing, and what lost its last reference is passed over.
void ObjectArena::drop_all(ObjectChunk* chunk, [[maybe_unused]] Site site) {
    for (ObjectHeader* at = first_block(chunk); at != chunk_end(chunk); at = after(at)) {
        if (is_window(at) || (flags_of(at) & kBlockFree) != 0) continue;
        void* const object = object_of(at);
        if (object_refcount(object) == 0) continue;
        if constexpr (kChecked) audit_object(object, site);
        set_flags(at, flags_of(at) | kBlockDropped);
        if (at->type->drop != nullptr) at->type->drop(object);
    }
}

bool ObjectArena::owns(const void* object) const {
    for (ObjectChunk* chunk = chunks_.front(); chunk != nullptr; chunk = ChunkList::after(chunk))
        if (chunk->memory.contains(reinterpret_cast<uintptr_t>(object))) return true;
    return false;
}

}  // namespace weft
