// main.cpp - sets a system up for the game, runs it, and tells how it went
// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "../trace/save.hpp"
#include "machine.hpp"
#include "report.hpp"

namespace {

using namespace weft;
using namespace demo;

Config config_for(const Options& options) {
    Config config;
    (void)find_preset(options.preset, config);
    return with_room_for_game(placed(config.workers(options.workers), options));
}

int complain(const char* what) {
    fprintf(stderr, "demo: %s\n", what);
    return 1;
}

int cannot_write(const char* path) {
    fprintf(stderr, "demo: cannot write %s: %s\n", path, strerror(errno));
    return 1;
}

int tell(const Run& run) {
    char report[512], picture[512], trace[512];
    snprintf(report, sizeof report, "%.480s/demo.json", run.options.out);
    snprintf(picture, sizeof picture, "%.480s/demo.png", run.options.out);
    snprintf(trace, sizeof trace, "%.480s/demo.trace", run.options.out);
    (void)mkdir(run.options.out, 0777);
    print_summary(run);
    if (!write_png(picture, run.game.sand)) return cannot_write(picture);
    if (!write_report(report, run)) return cannot_write(report);
    if (!save_trace(run.system, trace, run.game.sites())) return cannot_write(trace);
    printf("  picture    %s\n  figures    %s\n  trace      %s\n\n", picture, report, trace);
    return 0;
}

int play(const Options& options) {
    static MappedStorage storage;
    static System system;
    static Screen screen;
    const Config config = config_for(options);
    Status status = storage.map(config);
    if (status == Status::ok) status = start(system, config, storage.bytes());
    if (status != Status::ok) return complain(status_text(status));
    screen.open(options);
    static Game game(system, options, screen);
    // Tied to a worker, so that the rows of a loop stay in the caches that the last one left them
    // in.
    status = system.run([] {
        Counter done;
        const Status started = run_on(0, done, [] { return game.run(); });
        return started == Status::ok ? wait(done) : started;
    });
    screen.close();
    if (status != Status::ok) return complain(status_text(status));
    const int result = tell({system, config, options, game});
    (void)system.shutdown();
    return result;
}

}  // namespace

int main(int count, char** words) {
    static Options options;
    switch (read_options(count, words, options)) {
        case Asked::help:
            print_help();
            return 0;
        case Asked::nonsense:
            return 2;
        case Asked::run:
            break;
    }
    choose_workers(options);
    return play(options);
}
