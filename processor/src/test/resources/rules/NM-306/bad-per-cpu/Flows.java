@BpfObject
interface Flows {
    record Big0(long a, long b, long c, long d, long e, long f, long g, long h) {}

    record Big1(Big0 a, Big0 b, Big0 c, Big0 d, Big0 e, Big0 f, Big0 g, Big0 h) {}

    record Big2(Big1 a, Big1 b, Big1 c, Big1 d, Big1 e, Big1 f, Big1 g, Big1 h) {}

    record Big3(Big2 a, Big2 b, Big2 c, Big2 d, Big2 e, Big2 f, Big2 g, Big2 h) {}

    @InnerMap(type = MapType.PERCPU_ARRAY, maxEntries = 1)
    record Flow(@Key @U32 int id, Big3 big, byte more) {}
//  ^ NM-306 flow_map ... 32776
}
