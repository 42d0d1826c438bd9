// test_graph.cpp - graphs: order, reruns, failures, and what cannot be drawn
// SPDX-License-Identifier: MIT
#include "../system/system_fixture.hpp"

using namespace weft;

namespace {

using Id = Graph::Id;

// When each node ran, as a number of its own; 0: not at all.
struct Diary {
    Atomic<uint32_t> clock;
    uint32_t ran[64] = {};
    uint32_t times[64] = {};

    void note(uint32_t node) {
        ran[node] = clock.fetch_add_relaxed(1) + 1;  // Relaxed: a number for each.
        times[node]++;
    }
    void forget() {
        for (uint32_t& at : ran)
            at = 0;
    }
};

Id add_noted(Graph& graph, Diary& diary, uint32_t node) {
    return graph.add([&diary, node] { diary.note(node); }).value();
}

TEST(a_diamond_runs_in_order_in_every_run) {
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
        GraphStorage<4, 4> room;
        Graph graph(room);
        Diary diary;
        Id ids[4];
        for (uint32_t i = 0; i < 4; i++)
            ids[i] = add_noted(graph, diary, i);
        EXPECT_OK(graph.precede(ids[3], ids[1]));
        EXPECT_OK(graph.precede(ids[3], ids[2]));
        EXPECT_OK(graph.precede(ids[1], ids[0]));
        EXPECT_OK(graph.precede(ids[2], ids[0]));
        EXPECT_OK(graph.seal());
        RunningSystem system(small_system(workers));
        run_in(system, [&] {
            for (uint32_t run = 1; run <= 200; run++) {
                EXPECT_OK(graph.run());
                EXPECT(diary.ran[3] < diary.ran[1] && diary.ran[3] < diary.ran[2]);
                EXPECT(diary.ran[0] > diary.ran[1] && diary.ran[0] > diary.ran[2]);
                for (uint32_t i = 0; i < 4; i++)
                    EXPECT_EQ(diary.times[i], run);
            }
        });
    }
}

struct Edge {
    uint32_t from, to;
};

void expect_order(const Diary& diary, Span<const Edge> edges) {
    for (const Edge edge : edges)
        EXPECT(diary.ran[edge.from] < diary.ran[edge.to]);
}

TEST(random_graphs_run_every_node_once_after_those_before_it) {
    NEEDS_RAM(64 * 1024);
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    unit::Random random(7);
    for (int drawn = 0; drawn < 20; drawn++) {
        static GraphStorage<64, 300> room;
        Graph graph(room);
        Diary diary;
        Id ids[64];
        Edge edges[300];
        for (uint32_t i = 0; i < 64; i++)
            ids[i] = add_noted(graph, diary, i);
        const uint32_t count = random.below(300);
        for (uint32_t i = 0; i < count; i++) {
            const uint32_t from = random.below(63);
            const uint32_t to = from + 1 + random.below(63 - from);
            // 37 is prime to 64: numbers do not tell the order.
            edges[i] = {from * 37 % 64, to * 37 % 64};
            EXPECT_OK(graph.precede(ids[edges[i].from], ids[edges[i].to]));
        }
        EXPECT_OK(graph.seal());
        run_in(two, [&] {
            for (uint32_t run = 1; run <= 20; run++) {
                diary.forget();
                EXPECT_OK(graph.run());
                for (const uint32_t times : diary.times)
                    EXPECT_EQ(times, run);
                expect_order(diary, {edges, count});
            }
        });
    }
}

TEST(a_chain_is_run_without_spawning_its_links) {
    NEEDS_RAM(64 * 1024);
    GraphStorage<50, 49> room;
    Graph graph(room);
    Diary diary;
    Id last = add_noted(graph, diary, 0);
    for (uint32_t i = 1; i < 50; i++) {
        const Id next = add_noted(graph, diary, i);
        EXPECT_OK(graph.precede(last, next));
        last = next;
    }
    EXPECT_OK(graph.seal());
    RunningSystem one(small_system(1));
    run_in(one, [&] { EXPECT_OK(graph.run()); });
    EXPECT_EQ(diary.ran[49], 50u);
    EXPECT_EQ(one.scheduler().figures().all.local_pushes, 1u);
}

TEST(what_depends_on_a_failed_node_does_not_run) {
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
        GraphStorage<6, 5> room;
        Graph graph(room);
        Diary diary;
        Status outcome = Status::exhausted;
        const Id bad = graph.add([&outcome] { return outcome; }).value();
        const Id after = add_noted(graph, diary, 1);
        const Id far = add_noted(graph, diary, 2);
        const Id good = add_noted(graph, diary, 3);
        const Id beside = add_noted(graph, diary, 4);
        EXPECT_OK(graph.precede(bad, after));
        EXPECT_OK(graph.precede(after, far));
        EXPECT_OK(graph.precede(good, far));
        EXPECT_OK(graph.precede(good, beside));
        EXPECT_OK(graph.seal());
        RunningSystem system(small_system(workers));
        run_in(system, [&] {
            EXPECT_EQ(graph.run(), Status::exhausted);
            EXPECT_EQ(diary.times[1] + diary.times[2], 0u);
            EXPECT_EQ(diary.times[3] + diary.times[4], 2u);
            outcome = Status::ok;  // and the next run knows nothing of it
            EXPECT_OK(graph.run());
            EXPECT_EQ(diary.times[1] + diary.times[2], 2u);
        });
    }
}

TEST(a_graph_with_a_circle_is_not_sealed) {
    GraphStorage<4, 8> room;
    Graph graph(room);
    Diary diary;
    const Id a = add_noted(graph, diary, 0), b = add_noted(graph, diary, 1);
    const Id c = add_noted(graph, diary, 2);
    EXPECT_OK(graph.precede(a, b));
    EXPECT_OK(graph.precede(b, c));
    EXPECT_OK(graph.seal());
    EXPECT_OK(graph.precede(c, b));
    EXPECT_EQ(graph.seal(), Status::cyclic);
    RunningSystem one(small_system(1));
    run_in(one, [&] { EXPECT_PANIC(graph.start()); });
}

TEST(a_node_that_precedes_itself_is_a_circle) {
    GraphStorage<1, 1> room;
    Graph graph(room);
    const Id a = graph.add([] {}).value();
    EXPECT_OK(graph.precede(a, a));
    EXPECT_EQ(graph.seal(), Status::cyclic);
}

TEST(a_full_graph_refuses_nodes_and_edges_and_still_runs) {
    GraphStorage<2, 1> room;
    Graph graph(room);
    Diary diary;
    const Id a = add_noted(graph, diary, 0), b = add_noted(graph, diary, 1);
    EXPECT_EQ(graph.add([] {}).status(), Status::exhausted);
    EXPECT_OK(graph.precede(a, b));
    EXPECT_EQ(graph.precede(a, b), Status::exhausted);
    EXPECT_EQ(graph.nodes(), 2u);
    EXPECT_EQ(graph.edges(), 1u);
    EXPECT_OK(graph.seal());
    RunningSystem one(small_system(1));
    run_in(one, [&] { EXPECT_OK(graph.run()); });
    EXPECT_EQ(diary.ran[1], 2u);
}

TEST(an_edge_drawn_twice_counts_twice) {
    GraphStorage<2, 2> room;
    Graph graph(room);
    Diary diary;
    const Id a = add_noted(graph, diary, 0), b = add_noted(graph, diary, 1);
    EXPECT_OK(graph.precede(a, b));
    EXPECT_OK(graph.precede(a, b));
    EXPECT_OK(graph.seal());
    RunningSystem one(small_system(1));
    run_in(one, [&] { EXPECT_OK(graph.run()); });
    EXPECT_EQ(diary.times[1], 1u);
    EXPECT_EQ(diary.ran[1], 2u);
}

TEST(an_empty_graph_is_over_at_once) {
    Graph graph(Span<GraphNode>{}, Span<GraphEdge>{});
    EXPECT_OK(graph.seal());
    RunningSystem one(small_system(1));
    run_in(one, [&] { EXPECT_OK(graph.run()); });
}

TEST(nodes_may_wait) {
    NEEDS_CORES(2);
    GraphStorage<8, 8> room;
    Graph graph(room);
    Diary diary;
    for (uint32_t i = 0; i < 8; i++)
        EXPECT(graph
                   .add([&diary, i] {
                       yield();
                       diary.note(i);
                   })
                   .ok());
    EXPECT_OK(graph.seal());
    RunningSystem two(small_system(2));
    run_in(two, [&] {
        graph.start();
        EXPECT_OK(graph.wait());
    });
    EXPECT_EQ(diary.clock.load_relaxed(), 8u);  // Relaxed: the wait ordered it.
}

TEST(a_graph_is_not_started_unsealed_or_twice_or_changed_while_it_runs) {
    GraphStorage<2, 1> room;
    Graph graph(room);
    Counter gate(1);
    const Id a = graph.add([&gate] { return wait(gate); }).value();
    RunningSystem one(small_system(1));
    run_in(one, [&] {
        EXPECT_PANIC(graph.start());
        EXPECT_OK(graph.seal());
        graph.start();
        EXPECT_PANIC(graph.start());
        EXPECT_PANIC(static_cast<void>(graph.precede(a, a)));
        EXPECT_PANIC(static_cast<void>(graph.add([] {})));
        decrement(gate);
        EXPECT_OK(graph.wait());
        EXPECT_PANIC(static_cast<void>(graph.precede(a, Id(1))));
        EXPECT(graph.add([] {}).ok());
        EXPECT_PANIC(graph.start());  // changed, and not sealed again
    });
}

}  // namespace
