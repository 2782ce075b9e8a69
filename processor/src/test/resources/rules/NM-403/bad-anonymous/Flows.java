    record Pair(int first, int second) {}

    @Union(discriminator = "second")
    sealed interface Either {
        @Anonymous
        @Union.Case(1)
        record One(int one, int two) implements Either {}

        @Union.Case(2)
        record Two(int number) implements Either {}
//      ^ NM-403 member Two ... two ... member One
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int first, @Anonymous Pair pair, int second, @Anonymous Either either) {}
//                                                      ^ NM-403 component pair ... first ... component first
//                                                                ^ NM-403 component second ... second
