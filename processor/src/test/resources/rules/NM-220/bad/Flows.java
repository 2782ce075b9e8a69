    record Name(
            @Size(value = 16, truncate = true) String text) {}
//                                                    ^ NM-220 Name.text

    @Union(discriminator = "kind")
    sealed interface Subject {
        @Union.Case(0)
        record Named(Name name) implements Subject {}

        @Union.Case(1)
        record Numbered(int number) implements Subject {}
    }

    record Topic(int kind, Subject subject) {}

    @InnerMap(maxEntries = 16)
    record Flow(@Key Topic topic, int count) {}

    @OuterMap(inner = Flow.class, maxEntries = 16)
    record Outer(
            int id,
            @Size(value = 8, truncate = true) String name) {}
//                                                   ^ NM-220 truncate
