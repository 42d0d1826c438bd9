// quiet.hpp - a variant starts when the threads of those before it have gone to sleep
// SPDX-License-Identifier: MIT
//
// Libraries keep their threads, and idle ones spin for a while (libgomp's for milliseconds): on the
// CPU that the next variant needs.
#pragma once

namespace bench {

// Until no other thread of this process runs. False if that does not come about.
bool settle();

}  // namespace bench
