// quiet.cpp - asks the kernel which threads of this process run
// SPDX-License-Identifier: MIT
#include "quiet.hpp"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.hpp"

namespace bench {
namespace {

constexpr uint64_t kPatienceNs = 1'000'000'000;

// "tid (name) S ...", where the name may hold anything. A thread that has just ended runs no more.
bool runs(const char* thread) {
    char path[64];
    char line[128] = {};
    snprintf(path, sizeof path, "/proc/self/task/%.20s/stat", thread);
    FILE* file = fopen(path, "r");
    if (file == nullptr) return false;
    const bool read = fgets(line, sizeof line, file) != nullptr;
    fclose(file);
    const char* after_name = strrchr(line, ')');
    return read && after_name != nullptr && after_name[2] == 'R';
}

bool another_runs() {
    char self[24];
    snprintf(self, sizeof self, "%d", int(gettid()));
    DIR* threads = opendir("/proc/self/task");
    must(threads != nullptr);
    bool found = false;
    while (const dirent* entry = readdir(threads))
        if (entry->d_name[0] != '.' && strcmp(entry->d_name, self) != 0 && runs(entry->d_name))
            found = true;
    closedir(threads);
    return found;
}

}  // namespace

// Twice in a row: an idle TBB worker may yield just when it is looked at. In between this thread
// sleeps: one that is on its way to another CPU may need this one to get there.
bool settle() {
    const Stopwatch watch;
    for (int quiet = 0; quiet < 2;) {
        if (watch.ns() > kPatienceNs) return false;
        quiet = another_runs() ? 0 : quiet + 1;
        if (quiet == 0) usleep(50);
    }
    return true;
}

}  // namespace bench
