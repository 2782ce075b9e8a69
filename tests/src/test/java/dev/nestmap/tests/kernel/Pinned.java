/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Pinned maps. */
@BpfObject("pinned")
public interface Pinned {
    /** An entry of an inner map. */
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long port, @U64 long packets, @U64 long bytes) {}

    /** The key of a map whose inner maps are also pinned. */
    @OuterMap(inner = Flow.class, maxEntries = 8, pin = "acme/customer", was = "client")
    record Customer(@U32 long id) {}

    /** A compound key of a map whose inner maps are also pinned. */
    @OuterMap(inner = Flow.class, maxEntries = 8, pin = "acme/site")
    record Site(@U32 long customer, @U32 long number) {}

    /** An entry of a plain map. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 4, pin = "acme/total")
    record Total(@Key @U32 long index, @U64 long packets) {}
}
