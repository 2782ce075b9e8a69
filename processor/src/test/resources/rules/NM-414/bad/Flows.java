@BpfObject
interface Flows {
    @Slot(key = 0, name = "gold")
//  ^ NM-414 @Slot ... Tenant
    @BpfMap(maxEntries = 8)
    record Tenant(@Key @U32 long id, @U64 long packets) {}

    @Slot(name = "*")
//  ^ NM-414 @Slot ... Total
    @InnerMap(maxEntries = 8)
    record Total(@Key @U32 long id, @U64 long packets) {}
}
