    @Packed
//  ^ NM-233 @Packed ... Count ... single component
    @Align(64)
//  ^ NM-233 separate record
    @BpfMap(maxEntries = 16)
    record Count(@Key int id, long packets) {}

    @Pad(4)
//  ^ NM-233 no value struct
    @BpfMap(maxEntries = 16)
    record Blocked(@Key int id) {}

    @Packed
//  ^ NM-233 single component
    @OuterMap(inner = Inner.class, maxEntries = 4)
    record Outer(int id) {}

    @Pad(8)
//  ^ NM-233 union Word ... largest member
    @Union
    sealed interface Word {
        record Whole(long whole) implements Word {}
    }

    @Packed
//  ^ NM-233 enum State ... width
    enum State { IDLE, BUSY }

    @Anonymous
//  ^ NM-233 record Pair ... member of a union ... component
    record Pair(int first, int second) {}

    @BpfMap(maxEntries = 16)
    record WithPair(@Key int id, State state, Pair pair) {}

    record Words(dev.nestmap.types.Untagged<Word> word, int more) {}

    @BpfMap(maxEntries = 16)
    record WithWords(@Key int id, Words words) {}

    @InnerMap(maxEntries = 4)
    record Inner(@Key int id, int value, @Bits(5) int few) {}
