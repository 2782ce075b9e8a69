    @Union
    sealed interface Rate {
        record Limited(int packets) implements Rate {}

        record Free() implements Rate {}
//      ^ NM-203 Free
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, dev.nestmap.types.Untagged<Rate> rate) {}
