    @BpfMap(maxEntries = 16)
    record Flow(@Key Other.OtherKey key, Other.State state) {}
//                                  ^ NM-113 OtherKey ... Other
//                                                   ^ NM-113 State ... Other

    @OuterMap(maxEntries = 16, inner = Other.Counter.class)
//                                                  ^ NM-113 Counter ... Other
    record Tenant(@U32 long id) {}
