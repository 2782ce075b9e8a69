@BpfObject
interface Flows {
    @Constants
    @Name("fallback")
    record Default(@U32 long rate, @U32 long port) {}
//  ^ NM-405 Default ... default()

    @Constants
    @Name("rate")
    record Rate(@U32 long rate) {}

    @Constants
    @Name("Rate")
    record Rates(@U32 long rates) {}
//  ^ NM-405 Rates ... RATE_CODEC ... Rate

    @Variables
    record Programs(@U64 long loaded) {}
//  ^ NM-405 Programs ... programs()
}
