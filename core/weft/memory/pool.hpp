// pool.hpp - small blocks for one worker, 8 B to 4 KiB; any worker may give them back
// SPDX-License-Identifier: MIT
//
//   owner:   allocate -> [ free list of the class ] <- free        no atomics but its own counters
//   others:  free on their own pool -> batch of up to 32 blocks -> inbox of the owner
//                                                                   '-> taken whole, when a list is
//                                                                   empty
//
// Who may call: each Pool belongs to one worker, which calls everything but figures(); a block is
// freed through the *calling* worker's pool, whoever allocated it. All pools that free each other's
// blocks have the same provider and slab_bytes. Progress: pushing a batch is lock-free, taking the
// inbox is wait-free but for its length. ABA: a push only needs that `seen` is the head when it
// swaps, whatever became of it in between, and the owner takes the whole list and never one
// element. Bounds: allocate and free are O(1) while the list has blocks; a refill carves at most
// kCarveBlocks, after it has sorted the inbox. A pool whose provider has no chunk trims itself and
// asks once more, in O(blocks); not again until blocks have come back.
//
// Nothing is lost: a block in a batch counts as in use until flush(). To end: every worker calls
// flush(), and after that (the caller orders it) every pool shutdown().
#pragma once
#include <weft/memory/chunk_provider.hpp>
#include <weft/memory/pool_slab.hpp>

namespace weft {

constexpr size_t kPoolMostBytes = 4096;
constexpr size_t kLeastSlabBytes = 512;

struct PoolFigures {
    uintptr_t in_use;              // blocks that are out, batches and inbox included
    uintptr_t allocations, frees;  // what others freed counts when it has come home
    size_t peak;                   // bytes: each class's most that were out, to within a refill
    uint32_t remote_sent;          // blocks, by this worker to others
    uint32_t batches_sent;         // pushes that carried them
    uint32_t remote_received;      // blocks, from others
    uint32_t refills;              // times that never used blocks were carved
    uint32_t slabs;                // held now
    uint32_t trimmed;              // slabs given back
    uint32_t self_trims;           // times that the pool trimmed itself before it said exhausted
    uint32_t too_large;            // refused: larger than largest()
    uint32_t exhausted;            // refused: the provider has no chunk
    uint32_t unaligned;            // refused: the provider's chunks are not aligned to slab_bytes
};

class Pool {
 public:
    Pool() = default;
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // slab_bytes: a power of two, kLeastSlabBytes to 2 GiB; the provider's heaps were given an
    // alignment of that much at least, or every request will be refused. Takes no memory yet.
    // Statuses: bad_config. The provider must outlive shutdown().
    Status init(ChunkProvider& provider, uint32_t node, size_t slab_bytes);

    // Gives every slab back; returns how many blocks were still out (for_each_leak names them
    // before). No worker may use or free a block of this pool afterwards.
    size_t shutdown();

    // A block of at least `bytes` (none: the smallest) at a multiple of `alignment`, a power of two
    // up to 4096, and of its size rounded up to a power of two in any case. Null when refused: then
    // figures() says why.
    void* allocate(size_t bytes, size_t alignment = 1, Site site = Site::here());

    // Null is no block: nothing happens. A block of another pool goes into a batch for its owner,
    // or, with one core, straight into it.
    // Panics on what is in no slab; plain builds read where its header would be, which may fault.
    void free(void* block, Site site = Site::here());
    // The same, faster, for who knows what was asked for. Panics if a block of this pool was not
    // allocated with these arguments' class; checked builds, if not with these bytes.
    void free(void* block, size_t bytes, size_t alignment = 1, Site site = Site::here());

    // For idle moments and before an end. flush sends the batches; collect takes the inbox in and
    // returns how many blocks it held; trim also returns wholly free slabs, in O(blocks), and says
    // how many.
    void flush();
    size_t collect();
    size_t trim();
    // Bytes of blocks that are out, exactly. Walks the free blocks.
    size_t bytes_in_use() const;

    // The largest request served: a slab holds kFewestBlocks of these.
    size_t largest() const {
        const size_t most = largest_block_ - kBlockOverhead;
        return most < kPoolMostBytes ? most : kPoolMostBytes;
    }

    // Any core, at any time; the numbers may be from different moments.
    PoolFigures figures() const;
    // Whether lists, slabs and counters agree. Walks everything.
    bool invariants_hold() const;

    // Checked builds: the blocks that are out, while no other worker frees any; and the last
    // kTraceEvents allocations and frees by this worker. Plain builds visit nothing.
    void for_each_leak(LeakVisitor visit, void* context) const;
    void for_each_event(EventVisitor visit, void* context) const {
        trace_.for_each(visit, context);
    }

 private:
    // At most, in a refill. Small builds have no pages to touch, and fetch nothing ahead.
    static constexpr uint32_t kCarveBlocks = kSmallCode ? 1 : 32;
    static constexpr uint32_t kCarveBytes = 4096;
    static constexpr uint32_t kBatchBlocks = 32;
    static constexpr uint32_t kBatches = kOneCore ? 1 : 4;
    static constexpr unsigned kServedClasses = kSmallestClass - kLargestClass + 1;

    // Blocks on their way to one owner.
    struct Batch {
        Pool* owner = nullptr;
        PoolBlock* first = nullptr;
        PoolBlock* last = nullptr;
        uint32_t blocks = 0;
    };

    PoolSlab* slab_of(const void* block) const {
        return reinterpret_cast<PoolSlab*>(reinterpret_cast<uintptr_t>(block) & slab_mask_);
    }
    size_t slab_bytes() const { return size_t(0) - slab_mask_; }
    PoolBlock* link_of(const PoolBlock* block) const;
    void set_link(PoolBlock* block, PoolBlock* next) const;

    void* take(size_t bytes, size_t alignment);
    void* take_slow(size_t need, unsigned size_class);
    void* pop(PoolLane& lane, PoolBlock* first);
    void put(PoolLane& lane, PoolBlock* block);
    void put_with_care(void* memory, unsigned size_class);
    void put_elsewhere(PoolSlab* slab, PoolBlock* block);
    void* allocate_checked(size_t bytes, size_t alignment, Site site);
    void free_checked(void* memory, size_t bytes, size_t alignment, Site site);

    bool refill(unsigned size_class);
    PoolSlab* new_slab(unsigned size_class);
    bool trim_itself();
    PoolSlab*& current_of(unsigned size_class) { return current_[size_class - kLargestClass]; }
    unsigned class_of(const PoolSlab* slab) const { return unsigned(slab->lane - lanes_); }
    void give_slab(PoolSlab* slab);
    uint32_t carve_count(const PoolSlab* slab) const;
    void carve(PoolSlab* slab);
    Batch& batch_for(Pool* owner);
    void send(Batch& batch);
    size_t take_inbox();

    void count_used() const;
    void drop_free_blocks(PoolLane& lane);
    bool class_agrees(unsigned size_class) const;
    bool list_agrees(const PoolLane& lane) const;
    uintptr_t blocks_out() const { return allocations_.value() - frees_.value(); }

    // First, so that a lane's address is this pool's and a multiple of its class: that is what a
    // free compares with the slab's header. Lanes of classes that are not served stay empty.
    PoolLane lanes_[kSizeClasses];
    OwnerCounter allocations_, frees_;
    uintptr_t slab_mask_ = 0;
    size_t largest_block_ = class_bytes(kSmallestClass);  // served with these slabs
    uint32_t node_ = 0;
    ChunkProvider* provider_ = nullptr;
    PoolSlab* slabs_ = nullptr;
    size_t carved_bytes_ = 0;
    uintptr_t frees_at_trim_ = 0;  // when the pool last trimmed itself
    OwnerCounter peak_, refills_, slab_count_, trimmed_, self_trims_;
    OwnerCounter too_large_, exhausted_, unaligned_;
    PoolSlab* current_[kServedClasses] = {};  // of each class, the slab with never used blocks
    AllocationTrace trace_;
    OwnerCounter sent_, batches_sent_, received_;
    Batch batches_[kBatches];
    uint32_t next_victim_ = 0;

    // The others' line: they push, the owner takes all.
    alignas(kApart) Atomic<PoolBlock*> inbox_{nullptr};
};

}  // namespace weft

#include <weft/memory/pool_inline.hpp>
