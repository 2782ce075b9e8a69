@BpfObject
interface Flows {
    @Constants
    record Log(@U32 long level, @U32 long port) {}
//  ^ NM-402 variable ... log

    @Variables
    record Index(@U64 long next) {}
//  ^ NM-402 variable ... index
}
