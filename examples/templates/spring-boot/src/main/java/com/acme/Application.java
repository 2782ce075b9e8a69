package com.acme;

import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.spring.NestmapDrain;
import dev.nestmap.spring.NestmapObjects;
import java.nio.file.Path;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
public class Application {
    public static void main(String[] args) {
        SpringApplication.run(Application.class, args);
    }

    /** The maps and the program's link are pinned, so the program counts on while the service is down. */
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

    @Bean
    NestmapDrain drain(TenantFlowsBpf bpf, Bills bills) {
        return () -> bpf.tenant().drainAll(bills::add);
    }
}
