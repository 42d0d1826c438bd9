// plain_call.hpp - call_or_switch() for cores that predict no returns, or where nobody measured it
// SPDX-License-Identifier: MIT
#pragma once

namespace weft::port {

template <class Job, class How, class Result>
WEFT_ALWAYS_INLINE Entered call_or_switch(Result (*callee)(Job*, How), Job* job, How how,
                                          Context* from, Context* to, void* pass) {
    if (callee != nullptr) return {nullptr, nullptr, uintptr_t(callee(job, how))};
    const Switched switched = switch_context(from, to, pass);
    return {switched.self, switched.pass, 0};
}

}  // namespace weft::port
