@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 @U16 long id, @Be16 @U16 @S16 int port) {}
//                                  ^ NM-204 Flow.id ... @U32 ... @U16
//                                                          ^ NM-204 Flow.port ... @Be16 ... @U16
}
