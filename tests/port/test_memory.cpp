// test_memory.cpp - address space, guards, prefault and discard
// SPDX-License-Identifier: MIT
#ifdef __linux__
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#endif
#include <port.hpp>
#include <unit/unit.hpp>
#include <weft/base/require.hpp>

using namespace weft;

namespace {

struct Pages {
    explicit Pages(size_t count)
        : bytes(count * port::page_bytes()),
          data(static_cast<unsigned char*>(port::reserve(bytes))) {}
    ~Pages() { port::unreserve(data, bytes); }
    size_t bytes;
    unsigned char* data;
};

#ifdef __linux__

size_t lines_of(const char* path) {
    char text[4096];
    size_t lines = 0;
    const int file = open(path, O_RDONLY);
    for (ssize_t length; (length = read(file, text, sizeof text)) > 0;)
        for (ssize_t i = 0; i < length; i++)
            lines += text[i] == '\n';
    close(file);
    return lines;
}

#endif

uintptr_t faulted_at;

void leave_by_panic(uintptr_t address) {
    faulted_at = address;
    fail(0, __LINE__);
}

}  // namespace

TEST(pages_are_no_larger_than_the_build_expects) {
    EXPECT(port::page_bytes() <= port::kPageBytes);
}

TEST(reserved_memory_reads_zero_and_keeps_what_is_written) {
    Pages pages(4);
    EXPECT(pages.data != nullptr);
    for (size_t i = 0; i < pages.bytes; i += 64)
        EXPECT_EQ(pages.data[i], 0);
    pages.data[pages.bytes - 1] = 9;
    EXPECT(port::prefault(pages.data, pages.bytes));
    EXPECT_EQ(pages.data[pages.bytes - 1], 9);
}

TEST(an_absurd_reservation_is_refused) {
    EXPECT(port::reserve(~size_t(0) / 2 + 1 - port::page_bytes()) == nullptr);
}

TEST(a_guarded_page_faults_and_the_handler_learns_where) {
    NEEDS_MMU;
    Pages pages(3);
    unsigned char* guarded = pages.data + port::page_bytes();
    faulted_at = 0;
    EXPECT(port::watch_stack_faults(leave_by_panic));
    EXPECT(port::guard(guarded, port::page_bytes()));
    EXPECT_PANIC(*const_cast<volatile unsigned char*>(guarded + 5) = 1);
    EXPECT_EQ(faulted_at, reinterpret_cast<uintptr_t>(guarded + 5));
    EXPECT(port::unguard(guarded, port::page_bytes()));
    guarded[5] = 1;
}

#ifdef __linux__

// As after mlockall(): such pages refuse to be marked, and are guarded in another way.
TEST(locked_pages_are_guarded_and_given_back_too) {
    NEEDS_MMU;
    Pages pages(3);
    unsigned char* guarded = pages.data + port::page_bytes();
    if (mlock(pages.data, pages.bytes) != 0) return;  // the machine grants none
    EXPECT(port::watch_stack_faults(leave_by_panic));
    EXPECT(port::guard(guarded, port::page_bytes()));
    EXPECT_PANIC(*const_cast<volatile unsigned char*>(guarded + 5) = 1);
    EXPECT(port::unguard(guarded, port::page_bytes()));
    guarded[5] = 1;
    EXPECT_EQ(guarded[5], 1);
}

// Thousands of fibers would otherwise use up what a process may have.
TEST(guards_split_no_mappings_where_pages_can_be_marked) {
    Pages pages(64);
    const size_t page = port::page_bytes();
    if (madvise(pages.data, page, 102) != 0 || madvise(pages.data, page, 22) == 0) return;
    EXPECT_EQ(madvise(pages.data, page, 103), 0);  // as it was
    const size_t before = lines_of("/proc/self/maps");
    for (size_t i = 0; i < pages.bytes; i += 2 * page)
        EXPECT(port::guard(pages.data + i, page));
    EXPECT(lines_of("/proc/self/maps") < before + 16);
    for (size_t i = 0; i < pages.bytes; i += 2 * page)
        EXPECT(port::unguard(pages.data + i, page));
    pages.data[0] = 1;
}

#endif

TEST(discarded_pages_can_be_used_again) {
    Pages pages(2);
    pages.data[0] = 7;
    port::discard(pages.data, pages.bytes);
    EXPECT(pages.data[0] == 0 || pages.data[0] == 7);
    pages.data[0] = 8;
    EXPECT_EQ(pages.data[0], 8);
}
