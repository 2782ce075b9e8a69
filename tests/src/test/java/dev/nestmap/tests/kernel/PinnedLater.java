/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** The next version of {@link Pinned}. Migrations convert its maps. */
@BpfObject("pinned_later")
public interface PinnedLater {
    @InnerMap(maxEntries = 64)
    record Flow(
            @Key @U32 long port,
            @U64 long packets,
            @U64 long bytes,
            @U64 long drops) {}

    @OuterMap(inner = Flow.class, maxEntries = 8, pin = "acme/customer")
    record Customer(@U32 long id) {}
}
