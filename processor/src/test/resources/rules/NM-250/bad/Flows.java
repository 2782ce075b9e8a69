import dev.nestmap.types.Untagged;

    sealed interface Plain {
//         ^ NM-250 Plain ... it has no @Union
        @Union.Case(1)
        record One(int one) implements Plain {}
    }

    @Union
    interface Open {}
//  ^ NM-250 sealed

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key int id,
            Plain plain,
            Open open,
            Untagged<String> text) {}
//                           ^ NM-250 Untagged ... @Union
