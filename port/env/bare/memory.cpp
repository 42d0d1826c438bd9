// memory.cpp - bare machines: address space is what the image leaves of the RAM
// SPDX-License-Identifier: MIT
//
// For hosts' habits (MappedStorage) on boards with RAM to spare; programs whose storage is static
// link none of it. A handful of blocks in address order, first fit; clears what it gives.
#include <port.hpp>

extern "C" unsigned char weft_spare_start[], weft_spare_end[];  // linker script

namespace weft::port {
namespace {

constexpr size_t kMostBlocks = 16;
constexpr size_t kUnit = kPageBytes > 64 ? kPageBytes : 64;

struct Block {
    unsigned char* start;
    size_t bytes;
};
Block blocks[kMostBlocks];
size_t count;

unsigned char* end_of(size_t index) {
    return index == 0 ? weft_spare_start : blocks[index - 1].start + blocks[index - 1].bytes;
}

void insert(size_t index, Block block) {
    for (size_t i = count; i > index; i--)
        blocks[i] = blocks[i - 1];
    blocks[index] = block;
    count++;
}

void clear(unsigned char* start, size_t bytes) {
    uintptr_t* const words = reinterpret_cast<uintptr_t*>(start);
    for (size_t i = 0; i < bytes / sizeof(uintptr_t); i++)
        words[i] = 0;
}

}  // namespace

size_t page_bytes() {
    return kPageBytes;
}

void* reserve(size_t bytes) {
    const size_t space = size_t(weft_spare_end - weft_spare_start);
    if (bytes == 0 || bytes > space || count == kMostBlocks) return nullptr;
    const size_t size = (bytes + kUnit - 1) & ~(kUnit - 1);
    for (size_t i = 0; i <= count; i++) {
        unsigned char* const from = end_of(i);
        const unsigned char* const to = i < count ? blocks[i].start : weft_spare_end;
        if (size_t(to - from) < size) continue;
        insert(i, {from, size});
        clear(from, size);
        return from;
    }
    return nullptr;
}

void unreserve(void* start, size_t) {
    size_t at = 0;
    while (at < count && blocks[at].start != start)
        at++;
    if (at == count) return;
    count--;
    for (; at < count; at++)
        blocks[at] = blocks[at + 1];
}

bool prefault(void*, size_t) {
    return true;
}

void discard(void*, size_t) {}

}  // namespace weft::port

extern "C" alignas(8) const
    unsigned char weft::port::weft_no_worker[weft::port::kNoWorkerBytes] = {};
