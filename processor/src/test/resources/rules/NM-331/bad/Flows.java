@BpfObject
interface Flows {
    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "acme.tenant")
//                                                      ^ NM-331 tenant ... "acme.tenant"
    record Tenant(@U32 long id) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "../tenant")
//                                                      ^ NM-331 customer ... "../tenant"
    record Customer(@U32 long id) {}

    @BpfMap(maxEntries = 4, pin = Names.MOST + "f")
//                                           ^ NM-331 long_name
    record LongName(@Key int id, @U64 long packets) {}

    @BpfMap(maxEntries = 4, pin = "/sys/fs/bpf/")
//                                ^ NM-331 total ... "/sys/fs/bpf/"
    record Total(@Key int id, @U64 long packets) {}
}

/** Names of many characters. */
interface Names {
    String TEN = "abcdefghij";
    String FORTY = TEN + TEN + TEN + TEN;
    String MOST = FORTY + FORTY + FORTY + FORTY + FORTY + TEN + TEN + TEN + "ab";
}
