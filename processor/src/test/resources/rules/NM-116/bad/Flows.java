    @BpfMap(maxEntries = 16)
    record Flow(@Key SharedKey key, @U64 long packets) {}
//                             ^ NM-116 SharedKey ... [NM-201] ... SharedKey.weight ... float
