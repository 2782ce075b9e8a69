/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.cli.console.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs commands without output, so that the Java VM can list their classes ({@code -XX:DumpLoadedClassList}). The script at the beginning
 * of the jar archives these classes, which makes the command start faster.
 */
final class ClassListTrainingRun {
    private ClassListTrainingRun() {}

    /** Runs the commands. A command that lacks a privilege or a map ends early, and the archive then lacks some of its classes. */
    public static void main(String[] arguments) throws IOException {
        Console silent = new Console(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), false, false);
        Main.run(silent, "tree", "--limit", "3");
        Main.run(silent, "tree", "--all", "--limit", "3");
        Main.run(silent, "tree", "--limit", "1", "--json");
        Main.run(silent, "pins");
        Main.run(silent, "doctor");
        try (InputStream bundled = Main.class.getResourceAsStream("/META-INF/bpf/nest_reader.bpf.o")) {
            if (bundled != null) {
                Path file = Files.createTempFile("nestmap", ".bpf.o");
                Files.write(file, bundled.readAllBytes());
                Main.run(silent, "check", file.toString());
                Files.delete(file);
            }
        }
    }
}
