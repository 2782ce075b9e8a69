import dev.nestmap.types.*;
import java.net.Inet4Address;
import java.time.*;
import java.util.Set;

    record Pair(int first, int second) {}

    enum State { NEW }

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key @U64 int id,
//                        ^ NM-205 __u64 has 64 bits ... int has 32 ... @U64 long
            @Size(2) @Pointer("void") LongList pointers,
//                                             ^ NM-205 address of a pointer is a long
            @U32 short wide,
//                     ^ NM-205 @U32 long
            @Be16 byte port,
//                     ^ NM-205 @Be16 int
            @Size(2) @U64 IntList list,
//                                ^ NM-205 IntList ... __u64 has 64 bits ... int has 32 ... @U64 LongList
            @Size(2) @U128 LongList wider,
//                                  ^ NM-205 @U128 BigInteger[]
            @Size({2, 3}) @U32 short[][] rows,
//                                       ^ NM-205 Flow.rows ... short[][] ... __u32 has 32 bits ... short has 16 ... @U32 long[][]
            @U8 boolean flag,
//                      ^ NM-205 @U8 ... Flow.flag ... boolean
            @Be32 Inet4Address address,
//                             ^ NM-205 Inet4Address ... __be32
            @U64 Pair pair,
//                    ^ NM-205 struct in C
            @U128 @Unit(CTimeUnit.NANOS) Duration age,
//                                                ^ NM-205 @U128 ... Flow.age ... java.time.Duration ... 128 bits ... narrower
            @Size(2) @S128 @Unit(CTimeUnit.NANOS) Instant[] times,
//                                                          ^ NM-205 @S128 ... Flow.times ... java.time.Instant[] ... 128 bits
            @U128 State state,
//                      ^ NM-205 @U128 ... Flow.state ... State ... 128 bits
            @S128 Set<State> states) {}
//                           ^ NM-205 @S128 ... Flow.states ... Set<com.acme.Flows.State> ... 128 bits
