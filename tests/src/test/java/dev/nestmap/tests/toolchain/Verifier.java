/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.toolchain;

import dev.nestmap.runtime.testing.InstalledCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Has the kernel verify an object with one program, and parses the verifier's statistics. */
public final class Verifier {
    private static final Pattern STATISTICS =
            Pattern.compile("processed (\\d+) insns .* total_states (\\d+) peak_states (\\d+)");

    private Verifier() {}

    /**
     * The verifier's result.
     *
     * @param instructions instructions that the verifier processed, those of a loop in each iteration
     * @param states states that it explored in total
     * @param peakStates maximum number of states at the same time
     */
    public record Verdict(boolean accepted, int instructions, int states, int peakStates, String log) {
        @Override
        public String toString() {
            return (accepted ? "accepted" : "refused") + " after " + instructions + " instructions and " + states
                    + " states (at most " + peakStates + " at a time)";
        }
    }

    /** Loads the object and unloads it again. */
    public static Verdict load(Path object) {
        InstalledCommand.needInstalled("bpftool");
        InstalledCommand.needNamespace("--mount");
        // bpftool must pin what it loads. It uses a bpf file system that disappears with the command.
        InstalledCommand.Result result = InstalledCommand.run(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t bpf none \"$2\" && \"$0\" -d prog loadall \"$1\" \"$2/it\"",
                InstalledCommand.find("bpftool").orElseThrow(),
                object,
                mountPoint());
        Matcher statistics = STATISTICS.matcher(result.output());
        if (!statistics.find()) {
            throw new AssertionError(result.output());
        }
        return new Verdict(
                result.status() == 0,
                Integer.parseInt(statistics.group(1)),
                Integer.parseInt(statistics.group(2)),
                Integer.parseInt(statistics.group(3)),
                result.output());
    }

    private static Path mountPoint() {
        try {
            return Files.createDirectories(Path.of("target", "bpffs"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
