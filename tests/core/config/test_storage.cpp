// test_storage.cpp - static and mapped storage, and the memory that is refused
// SPDX-License-Identifier: MIT
#include <core/room.hpp>
#include <unit/unit.hpp>
#include <weft/config/storage.hpp>

using namespace weft;

namespace {

constexpr Config kSmall = Config::preset(Preset::tiny);
Storage<kSmall> storage;

}  // namespace

TEST(static_storage_has_the_size_and_alignment_its_configuration_needs) {
    EXPECT_EQ(storage.bytes().size, required_bytes(kSmall));
    EXPECT(is_aligned(storage.bytes().address(), storage_align(kSmall)));
    EXPECT_OK(check_storage(kSmall, storage.bytes()));
}

TEST(storage_a_byte_too_small_is_refused) {
    Bytes bytes = storage.bytes();
    bytes.size--;
    EXPECT_EQ(check_storage(kSmall, bytes), Status::storage_too_small);
    EXPECT_EQ(check_storage(kSmall, Bytes{}), Status::storage_too_small);
}

TEST(unaligned_storage_is_refused) {
    const Config smaller = kSmall.small_fibers(1, 2);
    const Bytes off = storage.bytes().part(4, storage.bytes().size - 4);
    EXPECT_EQ(check_storage(smaller, off), Status::storage_unaligned);
}

TEST(a_broken_configuration_is_refused_before_anything_is_mapped) {
    MappedStorage mapped;
    EXPECT_EQ(mapped.map(kSmall.workers(0)), Status::bad_config);
    EXPECT(mapped.bytes().data == nullptr);
    EXPECT_EQ(check_storage(kSmall.workers(0), storage.bytes()), Status::bad_config);
}

TEST(mapped_storage_fits_and_is_given_back) {
    MappedStorage mapped;
    constexpr Config config = room::fitted(Config());
    EXPECT_OK(mapped.map(config));
    EXPECT_OK(check_storage(config, mapped.bytes()));
    EXPECT_PANIC((void)mapped.map(config));
    mapped.unmap();
    EXPECT(mapped.bytes().data == nullptr);
    EXPECT_OK(mapped.map(kSmall));
}

TEST(more_memory_than_the_machine_addresses_is_refused) {
    MappedStorage mapped;
    const Config absurd = Config().frame_bytes(kHuge / 8 + 1);
    EXPECT_EQ(mapped.map(absurd), Status::out_of_memory);
    EXPECT(mapped.bytes().data == nullptr);
}

TEST(large_pages_are_asked_for_only_when_the_configuration_says_so) {
    NEEDS_MMU;
    MappedStorage plain;
    EXPECT_OK(plain.map(Config()));
    EXPECT_EQ(plain.large_pages(), LargePages::none);
    EXPECT_EQ(plain.bytes().size, required_bytes(Config()));
}

TEST(large_pages_are_granted_transparent_or_none_and_the_storage_says_which) {
    NEEDS_MMU;
    port::MemoryNode node[1] = {};
    (void)port::memory_nodes(node, 1);
    const size_t page = node[0].large_page_bytes;
    const Config guarded = Config().large_pages(true);
    const Config bare = guarded.guard(StackGuard::canary);
    const Config configs[] = {guarded, bare};
    for (const Config& config : configs) {
        MappedStorage storage;
        EXPECT_OK(storage.map(config));
        EXPECT_OK(check_storage(config, storage.bytes()));
        if (storage.large_pages() == LargePages::none) continue;
        EXPECT(page != 0);
        EXPECT(is_aligned(storage.bytes().address(), page));
        EXPECT(is_aligned(storage.bytes().size, page));
        EXPECT(storage.large_pages() == LargePages::transparent || &config != configs);
        storage.bytes().data[storage.bytes().size - 1] = 5;
        storage.unmap();
        EXPECT_EQ(storage.large_pages(), LargePages::none);
        EXPECT(storage.bytes().data == nullptr);
    }
}
