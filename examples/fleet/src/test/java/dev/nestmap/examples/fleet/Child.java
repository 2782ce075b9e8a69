/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process with a main class. It ends when the thread that started it ends. */
final class Child implements Victim {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final String name;
    private final Path log;
    private final Map<String, String> environment;
    private final List<String> arguments;
    private final int megabytes;
    private Class<?> main;
    private Process process;

    /**
     * Starts a process.
     *
     * @param log gets the output of the process
     * @param megabytes size of the Java heap
     */
    Child(String name, Path log, Map<String, String> environment, int megabytes, Class<?> main, String... arguments)
            throws IOException {
        this.name = name;
        this.log = log;
        this.environment = environment;
        this.megabytes = megabytes;
        this.main = main;
        this.arguments = List.of(arguments);
        this.process = launch(log, environment, megabytes, main, this.arguments);
    }

    private static Process launch(
            Path log, Map<String, String> environment, int megabytes, Class<?> main, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx" + megabytes + "m"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void killAndRestart() throws IOException {
        kill();
        start();
    }

    /** Kills the process, and starts another main class in its place, now and from now on. */
    void killAndRestartAs(Class<?> next) throws IOException {
        main = next;
        killAndRestart();
    }

    /** Ends the process with SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Starts a killed process again. */
    void start() throws IOException {
        process = launch(log, environment, megabytes, main, arguments);
    }

    /** Fails if the process has ended by itself. */
    void check() {
        assertThat(process.isAlive()).as(this::output).isTrue();
    }

    /** Ends the process with SIGTERM. */
    void stop() throws InterruptedException {
        process.destroy();
        awaitEnd();
    }

    /** Waits until the process has ended. */
    void awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                .as(this::output)
                .isTrue();
    }

    /** What the process has printed. */
    String output() {
        try {
            return name + ": " + Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
