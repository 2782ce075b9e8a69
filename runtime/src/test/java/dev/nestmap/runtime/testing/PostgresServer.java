/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server of PostgreSQL with an empty database {@code postgres}, on the loopback and in a directory of its own. Needs its Debian package. */
public final class PostgresServer implements AutoCloseable {
    /** The user of the database. It needs no password. */
    public static final String USER = "flows";

    /** PostgreSQL refuses to run as root. */
    private static final List<String> AS_NOBODY =
            System.getProperty("user.name").equals("root")
                    ? List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
                    : List.of();

    private final Path programs;
    private final Path data;
    private final int port;

    private PostgresServer(Path programs) throws IOException {
        this.programs = programs;
        this.data = Files.createTempDirectory(Path.of("/tmp"), "nestmap-postgres-");
        this.port = FreePort.find();
        giveAway(data);
        server("initdb", "--pgdata=" + data, "--username=" + USER, "--auth=trust", "--encoding=UTF8", "--locale=C");
    }

    /** Starts a server. Skips the test if PostgreSQL is not installed. */
    public static PostgresServer start() throws IOException {
        Path programs = programs();
        assumeTrue(programs != null, "there is no initdb: install PostgreSQL (Debian: postgresql)");
        PostgresServer server = new PostgresServer(Objects.requireNonNull(programs));
        server.restart();
        return server;
    }

    /** Debian puts the programs of a server into a directory that is not in PATH. */
    private static @Nullable Path programs() throws IOException {
        List<Path> directories = new ArrayList<>();
        for (String path : System.getenv("PATH").split(":", -1)) {
            directories.add(Path.of(path));
        }
        Path debian = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(debian)) {
            try (Stream<Path> versions = Files.list(debian)) {
                versions.map(version -> version.resolve("bin")).forEach(directories::add);
            }
        }
        return directories.stream()
                .filter(directory -> Files.isExecutable(directory.resolve("initdb")))
                .findFirst()
                .orElse(null);
    }

    /** The address for JDBC. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=" + USER;
    }

    /** Lets the server's user own a directory. */
    public static void giveAway(Path directory) throws IOException {
        if (!AS_NOBODY.isEmpty()) {
            run(List.of("chown", "65534:65534", directory.toString()), "");
        }
    }

    /** Starts the server after {@link #stop}. */
    public void restart() throws IOException {
        server(
                "pg_ctl",
                "--pgdata=" + data,
                "--wait",
                "--log=" + data.resolve("log"),
                "--options=-c listen_addresses=127.0.0.1 -p " + port + " -c fsync=off -k " + data,
                "start");
    }

    /** Stops the server at once, as a crash does. */
    public void stop() throws IOException {
        server("pg_ctl", "--pgdata=" + data, "--wait", "--mode=immediate", "stop");
    }

    /** Runs psql, and returns its output. */
    public String psql(String input, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of("psql", "-h", data.toString()));
        line.addAll(List.of("-p", Integer.toString(port), "-U", USER, "-d", "postgres"));
        line.addAll(List.of("-v", "ON_ERROR_STOP=1", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align"));
        line.addAll(List.of(arguments));
        return run(line, input);
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(data.resolve("postmaster.pid"))) {
            stop();
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void server(String program, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(AS_NOBODY);
        line.add(programs.resolve(program).toString());
        line.addAll(List.of(arguments));
        run(line, "");
    }

    private static String run(List<String> command, String input) throws IOException {
        Path output = Files.createTempFile("nestmap-postgres", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(Path.of("/tmp").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            if (process.onExit().join().exitValue() != 0) {
                throw new AssertionError(command + ": " + Files.readString(output));
            }
            return Files.readString(output).strip();
        } finally {
            Files.delete(output);
        }
    }
}
