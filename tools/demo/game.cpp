// game.cpp - what is done in a frame, and what goes on beside the frames
// SPDX-License-Identifier: MIT
#include "game.hpp"

namespace demo {

using namespace weft;

// Jobs are not interrupted: one that goes on for milliseconds looks at the clock now and then, for
// the sake of those that are due. A wait whose deadline has come always looks; a yield seldom.
static void let_others_run() {
    Counter never(1);
    (void)wait_until(never, port::now_ns());
    decrement(never);
}

Config with_room_for_game(const Config& config) {
    return config.frames_in_flight(kInFlight)
        .frame_bytes(1024 * 1024)
        .small_stack_bytes(64 * 1024)
        .large_stack_bytes(512 * 1024)
        .small_fibers(8, 64)
        .job_memory_bytes(64 * 1024)
        .trace_events(32 * 1024)
        .paint(true);
}

Status Game::run() {
    if (!disk_.start(system_, options_.workers, options_.seed)) return Status::core_refused;
    build(sand, options_.seed);
    Worker::current()->running()->info->name = "game";
    begun_ns_ = port::now_ns();
    before_ = system_.figures();
    start_jobs();
    Status status = Status::ok;
    for (uint32_t i = 0; i < options_.frames && status == Status::ok; i++)
        status = step(i);
    while (retired_ < options_.frames && status == Status::ok)
        status = retire(in_flight_[retired_ % kInFlight]);
    for (Counter& column : column_loaded_)
        (void)wait(column);
    decrement(closing_);
    (void)wait(playing_);
    ended_ns_ = port::now_ns();
    disk_.stop();
    return status;
}

void Game::start_jobs() {
    weft::run(playing_, Priority::high, [this] { audio.play(closing_); });
    for (uint32_t i = 0; i < kTiles; i++)
        weft::run(column_loaded_[i / kTilesPerHopper], Priority::low, [this, i] { load(i); });
}

// Waits for the device, and now and then looks whether that takes long; no worker waits with it.
void Game::load(uint32_t number) {
    constexpr uint64_t kPatienceNs = 20'000'000;
    Counter arrived(1);
    TraceZone zone("load");
    disk_.request(number, tiles_[number], arrived);
    while (wait_until(arrived, port::now_ns() + kPatienceNs) == Status::timed_out)
        slow_.add(1);
    loaded_.add(1);
}

// Frame memory, and who asked for it.
template <class T>
T* Game::take(const InFlight& slot, size_t count, NamedSite site) {
    T* const some = system_.frames().memory_here(slot.frame).allocate_array<T>(count);
    WEFT_REQUIRE(some != nullptr);  // Config::frame_bytes is too small for the game
    sites_[Worker::current()->index()].add(site, count * sizeof(T));
    return some;
}

Status Game::step(uint32_t number) {
    InFlight& slot = in_flight_[number % kInFlight];
    if (number >= kInFlight) {
        const Status status = retire(slot);
        if (status != Status::ok) return status;
    }
    keep_pace(number);
    if (options_.trace_in_turns) system_.set_tracing(is_traced_turn(number));
    const Result<Frame> frame = system_.frames().begin();
    if (!frame.ok()) return frame.status();
    slot.frame = frame.value();
    slot.number = number;
    FrameRecord& record = records_[number];
    record.begun_ns = port::now_ns();
    InFlight* const here = &slot;
    run_in_frame(system_.frames(), slot.frame, slot.placed, [this, here] { place_mobile(*here); });
    open_gates(number);
    run_sand(record);
    take_snapshot(slot);
    run_in_frame(system_.frames(), slot.frame, slot.done, [this, here] { draw(*here); });
    return Status::ok;
}

// A gate opens in a certain frame, so the world hangs on no clock: if its tiles are late, the frame
// waits.
void Game::open_gates(uint32_t number) {
    constexpr uint32_t kFramesBetween = 12;
    if (number % kFramesBetween != 0 || number / kFramesBetween >= kHoppers) return;
    const uint32_t hopper = number / kFramesBetween;
    (void)wait(column_loaded_[hopper]);
    for (uint32_t i = 0; i < kTilesPerHopper; i++)
        place(sand, tiles_[hopper * kTilesPerHopper + i]);
    open_gate(sand, hopper);
}

void Game::run_sand(FrameRecord& record) {
    TraceZone zone("sand");
    const uint64_t start = port::now_ns();
    for (uint32_t i = 0; i < kPasses; i++) {
        const uint32_t pass = sand.passes() + 1;
        parallel_for(0, Sand::block_rows(pass), [this, pass](size_t begin, size_t end) {
            sand.settle_rows(pass, uint32_t(begin), uint32_t(end));
        });
        sand.count_passes(1);
        let_others_run();
    }
    record.sand_ns = port::now_ns() - start;
}

void Game::take_snapshot(InFlight& slot) {
    const uint32_t columns = screen_.columns(), rows = screen_.rows();
    TraceZone zone("snapshot");
    Colour* const pixels = take<Colour>(slot, size_t(columns) * rows);
    parallel_for(0, rows, [this, pixels, columns, rows](size_t row) {
        for (uint32_t column = 0; column < columns; column++)
            pixels[row * columns + column] = pixel_of(sand, column, uint32_t(row), columns, rows);
    });
    slot.pixels = pixels;
}

void Game::place_mobile(InFlight& slot) {
    TraceZone zone("mobile");
    slot.places = take<Place>(slot, Mobile::kNodes);
    for (uint32_t level = 0; level < Mobile::kLevels; level++)
        parallel_for(Mobile::first_of(level), Mobile::first_of(level + 1), Batches::light(),
                     [this, &slot](size_t begin, size_t end) {
                         mobile_.place(slot.number, slot.places, uint32_t(begin), uint32_t(end));
                     });
}

void Game::draw(InFlight& slot) {
    (void)wait(slot.placed);
    TraceZone zone("picture");
    const uint64_t start = port::now_ns();
    screen_.add_mobile(slot.pixels, slot.places);
    slot.text = construct_at<PictureText>(take<PictureText>(slot, 1));
    screen_.encode(slot.pixels, *slot.text);
    FrameRecord& record = records_[slot.number];
    record.ended_ns = port::now_ns();
    record.draw_ns = record.ended_ns - start;
}

Status Game::retire(InFlight& slot) {
    TraceZone zone("retire");
    const Status status = wait(slot.done);
    if (status != Status::ok) return status;
    FrameRecord& record = records_[slot.number];
    const SchedulerFigures now = system_.figures();
    record.jobs = uint32_t(now.all.jobs_completed - before_.all.jobs_completed);
    record.steals = uint32_t(now.all.steals_won - before_.all.steals_won);
    record.bytes = bytes_of(slot.frame);
    before_ = now;
    for (uint32_t i = 0; i < Mobile::kNodes; i++)
        mobile_sum_ =
            mix(mobile_sum_, uint32_t(slot.places[i].x * 64), uint32_t(slot.places[i].y * 64));
    retired_++;
    screen_.show(*this, slot.number, *slot.text);
    system_.frames().end(slot.frame);
    return Status::ok;
}

uint32_t Game::bytes_of(const Frame& frame) const {
    size_t bytes = 0;
    for (uint32_t worker = 0; worker < options_.workers; worker++)
        bytes += system_.frames().arena_figures(worker, frame.slot).used;
    return uint32_t(bytes);
}

// On a terminal, sixty frames a second; elsewhere as fast as it goes.
void Game::keep_pace(uint32_t number) {
    if (!screen_.live()) return;
    Counter never(1);
    (void)wait_until(never, begun_ns_ + number * kBudgetNs);
    decrement(never);
}

uint32_t Game::checksum() const {
    return mix(sand.checksum(), mobile_sum_);
}

}  // namespace demo
