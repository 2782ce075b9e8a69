/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.kafka.Shipper;
import dev.nestmap.kafka.ShipperOptions;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * The agent of a machine, in the machine's network namespace: attaches the program, drains the maps and ships them to Kafka. It may be
 * killed. The pinned link keeps the program attached, and the program counts in the pinned maps until the next agent takes over.
 */
final class AgentProcess {
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final long SPOOL_BYTES = 1_000_000_000;

    /** The argument for the next version of the agent. */
    static final String NEXT = "next";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private AgentProcess() {}

    /**
     * Arguments: directory of the pins, name of the machine, number of tenants, bootstrap servers, topic, file to
     * create when the program counts, {@link #NEXT} for the next version. Exits with 1 if something stays unshipped.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        PinOptions pins = PinOptions.in(Path.of(arguments[0]));
        LinkPin link = LinkPin.at(Path.of("count-lo"));
        boolean shipped;
        if (arguments[arguments.length - 1].equals(NEXT)) {
            try (NextFleetBpf bpf = NextFleetBpf.open()
                    .pins(pins)
                    .migrate(Migration.from(previousSchema()).drain(NextFleetBpf.TENANT_MAP))
                    .attach(NextFleetBpf.COUNT, Xdp.on("lo"), link)
                    .load()) {
                shipped = ship(bpf.tenant(), arguments);
            }
        } else {
            try (FleetBpf bpf = FleetBpf.open()
                    .pins(pins)
                    .attach(FleetBpf.COUNT, Xdp.on("lo"), link)
                    .load()) {
                shipped = ship(bpf.tenant(), arguments);
            }
        }
        System.exit(shipped ? 0 : 1);
    }

    private static String previousSchema() throws IOException {
        try (InputStream text =
                AgentProcess.class.getResourceAsStream("/META-INF/bpf/dev/nestmap/examples/fleet/fleet.schema")) {
            return new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Creates the tenants, ships until the parent ends this process, and then everything that is left. */
    private static <E, M extends ReadableAccessor<?, E>, O extends ReadableAccessor<?, E> & OwnedMap> boolean ship(
            OuterAccessor<Long, M, O> tenants, String... arguments) throws IOException, InterruptedException {
        tenants.getOrCreateAll(LongStream.range(0, Integer.parseInt(arguments[2]))
                .mapToObj(tenant -> MachineProcess.FIRST_PORT + tenant)
                .toList());
        Files.writeString(Path.of(arguments[5]), "");
        try (Shipper<Long> shipper = Shipper.start(
                tenants,
                Map.of("bootstrap.servers", arguments[3]),
                ShipperOptions.to(arguments[4])
                        .withMachine(arguments[1])
                        .withSpool(Path.of(arguments[5] + "-spool"), SPOOL_BYTES)
                        .withInterval(INTERVAL))) {
            Parent.awaitEnd();
            boolean shipped = shipper.ship(PATIENCE);
            System.out.println(shipper.statistics());
            return shipped;
        }
    }
}
