@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Loads(@Key int id, int value) {}

    @BpfMap(maxEntries = 16)
    record Classes(@Key int id, int value) {}

    @Name("close")
    @BpfMap(maxEntries = 16)
    record Shut(@Key int id, int value) {}

    /** Somebody else may have chosen the names in C. The methods are closeMap() and classMap(). */
    @InnerMap(maxEntries = 16, instances = {"wait", "class"})
    record Kind(@Key int id, int value) {}
}
