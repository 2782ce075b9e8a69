@BpfObject
interface Flows {
    enum Kind {
        PARSE,
        DROP
    }

    @Slot(name = "on_*")
    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 4)
    record Stage(@Key Kind kind) {}

    @Slot(key = 3, name = "last")
    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 4)
    record Further(@Key @U32 long index) {}
}
