// frame_jobs.hpp - jobs that belong to a frame: it is not reset before they are over
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/frame/frames.hpp>
#include <weft/sched/spawn.hpp>

namespace weft {

// Uses the frame from its spawn to its end, whether it runs or is dropped.
template <class Function>
class FrameJob {
 public:
    FrameJob(Frames& frames, const Frame& frame, const Function& function, Site site)
        : frames_(&frames), frame_(frame), site_(site), function_(function) {
        frames_->set().enter(frame_, site_);
    }
    FrameJob(FrameJob&& other)
        : frames_(other.frames_),
          frame_(other.frame_),
          site_(other.site_),
          function_(move(other.function_)) {
        other.frames_ = nullptr;
    }
    ~FrameJob() {
        if (frames_ != nullptr) frames_->leave(frame_, site_);
    }
    FrameJob(const FrameJob&) = delete;
    FrameJob& operator=(const FrameJob&) = delete;

    auto operator()() { return function_(); }

 private:
    Frames* frames_;
    Frame frame_;
    [[maybe_unused]] Site site_;
    Function function_;
};

// run(), for a job that uses the frame. The caller is a user of the frame, or it is open.
template <class Function>
void run_in_frame(Frames& frames, const Frame& frame, Counter& counter, const Function& function,
                  Site site = Site::here()) {
    run(counter, FrameJob<Function>(frames, frame, function, site));
}

}  // namespace weft
