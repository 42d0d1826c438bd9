// roster.hpp - who sleeps, and who may have something to steal: a bit each
// SPDX-License-Identifier: MIT
//
//   a line for 32 workers:   | asleep | open: high | open: normal | open: low |
//
// Most workers of a large machine mostly have nothing, and each look at one of them brings a line
// from afar. So a worker opens a lane before it puts anything there, and closes all of them once it
// has looked for work in vain; whoever looks passes closed lanes by.
//
// Invariant: a closed lane is empty, its private part included. No wake-up is lost: opening comes
// before the work, and before the fence in Scheduler::wake_one(); who is about to sleep looks at
// the bits behind the fence in announce_sleep(). So it sees the lane open, or is seen asleep.
#pragma once
#include <weft/base/atomic.hpp>
#include <weft/base/bits.hpp>
#include <weft/base/bytes.hpp>
#include <weft/job/job.hpp>

namespace weft {

class Roster {
 public:
    static constexpr uint32_t kWorkersOfWord = 32;
    struct alignas(port::kCacheLine) Word {
        Atomic<uint32_t> asleep;
        Atomic<uint32_t> open[kPriorities];
    };

    void init(Span<Word> words) {
        words_ = words;
        for (Word& word : words_)
            construct_at<Word>(&word);
    }

    // The worker that owns the lane. Closing: it is empty.
    void open(uint32_t worker, unsigned priority) {
        // Relaxed: the fence before the look at sleepers orders it.
        word_of(worker, priority).fetch_or_relaxed(bit_of(worker));
    }
    void close(uint32_t worker, unsigned priority) {
        // Relaxed: nothing is published by it.
        word_of(worker, priority).fetch_and_relaxed(~bit_of(worker));
    }

    // Of workers [32 * word, 32 * word + 32).
    Atomic<uint32_t>& asleep(uint32_t word) const { return words_[word].asleep; }
    // Any core, a moment old.
    bool anyone_sleeps() const {
        for (const Word& word : words_)
            // Relaxed: a look; a fence before it orders it where that matters.
            if (word.asleep.load_relaxed() != 0) return true;
        return false;
    }
    bool any(unsigned priority) const {
        for (const Word& word : words_)
            // Relaxed: a look.
            if (word.open[priority].load_relaxed() != 0) return true;
        return false;
    }
    // Whether visit(worker, priority) says true of an open lane; asks no more then.
    template <class Visit>
    bool any_of(const Visit& visit) const {
        for (uint32_t i = 0; i < words_.size(); i++)
            for (unsigned p = 0; p < kPriorities; p++) {
                // Relaxed: a look; a fence before it orders it where that matters.
                uint32_t bits = words_[i].open[p].load_relaxed();
                for (; bits != 0; bits &= bits - 1)
                    if (visit(i * kWorkersOfWord + highest_bit(bits & (0 - bits)), p)) return true;
            }
        return false;
    }

    // One priority's lanes, for who asks about many workers, neighbours mostly: a word is read once
    // as long as its workers are asked about in a row.
    class Look {
     public:
        Look(const Roster& lanes, Priority priority) : lanes_(lanes), priority_(priority) {}
        Priority priority() const { return priority_; }
        bool open(uint32_t worker) {
            if (worker / kWorkersOfWord != at_) {
                at_ = worker / kWorkersOfWord;
                // Relaxed: a look.
                bits_ = lanes_.words_[at_].open[unsigned(priority_)].load_relaxed();
            }
            return (bits_ & bit_of(worker)) != 0;
        }

     private:
        const Roster& lanes_;
        const Priority priority_;
        uint32_t at_ = ~0u;
        uint32_t bits_ = 0;
    };

 private:
    static uint32_t bit_of(uint32_t worker) { return 1u << (worker % kWorkersOfWord); }
    Atomic<uint32_t>& word_of(uint32_t worker, unsigned priority) {
        return words_[worker / kWorkersOfWord].open[priority];
    }

    Span<Word> words_;
};

}  // namespace weft
