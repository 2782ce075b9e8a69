/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.acme.Agent;
import com.acme.Flows.Flow;
import com.acme.Flows.FlowKey;
import com.acme.FlowsBpf;
import com.acme.FlowsBpf.TenantMap;
import com.acme.Loader;
import dev.nestmap.cli.Main;
import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.FreePort;
import dev.nestmap.runtime.testing.KernelTest;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the agent of flows.yaml with the variables that are set there. With {@code -Dagent.image=IMAGE}, the agent runs in a container, as
 * flows.yaml runs it: docs/internals/measurements/fleet.md has the commands.
 */
@KernelTest
@Timeout(300)
@Tag("kafka")
@Tag("night")
class KernelNodeAgentTest {
    private static final Path GROUP = Cgroup.root()
            .directory()
            .resolve("nestmap-agent-" + ProcessHandle.current().pid());

    private static final Path TEMPLATE = Path.of("../templates/fleet");

    private static final @Nullable String IMAGE = System.getProperty("agent.image");
    private static final String CONTAINER =
            "nestmap-agent-" + ProcessHandle.current().pid();

    @TempDir
    private Path directory;

    private String path = System.getenv("PATH");
    private BpfFs fs;
    private Path pins;

    @BeforeEach
    void prepare() throws IOException {
        fs = BpfFs.mount();
        pins = fs.path("agent");
        Files.createDirectory(GROUP);
    }

    @AfterEach
    void remove() throws IOException {
        Files.delete(GROUP);
        fs.close();
    }

    private void removePins() throws IOException {
        try (Stream<Path> all = Files.walk(pins)) {
            for (Path pin : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(pin);
            }
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as("%s", List.of(command))
                .isZero();
    }

    /** Without the pin of its link, the agent can't end the counting, so the machine is not marked as ended. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shipsEverythingBeforeItEndsAndShowsItsMetrics(boolean hasPin) throws Exception {
        try (Broker broker = new Broker(directory)) {
            broker.create("flows");
            int port = FreePort.find();
            Files.createDirectory(directory.resolve("disk"));
            Files.createFile(directory.resolve("disk/spool.shipped"));
            Process agent = start(client(broker), port);
            try {
                await(agent, port, "/metrics", metric("problem", "0"));
                await(agent, port, "/metrics", "nestmap_program_attached\\{program=\"count\"} 1");
                await(agent, port, "/metrics", "nestmap_program_detached\\{program=\"count\"} 0");
                try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    slow.getOutputStream().write("GET /metrics HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
                    await(agent, port, "/live", "null"); // although it has not read all of the other request
                }
                count(7);
                assertThat(directory.resolve("disk/spool.shipped"))
                        .as("of an earlier end")
                        .doesNotExist();
                Files.createFile(directory.resolve("disk/spool.last"));
                if (!hasPin) {
                    Files.delete(pins.resolve("count"));
                }
            } finally {
                agent.destroy(); // SIGTERM
            }
            assertThat(agent.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(directory.resolve("agent.log")).content().contains("everything is shipped");
            assertThat(Files.exists(directory.resolve("disk/spool.last"))).isNotEqualTo(hasPin);
            assertThat(Files.exists(directory.resolve("disk/spool.shipped"))).isEqualTo(hasPin);
            assertThat(packets(broker)).isEqualTo(7);
        }
    }

    /** {@code nestmap drain} refuses while the agent runs. After a kill, it takes counts out that are in no file, and the table knows. */
    @Test
    void theTableHasAGapAfterTheCommandDrain() throws Exception {
        int port = FreePort.find();
        Process agent = start(away(), port);
        Path output = directory.resolve("counts.jsonl");
        try {
            await(agent, port, "/metrics", metric("spool_limit_bytes", "1000000"));
            count(7);
            awaitFileWithCounts();
            assertThat(drain(output)).startsWith("3 ").contains("owns the pins");
            assertThat(output).isEmptyFile();
        } finally {
            kill(agent);
        }
        count(100);
        assertThat(drain(output)).startsWith("0 ").contains("saved 1 map with 1 entry");
        assertThat(output).content().contains("\"packets\":100");

        try (Broker broker = new Broker(directory)) {
            broker.create("flows");
            Process next = start(client(broker), port);
            try {
                await(next, port, "/metrics", metric("maps_total", "[1-9]"));
                count(5);
                await(next, port, "/metrics", metric("maps_total", "[2-9]"));
            } finally {
                kill(next);
            }
            assertThat(loaded(broker, new Sum(0, 12, 0, false)).packets()).isEqualTo(12);
        }
    }

    /** Runs the command. Returns its exit code and its output. */
    private String drain(Path output) throws Exception {
        Process command = new ChildVm()
                .start(Main.class, "drain", pins.resolve("tenant").toString(), "--output", output.toString());
        String text = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return command.waitFor() + " " + text;
    }

    private Path away() throws IOException {
        return Files.writeString(
                directory.resolve("away.properties"),
                "bootstrap.servers=127.0.0.1:" + FreePort.find()
                        + "\ndefault.api.timeout.ms=1000\nrequest.timeout.ms=1000\nmax.block.ms=1000");
    }

    private Path client(Broker broker) throws IOException {
        return Files.writeString(directory.resolve("client.properties"), "bootstrap.servers=" + broker.bootstrap());
    }

    private long packets(Broker broker) throws Exception {
        return loaded(broker, new Sum(0, 7, 0, true)).packets();
    }

    private Sum loaded(Broker broker, Sum expected) throws Exception {
        Path table = Files.writeString(directory.resolve("duckdb.sql"), KernelConsumersTest.table("duckdb.sql"));
        Path client =
                Files.writeString(directory.resolve("loader.properties"), "bootstrap.servers=" + broker.bootstrap());
        String url = "jdbc:duckdb:" + directory.resolve("totals");
        Child loader = new Child(
                "loader",
                directory.resolve("loader.log"),
                Map.of("PORT", "0"),
                100,
                Loader.class,
                client.toString(),
                "flows",
                url,
                table.toString());
        try {
            return KernelConsumersTest.awaitDuckDb(loader, url, expected);
        } finally {
            loader.kill();
        }
    }

    /** A regular expression for a metric of the shipper. */
    private static String metric(String name, String value) {
        return "nestmap_shipper_" + name + "\\{shipper=\"nestmap.eu-1.node-1.tenant\"} " + value;
    }

    /** Waits for a file with maps, whose name ends with their number. */
    private void awaitFileWithCounts() throws Exception {
        while (true) {
            try (Stream<Path> files = Files.list(directory.resolve("disk/spool"))) {
                if (files.anyMatch(file -> file.toString().matches(".*-[0-9]+-[1-9][0-9]*-[1-9][0-9]*"))) {
                    return;
                }
            }
            Thread.sleep(20);
        }
    }

    /** Without pins and links, the agent starts as after a reboot. */
    @Test
    void countsOfItsSpoolReachKafkaAfterAReboot() throws Exception {
        int port = FreePort.find();
        Path spool = directory.resolve("disk/spool");
        Process agent = start(away(), port);
        try {
            await(agent, port, "/metrics", metric("spool_limit_bytes", "1000000"));
            count(7);
            awaitFileWithCounts();
        } finally {
            kill(agent);
        }
        removePins();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(spool)))
                .isEqualTo("rwx------");

        try (Broker broker = new Broker(directory)) {
            broker.create("flows");
            Process next = start(client(broker), port);
            try {
                await(next, port, "/metrics", metric("maps_total", "[1-9]"));
            } finally {
                kill(next);
            }
            assertThat(packets(broker)).isEqualTo(7);
        }
    }

    /** Nobody drains the machine, but systemd ends the agent in order: the total has no gap. */
    @Test
    void aRebootInOrderLeavesNoGap() throws Exception {
        Path systemctl = Files.writeString(directory.resolve("systemctl"), "#!/bin/sh\necho stopping\n");
        Files.setPosixFilePermissions(systemctl, PosixFilePermissions.fromString("rwx------"));
        path = directory + ":" + path;
        int port = FreePort.find();
        try (Broker broker = new Broker(directory)) {
            broker.create("flows");
            for (int boot = 1; boot <= 2; boot++) {
                Process agent = start(client(broker), port);
                try {
                    await(agent, port, "/metrics", metric("problem", "0"));
                    count(boot == 1 ? 3 : 4);
                } finally {
                    agent.destroy(); // SIGTERM
                }
                assertThat(agent.waitFor(120, TimeUnit.SECONDS)).isTrue();
                assertThat(pins.resolve("count")).as("the program is attached").doesNotExist();
                removePins();
            }
            assertThat(loaded(broker, new Sum(0, 7, 0, true))).matches(sum -> sum.packets() == 7 && sum.exact());
        }
    }

    @Test
    void flowsYamlSetsEachVariable() throws Exception {
        Set<String> set = new TreeSet<>();
        Matcher found = Pattern.compile("\\{ name: ([A-Z_]+), value: ")
                .matcher(Files.readString(TEMPLATE.resolve("flows.yaml")));
        while (found.find()) {
            set.add(found.group(1));
        }
        assertThat(set).isEqualTo(new TreeSet<>(variables(1).keySet()));
    }

    private Map<String, String> variables(int port) {
        return Map.of(
                "MACHINE", "eu-1.node-1",
                "TOPIC", "flows",
                "CGROUP", GROUP.toString(),
                "TENANTS", "5353,443",
                "INTERVAL", "PT10S",
                "PORT", Integer.toString(port),
                "DRAIN", "PT1M",
                "SPOOL", directory.resolve("disk/spool").toString(),
                "SPOOL_BYTES", "1000000");
    }

    private Process start(Path client, int port) throws IOException {
        Map<String, String> variables = variables(port);
        ProcessBuilder agent = IMAGE == null ? process(client) : container(IMAGE, client, variables.keySet());
        agent.environment().putAll(variables);
        agent.environment().put("PATH", path);
        return agent.redirectErrorStream(true)
                .redirectOutput(directory.resolve("agent.log").toFile())
                .start();
    }

    private ProcessBuilder process(Path client) {
        return new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Agent.class.getName(),
                pins.toString(),
                client.toString());
    }

    /** The same user, rights and mounts as in flows.yaml. */
    private ProcessBuilder container(String image, Path client, Set<String> variables) throws IOException {
        List<String> command = new ArrayList<>(List.of("podman", "run", "--rm", "--name", CONTAINER, "--network=host"));
        command.addAll(List.of("--read-only", "--read-only-tmpfs=false", "--tmpfs=/tmp:exec", "--user=0"));
        command.addAll(List.of("--security-opt=no-new-privileges", "--cap-drop=ALL", "--cap-add=BPF,NET_ADMIN"));
        command.add("--volume=" + fs.path("") + ":/sys/fs/bpf");
        command.add("--volume=" + GROUP + ":" + GROUP + ":ro");
        command.add("--volume=" + client + ":/etc/flows/client.properties:ro");
        command.add("--volume=" + directory + ":" + directory);
        variables.forEach(variable -> command.add("--env=" + variable));
        command.add(image);
        return new ProcessBuilder(command);
    }

    private static void kill(Process agent) throws IOException, InterruptedException {
        if (IMAGE != null) {
            run("podman", "kill", CONTAINER);
        }
        agent.destroyForcibly().waitFor();
    }

    /** Counts packets as the program would. */
    private void count(long packets) throws IOException {
        Inet4Address source = (Inet4Address) InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        try (TenantMap.Owned tenants = FlowsBpf.TENANT_MAP.openPinned(pins.resolve("tenant"), MapAccess.READ_WRITE)) {
            Objects.requireNonNull(tenants.get(5353)).put(new Flow(new FlowKey(source, source, 1, 1), packets, 0));
        }
    }

    private void await(Process agent, int port, String path, String expected) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        String answer = "";
        Pattern pattern = Pattern.compile(expected);
        while (!pattern.matcher(answer).find()) {
            assertThat(agent.isAlive())
                    .as(() -> read(directory.resolve("agent.log")))
                    .isTrue();
            try {
                answer = HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .body();
            } catch (IOException e) {
                // It is starting.
            }
            Thread.sleep(20);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
