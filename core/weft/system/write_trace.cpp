// write_trace.cpp - rings as they are, and notes as lines of text
// SPDX-License-Identifier: MIT
//
// A note is a magic, a length and that many characters: words with spaces between. tools/trace
// finds pieces by their magic, in any order.
#include <weft/base/text.hpp>
#include <weft/system/write_trace.hpp>

namespace weft {
namespace {

constexpr uint64_t kNoteMagic = 0x45544f4e54464557;  // "WEFTNOTE"

class Notes {
 public:
    Notes(TraceSink sink, void* context) : sink_(sink), context_(context) {}

    TextWriter& line(const char* word) { return line_.add(word); }
    void end() {
        const uint64_t length = line_.length();
        sink_(context_, &kNoteMagic, sizeof kNoteMagic);
        sink_(context_, &length, sizeof length);
        sink_(context_, line_.c_str(), line_.length());
        line_.clear();
    }

 private:
    TraceSink sink_;
    void* context_;
    Text<160> line_;
};

TextWriter& put(TextWriter& to, uint64_t value) {
    return to.add(" ").add_number(value);
}

// note: stack <worker> <place in the pool> <used> <bytes> <name>
void note_stack(Notes& notes, const Fiber& fiber) {
    const Result<size_t> used = high_water(fiber);
    if (!used.ok()) return;
    TextWriter& line = notes.line("stack");
    put(put(line, fiber.home), fiber.info->id);
    put(put(line, used.value()), fiber.info->stack.bytes())
        .add(" ")
        .add(fiber.info->name == nullptr ? "" : fiber.info->name);
    notes.end();
}

// note: memory <worker> <used> <high> <capacity> <what>
void note_memory(Notes& notes, Frames& frames, uint32_t worker) {
    const ChunkFigures heap = frames.heap_figures(worker);
    put(put(put(put(notes.line("memory"), worker), heap.total - heap.free), heap.peak), heap.total)
        .add(" frame memory");
    notes.end();
}

// note: name <number> <text>
void note_names(Notes& notes, const TraceNames& names) {
    for (uint32_t i = 0; i < kTraceNames; i++) {
        const char* const name = names.name_of(i);
        if (name == nullptr) continue;
        put(notes.line("name"), i).add(" ").add(name);
        notes.end();
    }
}

// note: figure <worker> <value> <name>
void note_figures(Notes& notes, const Worker& worker) {
    const WorkerFigures figures = worker.figures();
#define WEFT_FIGURE(figure, text)                                                         \
    put(put(notes.line("figure"), worker.index()), figures.figure).add(" ").add(#figure); \
    notes.end();
    WEFT_WORKER_FIGURES(WEFT_FIGURE)
#undef WEFT_FIGURE
}

// note: site <count> <bytes> <file:line>
void note_site(void* to, const HotSite& site) {
    Notes& notes = *static_cast<Notes*>(to);
    TextWriter& line = put(put(notes.line("site"), site.count), site.bytes).add(" ");
    line.add(path_in_project(site.site.file)).add(":").add_number(site.site.line);
    notes.end();
}

// note: place <worker> <node> <cluster> <core>
void note_place(Notes& notes, const System& system, uint32_t worker) {
    const uint32_t number = system.place(worker).cpu;
    for (const CpuPlace& cpu : system.topology().cpus) {
        if (cpu.cpu != number) continue;
        put(put(put(put(notes.line("place"), worker), cpu.node), cpu.cluster), cpu.core);
        notes.end();
    }
}

// note: distance <node> <node> <distance>
void note_distances(Notes& notes, const Topology& topology) {
    for (size_t from = 0; from < topology.nodes.size(); from++)
        for (size_t to = from + 1; to < topology.nodes.size(); to++) {
            put(put(put(notes.line("distance"), from), to), topology.distance(from, to));
            notes.end();
        }
}

void note_worker(Notes& notes, Worker& worker) {
    note_figures(notes, worker);
    worker.fibers().for_each_made([&notes](const Fiber& fiber) { note_stack(notes, fiber); });
}

}  // namespace

void write_trace(System& system, TraceSink sink, void* context) {
    Scheduler& all = system.scheduler();
    Notes notes(sink, context);
    if (all.trace.frames() != nullptr) all.trace.frames()->dump(sink, context);
    for (uint32_t i = 0; i < all.workers(); i++) {
        const TraceRing* const ring = all.worker(i).tracer().attached();
        if (ring != nullptr) ring->dump(sink, context);
        note_worker(notes, all.worker(i));
        note_memory(notes, system.frames(), i);
        note_place(notes, system, i);
    }
    note_distances(notes, system.topology());
    if (all.trace.names() != nullptr) note_names(notes, *all.trace.names());
}

void write_sites(const HotSites& sites, TraceSink sink, void* context) {
    Notes notes(sink, context);
    sites.for_each(note_site, &notes);
}

}  // namespace weft
