/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.types.ByteString;

/** Maps whose C file, {@code sized_types.bpf.c}, declares keys and values only by size and does not use these records. */
@BpfObject("sized_types")
interface SizedTypes {
    @InnerMap(maxEntries = 16)
    record Rule(
            @Key @Size(12) String path,
            @U64 long hits,
            @U32 long verdict,
            @U32 long mask) {}

    @OuterMap(inner = Rule.class, maxEntries = 4, countsFailedAdditions = false)
    record Container(@U32 long pidNamespace, @U32 long mountNamespace) {}

    @BpfMap(maxEntries = 4)
    record Blob(@Key @Size(6) ByteString key, @Size(5) ByteString value) {}
}
