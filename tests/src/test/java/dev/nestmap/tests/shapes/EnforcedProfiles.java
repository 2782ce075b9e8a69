/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.types.ByteString;

/** vArmor: rules of files and of networks by mount namespace. */
@BpfObject
@SuppressWarnings("ArrayRecordComponent") // values contain arrays
interface EnforcedProfiles {
    record Pattern(
            @U32 long flags,
            @Size(64) ByteString prefix,
            @Size(64) ByteString suffix) {}

    record Ports(
            @Size(16) ByteString address,
            @Size(16) ByteString mask,
            @U16 int first,
            @U16 int last,
            @U16 @Size(16) int[] ports) {}

    record Bits(@U64 long domains, @U64 long types, @U64 long protocols) {}

    @InnerMap(maxEntries = 64)
    record FileRule(
            @Key @U32 long index, @U32 long mode, @U32 long permissions, Pattern pattern) {}

    @InnerMap(maxEntries = 64)
    record NetRule(
            @Key @U32 long index, @U32 long mode, @U32 long flags, Bits bits, Ports ports) {}

    @OuterMap(inner = FileRule.class, maxEntries = 256)
    record Files(@U32 long mntNs) {}

    @OuterMap(inner = NetRule.class, maxEntries = 256)
    record Nets(@U32 long mntNs) {}
}
