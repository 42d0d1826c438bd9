// tool_hooks.cpp - Linux: the bounds of a thread's own stack, for tools that follow stacks
// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <port.hpp>

namespace weft::port {

void tool_thread_stack(void** stack, size_t* bytes) {
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
    pthread_attr_getstack(&attributes, stack, bytes);
    pthread_attr_destroy(&attributes);
}

}  // namespace weft::port
