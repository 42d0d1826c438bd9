// typed_pool.hpp - objects of one type over a worker's pool: constructed on the way out, and back
// SPDX-License-Identifier: MIT
//
// Holds nothing but the pool's address: any number of typed pools may share a pool, and one
// worker's may destroy what another's created. Who may call: the pool's worker.
#pragma once
#include <weft/base/place.hpp>
#include <weft/memory/pool.hpp>

namespace weft {

template <class T>
class TypedPool {
    static_assert(sizeof(T) <= kPoolMostBytes, "TypedPool: a pool's blocks end at 4 KiB");
    static_assert(alignof(T) <= kPoolMostBytes, "TypedPool: a pool aligns to 4 KiB at most");

 public:
    // In checked builds, leaks and traces name the place of the typed pool; those of create_at(),
    // the place that it is given.
    explicit TypedPool(Pool& pool, Site site = Site::here()) : pool_(pool), site_(site) {}

    // An object made from the arguments; null when the pool refuses, and nothing is constructed.
    template <class... Arguments>
    T* create(Arguments&&... arguments) {
        return create_at(site_, forward<Arguments>(arguments)...);
    }
    // The same, as `create_at(Site::here(), ...)`: a pack of arguments leaves no room for a
    // default.
    template <class... Arguments>
    T* create_at(Site site, Arguments&&... arguments) {
        void* memory = pool_.allocate(sizeof(T), alignof(T), site);
        return memory == nullptr ? nullptr
                                 : construct_at<T>(memory, forward<Arguments>(arguments)...);
    }

    // Runs the destructor. Null is no object: nothing happens.
    void destroy(T* object) {
        if (object == nullptr) return;
        destroy_at(object);
        pool_.free(object, sizeof(T), alignof(T), site_);
    }

 private:
    Pool& pool_;
    [[maybe_unused]] Site site_;
};

}  // namespace weft
