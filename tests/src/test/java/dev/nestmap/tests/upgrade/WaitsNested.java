/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** A version with an outer map in the place of a plain one. */
@BpfObject(value = "waits_nested", was = "waits")
public interface WaitsNested {
    /** An entry of an inner map, which looks like one of the plain map. */
    @InnerMap(maxEntries = 4)
    record Most(@Key @U32 long id, @U64 long most) {}

    /** The key of the outer map. */
    @OuterMap(inner = Most.class, maxEntries = 4, pin = "limit")
    record Limit(@U32 long site) {}
}
