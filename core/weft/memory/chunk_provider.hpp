// chunk_provider.hpp - where arenas and pools get their chunks: own node, custom source, other
// nodes SPDX-License-Identifier: MIT
//
// In this order: the custom source, if one is set (it may serve, refuse, or pass on); the heap of
// the asking node; the other nodes' heaps, if the policy allows. Each step is counted. Everything
// above calls this only when a chunk runs out, so an unused source costs nothing.
//
// Workers that share heaps may have a provider each, with a cache of their own: then take() and
// give() are the owner's. A request that the own node cannot serve gets back what all workers keep
// in their caches, first, so nobody is refused memory that lies idle.
#pragma once
#include <weft/config/rules.hpp>
#include <weft/memory/chunk_cache.hpp>
#include <weft/memory/chunk_heap.hpp>

namespace weft {

enum class SourceAnswer : uint8_t { ok, fallback, fail };

class ChunkProvider;
Bytes ask_source(ChunkProvider& provider, uint32_t node, size_t bytes);
struct ChunkSource;
void give_to_source(const ChunkSource& source, Bytes chunk);

// A user's own memory. take() sets *chunk on ok: at least `bytes`, aligned to `alignment`. give()
// gets back exactly what take() gave. Any core may call each.
struct ChunkSource {
    SourceAnswer (*take)(void* self, size_t bytes, size_t alignment, Bytes* chunk);
    void (*give)(void* self, Bytes chunk);
    bool (*owns)(void* self, const void* address);
    void* self;
    // How a provider asks and gives: linked where there is such a table.
    Bytes (*ask)(ChunkProvider& provider, uint32_t node, size_t bytes) = ask_source;
    void (*give_back)(const ChunkSource& source, Bytes chunk) = give_to_source;
};

enum class NodePolicy : uint8_t {
    own_only,  // a full node refuses
    spill,     // a full node takes from the others, nearest number first
};

struct ProviderFigures {
    uint32_t custom;     // chunks from the custom source
    uint32_t fallbacks;  // the source passed on
    uint32_t spilled;    // chunks from another node
    uint32_t refused;    // nobody had a chunk
};

class ChunkProvider {
 public:
    ChunkProvider() = default;
    ChunkProvider(const ChunkProvider&) = delete;
    ChunkProvider& operator=(const ChunkProvider&) = delete;

    // Heaps stay the caller's and must outlive this. Not thread-safe.
    void init(Span<ChunkHeap> heaps, NodePolicy policy, const ChunkSource* source = nullptr);

    // Chunks of `node` go by way of caches[own] from now on; those of all `caches` are taken back
    // when memory is short. They stay the caller's; the providers of all workers share them. With
    // one core there is no lock to go round, and they stay empty.
    void set_caches(Span<ChunkCache> caches, uint32_t own, uint32_t node);

    // Any core. No data when nobody has any. The chunk's size may be larger than asked.
    Bytes take(uint32_t node, size_t bytes);
    // Any core. Finds where the chunk came from by its address.
    void give(Bytes chunk);
    // Any core. Whether an address is in a heap's memory, or the custom source says that it owns
    // it.
    bool has(const void* address) const;
    // Gives what the own cache holds back to the heaps: for idle moments, and before an end.
    void trim();
    // What take(node, bytes) from a heap would return in size.
    size_t chunk_size(size_t bytes) const { return heaps_.data()->chunk_size(bytes); }

    ProviderFigures figures() const;

 private:
    friend Bytes ask_source(ChunkProvider& provider, uint32_t node, size_t bytes);
    Bytes take_custom(uint32_t node, size_t bytes);
    Bytes take_from_heaps(uint32_t node, size_t bytes);
    Bytes take_cached(uint32_t node, size_t bytes);
    Bytes take_near(uint32_t node, size_t bytes, uint32_t step);
    uint32_t empty_cache(ChunkCache& cache);
    bool empty_caches();
    bool keep(Bytes chunk);

    Span<ChunkHeap> heaps_;
    NodePolicy policy_ = NodePolicy::own_only;
    const ChunkSource* source_ = nullptr;
    Span<ChunkCache> caches_;
    ChunkCache* cache_ = nullptr;  // the own one
    uint32_t cached_node_ = 0;
    Atomic<uint32_t> custom_, fallbacks_, spilled_, refused_;
};

}  // namespace weft
