    record Flow(@Key @U32 long id, @U64 long packets) {}

    @BpfMap(maxEntries = 16)
    record Plain(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(maxEntries = 16, inner = Flow.class)
//                                         ^ NM-106 Flow
    record Tenant(@U32 long id) {}

    @OuterMap(maxEntries = 16, inner = Plain.class)
//                                          ^ NM-106 Plain
    record Other(@U32 long id) {}

    @OuterMap(maxEntries = 16, inner = int[].class)
//                                          ^ NM-106 int[]
    record Array(@U32 long id) {}

    @OuterMap(maxEntries = 16, inner = Other.class)
//                                          ^ NM-106 it allows only one level of nesting (EINVAL); name an @InnerMap record
    record Deeper(@U32 long id) {}

    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 16)
    record Stage(@Key @U32 int index) {}

    @OuterMap(maxEntries = 16, inner = Stage.class)
//                                          ^ NM-106 it does not accept a PROG_ARRAY as an inner map; name an @InnerMap record
    record Stages(@U32 long id) {}

    @BpfType
    record Shared(@U32 long id, @U64 long packets) {}

    @OuterMap(maxEntries = 16, inner = Shared.class)
//                                           ^ NM-106 replace @BpfType on Shared with @InnerMap
    record Users(@U32 long id) {}
