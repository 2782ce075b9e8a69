package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.MacAddress;

/** Types that exist in C already. */
@BpfObject(prefix = "acme_")
interface Frames {
    @External(header = "linux/if_ether.h")
    @Name("ethhdr")
    @Packed
    record Ethernet(
            @Name("h_dest") MacAddress destination,
            @Name("h_source") MacAddress source,
            @Name("h_proto") @Be16 int protocol) {}

    @External(header = "acme/link.h")
    enum Mode {
        @EnumValue(1)
        HALF,
        @EnumValue(2)
        FULL
    }

    record Window(@U16 int low, @S16 short high) {}

    @External(header = "acme/link.h")
    record Link(
            Mode mode,
            @Size(2) Window[] windows,
            @U8 @Bits(3) int lanes,
            @Bits(1) boolean up,
            @S16 @Bits(5) int trim,
            boolean known) {}

    @InnerMap(maxEntries = 16)
    record Frame(@Key Ethernet header, @U64 long count, Link link) {}

    @OuterMap(inner = Frame.class, maxEntries = 4)
    record Port(@U32 long number) {}
}
