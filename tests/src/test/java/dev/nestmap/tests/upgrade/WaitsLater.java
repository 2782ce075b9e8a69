/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** The next version. */
@BpfObject(value = "waits_later", was = "waits")
public interface WaitsLater {
    /** It has a new first constant. */
    enum State {
        FIRST,
        NEW,
        OPEN
    }

    /** A setting. */
    @BpfMap(type = MapType.HASH, maxEntries = 4, pin = "limit", flags = MapFlag.RDONLY_PROG)
    record Limit(@Key @U32 long id, @U32 long most) {}

    /** An entry that converts if its number is a constant. */
    @InnerMap(maxEntries = 16)
    record Count(@Key @U32 long id, @U64 long packets, State state) {}

    /** The key of an outer map. */
    @OuterMap(inner = Count.class, maxEntries = 4, pin = "tenant")
    record Tenant(@U32 long id) {}

    /** An entry with a number that got narrower. */
    @SuppressWarnings("NM-507") // on purpose
    @InnerMap(maxEntries = 16)
    record Wide(@Key @U32 long id, @U32 long bytes, @U64 long packets) {}

    /** The key of an outer map. */
    @OuterMap(inner = Wide.class, maxEntries = 4, pin = "site")
    record Site(@U32 long id) {}
}
