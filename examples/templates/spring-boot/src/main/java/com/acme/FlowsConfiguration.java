package com.acme;

import com.acme.TenantFlows.Flow;
import com.acme.TenantFlowsBpf.FlowMap;
import dev.nestmap.jdbc.JdbcStore;
import dev.nestmap.jdbc.MapStore;
import dev.nestmap.jdbc.StoreException;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.spring.NestmapDrain;
import dev.nestmap.spring.NestmapObjects;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The maps and their drain. Not in the class Application, whose beans every test of a part of the application would need. */
@Configuration(proxyBeanMethods = false)
class FlowsConfiguration {
    /** The maps and the program's link are pinned, so the program keeps counting while the service is down. */
    @Bean
    TenantFlowsBpf flows(
            NestmapObjects objects,
            @Value("${flows.pins}") Path pins,
            @Value("${flows.tenants}") List<Long> tenants) {
        TenantFlowsBpf bpf = objects.load(
                () -> TenantFlowsBpf.open().pins(PinOptions.in(pins)).load(), TenantFlowsBpf::inMemory);
        tenants.forEach(bpf.tenant()::getOrCreate);
        return bpf;
    }

    /** Adds the packets of each drained map to its row, exactly once, even if the service is killed and the map comes again. */
    @Bean
    @DependsOnDatabaseInitialization // schema.sql creates the table, which add compares
    MapStore<Long, FlowMap, Flow> bills(DataSource database, TenantFlowsBpf bpf) throws StoreException {
        JdbcStore store = JdbcStore.of(database);
        store.createTables();
        return store.maps(bpf.tenant())
                .add(
                        "bill",
                        Map.of("port", (map, port, flow) -> port, "source", (map, port, flow) -> flow.source()),
                        Map.of("packets", Flow::packets));
    }

    @Bean
    NestmapDrain drain(TenantFlowsBpf bpf, MapStore<Long, FlowMap, Flow> bills) {
        return () -> bpf.tenant().drainAll(bills);
    }
}
