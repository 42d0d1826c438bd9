// storage.hpp - the memory of a system: static and checked by the compiler, or mapped on a host
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/base/bytes.hpp>
#include <weft/base/status.hpp>
#include <weft/config/rules.hpp>

namespace weft {

// A configuration that compiles only if every rule holds.
template <const Config& kConfig>
struct Checked {
#define WEFT_RULE_ASSERT(name, condition, text) \
    static_assert(holds(kConfig, ConfigRule::name), text);
    WEFT_CONFIG_RULES(WEFT_RULE_ASSERT)
#undef WEFT_RULE_ASSERT
    static constexpr size_t kBytes = required_bytes(kConfig);
    static constexpr size_t kAlign = storage_align(kConfig);
    static constexpr StoragePlan kPlan = {kConfig, footprint(kConfig)};
};

// For systems whose memory is part of the image:  static weft::Storage<kConfig> storage;
template <const Config& kConfig>
class Storage {
 public:
    Bytes bytes() { return {memory_, sizeof memory_}; }

 private:
    alignas(Checked<kConfig>::kAlign) unsigned char memory_[Checked<kConfig>::kBytes];
};

// What came of Config::large_pages().
enum class LargePages : uint8_t {
    none,         // not asked for, or the machine has none
    transparent,  // the machine will use them where it can: not under guard pages
    granted,      // all of it is in large pages that were set aside
};

// For hosts: one mapping of the size that the configuration needs, given back by the destructor.
class MappedStorage {
 public:
    MappedStorage() = default;
    ~MappedStorage() { unmap(); }
    MappedStorage(const MappedStorage&) = delete;
    MappedStorage& operator=(const MappedStorage&) = delete;

    Status map(const Config& config);  // bad_config, page_size, out_of_memory
    void unmap();
    Bytes bytes() const { return bytes_; }
    LargePages large_pages() const { return large_pages_; }

 private:
    bool map_large(const Config& config, size_t size);

    Bytes bytes_;
    Bytes mapped_;  // around them, so that they start at a large page
    LargePages large_pages_ = LargePages::none;
};

// Whether `config` can run in these bytes on this machine: bad_config, page_size,
// storage_too_small, storage_unaligned. What every init() asks first.
Status check_storage(const Config& config, Bytes storage);
// The same for one worker's part of it.
Status check_part(const Config& config, Bytes part);
// The same, and the plan that init() works by.
Status make_plan(const Config& config, Bytes storage, StoragePlan* plan);
// What no compiler can know of a machine.
inline bool pages_are_small(const Config& config) {
    if constexpr (!kPaged) return true;
    return config.guard() != StackGuard::page || port::page_bytes() <= port::kPageBytes;
}

// Touches every page that these bytes lie on, from the calling thread. False when out of memory.
bool prefault_pages(Bytes bytes);
inline bool prefault(Bytes bytes) {
    return !kPaged || prefault_pages(bytes);
}

}  // namespace weft
