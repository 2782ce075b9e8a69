/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.kafka.CountsBpf.TenantMap;
import dev.nestmap.runtime.testing.LogRecords;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** Base class of tests with a broker whose maps are in memory. */
abstract class CountsTest extends BrokerTest {
    final CountsBpf bpf = CountsBpf.inMemory();
    final TenantMap tenants = bpf.tenant();

    @AfterEach
    void close() {
        tenants.drainWaiting(displaced -> {}); // what a shipper that was stopped has left
        bpf.close();
    }

    Shipper<Long> start() {
        return start(options());
    }

    Shipper<Long> start(ShipperOptions options) {
        return Shipper.start(tenants, broker().config(), options);
    }

    /** Requires that a shipper has a problem, and closes it. */
    static void requireProblem(Shipper<?> shipper, String text) throws InterruptedException {
        try (shipper) {
            awaitProblem(shipper, text);
        }
    }

    /** Ships all counts, and returns what the shipper has logged. */
    List<String> logOf(ShipperOptions options) throws InterruptedException {
        try (LogRecords log = LogRecords.of("dev.nestmap.kafka");
                Shipper<Long> shipper = start(options)) {
            ship(shipper);
            return log.messages();
        }
    }

    Shipper<Long> start(Map<String, ?> config) {
        return Shipper.start(tenants, config, options());
    }
}
