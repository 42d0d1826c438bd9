// game.hpp - the frame loop: three frames in flight, each with its own memory
// SPDX-License-Identifier: MIT
//
//   frame n      [ place the mobile ............ ]
//                [ sand: 32 passes ] [ snapshot ] [ draw ]  retire
//   frame n + 1                                   [ sand ...
//
// Sand goes on from frame to frame, so its loops run one after another on the main job. Whatever
// else a frame needs are jobs of that frame: they overlap the next frame's sand, and all that they
// allocate goes at once when the frame is retired.
#pragma once
#include "audio.hpp"
#include "disk.hpp"
#include "mobile.hpp"
#include "options.hpp"
#include "screen.hpp"

namespace demo {

constexpr uint32_t kInFlight = 3;
constexpr uint32_t kPasses = 32;
constexpr uint64_t kBudgetNs = 16'666'667;  // of a frame, at 60 a second

struct FrameRecord {
    uint64_t begun_ns, ended_ns;  // from its begin to its last job's end
    uint64_t sand_ns, draw_ns;
    uint32_t jobs, steals;
    uint32_t bytes;  // of frame memory, all workers'
};

// What the game needs of a system: three frames in flight, room in each for a picture and its text,
// stacks whose high-water marks can be read, and the latest events, of a second or two.
weft::Config with_room_for_game(const weft::Config& config);

// Where frames take turns, so that what tracing costs can be told: off on, on off, ...
constexpr bool is_traced_turn(uint32_t frame) {
    return (frame + frame / 2) % 2 != 0;
}

class Game {
 public:
    Game(weft::System& system, const Options& options, const Screen& screen)
        : system_(system),
          options_(options),
          screen_(screen),
          sand(options.seed),
          mobile_(options.seed) {}

    // As a job: all frames. Statuses: core_refused, those of Frames::begin().
    weft::Status run();

    // Afterwards, or from the main job.
    uint32_t retired() const { return retired_; }
    const FrameRecord& record(uint32_t frame) const { return records_[frame]; }
    uint32_t checksum() const;
    uint64_t elapsed_ns() const { return ended_ns_ - begun_ns_; }
    uint32_t loaded() const { return loaded_.value32(); }
    uint32_t slow_loads() const { return slow_.value32(); }
    // Of each worker.
    weft::Span<const weft::HotSites> sites() const { return {sites_, options_.workers}; }

 private:
    struct InFlight {
        weft::Frame frame;
        weft::Counter placed, done;
        uint32_t number;
        Place* places;
        Colour* pixels;
        PictureText* text;
    };

    void start_jobs();
    void load(uint32_t number);
    weft::Status step(uint32_t number);
    weft::Status retire(InFlight& slot);
    void open_gates(uint32_t number);
    void run_sand(FrameRecord& record);
    void take_snapshot(InFlight& slot);
    void place_mobile(InFlight& slot);
    void draw(InFlight& slot);
    template <class T>
    T* take(const InFlight& slot, size_t count, weft::NamedSite site = weft::NamedSite::here());
    uint32_t bytes_of(const weft::Frame& frame) const;
    void keep_pace(uint32_t number);

    weft::System& system_;
    const Options& options_;
    const Screen& screen_;

 public:
    Sand sand;
    Audio audio;

 private:
    Mobile mobile_;
    Disk disk_;
    Tile tiles_[kTiles];
    weft::Counter column_loaded_[kHoppers];
    weft::Counter closing_{1}, playing_;
    InFlight in_flight_[kInFlight];
    FrameRecord records_[kMostFrames];
    weft::HotSites sites_[kMostWorkers];
    weft::OwnerCounter loaded_, slow_;
    weft::SchedulerFigures before_ = {};
    uint64_t begun_ns_ = 0, ended_ns_ = 0;
    uint32_t retired_ = 0;
    uint32_t mobile_sum_ = 0;
};

}  // namespace demo
