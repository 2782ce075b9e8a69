    @Union
    sealed interface Plain {
        record One(int one) implements Plain {}
    }

    @Union(discriminator = "kind")
    sealed interface Tagged {
        @Union.Case(1)
        record One(Tagged.Part part) implements Tagged {}

        record Part(int one, int two) {}
    }

    @Union
    sealed interface Around {
        record Only(Tagged tagged) implements Around {}
//                         ^ NM-251 single component
    }

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key Tagged key,
//                      ^ NM-251 key ... value struct
            int kind,
            Plain plain,
//                ^ NM-251 Plain ... Untagged<Plain>
            @Size(2) Tagged[] several,
//                            ^ NM-251 elements
            dev.nestmap.types.Untagged<Around> around) {}

    @BpfMap(maxEntries = 16)
    record Alone(@Key int kind, Tagged tagged) {}
//                                     ^ NM-251 single component
