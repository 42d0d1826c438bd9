// chunk_provider.cpp - asks one after the other, and counts
// SPDX-License-Identifier: MIT
#include <weft/memory/chunk_provider.hpp>

namespace weft {

void ChunkProvider::init(Span<ChunkHeap> heaps, NodePolicy policy, const ChunkSource* source) {
    WEFT_REQUIRE(!heaps.empty() && heaps.size() <= kMaxNodes);
    heaps_ = heaps;
    policy_ = policy;
    source_ = source;
}

void ChunkProvider::set_caches(Span<ChunkCache> caches, uint32_t own, uint32_t node) {
    WEFT_REQUIRE(node < heaps_.size());
    if constexpr (kOneCore) return;
    caches_ = caches;
    cache_ = &caches[own];
    cached_node_ = node;
}

// Returns how many chunks.
uint32_t ChunkProvider::empty_cache(ChunkCache& cache) {
    uint32_t count = 0;
    for (Bytes chunk = cache.take_any(); chunk.data != nullptr; chunk = cache.take_any(), count++)
        for (ChunkHeap& heap : heaps_)
            if (heap.contains(chunk.data)) heap.give(chunk);
    return count;
}

bool ChunkProvider::empty_caches() {
    if constexpr (kOneCore) return false;
    uint32_t count = 0;
    for (ChunkCache& cache : caches_)
        count += empty_cache(cache);
    return count != 0;
}

// From the own node, step 0, and on to the others, if the policy allows.
WEFT_ALWAYS_INLINE Bytes ChunkProvider::take_near(uint32_t node, size_t bytes, uint32_t step) {
    Bytes chunk;
    const size_t steps = policy_ == NodePolicy::spill ? heaps_.size() : 1;
    for (uint32_t at = node + step; step < steps; step++, at++) {
        if (at >= heaps_.size()) at = 0;
        chunk = heaps_.data()[at].take(bytes);
        if (chunk.data == nullptr) continue;
        // Relaxed: a count.
        if (step != 0) spilled_.fetch_add_relaxed(1);
        break;
    }
    return chunk;
}

WEFT_ALWAYS_INLINE Bytes ChunkProvider::take_cached(uint32_t node, size_t bytes) {
    Bytes chunk;
    if (cache_ != nullptr && node == cached_node_) chunk = cache_->take(bytes);
    if (chunk.data == nullptr) chunk = heaps_[node].take(bytes);
    if (chunk.data == nullptr && empty_caches()) chunk = heaps_[node].take(bytes);
    return chunk.data != nullptr ? chunk : take_near(node, bytes, 1);
}

WEFT_ALWAYS_INLINE Bytes ChunkProvider::take_from_heaps(uint32_t node, size_t bytes) {
    const Bytes chunk = kOneCore ? take_near(node, bytes, 0) : take_cached(node, bytes);
    // Relaxed: a count.
    if (chunk.data == nullptr) refused_.fetch_add_relaxed(1);
    return chunk;
}

Bytes ChunkProvider::take_custom(uint32_t node, size_t bytes) {
    Bytes chunk;
    const size_t alignment = heaps_[0].alignment();  // what users of heaps may count on
    const SourceAnswer answer = source_->take(source_->self, bytes, alignment, &chunk);
    // Relaxed, here and below: counts for people, which order nothing.
    if (answer == SourceAnswer::fail) refused_.fetch_add_relaxed(1);
    // Relaxed: as above.
    if (answer == SourceAnswer::ok) custom_.fetch_add_relaxed(1);
    if (answer == SourceAnswer::ok) {
        WEFT_REQUIRE(chunk.size >= bytes && is_aligned(chunk.address(), 2 * sizeof(void*)));
        return chunk;
    }
    if (answer == SourceAnswer::fail) return {};
    // Relaxed: as above.
    fallbacks_.fetch_add_relaxed(1);
    return take_from_heaps(node, bytes);
}

Bytes ask_source(ChunkProvider& provider, uint32_t node, size_t bytes) {
    return provider.take_custom(node, bytes);
}

void give_to_source(const ChunkSource& source, Bytes chunk) {
    WEFT_REQUIRE(source.owns(source.self, chunk.data));  // nobody's
    source.give(source.self, chunk);
}

Bytes ChunkProvider::take(uint32_t node, size_t bytes) {
    WEFT_REQUIRE(node < heaps_.size());
    return source_ == nullptr ? take_from_heaps(node, bytes) : source_->ask(*this, node, bytes);
}

void ChunkProvider::trim() {
    if (!kOneCore && cache_ != nullptr) empty_cache(*cache_);
}

bool ChunkProvider::keep(Bytes chunk) {
    const ChunkHeap& heap = heaps_[cached_node_];
    if (!heap.contains(chunk.data)) return false;
    WEFT_REQUIRE(heap.is_out(chunk));  // not whole, or given twice
    return cache_->put(chunk);
}

void ChunkProvider::give(Bytes chunk) {
    if (!kOneCore && cache_ != nullptr && keep(chunk)) return;
    for (ChunkHeap& heap : heaps_)
        if (heap.contains(chunk.data)) return heap.give(chunk);
    WEFT_REQUIRE(source_ != nullptr);  // nobody's
    source_->give_back(*source_, chunk);
}

bool ChunkProvider::has(const void* address) const {
    for (const ChunkHeap& heap : heaps_)
        if (heap.contains(address)) return true;
    return source_ != nullptr && source_->owns(source_->self, address);
}

ProviderFigures ChunkProvider::figures() const {
    // Relaxed: counts that rise while we read.
    return {custom_.load_relaxed(), fallbacks_.load_relaxed(), spilled_.load_relaxed(),
            refused_.load_relaxed()};
}

}  // namespace weft
