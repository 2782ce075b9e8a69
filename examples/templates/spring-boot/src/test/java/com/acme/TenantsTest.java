package com.acme;

import static org.assertj.core.api.Assertions.assertThat;

import com.acme.TenantFlows.Flow;
import com.acme.TenantFlowsBpf.FlowMap;
import dev.nestmap.jdbc.MapStore;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webflux.test.autoconfigure.WebFluxTest;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Runs only the controller, with maps in the Java heap and without a database. */
@WebFluxTest(Tenants.class)
class TenantsTest {
    @Autowired
    TenantFlowsBpf bpf;

    @MockitoBean
    MapStore<Long, FlowMap, Flow> bills;

    @Test
    void drainsATenantOnRequest(@Autowired WebTestClient client) throws Exception {
        bpf.tenant().create(5353).put(new Flow((Inet4Address) InetAddress.getByName("127.0.0.1"), 3));

        client.post().uri("/tenants/5353/drain").exchange().expectBody(Long.class).isEqualTo(1L);

        assertThat(bpf.tenant().get(5353).count()).isZero();
    }

    @TestConfiguration
    static class Maps {
        @Bean
        TenantFlowsBpf flows() {
            return TenantFlowsBpf.inMemory();
        }
    }
}
