@BpfObject
interface Flows {
    record Big0(long a, long b, long c, long d, long e, long f, long g, long h) {}

    record Big1(Big0 a, Big0 b, Big0 c, Big0 d, Big0 e, Big0 f, Big0 g, Big0 h) {}

    record Big2(Big1 a, Big1 b, Big1 c, Big1 d, Big1 e, Big1 f, Big1 g, Big1 h) {}

    record Big3(Big2 a, Big2 b, Big2 c, Big2 d, Big2 e, Big2 f, Big2 g, Big2 h) {}

    record Big4(Big3 a, Big3 b, Big3 c, Big3 d, Big3 e, Big3 f, Big3 g, Big3 h) {}

    record Big5(Big4 a, Big4 b, Big4 c, Big4 d, Big4 e, Big4 f, Big4 g, Big4 h) {}

    record Big6(Big5 a, Big5 b, Big5 c, Big5 d, Big5 e, Big5 f, Big5 g, Big5 h) {}

    record Big7(Big6 a, Big6 b, Big6 c, Big6 d, Big6 e, Big6 f, Big6 g, Big6 h) {}

    record Big8(Big7 a, Big7 b, Big7 c, Big7 d, Big7 e, Big7 f, Big7 g, Big7 h) {}

    record Big9(Big8 a, Big8 b, Big8 c, Big8 d, Big8 e, Big8 f, Big8 g, Big8 h) {}

    @BpfMap(type = MapType.ARRAY, maxEntries = 1)
    record Flow(@Key @U32 int id, Big9 big) {}
//                                     ^ NM-306 flow ... 8589934592
}
