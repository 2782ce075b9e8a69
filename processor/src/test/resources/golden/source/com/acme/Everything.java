package com.acme;

import com.acme.net.Direction;
import com.acme.net.Endpoint;
import com.acme.net.Samples;
import dev.nestmap.annotations.*;
import dev.nestmap.annotations.kernel.ListHead;
import dev.nestmap.annotations.kernel.ListNode;
import dev.nestmap.annotations.kernel.SpinLock;
import dev.nestmap.annotations.kernel.Timer;
import dev.nestmap.annotations.kernel.WorkQueue;
import dev.nestmap.types.Untagged;
import java.net.Inet4Address;

/** Everything that the processor supports: a change of what is generated shows in the golden files beside this folder. */
@BpfObject(value = "everything", prefix = "ev_")
public interface Everything {
    /** Each C integer in each Java type that holds it, as bits and as values. */
    record Integers(
            byte ownByte,
            short ownShort,
            int ownInt,
            long ownLong,
            @U8 byte u8Byte,
            @U8 short u8Short,
            @U8 int u8Int,
            @U8 long u8Long,
            @U16 short u16Short,
            @U16 int u16Int,
            @U16 long u16Long,
            @U32 int u32Int,
            @U32 long u32Long,
            @U64 long u64Long,
            @S8 byte s8Byte,
            @S8 short s8Short,
            @S8 int s8Int,
            @S8 long s8Long,
            @S16 short s16Short,
            @S16 int s16Int,
            @S16 long s16Long,
            @S32 int s32Int,
            @S32 long s32Long,
            @S64 long s64Long,
            @Be16 short be16Short,
            @Be16 int be16Int,
            @Be16 long be16Long,
            @Be32 int be32Int,
            @Be32 long be32Long,
            @Be64 long be64Long) {}

    enum Tier {
        FREE,
        PaidMonthly
    }

    /** A negative value makes it signed. */
    enum Verdict {
        @EnumValue(-1)
        DROP,
        @EnumValue(7)
        PASS
    }

    /** A name of its own, and no map that uses it. */
    @Name("ev_report")
    @BpfType
    record Event(@U64 long at, Verdict verdict) {}

    /** An enum in each width, and padding between and after. */
    record Enums(
            Tier plain,
            @U8 Tier u8,
            @Be16 Tier be16,
            @U64 Tier u64,
            Verdict own,
            @S8 Verdict s8,
            @S16 Verdict s16,
            @S64 Verdict s64,
            boolean flag) {}

    /** What the number beside it says, before and behind it. */
    @Union(discriminator = "family")
    sealed interface Address {
        @Union.Case(2)
        record V4(Inet4Address address) implements Address {}

        @Union.Case({10, 11})
        record Halves(@Be64 long high, @Be64 long low) implements Address {}
    }

    /** By a constant of the same name, and by its bytes. */
    @Union(discriminator = "tier")
    sealed interface Price {
        record Free(Untagged<Address> source) implements Price {}

        record PaidMonthly(@U32 long cents) implements Price {}
    }

    record FlowKey(Endpoint source, Endpoint destination, @U8 int protocol) {}

    @InnerMap(maxEntries = 4096)
    record Flow(@Key FlowKey key, @U64 long packets, @U64 long bytes, Direction direction) {}

    @Name("ev_recent_flow")
    @InnerMap(type = MapType.LRU_HASH, maxEntries = 64)
    record Recent(@U64 long at, @Key Inet4Address source, boolean seen) {}

    @InnerMap(type = MapType.ARRAY, maxEntries = 2)
    record PerTier(@Key Tier tier, @U64 long packets) {}

    @InnerMapsOnDemand
    @OuterMap(inner = Flow.class, maxEntries = 64, pin = "acme/tenant")
    record Tenant(@U32 long id) {}

    @Name("ev_tenants_by_level")
    @OuterMap(inner = Recent.class, maxEntries = 64)
    record TenantLevel(@U32 long id, @U8 int level, Tier tier) {}

    @InnerMapsOnDemand(maxPending = 8)
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = PerTier.class, maxEntries = 8)
    record Slot(@U32 int index) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Samples.class, maxEntries = 2)
    record BySample(Tier tier) {}

    @OuterMap(inner = Samples.class, maxEntries = 16)
    record ByEndpoint(Endpoint endpoint) {}

    @BpfMap(maxEntries = 16)
    record Numbers(@Key @Be64 long id, Integers numbers, Enums enums) {}

    @BpfMap(type = MapType.LRU_HASH, maxEntries = 16)
    record Cached(@Key boolean flag, @U16 int one, @Be32 long two, byte three) {}

    @BpfMap(type = MapType.ARRAY, maxEntries = 16)
    record Setting(@Key @S32 int index, Verdict verdict) {}

    @BpfMap(maxEntries = 16)
    record Peer(
            @Key Untagged<Address> id,
            Address address,
            @U8 int family,
            @U8 Tier tier,
            Price price,
            @Size(2) Untagged<Address>[] further) {}

    @BpfMap(maxEntries = 16)
    record Blocked(@Key Endpoint endpoint) {}

    /** What programs put into lists. */
    @ListNode(before = "number")
    @BpfType
    record Item(@U32 long number) {}

    /** What the kernel manages beside the component. */
    @SpinLock
    @Timer(name = "deadline", before = "packets")
    @WorkQueue
    @ListHead(name = "items", contains = Item.class)
    @BpfMap(maxEntries = 16)
    record Guarded(@Key int id, @U64 long packets) {}

    @BpfMap(maxEntries = 16, pin = "/sys/fs/bpf/seen")
    record Seen(@Key @U8 int protocol) {}
}
