// memory.cpp - Linux: address space, guards, prefault
// SPDX-License-Identifier: MIT
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>
#include <port.hpp>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23  // Linux 5.14: faults all pages in with one call
#endif

namespace weft::port {

size_t page_bytes() {
    return size_t(sysconf(_SC_PAGESIZE));
}

void* reserve(size_t bytes) {
    void* start = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return start == MAP_FAILED ? nullptr : start;
}

void unreserve(void* start, size_t bytes) {
    tool_forget(start, bytes);
    munmap(start, bytes);
}

bool guard(void* start, size_t bytes) {
    return mprotect(start, bytes, PROT_NONE) == 0;
}

bool unguard(void* start, size_t bytes) {
    return mprotect(start, bytes, PROT_READ | PROT_WRITE) == 0;
}

bool prefault(void* start, size_t bytes) {
    if (bytes == 0 || madvise(start, bytes, MADV_POPULATE_WRITE) == 0) return true;
    if (errno != EINVAL) return false;
    // An older kernel does not know the advice: a write to each page does the same, one fault at a
    // time.
    const size_t page = page_bytes();
    volatile char* at = static_cast<volatile char*>(start);
    for (size_t offset = 0; offset < bytes; offset += page)
        at[offset] = at[offset];
    return true;
}

void discard(void* start, size_t bytes) {
    madvise(start, bytes, MADV_DONTNEED);
}

}  // namespace weft::port
