    @BpfMap(maxEntries = 16)
    record BpfMapLookupElem(@Key int id, int value) {}
//  ^ NM-402 C name "bpf_map_lookup_elem"

    @BpfMap(type = MapType.RINGBUF, maxEntries = 4096)
    record BpfRingbuf(int value) {}
//  ^ NM-402 C name "bpf_ringbuf_reserve"
//  ^ NM-402 C name "bpf_ringbuf_output"
