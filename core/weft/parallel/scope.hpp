// scope.hpp - any number of children, all over before the scope ends
// SPDX-License-Identifier: MIT
//
//     weft::Scope scope;
//     for (Part& part : parts)
//         scope.spawn([&scope, &part] { return simulate(part, scope); });
//     if (scope.wait() != weft::Status::ok) ...
//
// Children may spawn into the scope, too. A child that returns a Status other than ok has failed:
// wait() says the first failure; the other children run on unless somebody cancels.
//
// Who may call: spawn(): jobs. Everything else: any thread.
#pragma once
#include <weft/sched/spawn.hpp>

namespace weft {

class Scope {
 public:
    Scope() = default;
    // Waits. A failure that nobody asked for is lost.
    ~Scope() { static_cast<void>(wait()); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

    // As run() (sched/spawn.hpp): on some worker, with its parent's priority.
    template <class Function>
    WEFT_ALWAYS_INLINE void spawn(const Function& child) {
        run(children_, child);
    }
    // Returns once no child is left: the first failure, else `cancelled` if it was, else ok. May be
    // called again, also after more children.
    Status wait() { return weft::wait(children_); }

    // Children that have not started are dropped; those that run may ask. For good: children that
    // are spawned afterwards are dropped, too.
    void cancel() { children_.cancel(); }
    bool cancelled() const { return children_.cancelled(); }

 private:
    Counter children_;
};

}  // namespace weft
