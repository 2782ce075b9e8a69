/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.rollingupgrade;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The service in a Java VM of its own. */
final class ServiceProcess {
    private final Process process;
    private final BufferedReader output;

    private ServiceProcess(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static ServiceProcess start(int version, int port, Path pins, Path ledger, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Service.class.getName(),
                Integer.toString(version),
                "lo",
                Integer.toString(port),
                pins.toString(),
                ledger.toString()));
        command.addAll(List.of(more));
        return new ServiceProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Waits until the service counts. Throws with its output if it ends before. */
    void awaitReady() throws IOException, InterruptedException {
        StringBuilder all = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals(Service.READY)) {
                return;
            }
            all.append(line).append('\n');
        }
        throw new IllegalStateException("the service ended with status " + process.waitFor() + ":\n" + all);
    }

    /** Waits until the service ends. Throws with its output if it fails. */
    void awaitEnd() throws IOException, InterruptedException {
        String all = String.join("\n", output.lines().toList());
        if (process.waitFor() != 0) {
            throw new IllegalStateException("the service failed:\n" + all);
        }
    }

    /** Kills the service with SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
