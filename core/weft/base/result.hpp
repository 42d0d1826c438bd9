// result.hpp - a value, or the status that says why there is none
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/base/meta.hpp>
#include <weft/base/require.hpp>
#include <weft/base/status.hpp>

namespace weft {

template <class T>
class [[nodiscard]] Result {
    static_assert(kPlainBytes<T>, "Result: plain bytes only; hand larger things over by reference");

 public:
    constexpr Result(T value) : value_(value), status_(Status::ok) {}
    constexpr Result(Status status) : value_{}, status_(status) {
        WEFT_REQUIRE(status != Status::ok);  // ok without a value
    }

    constexpr bool ok() const { return status_ == Status::ok; }
    constexpr Status status() const { return status_; }
    constexpr T value_or(T other) const { return ok() ? value_ : other; }
    constexpr T value() const {
        WEFT_REQUIRE(ok());
        return value_;
    }

 private:
    T value_;
    Status status_;
};

}  // namespace weft
