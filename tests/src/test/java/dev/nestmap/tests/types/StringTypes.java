/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U8;
import dev.nestmap.types.ByteString;

/** Texts and byte strings. */
@BpfObject("string_types")
interface StringTypes {
    record Digest(@U8 int algorithm, @Size(20) ByteString bytes) {}

    @BpfMap(maxEntries = 4)
    record File(
            @Key Digest digest,

            @Size({2, 3}) @SuppressWarnings("ArrayRecordComponent")
            ByteString[] parts) {}

    @InnerMap(maxEntries = 4)
    record Raw(@Key @Size(25) ByteString key, @Size(4098) ByteString value) {}

    @BpfMap(maxEntries = 4)
    record Command(
            @Key @Size(16) String name,
            @Size(value = 8, truncate = true) String shell,

            @Size({2, 4}) @SuppressWarnings("ArrayRecordComponent")
            String[] arguments) {}

    @OuterMap(inner = Raw.class, maxEntries = 2)
    record Raws(@Size(3) ByteString id) {}
}
