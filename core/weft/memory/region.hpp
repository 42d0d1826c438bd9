// region.hpp - hands out parts of handed-in bytes, front to back, and takes them all back at once
// SPDX-License-Identifier: MIT
//
//   | given out ... | <- used()          remaining() -> |
//
// One owner. Nothing is written into the memory. A request that does not fit changes nothing.
#pragma once
#include <weft/base/bits.hpp>
#include <weft/base/bytes.hpp>

namespace weft {

class Region {
 public:
    Region() = default;
    explicit Region(Bytes memory) : memory_(memory) {}

    // `alignment`, a power of two, holds for the address, whatever the memory's own is. Null when
    // it does not fit. Zero bytes are given an aligned address that later requests may share.
    void* allocate(size_t bytes, size_t alignment) {
        WEFT_REQUIRE(is_power_of_two(alignment));
        const uintptr_t at = memory_.address() + used_;
        const size_t padding = size_t(0 - at) & (alignment - 1);
        const size_t room = memory_.size - used_;
        if (padding > room || bytes > room - padding) return nullptr;
        unsigned char* start = memory_.data + used_ + padding;
        used_ += padding + bytes;
        if (used_ > peak_) peak_ = used_;
        return start;
    }

    void reset() { used_ = 0; }
    size_t used() const { return used_; }
    size_t peak() const { return peak_; }
    size_t remaining() const { return memory_.size - used_; }

 private:
    Bytes memory_;
    size_t used_ = 0;
    size_t peak_ = 0;
};

}  // namespace weft
