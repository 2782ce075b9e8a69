/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.views;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerType;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;

/** Arrays that user space maps, as inner map and by themselves. */
@BpfObject("views")
interface Views {
    @InnerMap(type = InnerType.ARRAY, maxEntries = 8, flags = MapFlag.MMAPABLE)
    record Hit(
            @Key int slot,
            @U64 long packets,
            @U32 long bytes,
            int last,
            @U8 int flags) {}

    @OuterMap(inner = Hit.class, maxEntries = 4)
    record Host(@U32 long id) {}

    /** Values of 4 bytes, each at a multiple of 8. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 1000, flags = MapFlag.MMAPABLE)
    record Small(@Key int index, @U32 long count) {}

    @BpfMap(
            type = MapType.ARRAY,
            maxEntries = 4,
            flags = {MapFlag.MMAPABLE, MapFlag.RDONLY_PROG})
    record Config(@Key int index, @U64 long limit) {}

    /** User space only reads it. */
    @BpfMap(
            type = MapType.ARRAY,
            maxEntries = 4,
            flags = {MapFlag.MMAPABLE, MapFlag.RDONLY})
    record Shown(@Key int index, @U64 long count) {}

    /** User space only writes it. */
    @BpfMap(
            type = MapType.ARRAY,
            maxEntries = 4,
            flags = {MapFlag.MMAPABLE, MapFlag.WRONLY})
    record Told(@Key int index, @U64 long count) {}
}
