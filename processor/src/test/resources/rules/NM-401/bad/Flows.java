@BpfObject("tenant flows")
//         ^ NM-401 header ... tenant flows
interface Flows {
    enum State {
        NEÜ
//      ^ NM-401 enumerator ... "STATE_NEÜ"
    }

    @Name("2nd")
//        ^ NM-401 C ... "2nd"
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, @U64 long packets, State zustand) {}

    @BpfMap(maxEntries = 16)
    record Straße(@Key int id, @U64 long zähler, int $dollar) {}
//  ^ NM-401 no digit first ... set the C name with @Name
//                                       ^ NM-401 field ... "zähler"
//                                                   ^ NM-401 field ... "$dollar"
}
