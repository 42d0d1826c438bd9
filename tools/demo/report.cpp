// report.cpp - the run as JSON, for the page that tools/report makes
// SPDX-License-Identifier: MIT
#include "report.hpp"

#include <stdio.h>

#include "times.hpp"

namespace demo {
namespace {

using namespace weft;

double us_since_start(const Run& run, uint64_t ns) {
    return double(ns - run.game.record(0).begun_ns) / 1e3;
}

void put_figure(FILE* file, const char* name, double value, const char* unit, bool last = false) {
    fprintf(file, "  {\"name\": \"%s\", \"value\": %.6g, \"unit\": \"%s\"}%s\n", name, value, unit,
            last ? "" : ",");
}

void put_summary(FILE* file, const Run& run) {
    const FrameTimes times = frame_times(run.game);
    fprintf(file, " \"summary\": [\n");
    put_figure(file, "frame, median", double(times.median_ns) / 1e6, "ms");
    put_figure(file, "frame, worst", double(times.worst_ns) / 1e6, "ms");
    put_figure(file, "sand, median", double(times.sand_ns) / 1e6, "ms");
    put_figure(file, "jobs", double(times.jobs), "");
    put_figure(file, "steals", double(times.steals), "");
    put_figure(file, "audio blocks", run.game.audio.blocks(), "");
    put_figure(file, "audio blocks missed", run.game.audio.missed(), "");
    put_figure(file, "tiles loaded", run.game.loaded(), "", true);
    fprintf(file, " ],\n");
}

void put_workers(FILE* file, const Run& run) {
    fprintf(file, " \"workers\": [");
    for (uint32_t i = 0; i < run.options.workers; i++)
        fprintf(file, "%s{\"id\": %u, \"name\": \"worker %u\"}", i == 0 ? "" : ", ", i, i);
    fprintf(file, "],\n");
}

void put_frames(FILE* file, const Run& run) {
    fprintf(file, " \"frame_budget_ms\": %.1f,\n \"frames\": [\n", double(kBudgetNs) / 1e6);
    for (uint32_t i = 0; i < run.game.retired(); i++) {
        const FrameRecord& record = run.game.record(i);
        const uint64_t ns = record.ended_ns - record.begun_ns;
        fprintf(file,
                "  {\"t_us\": %.1f, \"ms\": %.4f, \"bytes\": %u, \"jobs\": %u, \"late\": %s}%s\n",
                us_since_start(run, record.begun_ns), double(ns) / 1e6, record.bytes, record.jobs,
                ns > kBudgetNs ? "true" : "false", i + 1 == run.game.retired() ? "" : ",");
    }
    fprintf(file, " ],\n");
}

void put_memory(FILE* file, const Run& run) {
    fprintf(file, " \"memory\": [\n");
    for (uint32_t i = 0; i < run.options.workers; i++) {
        const ChunkFigures figures = run.system.frames().heap_figures(i);
        fprintf(file,
                "  {\"name\": \"frame memory, worker %u\", \"used\": %zu, \"high\": %zu, "
                "\"capacity\": %zu}%s\n",
                i, figures.total - figures.free, figures.peak, figures.total,
                i + 1 == run.options.workers ? "" : ",");
    }
    fprintf(file, " ],\n");
}

void put_stack(FILE* file, const char* name, const Fiber* fiber, bool last = false) {
    const Result<size_t> used = fiber == nullptr ? Status::not_painted : high_water(*fiber);
    fprintf(file, "  {\"fiber\": %u, \"name\": \"%s\", \"used\": %zu, \"bytes\": %zu}%s\n",
            fiber == nullptr ? 0 : fiber->info->id, name, used.value_or(0),
            fiber == nullptr ? 0 : fiber->info->stack.bytes(), last ? "" : ",");
}

void put_tags(FILE* file, const Run& run) {
    uint64_t sand = 0, draw = 0;
    for (uint32_t i = 0; i < run.game.retired(); i++) {
        sand += run.game.record(i).sand_ns;
        draw += run.game.record(i).draw_ns;
    }
    fprintf(file, " \"tags\": [{\"name\": \"sand\", \"count\": %u, \"ms\": %.3f, \"bytes\": 0},\n",
            run.game.retired(), double(sand) / 1e6);
    fprintf(file, "  {\"name\": \"picture\", \"count\": %u, \"ms\": %.3f, \"bytes\": %zu}]\n",
            run.game.retired(), double(draw) / 1e6, sizeof(PictureText) * run.game.retired());
}

}  // namespace

bool write_report(const char* path, const Run& run) {
    FILE* file = fopen(path, "w");
    if (file == nullptr) return false;
    fprintf(file, "{\"schema\": \"weft-report/1\", \"title\": \"weft demo\",\n");
    fprintf(file, " \"subtitle\": \"%u workers, %u frames, seed %u\",\n", run.options.workers,
            run.game.retired(), run.options.seed);
    put_summary(file, run);
    put_workers(file, run);
    put_frames(file, run);
    put_memory(file, run);
    fprintf(file, " \"stacks\": [\n");
    put_stack(file, "audio", run.game.audio.fiber());
    put_stack(file, "a load", run.game.loader(), true);
    fprintf(file, " ],\n");
    put_tags(file, run);
    fprintf(file, "}\n");
    const bool written = !ferror(file);
    return fclose(file) == 0 && written;
}

}  // namespace demo
