    enum State {
        TIME_WAIT,
        TimeWait
//      ^ NM-403 constant TimeWait ... STATE_TIME_WAIT
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int sourcePort, int source_port, State state) {}
//                                               ^ NM-403 component source_port ... source_port ... component sourcePort
