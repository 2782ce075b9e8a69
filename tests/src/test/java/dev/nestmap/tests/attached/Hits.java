/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** A program that counts its runs, compiled into any section. */
@BpfObject("hits")
interface Hits {
    @BpfMap(type = MapType.ARRAY, maxEntries = 1)
    record Hit(@Key @U32 int index, @U64 long count) {}
}
