@BpfObject
interface Flows {
    @External(header = "my_types.h")
//  ^ NM-219 variable
    @Constants
    record Config(@U32 long rate, @U32 long port) {}
}
