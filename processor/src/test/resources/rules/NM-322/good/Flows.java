@BpfObject
interface Flows {
    enum Verdict {
        PASS,
        DROP,
        REDIRECT
    }

    @InnerMap(type = MapType.ARRAY, maxEntries = 3)
    record Count(@Key Verdict verdict, @U64 long packets) {}

    @BpfMap(type = MapType.ARRAY, sizedAtLoad = true)
    record Sized(@Key Verdict verdict, @U64 long packets) {}

    @BpfMap(maxEntries = 2)
    record Hashed(@Key Verdict verdict, @U64 long packets) {}
}
