/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** A declaration that differs from the one that objects in these tests were compiled with. */
@BpfObject("drift")
public interface Drift {
    @InnerMap(maxEntries = 16)
    record Entry(
            @Key @U32 long id,
            @U64 long packets,
            @U64 long bytes,
            @U32 long last) {}

    @OuterMap(inner = Entry.class, maxEntries = 4)
    record Site(@U32 long number) {}
}
