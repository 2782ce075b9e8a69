/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** What programs count at each hook: buffers as the kernel has them, and the packets that these are on the network. */
@BpfObject("segmented")
interface Segmented {
    /** Packets to the server; with 16 more, all other packets of the hook. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 32)
    record Counted(
            @Key @U32 int hook,
            @U64 long buffers,
            @U64 long bufferBytes,
            @U64 long packets,
            @U64 long ipBytes,
            @U64 long frameBytes) {}
}
