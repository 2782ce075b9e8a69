    @OuterMap(inner = Flow.class, maxEntries = 4, innerMaxEntries = 0)
//                                                                  ^ NM-351 customer ... 0 ... at least 1 ... remove innerMaxEntries, or use a number
    record Customer(@U32 long id) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, innerMaxEntries = -1)
//                                                                  ^ NM-351 site ... -1
    record Site(@U32 long id) {}

    @InnerMap(type = MapType.CGRP_STORAGE)
    record Budget(@U64 long left) {}

    @OuterMap(inner = Budget.class, maxEntries = 4, innerMaxEntries = -2)
//                                                                    ^ NM-351 budgets ... -2 ... 0 for a CGRP_STORAGE ... remove
    record Budgets(@U32 long id) {}
