@BpfObject
interface Flows {
    enum Xdp {
        PASS,
//      ^ NM-402 enumerator ... XDP_PASS
        LATER
    }

    enum Ipv6 {
        OTHER
//      ^ NM-402 enumerator ... IPV6_OTHER
    }

    enum Sk {
        PASS,
//      ^ NM-402 enumerator ... SK_PASS
        LATER
    }

    enum Tri {
        @Name("OWN_NO")
        NO,
        YES
//      ^ NM-402 enumerator ... TRI_YES
    }

    @BpfMap(maxEntries = 1024)
    record Flow(@Key @U32 long id, Xdp xdp, Ipv6 ipv6, Sk sk, Tri tri) {}
}
