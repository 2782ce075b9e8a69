package com.acme;

import static org.assertj.core.api.Assertions.assertThat;

import com.acme.TenantFlows.Flow;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Runs the application with maps in the Java heap, which needs no root, no clang and no libbpf. */
@SpringBootTest(properties = {"nestmap.in-memory=true", "nestmap.drain.every=1h", "spring.datasource.url=jdbc:sqlite:file:bills?mode=memory&cache=shared"})
class ApplicationTest {
    @Autowired
    TenantFlowsBpf bpf;

    @Autowired
    Tenants tenants;

    @Autowired
    JdbcClient database;

    @Test
    void drainsATenantFromAnEventLoop() throws Exception {
        bpf.tenant().get(5353).put(new Flow((Inet4Address) InetAddress.getByName("127.0.0.1"), 3));

        Long drained = Mono.defer(() -> tenants.drain(5353))
                .subscribeOn(Schedulers.parallel()) // as Netty's threads, these must not block
                .block(Duration.ofSeconds(30));

        assertThat(drained).isEqualTo(1);
        assertThat(database.sql("select packets from bill where port = 5353 and source = '127.0.0.1'")
                        .query(Long.class)
                        .single())
                .isEqualTo(3);
    }
}
