/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Counts of two programs that share a per-CPU map, and of which one may interrupt the other. */
@BpfObject("interrupted")
interface Interrupted {
    /** The runs of both programs. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 1)
    record Run(@Key @U32 int index, @U64 long count) {}

    /** The same number, counted with the generated helper, which uses atomic instructions. */
    @BpfMap(type = MapType.PERCPU_ARRAY, maxEntries = 1)
    record ByHelper(@Key @U32 int index, @U64 long count) {}

    /** The same number, which each run reads and writes. */
    @BpfMap(type = MapType.PERCPU_ARRAY, maxEntries = 1)
    record Plain(@Key @U32 int index, @U64 long count) {}
}
