/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process with a main class of this example. It ends when this process ends, because that closes its standard input. */
final class Child implements Victim {
    /** Runs a command in a new network namespace, which ends with the command. */
    static final List<String> IN_NEW_NETWORK =
            List.of("unshare", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh");

    private static final int LAST_LINES = 15;

    private final String name;
    private final Path log;
    private final List<String> command = new ArrayList<>();
    private Process process;

    /**
     * Starts a process.
     *
     * @param log gets the output of the process
     * @param prefix begin of the command line, or empty
     * @param megabytes size of the Java heap
     */
    Child(String name, Path log, List<String> prefix, int megabytes, Class<?> main, String... arguments)
            throws IOException {
        this.name = name;
        this.log = log;
        command.addAll(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx" + megabytes + "m"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        this.process = launch();
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    @Override
    public String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void killAndRestart() throws IOException {
        kill();
        start();
    }

    /** Kills the process, and starts it with a further argument, now and from now on. */
    void killAndRestartWith(String argument) throws IOException {
        kill();
        command.add(argument);
        start();
    }

    /** Ends the process with SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Starts a killed process again. */
    void start() throws IOException {
        process = launch();
    }

    /** Throws if the process has ended by itself. */
    void check() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(name + " has ended with status " + process.exitValue() + ":\n" + end());
        }
    }

    /** The last lines of the output. */
    private String end() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    /**
     * Asks the process to end, by closing its standard input, and waits.
     *
     * @throws IOException if it does not end in time, or with an error
     */
    void stop(Duration timeout) throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException(name + " has not ended in " + timeout.toSeconds() + " seconds:\n" + end());
        }
        if (process.exitValue() != 0) {
            check();
        }
    }
}
