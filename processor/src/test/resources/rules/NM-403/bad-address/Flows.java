import dev.nestmap.types.Ipv4Prefix;
import java.net.Inet6Address;

    @BpfMap(maxEntries = 16)
    record In6Addr(@Key Inet6Address address, int first, int second) {}
//  ^ NM-403 struct in6_addr (com.acme.Flows.In6Addr) ... in6_addr ... struct in6_addr of linux/in6.h

    @Name("ipv4_prefix")
//        ^ NM-403 struct ipv4_prefix (com.acme.Flows.Range) ... struct ipv4_prefix of dev.nestmap.types
    record Range(@U32 long first, @U32 long last) {}

    @BpfMap(maxEntries = 16)
    record Network(@Key Range range, Ipv4Prefix prefix) {}
