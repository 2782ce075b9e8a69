/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A machine of the fleet.
 *
 * @param kernel the process in the machine's network namespace, which sends and counts
 * @param agent the process that drains the machine's maps
 * @param report the file with the number of datagrams that were sent
 */
record Machine(Child kernel, Child agent, Path report) {
    private static final int TENANTS = 8;
    private static final int DATAGRAMS_PER_SECOND = 1000;
    private static final int HEAP = 64;

    /**
     * Starts the process that sends and counts, in a network namespace of its own.
     *
     * @param pins directory for the machine's pins
     * @param directory for other files
     */
    static Child startKernel(String name, Path pins, Path directory) throws IOException {
        return new Child(
                name,
                directory.resolve(name + ".log"),
                Child.IN_NETWORK_NAMESPACE,
                HEAP,
                MachineProcess.class,
                pins.resolve(name).toString(),
                Integer.toString(TENANTS),
                Integer.toString(DATAGRAMS_PER_SECOND),
                report(directory, name).toString());
    }

    /** Waits until the machine counts, and starts its agent. */
    static Machine startAgent(Child kernel, Path pins, Path directory, String bootstrap, String topic)
            throws IOException, InterruptedException {
        Path report = report(directory, kernel.name());
        while (!Files.exists(report) || Files.size(report) == 0) {
            kernel.check();
            Thread.sleep(20);
        }
        Child agent = new Child(
                "agent",
                directory.resolve(kernel.name() + "-agent.log"),
                List.of(),
                HEAP,
                AgentProcess.class,
                pins.resolve(kernel.name()).resolve("tenant").toString(),
                kernel.name(),
                bootstrap,
                topic);
        return new Machine(kernel, agent, report);
    }

    private static Path report(Path directory, String name) {
        return directory.resolve(name + ".sent");
    }

    /** The datagrams that were sent; complete when the machine has stopped. */
    Sum sent() throws IOException {
        ByteBuffer numbers = ByteBuffer.wrap(Files.readAllBytes(report));
        return new Sum(numbers.getLong(), numbers.getLong(), true);
    }
}
