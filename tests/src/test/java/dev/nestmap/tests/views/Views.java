/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.views;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.Be32;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;

/** Arrays that user space maps into memory, as plain maps and as inner maps. */
@BpfObject("views")
interface Views {
    @InnerMap(type = MapType.ARRAY, maxEntries = 8, flags = MapFlag.MMAPABLE)
    @SuppressWarnings("NM-507") // shows a number of 32 bits
    record Hit(
            @Key @U32 int slot,
            @U64 long packets,
            @U32 long bytes,
            int last,
            @U8 int flags) {
        static boolean rejectsZeros;

        public Hit {
            if (rejectsZeros && packets == 0) {
                throw new IllegalArgumentException("no packets");
            }
        }
    }

    @OuterMap(inner = Hit.class, maxEntries = 4)
    record Host(@U32 long id) {}

    /** Values of 4 bytes. Each begins at a multiple of 8 bytes. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 1000, flags = MapFlag.MMAPABLE)
    @SuppressWarnings("NM-507") // shows a number of 32 bits
    record Small(@Key @U32 int index, @U32 long count) {
        static boolean rejectsLast;

        public Small {
            if (rejectsLast && index == 999) {
                throw new IllegalArgumentException("too large");
            }
        }
    }

    enum Color {
        RED,
        GREEN
    }

    /** Components of each size that a word can hold, an enum and a truth value. The constructor does not accept all values. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 4, flags = MapFlag.MMAPABLE)
    record Lamp(
            @Key @U32 long index,
            @U64 long since,
            Color color,
            short level,
            @U8 int watts,
            boolean on,
            @U32 long hours,
            @U16 int volts,
            byte offset) {
        static boolean rejectsHours = true;

        public Lamp {
            if (rejectsHours && hours > 1_000_000) {
                throw new IllegalArgumentException(hours + " hours are too many");
            }
        }
    }

    /** Enums and numbers whose most significant byte is first on every machine. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 4, flags = MapFlag.MMAPABLE)
    record Packet(
            @Key @U32 int index,
            @Be16 Color inner,
            @Be16 int port,
            @Be32 long address,
            Color last) {}

    /** Words that are written one after the other, and two components in one of them. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 1, flags = MapFlag.MMAPABLE)
    record Steps(
            @Key @U32 int index,
            @U64 long first,
            int left,
            int right,
            @U64 long last) {}

    /** A value that no word can hold, and of more words than are copied without a loop. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 4, flags = MapFlag.MMAPABLE)
    record Label(@Key Color color, @Size(67) String text) {}

    @BpfMap(
            type = MapType.ARRAY,
            maxEntries = 4,
            flags = {MapFlag.MMAPABLE, MapFlag.RDONLY_PROG})
    record Config(@Key @U32 int index, @U64 long limit) {
        static boolean rejectsZeros;

        public Config {
            if (rejectsZeros && limit == 0) {
                throw new IllegalArgumentException("no limit");
            }
        }
    }

    /** A map that user space may only read. */
    @BpfMap(
            type = MapType.ARRAY,
            maxEntries = 4,
            flags = {MapFlag.MMAPABLE, MapFlag.RDONLY})
    record ReadOnly(@Key @U32 int index, @U64 long count) {}

    /** A map that user space may only write. */
    @BpfMap(
            type = MapType.ARRAY,
            maxEntries = 4,
            flags = {MapFlag.MMAPABLE, MapFlag.WRONLY})
    record WriteOnly(@Key @U32 int index, @U64 long count) {}
}
