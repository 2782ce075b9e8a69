    record Ports(
            @Be16 short source,
//                      ^ NM-506 source ... @Be16 short ... 32768 ... use int ... Short.toUnsignedInt
            @U8 byte protocol) {}
//                   ^ NM-506 protocol ... @U8 byte ... 128 ... use int ... Byte.toUnsignedInt

    @InnerMap(maxEntries = 64)
    record Flow(@Key Ports ports, @U32 int packets) {}
//                                         ^ NM-506 packets ... @U32 int ... 2147483648 ... use long ... Integer.toUnsignedLong

    @OuterMap(inner = Flow.class, maxEntries = 64)
    record Tenant(@U32 int id) {}
