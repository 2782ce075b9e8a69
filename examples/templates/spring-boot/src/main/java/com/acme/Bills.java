package com.acme;

import com.acme.TenantFlowsBpf.FlowMap;
import dev.nestmap.runtime.Displaced;
import org.springframework.stereotype.Component;

/** Prints a line for each drained map. After a crash, a map may come again, with the same identity: a real service stores it with the counts. */
@Component
class Bills {
    void add(Displaced<Long, FlowMap> drained) {
        long[] packets = {0};
        drained.map().forEach(flow -> packets[0] += flow.packets());
        System.out.println("drained " + drained.identity().text() + " tenant " + drained.key() + " packets " + packets[0]);
    }
}
