// storage.cpp - mapped storage, and the checks before any use of storage
// SPDX-License-Identifier: MIT
#include <weft/config/storage.hpp>

namespace weft {
namespace {

Status check_config(const Config& config) {
    if (first_broken_rule(config) != ConfigRule::none) return Status::bad_config;
    const bool pages = config.guard() == StackGuard::page;
    return pages && port::page_bytes() > port::kPageBytes ? Status::page_size : Status::ok;
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

bool prefault(Bytes bytes) {
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
    void* start = port::reserve(size);
    if (start == nullptr) return Status::out_of_memory;
    bytes_ = {static_cast<unsigned char*>(start), size};
    return Status::ok;
}

void MappedStorage::unmap() {
    if (bytes_.data != nullptr) port::unreserve(bytes_.data, bytes_.size);
    bytes_ = {};
}

}  // namespace weft
