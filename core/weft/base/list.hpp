// list.hpp - lists through a pointer inside the elements: nothing is allocated, nothing is full
// SPDX-License-Identifier: MIT
//
// Not thread-safe: one owner. An element is in at most one list per link.
//
//   Chain  singly linked:  push_front, push_back, push_back_all, pop_front   (stacks and queues)
//   List   doubly linked:  push_back, remove from anywhere
#pragma once
#include <stddef.h>

#include <weft/base/require.hpp>

namespace weft {

template <class T, T* T::*kNext>
class Chain {
 public:
    bool empty() const { return first_ == nullptr; }
    T* front() const { return first_; }

    void push_front(T* element) {
        element->*kNext = first_;
        if (first_ == nullptr) last_ = element;
        first_ = element;
    }

    void push_back(T* element) {
        element->*kNext = nullptr;
        if (first_ == nullptr)
            first_ = element;
        else
            last_->*kNext = element;
        last_ = element;
    }

    // Elements that are linked already, from `first` to `last`.
    void push_back_all(T* first, T* last) {
        last->*kNext = nullptr;
        if (first_ == nullptr)
            first_ = first;
        else
            last_->*kNext = first;
        last_ = last;
    }

    T* pop_front() {
        T* element = first_;
        if (element != nullptr) first_ = element->*kNext;
        return element;
    }

    size_t length() const {
        size_t count = 0;
        for (T* at = first_; at != nullptr; at = at->*kNext)
            count++;
        return count;
    }

 private:
    T* first_ = nullptr;
    T* last_ = nullptr;  // meaningless while first_ is null
};

template <class T>
struct Link {
    T* next = nullptr;
    T* previous = nullptr;
};

template <class T, Link<T> T::*kLink>
class List {
 public:
    bool empty() const { return first_ == nullptr; }
    T* front() const { return first_; }
    static T* after(T* element) { return (element->*kLink).next; }

    void push_back(T* element) {
        element->*kLink = {nullptr, last_};
        (last_ == nullptr ? first_ : (last_->*kLink).next) = element;
        last_ = element;
    }

    // The element must be in this list.
    void remove(T* element) {
        Link<T>& link = element->*kLink;
        WEFT_REQUIRE(link.previous != nullptr || first_ == element);
        (link.previous == nullptr ? first_ : (link.previous->*kLink).next) = link.next;
        (link.next == nullptr ? last_ : (link.next->*kLink).previous) = link.previous;
        link = {};
    }

 private:
    T* first_ = nullptr;
    T* last_ = nullptr;
};

}  // namespace weft
