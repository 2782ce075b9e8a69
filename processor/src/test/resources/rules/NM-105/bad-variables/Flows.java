    @BpfMap(maxEntries = 16)
    @Variables
//  ^ NM-105 Flow ... @BpfMap ... @Variables
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @Constants
    @Variables
//  ^ NM-105 Config ... @Constants ... @Variables
    record Config(@U32 long rate, @U32 long port) {}

    @Constants
    @BpfType
//  ^ NM-105 Options ... @Constants ... @BpfType
    record Options(@U32 long rate, @U32 long port) {}
