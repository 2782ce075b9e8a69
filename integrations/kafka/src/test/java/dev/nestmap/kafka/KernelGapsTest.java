/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As {@link GapsTest}, with pinned maps of the kernel: what others do to the pins is a gap in the numbers, if it takes counts. */
@KernelTest
@Tag("long")
class KernelGapsTest extends PinnedBrokerTest {
    @TempDir
    private Path directory;

    private TenantMap.Owned open() {
        Path pin = fs.path("tenant");
        return Files.exists(pin)
                ? CountsBpf.TENANT_MAP.openPinned(pin, MapAccess.READ_WRITE)
                : CountsBpf.TENANT_MAP.create(pin);
    }

    private Shipper<Long> start(TenantMap tenants) {
        return Shipper.start(tenants, broker().config(), options(topic, directory.resolve("spool")));
    }

    private static void count(TenantMap tenants) {
        tenants.getOrCreate(1L).put(new Count(1, 1));
    }

    private void countAndShip() throws Exception {
        try (TenantMap.Owned tenants = open();
                Shipper<Long> shipper = start(tenants)) {
            count(tenants);
            ship(shipper);
        }
    }

    /** Counts while no shipper runs, as programs do after a kill. */
    private void countAfterKill() {
        try (TenantMap.Owned tenants = open()) {
            count(tenants);
        }
    }

    private void deletePins() throws Exception {
        try (Stream<Path> all = Files.list(fs.path(""))) {
            for (Path path :
                    all.filter(each -> !each.toString().endsWith(".debug")).toList()) {
                Broker.delete(path);
            }
        }
    }

    /** The next process ships the same id: 1 + 1 would be one row with 1. */
    @ParameterizedTest
    @CsvSource({"nothing else, false", "pins removed, true", "the pin of an inner map removed, false", "a drain, true"})
    void aKillLeavesAGapIfOthersTakeCounts(String others, boolean isGap) throws Exception {
        countAndShip();
        countAfterKill();
        switch (others) {
            case "pins removed" -> deletePins();
            case "the pin of an inner map removed" ->
                Broker.delete(fs.pin("tenant-inner")); // the map stays in its slot
            case "a drain" -> { // as nestmap drain, which opens the pin like this
                try (TenantMap.Owned tenants = open()) {
                    tenants.drainAll(drained -> {});
                }
            }
            default -> {}
        }
        countAndShip();
        requireGap(isGap, 2);
    }

    /** The kernel frees what it has with the process: the next ones know it from their directory. */
    @Test
    void aKillWithoutPinsLeavesOne() throws Exception {
        Process agent = startAgent();
        agent.destroyForcibly().onExit().join();
        for (int packets = 3; packets <= 5; packets++) {
            try (TenantMap.Owned tenants = CountsBpf.TENANT_MAP.create();
                    Shipper<Long> shipper = start(tenants)) {
                count(tenants);
                shipLast(shipper);
            }
            requireGap(true, packets);
            assertThat(missing()).isOne(); // an end without a kill adds none
        }
    }

    private long missing() throws Exception {
        return Losses.of(allRows(topic, broker())).size();
    }

    private Process startAgent() throws Exception {
        Process agent = new ChildVm()
                .start(
                        Agent.class,
                        broker().bootstrap(),
                        topic,
                        directory.resolve("spool").toString());
        awaitLine(agent, "counted");
        return agent;
    }

    /** Ships one count and then another, and leaves a third in its slot, until it is killed. Its maps have no pins. */
    static final class Agent {
        private Agent() {}

        /** The broker, the topic, and the directory of the spool. */
        public static void main(String[] arguments) throws Exception {
            ShipperOptions options = options(arguments[1], Path.of(arguments[2]));
            try (TenantMap.Owned tenants = CountsBpf.TENANT_MAP.create();
                    Shipper<Long> shipper = Shipper.start(tenants, Broker.impatient(arguments[0]), options)) {
                for (int round = 0; round < 2; round++) {
                    KernelGapsTest.count(tenants);
                    if (!shipper.ship(PATIENCE)) {
                        throw new IllegalStateException(shipper.statistics().toString());
                    }
                }
                KernelGapsTest.count(tenants);
                System.out.println("counted");
                System.in.read();
            }
        }
    }

    /** The shipper has its maps open, so it ships what they have. What they get later is lost. */
    @Test
    void pinsThatAreRemovedBesideAShipperLeaveOne() throws Exception {
        try (TenantMap.Owned tenants = open();
                Shipper<Long> shipper = start(tenants)) {
            count(tenants);
            ship(shipper);
            deletePins();
            count(tenants);
        }
        countAndShip();
        requireGap(true, 2);
    }
}
