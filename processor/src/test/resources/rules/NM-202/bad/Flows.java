@BpfObject
interface Flows {
    record Node(@U32 long id, Node next) {}
//                                 ^ NM-202 Node ... next

    record Left(Right right) {}

    record Right(Left left) {}
//                    ^ NM-202 Left ... left

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Node node, Left left) {}

    @BpfMap(maxEntries = 16)
    record Map(@Key @U32 long id, Map further) {}
//                                    ^ NM-202 Map ... further
}
