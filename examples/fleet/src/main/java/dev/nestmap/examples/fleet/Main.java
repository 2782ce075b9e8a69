/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.runtime.error.BpfException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Runs the example: {@code [--machines N] [--kills N] [--minutes N] [--rollout]}. */
public final class Main {
    private static final int EQUAL = 0;
    private static final int NOT_EQUAL = 1;
    private static final int NOT_RUN = 2;
    private static final int PATIENCE_SECONDS = 20;

    private Main() {}

    /** Exits with 0 if each datagram is in the totals once, with 1 if not, and with 2 if the example could not run. */
    public static void main(String[] arguments) {
        System.setProperty(
                "org.slf4j.simpleLogger.defaultLogLevel", "off"); // Kafka's clients warn that the broker was killed
        Thread demo = Thread.currentThread();
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(demo, ended), "end"));
        int status = NOT_RUN;
        try {
            status = run(Options.parse(arguments));
        } catch (InterruptedException | InterruptException | InterruptedIOException e) {
            System.out.println("Ended before the totals were compared.");
        } catch (IllegalArgumentException | BpfException | KafkaException | IOException | SQLException e) {
            System.out.println("Could not run: " + e.getMessage());
        } finally {
            ended.countDown();
        }
        System.exit(status);
    }

    private static int run(Options options) throws IOException, InterruptedException, SQLException {
        Path directory = Files.createTempDirectory("nestmap-fleet-");
        Path pins = Path.of("/sys/fs/bpf").resolve(directory.getFileName().toString());
        boolean equal = false;
        try {
            equal = new FleetDemo(options, directory, pins, System.out::println, (bootstrap, topic) -> List.of()).run();
        } finally {
            delete(pins);
            if (equal) {
                delete(directory);
            } else {
                System.out.println("Logs: " + directory);
            }
        }
        return equal ? EQUAL : NOT_EQUAL;
    }

    /** Runs when the JVM ends, also by SIGTERM. The agents are killed before the pins go: they would make new ones. */
    private static void end(Thread demo, CountDownLatch ended) {
        demo.interrupt();
        try {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.out.println("The demo has not ended. Its pins are in /sys/fs/bpf/nestmap-fleet-*: remove them.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
