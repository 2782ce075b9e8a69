/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.U32;

/** A pinned program array. */
@BpfObject("pinned_stages")
public interface PinnedStages {
    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 4, pin = "step")
    record Step(@Key @U32 long index) {}
}
