// object_bins.hpp - an object arena's free blocks, by size
// SPDX-License-Identifier: MIT
//
//   bin     2 .. 15: blocks of exactly that many units
//          16 .. 63: two bins for each power of two, [16, 24) [24, 32) [32, 48) ...
//
// put, take_out and find are O(1): a find looks at the bitmap for a bin whose blocks all fit, and
// at most at kLooks blocks of the one below it. Last in, first out. Owner only.
#pragma once
#include <weft/memory/object_block.hpp>

namespace weft {

class ObjectBins {
 public:
    static constexpr unsigned kExact = 16;
    static constexpr unsigned kBins = 64;
    static constexpr unsigned kLooks = 8;

    // The bin in which a block of so many units lies.
    static unsigned bin_of(size_t units);

    void put(FreeBlock* block);
    void take_out(FreeBlock* block);
    // A block of at least so many units, still in its bin, or null.
    FreeBlock* find(size_t units) const;
    bool has_exact(size_t units) const { return units < kExact && (filled_[0] >> units & 1) != 0; }

    FreeBlock* front(unsigned bin) const { return bins_[bin]; }
    // Whether each block lies in its bin, links agree, and the bitmap with them. Counts the blocks.
    bool agree(size_t* blocks) const;

 private:
    unsigned first_filled(unsigned from) const;
    bool bin_agrees(unsigned bin, size_t* blocks) const;

    uint32_t filled_[kBins / 32] = {};  // a bit for each bin that is not empty
    FreeBlock* bins_[kBins] = {};
};

static_assert(kMostChunkBytes / kBlockUnit <= size_t(1) << 24, "bin_of: the last bin is 2^27's");

}  // namespace weft
