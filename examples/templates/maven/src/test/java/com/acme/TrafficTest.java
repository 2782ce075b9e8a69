package com.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.acme.Traffic.Sent;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficTest {
    @Test
    void drainHandsOutTheCounts() throws Exception {
        Sent sent = new Sent((Inet4Address) InetAddress.getByName("127.0.0.1"), 3, 102);
        try (TrafficBpf bpf = TrafficBpf.inMemory()) { // needs no kernel and no privileges
            bpf.device().create(1).put(sent);

            List<Sent> drained = new ArrayList<>();
            bpf.device().drain(1, old -> old.map().forEach(drained::add));

            assertEquals(List.of(sent), drained);
            assertEquals(0, bpf.device().get(1).count());
        }
    }
}
