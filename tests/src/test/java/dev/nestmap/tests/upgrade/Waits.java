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

/** A version whose entries the next one has no place for. */
@BpfObject("waits")
public interface Waits {
    /** The index is what a later version calls another constant. */
    enum State {
        NEW,
        OPEN
    }

    /** A setting. */
    @BpfMap(type = MapType.HASH, maxEntries = 4, pin = "limit", flags = MapFlag.RDONLY_PROG)
    record Limit(@Key @U32 long id, @U64 long most) {}

    /** An entry that converts if its number is a constant. */
    @InnerMap(maxEntries = 16)
    record Count(@Key @U32 long id, @U64 long packets, State state) {}

    /** The key of an outer map. */
    @OuterMap(inner = Count.class, maxEntries = 4, pin = "tenant")
    record Tenant(@U32 long id) {}

    /** An entry with a number that gets narrower. */
    @InnerMap(maxEntries = 16)
    record Wide(@Key @U32 long id, @U64 long bytes, @U64 long packets) {}

    /** The key of an outer map. */
    @OuterMap(inner = Wide.class, maxEntries = 4, pin = "site")
    record Site(@U32 long id) {}
}
