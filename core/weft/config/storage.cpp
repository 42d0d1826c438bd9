// storage.cpp - mapped storage, and the checks before any use of storage
// SPDX-License-Identifier: MIT
#include <weft/config/storage.hpp>

namespace weft {
namespace {

Status check_config(const Config& config) {
    if (first_broken_rule(config) != ConfigRule::none) return Status::bad_config;
    return pages_are_small(config) ? Status::ok : Status::page_size;
}

Status check_bytes(const Config& config, Bytes bytes, size_t needed) {
    const Status status = check_config(config);
    if (status != Status::ok) return status;
    if (bytes.data == nullptr || bytes.size < needed) return Status::storage_too_small;
    return is_aligned(bytes.address(), storage_align(config)) ? Status::ok
                                                              : Status::storage_unaligned;
}

}  // namespace

Status check_storage(const Config& config, Bytes storage) {
    return check_bytes(config, storage, required_bytes(config));
}

Status check_part(const Config& config, Bytes part) {
    return check_bytes(config, part, footprint(config).bytes);
}

Status make_plan(const Config& config, Bytes storage, StoragePlan* plan) {
    const Status status = check_storage(config, storage);
    if (status == Status::ok) *plan = {config, footprint(config)};
    return status;
}

bool prefault_pages(Bytes bytes) {
    const size_t page = port::page_bytes();
    const uintptr_t start = align_down(bytes.address(), page);
    const uintptr_t end = align_down(bytes.address() + bytes.size + page - 1, page);
    return port::prefault(reinterpret_cast<void*>(start), end - start);
}

Status MappedStorage::map(const Config& config) {
    WEFT_REQUIRE(bytes_.data == nullptr);  // unmap() first
    const Status status = check_config(config);
    if (status != Status::ok) return status;
    const size_t size = align_up_saturating(required_bytes(config), port::page_bytes());
    if (config.large_pages() && map_large(config, size)) return Status::ok;
    void* start = port::reserve(size);
    if (start == nullptr) return Status::out_of_memory;
    bytes_ = mapped_ = {static_cast<unsigned char*>(start), size};
    return Status::ok;
}

// Pages that were set aside cannot be guarded one by one.
bool MappedStorage::map_large(const Config& config, size_t size) {
    port::MemoryNode node[1] = {};
    (void)port::memory_nodes(node, 1);
    const size_t page = node[0].large_page_bytes;
    if (page == 0) return false;
    const size_t whole = align_up_saturating(size, page);
    if (config.guard() != StackGuard::page) {
        if (void* start = port::reserve_large(whole)) {
            bytes_ = mapped_ = {static_cast<unsigned char*>(start), whole};
            large_pages_ = LargePages::granted;
            return true;
        }
    }
    const size_t room = add_saturating(whole, page);
    unsigned char* const start = static_cast<unsigned char*>(port::reserve(room));
    if (start == nullptr) return false;
    mapped_ = {start, room};
    const size_t before = align_down(mapped_.address() + page - 1, page) - mapped_.address();
    bytes_ = mapped_.part(before, whole);
    if (port::advise_large(bytes_.data, whole)) large_pages_ = LargePages::transparent;
    return true;
}

void MappedStorage::unmap() {
    if (mapped_.data != nullptr) port::unreserve(mapped_.data, mapped_.size);
    bytes_ = mapped_ = {};
    large_pages_ = LargePages::none;
}

}  // namespace weft
