    @BpfMap(type = MapType.SK_STORAGE, maxEntries = 64)
//                                                  ^ NM-317 0
    record Session(@U64 long packets) {}

    @InnerMap(type = MapType.TASK_STORAGE, maxEntries = -1)
//                                                      ^ NM-317 job_map ... -1
    record Job(@U64 long runs) {}

    @InnerMap(type = MapType.CGRP_STORAGE)
    record Budget(@U64 long left) {}

    @OuterMap(inner = Budget.class, maxEntries = 4, innerMaxEntries = 16)
//                                                                    ^ NM-317 budget_map_16 ... 16
    record Tenant(@U32 long id) {}
