    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}

    @Name("flow")
//        ^ NM-403
    @BpfMap(maxEntries = 16)
    record Other(@Key int id, int value) {}
