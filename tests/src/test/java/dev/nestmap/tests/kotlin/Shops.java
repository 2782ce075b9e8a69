/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kotlin;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.types.LongList;

/** Maps with primitive keys and with record keys, of each accessor class that has operations on one key. */
@BpfObject("shops")
public interface Shops {
    /** A key that is a record. */
    record Product(@U32 long group, @U32 long number) {}

    @InnerMap(maxEntries = 16)
    record Stock(@Key Product product, @U64 long pieces) {}

    @InnerMapsOnDemand
    @OuterMap(inner = Stock.class, maxEntries = 16)
    record Shop(@U32 long number) {}

    @InnerMap(type = MapType.ARRAY, maxEntries = 16)
    record Visits(@Key @U32 int hour, @U64 long people) {}

    @OuterMap(inner = Visits.class, maxEntries = 16)
    record Entrance(@U32 long shop, @U32 long door) {}

    @BpfMap(maxEntries = 16)
    record Price(@Key @U16 int product, @U64 long cents) {}

    @BpfMap(type = MapType.PERCPU_HASH, maxEntries = 16)
    record Sale(@Key @U32 long product, @U64 long cents) {
        public Sale combine(Sale other) {
            return new Sale(product, cents + other.cents);
        }
    }

    @BpfMap(type = MapType.STACK_TRACE, maxEntries = 16)
    record Stack(@Key @U32 long id, @U64 @Size(16) LongList addresses) {}

    @BpfMap(type = MapType.SOCKMAP, maxEntries = 16)
    record Counter(@Key @U32 int index) {}

    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 16)
    record Step(@Key @U32 long index) {}
}
