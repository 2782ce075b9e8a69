/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.rollingupgrade;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * Upgrades a service again and again while datagrams arrive, between two versions of its program and of its record. Kills it with SIGKILL
 * at random moments, also during upgrades. Compares the sent datagrams with what both versions have counted.
 *
 * <p>Options: {@code --upgrades NUMBER} and {@code --seed NUMBER}.
 */
final class RollingUpgrade {
    static final int EQUAL = 0;
    static final int NOT_EQUAL = 1;
    static final int NOT_RUN = 2;

    private static final int MOST_UPGRADES = 1_000_000;

    /** How long a service runs at most after an upgrade, before it is killed. */
    private static final int LIFE_MILLIS = 200;

    private static final Path BPF = Path.of("/sys/fs/bpf");

    private final int upgrades;
    private final Random random;
    private final Path pins;
    private final Path ledger;
    private int interrupted;

    /** How long a start takes. Services that are to be killed during an upgrade are killed before. */
    private Duration start = Duration.ofSeconds(1);

    private RollingUpgrade(int upgrades, long seed, Path pins, Path ledger) {
        this.upgrades = upgrades;
        this.random = new Random(seed);
        this.pins = pins;
        this.ledger = ledger;
    }

    /** Exits with 0 if each datagram was counted once, with 1 if not, and with 2 if an option is wrong. */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        long upgrades = 50;
        long seed = System.nanoTime();
        try {
            for (int i = 0; i < arguments.length; i += 2) {
                String value = i + 1 < arguments.length ? arguments[i + 1] : "";
                switch (arguments[i]) {
                    case "--upgrades" -> upgrades = number(arguments[i], value, 1, MOST_UPGRADES);
                    case "--seed" -> seed = number(arguments[i], value, Long.MIN_VALUE, Long.MAX_VALUE);
                    default ->
                        throw new IllegalArgumentException("there is no option " + arguments[i]
                                + "; the options are --upgrades NUMBER and --seed NUMBER");
                }
            }
        } catch (IllegalArgumentException e) {
            System.out.println("Could not run: " + e.getMessage());
            System.exit(NOT_RUN);
        }
        System.exit(run((int) upgrades, seed) ? EQUAL : NOT_EQUAL);
    }

    private static long number(String option, String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The exception below covers this case too.
        }
        throw new IllegalArgumentException(
                option + " takes a whole number from " + least + " to " + most + ", not \"" + text + "\"");
    }

    private static boolean run(int upgrades, long seed) throws IOException, InterruptedException, ExecutionException {
        Path pins =
                BPF.resolve("nestmap-rolling-upgrade-" + ProcessHandle.current().pid());
        Path ledger = Files.createTempDirectory("nestmap-ledger");
        try {
            System.out.println("Seed " + seed + ", " + upgrades + " upgrades under traffic on lo:");
            return new RollingUpgrade(upgrades, seed, pins, ledger).run();
        } finally {
            delete(pins);
            delete(ledger);
        }
    }

    private boolean run() throws IOException, InterruptedException, ExecutionException {
        try (Traffic traffic = Traffic.open()) {
            int version = 1;
            long began = System.nanoTime();
            ServiceProcess service = ServiceProcess.start(version, traffic.port(), pins, ledger);
            service.awaitReady();
            start = Duration.ofNanos(System.nanoTime() - began);
            traffic.start();
            for (int done = 0; done < upgrades; done++) {
                Thread.sleep(random.nextInt(LIFE_MILLIS));
                service.kill();
                version = 3 - version;
                service = upgrade(version, traffic.port());
            }
            Totals sent = traffic.stop();
            service.kill();
            ServiceProcess.start(version, traffic.port(), pins, ledger, Service.ONCE)
                    .awaitEnd();
            return compare(sent, new Ledger(ledger).total());
        }
    }

    /** Starts a version. Kills every second attempt before it is ready, at a random moment. */
    private ServiceProcess upgrade(int version, int port) throws IOException, InterruptedException {
        while (true) {
            ServiceProcess service = ServiceProcess.start(version, port, pins, ledger);
            if (random.nextBoolean()) {
                service.awaitReady();
                return service;
            }
            Thread.sleep(random.nextLong(start.toMillis() + 1));
            service.kill();
            interrupted++;
        }
    }

    private boolean compare(Totals sent, Totals counted) {
        boolean equal = sent.equals(counted);
        System.out.println(
                "  upgrades " + upgrades + ", and " + interrupted + " that were killed before they were done");
        System.out.println("  sent     " + sent);
        System.out.println("  counted  " + counted + (equal ? ": equal" : ": NOT EQUAL"));
        return equal;
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                List<Path> deepestFirst =
                        files.sorted(Comparator.reverseOrder()).toList();
                for (Path file : deepestFirst) {
                    Files.delete(file);
                }
            }
        }
    }
}
