    @Align(64)
    record Packets(long packets) {}

    @BpfMap(maxEntries = 16)
    record Count(@Key int id, Packets packets) {}

    @Pad(4)
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, @U8 int protocol, @U32 long packets) {}

    @Packed
    @Align(2)
    @Union
    sealed interface Word {
        record Whole(long whole) implements Word {}

        @Anonymous
        record Halves(int low, int high) implements Word {}
    }

    record Words(dev.nestmap.types.Untagged<Word> word, short more) {}

    @BpfMap(maxEntries = 16)
    record WithWords(@Key int id, Words words) {}

    @Packed
    @OuterMap(inner = Inner.class, maxEntries = 4)
    record Outer(int id, @U8 int level) {}

    @Pad(8)
    @InnerMap(maxEntries = 4)
    record Inner(@Key int id, int value, @Bits(5) int few) {}
