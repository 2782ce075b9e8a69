@BpfObject("flows")
//         ^ NM-404 com.acme.Second ... com.acme.First ... flows
interface Second {
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}
}
