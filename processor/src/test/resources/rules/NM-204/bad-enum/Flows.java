@BpfObject
interface Flows {
    @U8
    @U16
    enum Kind {
//  ^ NM-204 enum Kind has both @U8 and @U16
        NEW,
        OLD
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Kind kind) {}
}
