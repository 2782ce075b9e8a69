import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

    @BpfMap(maxEntries = 16)
    record Odd(
            @Key int id,
            float f,
//                ^ NM-201 Odd.f ... float ... floating point
            double count,
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
//                  ^ NM-201 boolean
            Byte b,
//               ^ NM-201 byte
            Short s,
//                ^ NM-201 short
            Integer i,
//                  ^ NM-201 null ... int
            Long hits,
//               ^ NM-201 long
            BigInteger big,
//                     ^ NM-201
            CharSequence text,
//                       ^ NM-201 String with @Size
            List<Integer> packets,
//                        ^ NM-201 IntList with @Size ... inner map
            List<Duration> list2,
//                         ^ NM-201 array with @Size ... inner map
            @SuppressWarnings("rawtypes") List list3,
//                                             ^ NM-201 array with @Size
            ArrayList<? extends Long> list4,
//                                    ^ NM-201 array with @Size
            Set<Short> set,
//                     ^ NM-201 array with @Size
            Map<Integer, Long> map,
//                             ^ NM-201 inner map
            Optional<Flow> maybe,
//                         ^ NM-201
            Object object,
//                 ^ NM-201 record
            Runnable runnable,
//                   ^ NM-201
            InetAddress address,
//                      ^ NM-201 java.net.Inet4Address ... Inet6Address
            Either either,
//                 ^ NM-201 use Untagged<Either>
            Sealed sealed,
//                 ^ NM-201 use Untagged<Sealed>, and put @Union on it
            @Size(2) Either[] several) {}
//                            ^ NM-201 use Untagged<Either>

    @Union
    sealed interface Either {
        record One(int one) implements Either {}
    }

    sealed interface Sealed {
        record One(int one) implements Sealed {}
    }

    record Ports(
            @Size(2) List<Long> longs,
//                              ^ NM-201 LongList with @Size
            List<Short> shorts,
//                      ^ NM-201 @S16 IntList with @Size
            ArrayList<Byte> bytes) {}
//                          ^ NM-201 ByteString with @Size

    @BpfMap(maxEntries = 16)
    record Several(@Key Ports ports, int count) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key Long id, @U64 long packets) {}
//                        ^ NM-201 Flow.id ... java.lang.Long
