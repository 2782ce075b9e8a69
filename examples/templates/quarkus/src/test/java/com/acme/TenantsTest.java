package com.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.acme.TenantFlows.Flow;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

/** Runs the service with maps in the Java heap, which needs no root, no clang and no libbpf. */
@QuarkusTest
class TenantsTest {
    @Inject
    Counters counters;

    @TestHTTPResource("/tenants/5353/drain")
    URI drain;

    @Test
    void drainsATenantFromTheEventLoop() throws Exception {
        counters.bpf().tenant().get(5353).put(new Flow((Inet4Address) InetAddress.getByName("127.0.0.1"), 3));

        HttpRequest request = HttpRequest.newBuilder(drain).POST(BodyPublishers.noBody()).build();

        assertEquals("1", HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
        assertEquals(0, counters.bpf().tenant().get(5353).count());
    }
}
