/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** A program that counts its runs for a tenant, compiled into any section. */
@BpfObject("grouped_hits")
interface GroupedHits {
    @InnerMap(maxEntries = 1)
    record Hit(@Key @U32 int index, @U64 long count) {}

    @OuterMap(inner = Hit.class, maxEntries = 4)
    record Tenant(@U32 long number) {}
}
