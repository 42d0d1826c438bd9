// report.cpp - what the game itself knows of the run, as JSON; the trace knows the rest
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
    fprintf(file, " ]\n");
}

}  // namespace

bool write_report(const char* path, const Run& run) {
    FILE* file = fopen(path, "w");
    if (file == nullptr) return false;
    fprintf(file, "{\"schema\": \"weft-report/1\", \"title\": \"weft demo\",\n");
    fprintf(file, " \"subtitle\": \"%u workers, %u frames, seed %u\",\n", run.options.workers,
            run.game.retired(), run.options.seed);
    fprintf(file, " \"clock_ns\": %llu,\n",
            static_cast<unsigned long long>(run.game.record(0).begun_ns));
    put_summary(file, run);
    put_frames(file, run);
    fprintf(file, "}\n");
    const bool written = !ferror(file);
    return fclose(file) == 0 && written;
}

}  // namespace demo
