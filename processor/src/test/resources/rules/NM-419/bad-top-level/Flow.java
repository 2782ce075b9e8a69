@InnerMap(maxEntries = 64, countsLostInserts = true)
//                                             ^ NM-419 flow_map ... top-level
record Flow(@Key @U32 long id, @U64 long packets) {}
