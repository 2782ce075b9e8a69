/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;

/** Texts in every place of a key. */
@BpfObject("text_keys")
@BpfProgram(value = "count", section = "xdp")
interface TextKeys {
    record Account(@U8 int region, @Size(9) String name) {}

    @InnerMap(maxEntries = 64)
    record Use(@Key @Size(16) String name, @U64 long count) {}

    @OuterMap(inner = Use.class, maxEntries = 4)
    record Zone(@Size(13) String name) {}

    @InnerMapsOnDemand
    @OuterMap(inner = Use.class, maxEntries = 4)
    record Site(@Size(12) String name) {}

    @InnerMap(type = MapType.PERCPU_HASH, maxEntries = 64)
    record Login(@Key Account account, @U64 long count) {}

    @OuterMap(inner = Login.class, maxEntries = 4)
    record Realm(Account account) {}

    @BpfMap(maxEntries = 64)
    record Seen(@Key @Size(128) String name, @U64 long count) {}

    /** The kernel hashes all bytes of a value. */
    @BpfMap(type = MapType.BLOOM_FILTER, maxEntries = 64)
    record Known(@Size(16) String name, @U8 int region, @U32 long number) {}

    /** Its keys are too large for a copy. */
    @BpfMap(maxEntries = 64)
    record Path(@Key @Size(129) String path, @U64 long count) {}
}
