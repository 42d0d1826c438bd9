// graph.hpp - work that depends on other work, drawn once and run every frame
// SPDX-License-Identifier: MIT
//
//     static weft::GraphStorage<16, 32> room;
//     weft::Graph graph(room);
//     const auto move = graph.add([&] { move_all(); }).value();
//     const auto sort = graph.add([&] { sort_all(); }).value();
//     if (graph.precede(move, sort) != weft::Status::ok || graph.seal() != weft::Status::ok) ...
//     for (;;) status = graph.run();                                   allocates nothing
//
// A node runs when all that precede it have run. The worker that completes a node goes on with one
// of those that became ready by it, so a chain costs no spawn; the others are queued. A node that
// returns a Status other than ok has failed: what depends on it does not run, all else does, and
// wait() says the first failure.
//
// Who may call: add(), precede(), seal(): one thread, while the graph does not run. start(): a job.
// wait(): anybody. Memory: a node sees what its predecessors did, and a waiter what all did.
#pragma once
#include <weft/base/bytes.hpp>
#include <weft/base/result.hpp>
#include <weft/sched/spawn.hpp>

namespace weft {

constexpr size_t kGraphClosureBytes = 4 * sizeof(void*);

struct alignas(sizeof(void*) == 8 ? 64 : 8) GraphNode {
    Status (*run)(void* closure);
    alignas(void*) unsigned char closure[kGraphClosureBytes];
    Atomic<uint32_t> missing;  // predecessors that have not run yet
    Atomic<uint32_t> doomed;   // one of them failed, or was doomed
    uint32_t predecessors;
    uint32_t edges;  // the first of those that leave
    uint32_t next;   // of a list in seal()
};

struct GraphEdge {
    uint32_t to;
    uint32_t next;  // from the same node
};

template <uint32_t kNodes, uint32_t kEdges>
struct GraphStorage {
    GraphNode nodes[kNodes];
    GraphEdge edges[kEdges];
};

class Graph {
 public:
    enum class Id : uint32_t {};

    // The memory must outlive the graph.
    Graph(Span<GraphNode> nodes, Span<GraphEdge> edges) : nodes_(nodes), edges_(edges) {}
    template <uint32_t kNodes, uint32_t kEdges>
    explicit Graph(GraphStorage<kNodes, kEdges>& room) : Graph(room.nodes, room.edges) {}
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;

    // A node, with a copy of the closure, which is called in each run. exhausted: no node is left.
    template <class Function>
    Result<Id> add(const Function& work);
    // `later` does not start before `earlier` has run. exhausted: no edge is left.
    Status precede(Id earlier, Id later);
    // After the last change and before the first start. cyclic: nodes wait for each other, and the
    // graph cannot be run.
    Status seal();

    // Panics unless sealed, and while an earlier run is not over.
    void start();
    // The first failure of the run, or ok.
    Status wait() { return weft::wait(running_); }
    Status run() {
        start();
        return wait();
    }

    uint32_t nodes() const { return node_count_; }
    uint32_t edges() const { return edge_count_; }

 private:
    static constexpr uint32_t kNone = ~0u;

    GraphNode* new_node();
    void change();
    void arm();
    void spawn(uint32_t node);
    uint32_t run_node(GraphNode& node);

    Span<GraphNode> nodes_;
    Span<GraphEdge> edges_;
    uint32_t node_count_ = 0;
    uint32_t edge_count_ = 0;
    bool sealed_ = false;
    Counter running_;
};

template <class Function>
Result<Graph::Id> Graph::add(const Function& work) {
    static_assert(kPlainBytes<Function> && sizeof(Function) <= kGraphClosureBytes &&
                      alignof(Function) <= alignof(void*),
                  "graph: capture plain bytes, at most four words; capture a pointer to more");
    GraphNode* const node = new_node();
    if (node == nullptr) return Status::exhausted;
    construct_at<Function>(node->closure, work);
    node->run = [](void* closure) { return run_closure(*static_cast<Function*>(closure)); };
    return Id(node_count_ - 1);
}

}  // namespace weft
