// weft.hpp - the one include that a user needs
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/base/atomic.hpp>
#include <weft/base/bytes.hpp>
#include <weft/base/require.hpp>
#include <weft/base/result.hpp>
#include <weft/base/status.hpp>
#include <weft/base/text.hpp>
#include <weft/config/config.hpp>
#include <weft/config/storage.hpp>
#include <weft/fiber/fiber_ring.hpp>
#include <weft/frame/frame_jobs.hpp>
#include <weft/frame/frames.hpp>
#include <weft/memory/frame_columns.hpp>
#include <weft/memory/frame_map.hpp>
#include <weft/memory/frame_vector.hpp>
#include <weft/memory/object_handles.hpp>
#include <weft/memory/typed_pool.hpp>
#include <weft/parallel/graph.hpp>
#include <weft/parallel/join.hpp>
#include <weft/parallel/parallel_for.hpp>
#include <weft/parallel/parallel_reduce.hpp>
#include <weft/parallel/scope.hpp>
#include <weft/sched/spawn.hpp>
#include <weft/sched/stop.hpp>
#include <weft/system/system.hpp>
