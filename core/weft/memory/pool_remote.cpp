// pool_remote.cpp - blocks freed by other workers: batches, the push, the owner's inbox
// SPDX-License-Identifier: MIT
#include <weft/memory/pool.hpp>

namespace weft {

// The one place where a block's slab is looked at with suspicion in plain builds too.
__attribute__((noinline)) void Pool::put_elsewhere(PoolSlab* slab, PoolBlock* block) {
    WEFT_REQUIRE(slab->mark == slab->right_mark());  // foreign, or of a slab that was given back
    if constexpr (kOneCore) return slab->owner->put(*slab->lane, block);
    Batch& batch = batch_for(slab->owner);
    set_link(block, batch.first);
    if (batch.first == nullptr) batch.last = block;
    batch.first = block;
    batch.blocks++;
    if (batch.blocks == kBatchBlocks) send(batch);
}

// Another's block, or a wrong size. What is in no slab is found below, if not here.
__attribute__((noinline)) void Pool::put_with_care(void* memory, unsigned size_class) {
    PoolSlab* const slab = slab_of(memory);
    WEFT_REQUIRE(size_class >= kLargestClass &&
                 slab->block_bytes == class_bytes(size_class));  // its size?
    if (!kOneCore && slab->owner == this) return put(*slab->lane, static_cast<PoolBlock*>(memory));
    put_elsewhere(slab, static_cast<PoolBlock*>(memory));
}

// The owner's batch, or an empty one, or else one that is sent for the purpose, each in its turn.
Pool::Batch& Pool::batch_for(Pool* owner) {
    Batch* empty = nullptr;
    for (Batch& batch : batches_) {
        if (batch.blocks == 0)
            empty = &batch;
        else if (batch.owner == owner)
            return batch;
    }
    if (empty == nullptr) {
        empty = &batches_[next_victim_++ % kBatches];
        send(*empty);
    }
    empty->owner = owner;
    return *empty;
}

void Pool::send(Batch& batch) {
    Atomic<PoolBlock*>& inbox = batch.owner->inbox_;
    // Relaxed: a guess, which the swap corrects.
    PoolBlock* seen = inbox.load_relaxed();
    do {
        set_link(batch.last, seen);
        // Release: publishes the chain's links, and that this worker is done with the blocks. Pairs
        // with the acquire exchange in collect().
    } while (!inbox.cas_weak_release(seen, batch.first));
    sent_.add(batch.blocks);
    batches_sent_.add(1);
    batch = {};
}

void Pool::flush() {
    if constexpr (kOneCore) return;
    for (Batch& batch : batches_)
        if (batch.blocks != 0) send(batch);
}

size_t Pool::take_inbox() {
    // Relaxed: only a look, so that an empty inbox costs no exchange. What it misses waits.
    if (inbox_.load_relaxed() == nullptr) return 0;
    // Acquire: the chains' links, and what others wrote to the blocks before. Pairs with the
    // release swaps in send(); each of them also hands on the earlier ones.
    PoolBlock* block = inbox_.exchange_acquire(nullptr);
    size_t count = 0;
    for (; block != nullptr; count++) {
        PoolBlock* const next = link_of(block);
        put(*slab_of(block)->lane, block);
        block = next;
    }
    received_.add(count);
    return count;
}

}  // namespace weft
