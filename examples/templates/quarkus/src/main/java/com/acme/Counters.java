package com.acme;

import com.acme.TenantFlowsBpf.FlowMap;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.pin.PinOptions;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Default;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Loads the object when the service starts, drains it, and closes it when the service ends. */
@Startup
@Singleton
@Default // other beans use it, too
@Liveness
public class Counters implements HealthCheck {
    private final TenantFlowsBpf bpf;
    private volatile long drained = System.nanoTime(); // not the wall clock, which may be set

    /** Maps and link are pinned, so the program keeps counting while the service is down. */
    Counters(
            @ConfigProperty(name = "flows.in-memory", defaultValue = "false") boolean inMemory,
            @ConfigProperty(name = "flows.device") String device,
            @ConfigProperty(name = "flows.pins") String pins,
            @ConfigProperty(name = "flows.tenants") List<Long> tenants) {
        bpf = inMemory
                ? TenantFlowsBpf.inMemory()
                : TenantFlowsBpf.open()
                        .pins(PinOptions.in(Path.of(pins)))
                        .attach(TenantFlowsBpf.COUNT, Xdp.on(device), LinkPin.at(Path.of("count")))
                        .load();
        tenants.forEach(bpf.tenant()::getOrCreate);
    }

    TenantFlowsBpf bpf() {
        return bpf;
    }

    @Scheduled(every = "{flows.every}", delayed = "{flows.every}")
    synchronized void drainAll() {
        if (!bpf.isClosed()) {
            bpf.tenant().drainAll(this::store);
            drained = System.nanoTime();
        }
    }

    long drain(long port) {
        return bpf.tenant().drain(port, this::store);
    }

    /** Prints a line for each drained map. After a crash, a map may come again, with the same identity: a real service stores it with the counts. */
    private void store(Displaced<Long, FlowMap> map) {
        long[] packets = {0};
        map.map().forEach(flow -> packets[0] += flow.packets());
        System.out.println("drained " + map.identity().text() + " tenant " + map.key() + " packets " + packets[0]);
    }

    @Override
    public HealthCheckResponse call() {
        boolean up = System.nanoTime() - drained < Duration.ofMinutes(1).toNanos();
        return HealthCheckResponse.named("drains").status(up).build();
    }

    @PreDestroy
    synchronized void close() {
        try (bpf) {
            bpf.tenant().drainAll(this::store);
        }
    }
}
