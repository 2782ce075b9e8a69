    enum Direction { SENT, @Was("SENT") RECEIVED, @Was(value = "OLD", unit = CTimeUnit.NANOS) OTHER }
//                         ^ NM-290 @Was ... RECEIVED ... this version has SENT ... remove
//                                                ^ NM-290 @Was ... OTHER ... a constant has no unit ... remove the unit

    @Removed("bytes")
//  ^ NM-290 @Removed ... Flow ... this version has bytes ... remove
    @InnerMap(maxEntries = 64)
    record Flow(
            @Key @U32 long id,
            @Was("octets") @U64 long bytes,
            @Was("octets") @U64 long more,
//          ^ NM-290 @Was ... more ... this version has octets, or another annotation for it
            @Was({"the size", ""}) @U64 long size,
//          ^ NM-290 @Was ... size ... "the size" is no name ... write the earlier name
//          ^ NM-290 @Was ... size ... "" is no name
            @Was @U64 long none,
//          ^ NM-290 @Was ... none ... it has 0 units and no name ... write the earlier names, or one unit
            @Was(unit = CTimeUnit.NANOS) @U64 long busy,
//          ^ NM-290 @Was ... busy ... only a Duration or an Instant has a unit ... remove the unit
            Direction direction) {}

    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Tenant(@Was("number") @U32 long id) {}
//                ^ NM-290 @Was ... id ... keys of an outer map are not converted ... remove the annotation
