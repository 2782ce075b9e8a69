package com.acme;

import dev.nestmap.annotations.*;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Odd(
            @Key int id,
            float f,
//                ^ NM-201 component Odd.f of type float can't become a C field: BPF programs have no floating point
            double d,
//                 ^ NM-201
            Float boxedFloat,
//                ^ NM-201
            Double boxedDouble,
//                 ^ NM-201
            char c,
//               ^ NM-201 @U16 int
            Character boxedChar,
//                    ^ NM-201
            Boolean flag,
//                  ^ NM-201 use boolean
            Byte b,
//               ^ NM-201 use byte
            Short s,
//                ^ NM-201 use short
            Integer i,
//                  ^ NM-201 C has no null; use int
            Long l,
//               ^ NM-201 use long
            BigInteger big,
//                     ^ NM-201
            CharSequence text,
//                       ^ NM-201 String with @Size
            List<Integer> list,
//                        ^ NM-201 use IntList with @Size, or one inner map for each
            List<Duration> list2,
//                         ^ NM-201 use an array with @Size, or one inner map for each
            @SuppressWarnings("rawtypes") List list3,
//                                             ^ NM-201 use an array with @Size
            ArrayList<? extends Long> list4,
//                                    ^ NM-201 use an array with @Size
            Set<Short> set,
//                     ^ NM-201 use an array with @Size
            Map<Integer, Long> map,
//                             ^ NM-201 one inner map for each
            Optional<Flow> maybe,
//                         ^ NM-201
            Object object,
//                 ^ NM-201 a record
            Runnable runnable,
//                   ^ NM-201
            InetAddress address) {}
//                      ^ NM-201 java.net.Inet4Address or Inet6Address

    record Ports(
            @Size(2) List<Long> longs,
//                              ^ NM-201 use LongList with @Size
            List<Short> shorts,
//                      ^ NM-201 use @S16 IntList with @Size
            ArrayList<Byte> bytes) {}
//                          ^ NM-201 use ByteString with @Size

    @BpfMap(maxEntries = 16)
    record Several(@Key Ports ports, int count) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key Long id, @U64 long packets) {}
//                        ^ NM-201 component Flow.id of type java.lang.Long can't become a C field
}
