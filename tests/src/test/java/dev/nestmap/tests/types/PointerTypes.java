/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Pointer;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Pointers as keys, values and fields. */
@BpfObject("pointer_types")
interface PointerTypes {
    @InnerMap(maxEntries = 4)
    record Started(
            @Key @Pointer("struct request") long request,
            @Pointer("char") long name,
            @U64 long time,
            @Pointer("void") long owner) {}

    @OuterMap(inner = Started.class, maxEntries = 4)
    record Disk(@U32 long number) {}

    @BpfMap(maxEntries = 4)
    record Sockets(
            @Key @U32 long thread, @Pointer("struct sock") long socket) {}
}
