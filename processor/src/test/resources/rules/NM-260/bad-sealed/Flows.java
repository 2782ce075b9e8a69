@BpfObject
interface Flows {
    /** For Java alone. */
    sealed interface Shape {
        @Union.Case(1)
//      ^ NM-260 Point
        record Point(int x, int y) implements Shape {}
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, Shape.Point point) {}
}
