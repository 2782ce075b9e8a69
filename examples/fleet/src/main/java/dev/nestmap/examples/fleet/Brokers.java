/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Node;

/** The brokers of a cluster, and how machines reach them from their network namespaces. */
final class Brokers implements AutoCloseable {
    private final List<Route> routes;
    private final List<Uplink> uplinks = new ArrayList<>();
    private final Path file;
    private final Path hosts;

    /**
     * How a machine reaches a broker.
     *
     * @param host the host name or address that the cluster tells its clients
     * @param address an address of loopback in the machine's network namespace
     * @param socket the Unix socket that leads to the broker
     */
    record Route(String host, int port, String address, Path socket) {
        /** Whether clients must look the host up. */
        private boolean hasName() {
            return !host.equals(address);
        }

        /** Forwards connections of this network namespace to the broker. */
        void open() throws IOException, InterruptedException {
            if (!address.startsWith("127.")) {
                run("ip", "address", "add", address, "dev", "lo");
            }
            Uplink.fromMachine(new InetSocketAddress(address, port), socket);
        }

        private static void run(String... command) throws IOException, InterruptedException {
            int status = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (status != 0) {
                throw new IOException(String.join(" ", command) + " ended with status " + status);
            }
        }
    }

    private Brokers(List<Route> routes, Path directory) throws IOException {
        this.routes = routes;
        this.file = Files.write(
                directory.resolve("routes"),
                routes.stream()
                        .map(route -> route.host + " " + route.port + " " + route.address + " " + route.socket)
                        .toList());
        this.hosts = Files.write(
                directory.resolve("hosts"),
                routes.stream()
                        .filter(Route::hasName)
                        .map(route -> route.address + " " + route.host)
                        .toList());
        for (Route route : routes) {
            uplinks.add(Uplink.toBroker(route.socket, new InetSocketAddress(route.host, route.port)));
        }
    }

    /** Asks a cluster for its brokers, and opens a way to each. */
    static Brokers of(String bootstrap, Path directory) throws IOException, InterruptedException, ExecutionException {
        try (Admin admin = Topics.admin(bootstrap)) {
            Collection<Node> nodes = admin.describeCluster().nodes().get();
            List<Route> routes = new ArrayList<>();
            for (Node node : nodes) {
                boolean isAddress = node.host().matches("[0-9.]+|.*:.*");
                String address = isAddress ? node.host() : "127.0.1." + (routes.size() + 1);
                routes.add(new Route(
                        node.host(), node.port(), address, directory.resolve("broker-" + node.idString() + ".sock")));
            }
            return new Brokers(routes, directory);
        }
    }

    /** Reads the file of {@link #file}. */
    static List<Route> read(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.split(" "))
                .map(words -> new Route(words[0], Integer.parseInt(words[1]), words[2], Path.of(words[3])))
                .toList();
    }

    /** The file that tells a machine its routes. */
    Path file() {
        return file;
    }

    /** The host names, for the system property {@code jdk.net.hosts.file}. */
    Path hosts() {
        return hosts;
    }

    /** All brokers, as clients in a machine's network namespace know them. */
    String bootstrap() {
        return routes.stream().map(route -> route.host + ":" + route.port).collect(Collectors.joining(","));
    }

    @Override
    public void close() throws IOException {
        for (Uplink uplink : uplinks) {
            uplink.close();
        }
    }
}
