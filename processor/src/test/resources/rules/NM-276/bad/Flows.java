@BpfObject
interface Flows {
    @Variables
    @SpinLock
//  ^ NM-276 @SpinLock ... Stats ... ENOTSUPP
    record Stats(@U64 long packets, @U64 long bytes) {}

    @Constants
    @Timer
//  ^ NM-276 @Timer ... Rate
    record Rate(@U32 long rate) {}
}
