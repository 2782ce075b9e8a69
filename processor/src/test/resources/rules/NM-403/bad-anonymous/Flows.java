    record Pair(int first, int second) {}

    @Union
    sealed interface Either {
        @Anonymous
        record One(int one, int two) implements Either {}

        record Two(int number) implements Either {}
//      ^ NM-403 member Two ... two ... member One
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int first, @Anonymous Pair pair, int second, @Anonymous dev.nestmap.types.Untagged<Either> either) {}
//                                                      ^ NM-403 component pair ... first ... component first
//                                                                ^ NM-403 component second ... second
