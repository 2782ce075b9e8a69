/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.kafka.Shipper;
import dev.nestmap.kafka.ShipperOptions;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The agent of a machine, in the machine's network namespace: attaches the program, drains the maps and ships them to Kafka. It may be
 * killed. The pinned link keeps the program attached, and the program counts in the pinned maps until the next agent takes over.
 */
final class AgentProcess {
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private AgentProcess() {}

    /**
     * Arguments: directory of the pins, name of the machine, number of tenants, bootstrap servers, topic, file with host names, file to
     * create when the program counts. Exits with 1 if something stays unshipped.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.setProperty("jdk.net.hosts.file", arguments[5]); // before the first use of InetAddress
        ShipperOptions options =
                ShipperOptions.to(arguments[4]).withMachine(arguments[1]).withInterval(INTERVAL);
        boolean shipped;
        try (FleetBpf bpf = FleetBpf.open()
                .pins(PinOptions.in(Path.of(arguments[0])))
                .attach(FleetBpf.COUNT, Xdp.on("lo"), LinkPin.at(Path.of("count-lo")))
                .load()) {
            for (int tenant = 0; tenant < Integer.parseInt(arguments[2]); tenant++) {
                bpf.tenant().getOrCreate(MachineProcess.FIRST_PORT + tenant);
            }
            Files.writeString(Path.of(arguments[6]), "");
            try (Shipper<Long> shipper =
                    Shipper.start(bpf.tenant(), Map.of("bootstrap.servers", arguments[3]), options)) {
                Parent.awaitEnd();
                shipped = shipper.ship(PATIENCE);
                System.out.println(shipper.statistics());
            }
        }
        System.exit(shipped ? 0 : 1);
    }
}
