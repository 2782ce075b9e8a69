    enum XdpAction {
//  ^ NM-402 tag ... "xdp_action"
        PASS,
        DROP
    }

    record XdpMd(@U32 long data, @U32 long end) {}
//  ^ NM-402 tag ... "xdp_md"

    @BpfMap(maxEntries = 16)
    record BpfSock(@Key int id, XdpMd packet, XdpAction action) {}
//  ^ NM-402 tag ... "bpf_sock"
