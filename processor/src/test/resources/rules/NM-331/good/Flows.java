@BpfObject
interface Flows {
    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "acme/by-tenant")
    record Tenant(@U32 long id) {}

    @BpfMap(maxEntries = 4, pin = Names.MOST)
    record LongName(@Key int id, @U64 long packets) {}

    @BpfMap(maxEntries = 4, pin = "/sys/fs/bpf/acme/total")
    record Total(@Key int id, @U64 long packets) {}
}

/** Names of many characters. */
interface Names {
    String TEN = "abcdefghij";
    String FORTY = TEN + TEN + TEN + TEN;
    String MOST = FORTY + FORTY + FORTY + FORTY + FORTY + TEN + TEN + TEN + "ab";
}
