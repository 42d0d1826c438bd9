// memory.cpp - Linux: address space, guards, prefault
// SPDX-License-Identifier: MIT
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>
#include <port.hpp>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23  // Linux 5.14: faults all pages in with one call
#endif

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102  // Linux 6.13: a mark in the page table, in place of a mapping
#define MADV_GUARD_REMOVE 103
#endif

namespace weft::port {
namespace {

// Mappings split by mprotect() are counted, and a process may have 65,530 of them; each split also
// keeps all threads of the process from mapping and from being given pages in bulk.
bool marks_work;
bool some_split;  // since locked memory refuses marks
pthread_once_t marks_once = PTHREAD_ONCE_INIT;

// Who emulates Linux takes advice that it does not know for granted, so: a page that was marked
// cannot be brought in.
void try_marks() {
    const size_t page = page_bytes();
    void* const at = reserve(page);
    if (at == nullptr) return;
    marks_work = madvise(at, page, MADV_GUARD_INSTALL) == 0 &&
                 madvise(at, page, MADV_POPULATE_WRITE) != 0 && errno == EFAULT;
    munmap(at, page);
}

bool mark(void* start, size_t bytes, int advice) {
    pthread_once(&marks_once, try_marks);
    return marks_work && madvise(start, bytes, advice) == 0;
}

}  // namespace

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
    if (mark(start, bytes, MADV_GUARD_INSTALL)) return true;
    // Relaxed: whoever takes this guard away has learned of it from who made it.
    __atomic_store_n(&some_split, true, __ATOMIC_RELAXED);
    return mprotect(start, bytes, PROT_NONE) == 0;
}

bool unguard(void* start, size_t bytes) {
    // Relaxed: as in guard().
    const bool split = __atomic_load_n(&some_split, __ATOMIC_RELAXED);
    const bool unmarked = mark(start, bytes, MADV_GUARD_REMOVE);
    return (unmarked && !split) || mprotect(start, bytes, PROT_READ | PROT_WRITE) == 0;
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
