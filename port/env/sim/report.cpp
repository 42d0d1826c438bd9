// report.cpp - sim: places and events as text
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine.hpp"

namespace weft::sim {
namespace {

std::string program_path() {
    char path[4096];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    return length > 0 ? std::string(path, size_t(length)) : "";
}

// The innermost line that is not a wrapper of the access itself.
bool tells(const std::string& line) {
    return line.find("base/atomic") == std::string::npos &&
           line.find("port/env/sim") == std::string::npos && line.find("??") == std::string::npos;
}

std::string shortened(const std::string& line) {
    for (const char* top : {"/core/weft/", "/tests/", "/port/"}) {
        const size_t at = line.rfind(top);
        if (at != std::string::npos) return line.substr(at + 1, line.find(" (") - at - 1);
    }
    return line;
}

const char* const kKinds[] = {"load",  "store",     "change",  "refused swap", "fence",
                              "park",  "wake",      "start",   "join",         "end",
                              "relax", "interrupt", "timeout", "clock",        "full"};
const char* const kOrders[] = {"relaxed", "consume", "acquire", "release", "acq_rel", "seq_cst"};

bool has_order(EventKind kind) {
    return kind <= EventKind::fence;
}

}  // namespace

std::string place_name(uint32_t place) {
    if (place == 0) return "(the port)";
    char command[4200];
    snprintf(command, sizeof command, "addr2line -i -e %s %x 2>/dev/null", program_path().c_str(),
             place - 1);
    std::string best;
    FILE* const lines = popen(command, "r");
    if (lines == nullptr) return "?";
    char line[1024];
    while (fgets(line, sizeof line, lines) != nullptr) {
        line[strcspn(line, "\n")] = 0;
        if (best.empty() || (!tells(best) && tells(line))) best = line;
    }
    pclose(lines);
    return shortened(best);
}

std::string event_text(const Event& event, bool with_place) {
    std::string text = "core " + std::to_string(event.core) + "  " + kKinds[unsigned(event.kind)];
    if (has_order(event.kind)) text += std::string(" ") + kOrders[event.order % 6];
    if (event.name != 0) text += (has_order(event.kind) ? " x" : " ") + std::to_string(event.name);
    if (event.kind <= EventKind::refused) text += " #" + std::to_string(event.position);
    if (event.position < event.newest) text += " of #" + std::to_string(event.newest);
    if (with_place && event.place != 0) text += "  " + place_name(event.place);
    return text;
}

// In the order in which they happened, the last few of each core.
std::string last_events(const Engine& engine, uint32_t each) {
    const std::vector<Event>& events = engine.events();
    uint32_t shown[port::kMaxCores] = {};
    std::vector<const Event*> kept;
    for (size_t i = events.size(); i-- > 0;)
        if (shown[events[i].core]++ < each) kept.push_back(&events[i]);
    std::string text;
    for (size_t i = kept.size(); i-- > 0;)
        text += "#   " + event_text(*kept[i], true) + "\n";
    return text;
}

}  // namespace weft::sim
