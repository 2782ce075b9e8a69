@BpfObject
interface Flows {
    @BpfMap(type = MapType.RINGBUF, sizedAtLoad = true)
    record Event(@Size(2000000000) byte[] first, @Size(2000000000) byte[] second) {}
//  ^ NM-212 Event ... 4000000000
}
