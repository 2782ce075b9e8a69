    @BpfMap(maxEntries = 16)
    record Flow(@Key com.acme.first.FlowKey key, com.acme.second.FlowKey value) {}
//                                                                       ^ NM-403 com.acme.second.FlowKey ... flow_key ... com.acme.first.FlowKey
