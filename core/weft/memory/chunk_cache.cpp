// chunk_cache.cpp - fills and empties slots
// SPDX-License-Identifier: MIT
#include <weft/base/bits.hpp>
#include <weft/memory/chunk_cache.hpp>

namespace weft {

void ChunkCache::init(size_t smallest, size_t most_bytes) {
    WEFT_REQUIRE(is_power_of_two(smallest) && rows_ == 0);
    smallest_ = smallest;
    shift_ = highest_bit(smallest);
    for (size_t row_bytes = kSlots * smallest; rows_ < kRows && row_bytes <= most_bytes; rows_++) {
        most_bytes -= row_bytes;
        row_bytes *= 2;
    }
}

// rows_ when there is none.
unsigned ChunkCache::row_for(size_t bytes) const {
    if (bytes <= smallest_) return 0;
    const unsigned row = highest_bit(bytes - 1) + 1 - shift_;
    return row < rows_ ? row : rows_;
}

unsigned char* ChunkCache::take_from(unsigned row) {
    for (Atomic<unsigned char*>& slot : slots_[row]) {
        // Relaxed: a look; the exchange decides.
        if (slot.load_relaxed() == nullptr) continue;
        // Acquire: the last user is done with the chunk. Pairs with the release in put().
        unsigned char* const chunk = slot.exchange_acquire(nullptr);
        if (chunk != nullptr) return chunk;
    }
    return nullptr;
}

Bytes ChunkCache::take(size_t bytes) {
    const unsigned row = row_for(bytes);
    if (row == rows_) return {};
    unsigned char* const chunk = take_from(row);
    if (chunk == nullptr) {
        misses_.add(1);
        return {};
    }
    hits_.add(1);
    return {chunk, bytes_of(row)};
}

bool ChunkCache::put(Bytes chunk) {
    const unsigned row = row_for(chunk.size);
    if (row == rows_ || bytes_of(row) != chunk.size) return false;
    Atomic<unsigned char*>* empty = nullptr;
    for (Atomic<unsigned char*>& slot : slots_[row]) {
        // Relaxed: only this core fills slots.
        unsigned char* const here = slot.load_relaxed();
        WEFT_REQUIRE(here != chunk.data);  // given twice
        if (here == nullptr) empty = &slot;
    }
    if (empty == nullptr) return false;
    // Release: this core is done with the chunk. Pairs with the acquire in take_from().
    empty->store_release(chunk.data);
    return true;
}

Bytes ChunkCache::take_any() {
    for (unsigned row = 0; row < rows_; row++) {
        unsigned char* const chunk = take_from(row);
        if (chunk == nullptr) continue;
        // Relaxed: a count.
        returned_.fetch_add_relaxed(1);
        return {chunk, bytes_of(row)};
    }
    return {};
}

ChunkCacheFigures ChunkCache::figures() const {
    size_t held = 0;
    for (unsigned row = 0; row < rows_; row++)
        for (const Atomic<unsigned char*>& slot : slots_[row]) {
            // Relaxed: a look.
            held += slot.load_relaxed() != nullptr ? bytes_of(row) : 0;
        }
    // Relaxed: counts that rise while we read.
    return {hits_.value32(), misses_.value32(), returned_.load_relaxed(), held};
}

}  // namespace weft
