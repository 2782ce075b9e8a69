package com.acme;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

@Path("/tenants/{port}/drain")
public class Tenants {
    private final Counters counters;

    Tenants(Counters counters) {
        this.counters = counters;
    }

    /** Drains one tenant now. The call waits for a grace period, so it must not run on the event loop, on which this method runs. */
    @POST
    public Uni<String> drain(long port) {
        return Uni.createFrom()
                .item(() -> Long.toString(counters.drain(port)))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }
}
