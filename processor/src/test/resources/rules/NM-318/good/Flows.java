@BpfObject
interface Flows {
    @BpfMap(type = MapType.SK_STORAGE)
    record Session(@U64 long packets) {}

    @InnerMap(type = MapType.CGRP_STORAGE)
    record Budget(@U64 long id, @U64 long left) {}
}
