// draw.cpp - a topology as boxes in boxes, in SVG
// SPDX-License-Identifier: MIT
#include "topo.hpp"

#include <stdio.h>

namespace topo {
namespace {

using namespace weft;

constexpr unsigned kCpuWidth = 46, kCpuHeight = 34, kGap = 6, kTitle = 18, kCoresInRow = 8;

// Box of what it holds; rows of cores wrap.
struct Pen {
    FILE* out;
    const Topology& topology;
    Span<const uint16_t> workers;
    unsigned y = kGap;
    unsigned widest = 0;

    int worker_on(size_t row) const {
        for (size_t i = 0; i < workers.size(); i++)
            if (workers[i] == row) return int(i);
        return -1;
    }

    void box(unsigned x, unsigned top, unsigned width, unsigned height, const char* fill) {
        fprintf(out, "<rect x='%u' y='%u' width='%u' height='%u' rx='4' fill='%s'/>\n", x, top,
                width, height, fill);
        if (x + width > widest) widest = x + width;
    }

    void text(unsigned x, unsigned base, const char* what, unsigned number) {
        fprintf(out, "<text x='%u' y='%u'>%s %u</text>\n", x, base, what, number);
    }

    size_t last_of(size_t from, uint16_t CpuPlace::*group) const {
        size_t end = from;
        while (end < topology.cpus.size() && topology.cpu(end).*group == topology.cpu(from).*group)
            end++;
        return end;
    }

    // Returns how wide it is.
    unsigned core(size_t from, size_t end, unsigned x, unsigned top) {
        const unsigned width = unsigned(end - from) * (kCpuWidth + 2) + 4;
        box(x, top, width, kCpuHeight + 4, "#8aa1b4");
        for (size_t row = from; row < end; row++) {
            const unsigned left = x + 2 + unsigned(row - from) * (kCpuWidth + 2);
            const int worker = worker_on(row);
            box(left, top + 2, kCpuWidth - 2, kCpuHeight,
                worker >= 0                         ? "#ffd27f"
                : topology.cpu(row).efficiency != 0 ? "#e8f4e4"
                                                    : "#f4f4f0");
            text(left + 3, top + 15, "cpu", topology.cpu(row).cpu);
            if (worker >= 0) text(left + 3, top + 30, "w", unsigned(worker));
        }
        return width;
    }

    void cluster(size_t from, size_t end) {
        text(2 * kGap + 4, y + 13, "cluster", topology.cpu(from).cluster);
        y += kTitle;
        unsigned x = 3 * kGap;
        unsigned in_row = 0;
        for (size_t row = from; row < end;) {
            const size_t next = last_of(row, &CpuPlace::core);
            if (in_row++ == kCoresInRow) {
                x = 3 * kGap;
                y += kCpuHeight + 4 + kGap;
                in_row = 1;
            }
            x += core(row, next, x, y) + kGap;
            row = next;
        }
        y += kCpuHeight + 4 + kGap;
    }

    void node(size_t from, size_t end) {
        const MemoryNode& memory = topology.nodes[topology.cpu(from).node];
        fprintf(out, "<text x='%u' y='%u' font-weight='bold'>node %u  %llu MiB</text>\n", kGap + 4,
                y + 14, memory.number, static_cast<unsigned long long>(memory.bytes >> 20));
        y += kTitle + 2;
        for (size_t row = from; row < end;) {
            const size_t next = last_of(row, &CpuPlace::cluster);
            cluster(row, next);
            row = next;
        }
        fprintf(out, "<line x1='%u' y1='%u' x2='100%%' y2='%u' stroke='#999'/>\n", kGap, y, y);
        y += kGap;
    }
};

}  // namespace

bool draw(const char* path, const Topology& topology, Span<const uint16_t> workers) {
    FILE* const body = tmpfile();
    FILE* const file = fopen(path, "w");
    if (file == nullptr || body == nullptr) {
        perror(path);
        return false;
    }
    Pen pen = {body, topology, workers};
    for (size_t row = 0; row < topology.cpus.size();) {
        const size_t next = pen.last_of(row, &CpuPlace::node);
        pen.node(row, next);
        row = next;
    }
    fprintf(
        file,
        "<svg xmlns='http://www.w3.org/2000/svg' width='%u' height='%u' font-family='sans-serif' "
        "font-size='11'>\n<rect width='100%%' height='100%%' fill='#fff'/>\n",
        pen.widest + kGap, pen.y);
    rewind(body);
    for (int c; (c = fgetc(body)) != EOF;)
        fputc(c, file);
    fputs("</svg>\n", file);
    fclose(body);
    return fclose(file) == 0;
}

}  // namespace topo
