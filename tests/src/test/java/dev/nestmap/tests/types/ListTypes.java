/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.S16;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.annotations.Union;
import dev.nestmap.types.IntList;
import dev.nestmap.types.LongList;
import dev.nestmap.types.Untagged;

/** Lists of numbers in keys: as components of the key, of structs and of unions. */
@BpfObject
interface ListTypes {
    @Union
    sealed interface Target {
        record Ports(@Size(2) @Be16 IntList ports) implements Target {}

        record Ids(@Size(3) @U32 LongList ids) implements Target {}
    }

    record Route(
            @U8 int kind,
            Untagged<Target> target,
            @Size(3) @S16 IntList offsets,
            @Size(2) IntList plain) {}

    @InnerMap(maxEntries = 1024)
    record Hits(@Key Route route, @U64 long count) {}

    @OuterMap(inner = Hits.class, maxEntries = 16)
    record Group(@Size(2) @U64 LongList id) {}

    @SuppressWarnings("ArrayRecordComponent") // arrays of lists are the subject of the test
    @BpfMap(maxEntries = 4)
    record Table(
            @Key int id,
            @Size({3, 2}) @U16 IntList[] ports,
            @Size({1, 2, 3}) @Be16 IntList[][] cube,
            @Size(2) @U64 LongList plain) {}
}
