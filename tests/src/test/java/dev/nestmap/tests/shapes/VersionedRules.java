/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Pad;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.types.Ipv4Prefix;

/** Tracee: rules by version, with texts as keys, structs inside structs as values, and explicit padding in outer keys. */
@BpfObject
@SuppressWarnings("ArrayRecordComponent") // values contain arrays
interface VersionedRules {
    record PathKey(@U32 long type, @Size(256) String path) {}

    record Scopes(
            @U64 long uid,
            @U64 long pid,
            @U64 long mnt,
            @U64 long pidNs,
            @U64 long uts,
            @U64 long comm) {}

    record FieldTypes(Scopes scopes) {}

    @InnerMap(maxEntries = 256)
    record Uid(@Key @U32 long uid, @U64 long equal, @U64 long matched) {}

    @InnerMap(maxEntries = 256)
    record Comm(
            @Key @Size(16) String comm,
            @U64 long equal,
            @U64 long matched) {}

    @InnerMap(maxEntries = 10240)
    record Config(
            @Key @U32 long event, @U64 long submit, @U64 long types, FieldTypes fields) {}

    @InnerMap(maxEntries = 1)
    record Bitmap(@Key PathKey path, @U64 @Size(32) long[] bits) {}

    @InnerMap(type = MapType.LPM_TRIE, maxEntries = 1024)
    record Prefix(
            @Key Ipv4Prefix prefix, @U64 long equal, @U64 long matched) {}

    @OuterMap(inner = Bitmap.class, maxEntries = 64)
    record Exact(@U16 int version, @Pad(2) @U32 long event) {}

    @OuterMap(inner = Uid.class, maxEntries = 64)
    record Uids(@U16 int version) {}

    @OuterMap(inner = Comm.class, maxEntries = 64)
    record Comms(@U16 int version) {}

    @OuterMap(inner = Config.class, maxEntries = 64)
    record Configs(@U16 int version) {}

    @OuterMap(inner = Prefix.class, maxEntries = 64)
    record Prefixes(@U16 int version, @Pad(2) @U32 long event) {}
}
