// graph.cpp - drawing a graph, finding circles, running it
// SPDX-License-Identifier: MIT
#include <weft/parallel/graph.hpp>

namespace weft {

void Graph::change() {
    WEFT_REQUIRE(running_.complete());  // a graph that runs cannot be changed
    sealed_ = false;
}

GraphNode* Graph::new_node() {
    change();
    if (node_count_ == nodes_.size()) return nullptr;
    GraphNode& node = nodes_[node_count_++];
    node.predecessors = 0;
    node.edges = kNone;
    return &node;
}

Status Graph::precede(Id earlier, Id later) {
    change();
    WEFT_REQUIRE(uint32_t(earlier) < node_count_ && uint32_t(later) < node_count_);
    if (edge_count_ == edges_.size()) return Status::exhausted;
    GraphNode& from = nodes_[uint32_t(earlier)];
    edges_[edge_count_] = {uint32_t(later), from.edges};
    from.edges = edge_count_++;
    nodes_[uint32_t(later)].predecessors++;
    return Status::ok;
}

void Graph::arm() {
    for (uint32_t i = 0; i < node_count_; i++) {
        GraphNode& node = nodes_[i];
        // Relaxed: the spawns that follow publish it.
        node.missing.store_relaxed(node.predecessors);
        // Relaxed: as above.
        node.doomed.store_relaxed(0);
    }
}

// Takes away what waits for nothing until nothing is left; nodes of a circle stay.
Status Graph::seal() {
    change();
    arm();
    uint32_t ready = kNone;
    uint32_t left = node_count_;
    for (uint32_t i = 0; i < node_count_; i++)
        if (nodes_[i].predecessors == 0) {
            nodes_[i].next = ready;
            ready = i;
        }
    for (; ready != kNone; left--) {
        const GraphNode& node = nodes_[ready];
        ready = node.next;
        for (uint32_t at = node.edges; at != kNone; at = edges_[at].next) {
            GraphNode& to = nodes_[edges_[at].to];
            // Relaxed: nobody else is here.
            if (to.missing.fetch_sub_relaxed(1) != 1) continue;
            to.next = ready;
            ready = edges_[at].to;
        }
    }
    sealed_ = left == 0;
    return sealed_ ? Status::ok : Status::cyclic;
}

void Graph::start() {
    WEFT_REQUIRE(sealed_);  // seal() comes first, and says whether the graph can run
    running_.reset();       // panics while an earlier run is not over
    arm();
    for (uint32_t i = 0; i < node_count_; i++)
        if (nodes_[i].predecessors == 0) spawn(i);
}

void Graph::spawn(uint32_t node) {
    weft::run(running_, [this, node] {
        for (uint32_t at = node; at != kNone;)
            at = run_node(nodes_[at]);
    });
}

// Returns a node that became ready, for the caller to run.
uint32_t Graph::run_node(GraphNode& node) {
    // Relaxed: ordered by the count of what is missing.
    bool failed = node.doomed.load_relaxed() != 0;
    if (!failed) {
        const Status status = node.run(node.closure);
        running_.fail(status);
        failed = status != Status::ok;
    }
    uint32_t mine = kNone;
    for (uint32_t at = node.edges; at != kNone; at = edges_[at].next) {
        GraphNode& to = nodes_[edges_[at].to];
        // Relaxed: published by the count below.
        if (failed) to.doomed.store_relaxed(1);
        // Acquire and release: publishes what this node did, and whoever takes the last one sees
        // what all of them did. Pairs with itself.
        if (to.missing.fetch_sub_acq_rel(1) != 1) continue;
        if (mine != kNone) spawn(mine);
        mine = edges_[at].to;
    }
    return mine;
}

}  // namespace weft
