@BpfType
// ^1 NM-105 Flow ... @InnerMap ... @BpfType
@InnerMap(maxEntries = 16)
record Flow(@Key @U32 long id, @U64 long packets) {}
