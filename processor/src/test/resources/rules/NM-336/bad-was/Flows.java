    @BpfMap(maxEntries = 4, pin = "acme/sent", was = "received")
    record Sent(@Key int id, @U64 long packets) {}

    @BpfMap(maxEntries = 4, pin = "acme/received", was = "sent")
//                                ^ NM-336 sent was pinned at ... "acme/received" ... the pin of map received
//                                                       ^ NM-336 received was pinned at ... "acme/sent" ... the pin of map sent
    record Received(@Key int id, @U64 long packets) {}

    @BpfMap(maxEntries = 4, pin = "acme/hits", was = {"count", "hits"})
//                                                   ^ NM-336 hits was pinned at ... "acme/hits" ... the pin of map hits
    record Hits(@Key int id, @U64 long packets) {}

    @BpfMap(maxEntries = 4, pin = "acme/total", was = "count")
//                                                    ^ NM-336 total was pinned at ... "acme/count" ... an earlier pin of map hits
    record Total(@Key int id, @U64 long packets) {}

    @BpfMap(maxEntries = 4, pin = "other/total", was = "count")
    record Other(@Key int id, @U64 long packets) {}
