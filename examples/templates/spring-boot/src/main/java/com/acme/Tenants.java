package com.acme;

import com.acme.TenantFlows.Flow;
import com.acme.TenantFlowsBpf.FlowMap;
import dev.nestmap.jdbc.MapStore;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@RestController
class Tenants {
    private final TenantFlowsBpf bpf;
    private final MapStore<Long, FlowMap, Flow> bills;

    Tenants(TenantFlowsBpf bpf, MapStore<Long, FlowMap, Flow> bills) {
        this.bpf = bpf;
        this.bills = bills;
    }

    /** Drains one tenant now. The call waits for a grace period, so it must not run on the event loop. */
    @PostMapping("/tenants/{port}/drain")
    Mono<Long> drain(@PathVariable long port) {
        return Mono.fromCallable(() -> bpf.tenant().drain(port, bills)).subscribeOn(Schedulers.boundedElastic());
    }
}
