/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.Anonymous;
import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.Be32;
import dev.nestmap.annotations.Bits;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.EnumValue;
import dev.nestmap.annotations.External;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Packed;
import dev.nestmap.annotations.S16;
import dev.nestmap.annotations.S32;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.annotations.Union;
import dev.nestmap.types.MacAddress;
import dev.nestmap.types.Untagged;
import java.net.Inet4Address;

/** Types of the kernel's user-space headers, and of a header of the project itself. */
@BpfObject(prefix = "ours_")
@SuppressWarnings("ArrayRecordComponent") // arrays are the subject of the test
interface ExternalTypes {
    @External(header = "linux/if_ether.h")
    @Name("ethhdr")
    @Packed
    record Ethernet(
            @Name("h_dest") MacAddress destination,
            @Name("h_source") MacAddress source,
            @Name("h_proto") @Be16 int protocol) {}

    /** In C, the last two components are in a union of two structs, which {@code __struct_group} declares. */
    @External(header = "linux/ip.h")
    @Name("iphdr")
    record Ipv4(
            @U8 @Bits(4) int ihl,
            @U8 @Bits(4) int version,
            @U8 int tos,
            @Be16 int totLen,
            @Be16 int id,
            @Be16 int fragOff,
            @U8 int ttl,
            @U8 int protocol,
            @U16 int check,
            Inet4Address saddr,
            Inet4Address daddr) {}

    @External(header = "linux/bpf.h")
    @Name("bpf_flow_keys")
    record FlowKeys(
            @U16 int nhoff,
            @U16 int thoff,
            @U16 int addrProto,
            @U8 int isFrag,
            @U8 int isFirstFrag,
            @U8 int isEncap,
            @U8 int ipProto,
            @Be16 int nProto,
            @Be16 int sport,
            @Be16 int dport,
            @Anonymous Untagged<Addresses> addresses,
            @U32 long flags,
            @Be32 long flowLabel) {}

    @Union
    sealed interface Addresses {
        @Anonymous
        record V4(Inet4Address ipv4Src, Inet4Address ipv4Dst) implements Addresses {}

        @Anonymous
        record V6(
                @Size(4) @U32 long[] ipv6Src, @Size(4) @U32 long[] ipv6Dst) implements Addresses {}
    }

    /** Some of the enum's constants. */
    @External(header = "linux/bpf.h")
    @Name("xdp_action")
    enum Action {
        @EnumValue(1)
        @Name("XDP_DROP")
        DROP,
        @EnumValue(2)
        @Name("XDP_PASS")
        PASS
    }

    @External(header = "my_types.h")
    enum MyMode {
        @EnumValue(0)
        OFF,
        @EnumValue(4)
        ON,
        @EnumValue(5)
        LATER
    }

    @External(header = "my_types.h")
    @Packed
    record MyPoint(@S16 short x, @S16 short y) {}

    /** An enum of 1 byte. */
    @External(header = "my_types.h")
    @U8
    enum MyKind {
        NONE,
        SOME,
        @Name("MY_KIND_LAST")
        MOST
    }

    /** A struct with pointers, which Java sees as addresses. */
    @External(header = "my_types.h")
    record MyNode(@U64 long next, @Size(2) @U64 long[] others, MyKind kind) {}

    /** A type without a tag in C. */
    record Window(@U16 int low, @S16 short high) {}

    /** A union without a tag in C. */
    @Union
    sealed interface Id {
        @Name("number")
        record Whole(@U32 long number) implements Id {}

        record Ports(@Size(2) @Be16 int[] ports) implements Id {}
    }

    @External(header = "my_types.h")
    @Name("my_limits")
    record Limits(
            @U32 long rate,
            @Size(2) Window[] window,
            MyMode mode,
            boolean on,
            @Size(7) String name,
            @U64 @Bits(40) long wide,
            @U64 @Bits(24) long rest,
            @S32 @Bits(5) int delta,
            @Bits(1) boolean seen,
            Untagged<Id> id,
            @Size(3) MyPoint[] points) {}

    /** A struct of this project that contains external types. */
    record Packet(Ethernet ethernet, @U16 int length, Ipv4 ip) {}

    @InnerMap(maxEntries = 16)
    record Flow(@Key Packet packet, FlowKeys keys, Limits limits, Action action, MyNode node) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "tenant", pinInners = false)
    record Tenant(@U32 long id) {}

    @BpfMap(maxEntries = 4, pin = "verdict")
    record Verdict(@Key @U32 long id, Ipv4 header, Action action) {}
}
