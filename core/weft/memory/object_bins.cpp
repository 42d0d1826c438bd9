// object_bins.cpp - puts free blocks where their size is found again
// SPDX-License-Identifier: MIT
#include <weft/memory/object_bins.hpp>

namespace weft {

unsigned ObjectBins::bin_of(size_t units) {
    if (units < kExact) return unsigned(units);
    const unsigned high = highest_bit(units);
    return kExact + (high - 4) * 2 + unsigned(units >> (high - 1) & 1);
}

void ObjectBins::put(FreeBlock* block) {
    const unsigned bin = bin_of(block->units);
    block->header.previous_free = nullptr;
    block->next = bins_[bin];
    if (block->next != nullptr) block->next->header.previous_free = block;
    bins_[bin] = block;
    filled_[bin / 32] |= uint32_t(1) << bin % 32;
}

void ObjectBins::take_out(FreeBlock* block) {
    FreeBlock* const before = block->header.previous_free;
    if (block->next != nullptr) block->next->header.previous_free = before;
    if (before != nullptr) {
        before->next = block->next;
        return;
    }
    const unsigned bin = bin_of(block->units);
    bins_[bin] = block->next;
    if (block->next == nullptr) filled_[bin / 32] &= ~(uint32_t(1) << bin % 32);
}

// kBins when there is none.
unsigned ObjectBins::first_filled(unsigned from) const {
    for (unsigned word = from / 32; word < kBins / 32; word++) {
        const uint32_t below = word == from / 32 ? (uint32_t(1) << from % 32) - 1 : 0;
        const uint32_t bits = filled_[word] & ~below;
        if (bits != 0) return word * 32 + lowest_bit(bits);
    }
    return kBins;
}

FreeBlock* ObjectBins::find(size_t units) const {
    const unsigned own = bin_of(units);
    const bool all_fit = units < kExact;  // in the larger bins, those above own only
    const unsigned bin = first_filled(all_fit ? own : own + 1);
    if (bin < kBins) return bins_[bin];
    FreeBlock* block = all_fit ? nullptr : bins_[own];
    for (unsigned looks = 1; block != nullptr && block->units < units; looks++)
        block = looks < kLooks ? block->next : nullptr;
    return block;
}

bool ObjectBins::bin_agrees(unsigned bin, size_t* blocks) const {
    const FreeBlock* before = nullptr;
    for (FreeBlock* at = bins_[bin]; at != nullptr; before = at, at = at->next) {
        if (at->header.previous_free != before || bin_of(at->units) != bin) return false;
        (*blocks)++;
    }
    return (bins_[bin] != nullptr) == ((filled_[bin / 32] >> bin % 32 & 1) != 0);
}

bool ObjectBins::agree(size_t* blocks) const {
    *blocks = 0;
    for (unsigned bin = 0; bin < kBins; bin++)
        if (!bin_agrees(bin, blocks)) return false;
    return true;
}

}  // namespace weft
