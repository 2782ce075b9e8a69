@BpfObject("tenant_flows")
interface Flows {
    enum State {
        NEU
    }

    @Name("second")
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, @U64 long packets, State zustand) {}

    @Name("strasse")
    @BpfMap(maxEntries = 16)
    record Straße(@Key int schlüssel, @U64 long zähler) {}
}
