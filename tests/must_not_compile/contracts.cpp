// contracts.cpp - uses that the compiler must refuse, each with the words it must use
// SPDX-License-Identifier: MIT
//
// tools/check/must_not_compile.py compiles this once per case with -DCASE_<name> and expects what
// stands behind "says:" (from clang, behind "clang:" where its words differ). Without a case it
// must compile. "without: <name>" deletes that function from the port that the case is compiled
// with.
#include <weft/base/text.hpp>
#include <weft/weft.hpp>

using namespace weft;

struct NotPlain {
    NotPlain(const NotPlain&) {}
};

void spawn_it(FiberRing& ring) {
    void* words[5] = {};
#if defined(CASE_spawn_of_five_words)
    // says: spawn: capture at most four words; capture a pointer to more
    ring.spawn("five", [words] { static_cast<void>(words); });
#elif defined(CASE_spawn_of_no_plain_bytes)
    // says: spawn: capture plain bytes only, or by reference
    extern NotPlain object;
    ring.spawn("object", [object = object] { static_cast<void>(object); });
#else
    ring.spawn("pointer", [at = &words] { static_cast<void>(at); });
#endif
}

#if defined(CASE_atomic_of_one_byte)
// says: Atomic: 4 bytes or a pointer; other sizes become library calls on some targets
Atomic<uint8_t> atomic;
#elif defined(CASE_atomic_of_no_plain_bytes)
// says: Atomic: a value of plain bytes
struct FourBytes {
    FourBytes() {}
    FourBytes(const FourBytes&) {}
    uint32_t word = 0;
};
Atomic<FourBytes> atomic;
#else
Atomic<uint32_t> atomic;
#endif

#if defined(CASE_result_of_no_plain_bytes)
// says: Result: plain bytes only; hand larger things over by reference
extern Result<NotPlain> result;
size_t size_of_result() {
    return sizeof result;
}
#endif

#if defined(CASE_status_ignored)
// says: declared with attribute 'nodiscard'
// clang: declared with 'nodiscard' attribute
void ignore(FiberPool& pool) {
    pool.grow_one(StackClass::small);
}
#endif

#if defined(CASE_text_without_room)
// says: Text: room for the dots that mark what was dropped
size_t size_of_text() {
    return sizeof(Text<3>);
}
#endif

#if defined(CASE_typed_pool_of_large_objects)
// says: TypedPool: a pool's blocks end at 4 KiB
struct Large {
    char bytes[4097];
};
void make(TypedPool<Large>& pool) {
    pool.create();
}
#endif

#if defined(CASE_graph_node_of_five_words)
// says: graph: capture plain bytes, at most four words; capture a pointer to more
Result<Graph::Id> add_it(Graph& graph) {
    void* words[5] = {};
    return graph.add([words] { static_cast<void>(words); });
}
#endif

#if defined(CASE_loop_over_pointers)
// says: parallel_for: a body takes an index, or the begin and end of a chunk
void loop() {
    parallel_for(0, 9, [](void* at) { static_cast<void>(at); });
}
#elif defined(CASE_loop_body_with_a_number)
// says: parallel_for: a body returns void, bool or Status
void loop() {
    parallel_for(0, 9, [](size_t index) { return index; });
}
#elif defined(CASE_loop_over_a_slice_of_other_items)
// says: parallel_for: a slice's body takes an item, or a Span of items
void loop(Span<int> items) {
    parallel_for(items, [](void* at) { static_cast<void>(at); });
}
#elif defined(CASE_reduction_over_pointers)
// says: parallel_reduce: map takes an index, or the begin and end of a chunk
int sum() {
    return parallel_reduce(
        0, 9, 0, [](void*) { return 1; }, [](int a, int b) { return a + b; });
}
#endif

// A porter who forgets a function is told its name, not left with a program that misbehaves.
#if defined(CASE_port_without_cpu_relax)
// without: cpu_relax
// says: 'void weft::port::cpu_relax()' used but never defined
// clang: inline function 'weft::port::cpu_relax' is not defined
#elif defined(CASE_port_without_switch_context)
// without: switch_context
// says: switch_context(Context*, Context*, void*)' used but never defined
// clang: inline function 'weft::port::switch_context' is not defined
#endif
void use_port(port::Context* a, port::Context* b) {
    port::cpu_relax();
    port::switch_context(a, b, nullptr);
}
