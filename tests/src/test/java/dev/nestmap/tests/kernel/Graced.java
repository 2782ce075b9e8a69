/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** A program that runs for long, and says when it starts and ends. */
@BpfObject("graced")
interface Graced {
    @BpfMap(type = MapType.ARRAY, maxEntries = 1)
    record Progress(@Key @U32 int index, @U64 long state) {}
}
