import dev.nestmap.types.Untagged;

    sealed interface Plain {
//         ^ NM-250 Plain ... it has no @Union
        record One(int one) implements Plain {}
    }

    @Union
    interface Open {}
//  ^ NM-250 sealed

    @Union
    sealed interface Deep {
        record Leaf(int leaf) implements Deep {}

        sealed interface Deeper extends Deep {}
//             ^ NM-250 Deep ... permits Deeper ... not a record

        record Under(int under) implements Deeper {}
    }

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key int id,
            Untagged<Plain> plain,
            Untagged<Open> open,
            Untagged<Deep> deep,
            Untagged<String> text) {}
//                           ^ NM-250 Untagged ... @Union
