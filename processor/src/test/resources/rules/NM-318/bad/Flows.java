@BpfObject
interface Flows {
    @BpfMap(type = MapType.SK_STORAGE)
    record Session(@Key int socket, @U64 long packets) {}
//                          ^ NM-318 socket ... Session

    @InnerMap(type = MapType.CGRP_STORAGE)
    record Budget(@Key @U64 long id, @U64 long left) {}
//                               ^ NM-318 CGRP_STORAGE

    @BpfMap(type = MapType.TASK_STORAGE)
    record Job(@U64 long runs) {}
}
