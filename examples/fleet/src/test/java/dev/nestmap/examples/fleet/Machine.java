/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A machine of the fleet: a network namespace with its traffic, and an agent in it. */
final class Machine {
    /** Suffix of the file that exists when the machine counts. */
    static final String COUNTS = ".counts";

    private static final int TENANTS = 8;
    private static final int DATAGRAMS_PER_SECOND = 1000;
    private static final int HEAP = 64;

    private final Path directory;
    private final String name;
    private final Child traffic;
    private final Child agent;

    /** Starts the process that makes the network namespace. */
    static Child startNetwork(String name, Path directory, String bootstrap) throws IOException {
        return new Child(
                name,
                directory.resolve(name + ".log"),
                Child.IN_NEW_NETWORK,
                HEAP,
                MachineProcess.class,
                bootstrap.substring(bootstrap.indexOf(':') + 1),
                Integer.toString(TENANTS),
                Integer.toString(DATAGRAMS_PER_SECOND),
                directory.toString(),
                name);
    }

    /**
     * Waits for the network namespace and starts the agent in it.
     *
     * @param traffic what {@link #startNetwork} returned
     * @param pins directory for the pins of all machines
     */
    Machine(Child traffic, Path pins, Path directory, String bootstrap, String topic)
            throws IOException, InterruptedException {
        this.directory = directory;
        this.name = traffic.name();
        this.traffic = traffic;
        await(MachineProcess.UP, traffic);
        this.agent = new Child(
                "agent",
                directory.resolve(name + "-agent.log"),
                List.of("nsenter", "--net=/proc/" + traffic.pid() + "/ns/net"),
                HEAP,
                AgentProcess.class,
                pins.resolve(name).toString(),
                name,
                Integer.toString(TENANTS),
                bootstrap,
                topic,
                file(COUNTS).toString());
    }

    /** The agent, which may be killed. */
    Child agent() {
        return agent;
    }

    /** Waits until the agent has attached the program. */
    void awaitCounting() throws IOException, InterruptedException {
        await(COUNTS, agent);
    }

    /** Waits until the machine has sent its last datagram. */
    void awaitSilence() throws IOException, InterruptedException {
        await(MachineProcess.SILENT, traffic);
    }

    private void await(String suffix, Child process) throws IOException, InterruptedException {
        while (!Files.exists(file(suffix))) {
            process.check();
            Thread.sleep(20);
        }
    }

    private Path file(String suffix) {
        return directory.resolve(name + suffix);
    }

    /** The datagrams that were sent; complete after {@link #awaitSilence}. */
    Sum sent() throws IOException {
        ByteBuffer numbers = ByteBuffer.wrap(Files.readAllBytes(file(MachineProcess.SENT)));
        return new Sum(0, numbers.getLong(), numbers.getLong(), true);
    }

    /** Throws if a process has ended by itself. */
    void check() throws IOException {
        traffic.check();
        agent.check();
    }
}
