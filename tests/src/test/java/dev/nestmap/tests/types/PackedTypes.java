/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.Align;
import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.Bits;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Packed;
import dev.nestmap.annotations.Pad;
import dev.nestmap.annotations.S128;
import dev.nestmap.annotations.S16;
import dev.nestmap.annotations.U128;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import java.math.BigInteger;
import java.net.Inet4Address;

/** Types as in connection trackers: packed tuples of 14 bytes, and flags in bit-fields. */
@BpfObject
interface PackedTypes {
    enum Mode {
        OFF,
        ON,
        AUTO
    }

    @Packed
    record Tuple(
            Inet4Address source,
            Inet4Address destination,
            @Be16 int sourcePort,
            @Be16 int destinationPort,
            @U8 int protocol,
            @U8 int flags) {}

    @InnerMap(maxEntries = 16)
    @Align(32)
    record Connection(
            @Key Tuple key,
            @U64 long packets,
            @U16 @Bits(1) int closing,
            @Bits(1) boolean seen,
            @U16 @Bits(11) int rest,
            @Bits(3) Mode mode,
            @S16 @Bits(5) int delta,
            @Pad(bits = 3) @U64 @Bits(40) long wide,
            @Pad(3) @U8 int after,
            @U128 BigInteger total,
            @S128 BigInteger balance,
            @Align(16) @U32 long aligned) {}

    @OuterMap(inner = Connection.class, maxEntries = 4)
    record Cluster(@U32 long id) {}
}
