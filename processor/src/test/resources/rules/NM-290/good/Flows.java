    enum Direction { SENT, @Was({"RECV", "IN"}) RECEIVED }

    @Removed({"small", "large"})
    @InnerMap(maxEntries = 64)
    record Flow(
            @Was("number") @Key @U32 long id,
            @Was("octets") @U64 long bytes,
            @Was(unit = CTimeUnit.SECONDS) @Unit(CTimeUnit.SECONDS) java.time.Duration busy,
            @Omittable @U64 long drops,
            Direction direction) {}

    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Tenant(@U32 long id) {}
