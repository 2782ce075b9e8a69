@BpfObject
interface Flows {
    @Union(discriminator = "kind")
    sealed interface Detail {
        @Union.Case(1)
        record Count(@U64 long count) implements Detail {}
    }

    record Missing(int type, Detail detail) {}
//                                  ^ NM-252 Missing.detail ... Detail ... kind

    record Text(@Size(8) String kind, Detail detail) {}
//                                           ^ NM-252 integer ... enum ... boolean

    @BpfMap(maxEntries = 16)
    record Flow(@Key int kind, Missing missing, Text text, Detail detail) {}
//                                                                ^ NM-252 same struct
}
