    record Name(
            @Size(value = 16, truncate = true) String text) {}
//                                                    ^ NM-220 Name.text

    record Topic(int kind, Name subject) {}

    @InnerMap(maxEntries = 16)
    record Flow(@Key Topic topic, int count) {}

    @OuterMap(inner = Flow.class, maxEntries = 16)
    record Outer(
            int id,
            @Size(value = 8, truncate = true) String name) {}
//                                                   ^ NM-220 truncate
