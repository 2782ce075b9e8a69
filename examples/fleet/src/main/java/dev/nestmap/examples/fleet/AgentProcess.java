/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.examples.fleet.FleetBpf.TenantMap;
import dev.nestmap.kafka.Shipper;
import dev.nestmap.kafka.ShipperOptions;
import dev.nestmap.runtime.pin.PinAccess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The agent of a machine: drains its pinned maps and ships them to Kafka. It may be killed. */
final class AgentProcess {
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private AgentProcess() {}

    /** Arguments: pin of the outer map, name of the machine, bootstrap servers, topic. Exits with 1 if something stays unshipped. */
    public static void main(String[] arguments) throws InterruptedException {
        ShipperOptions options =
                ShipperOptions.to(arguments[3]).withMachine(arguments[1]).withInterval(INTERVAL);
        boolean shipped;
        try (TenantMap.Owned tenants = TenantMap.openPinned(Path.of(arguments[0]), PinAccess.READ_WRITE);
                Shipper<Long> shipper = Shipper.start(tenants, Map.of("bootstrap.servers", arguments[2]), options)) {
            Parent.awaitEnd();
            shipped = shipper.ship(PATIENCE);
            System.out.println(shipper.statistics());
        }
        System.exit(shipped ? 0 : 1);
    }
}
