/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.toolchain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Has the kernel verify an object of one program, and reads what it says about the effort. */
public final class Verifier {
    private static final Pattern STATISTICS =
            Pattern.compile("processed (\\d+) insns .* total_states (\\d+) peak_states (\\d+)");

    private Verifier() {}

    /**
     * What came of it.
     *
     * @param instructions how many it went through, those of a loop at each turn
     * @param states how many it kept
     * @param peakStates how many it kept at the same time
     */
    public record Verdict(boolean accepted, int instructions, int states, int peakStates, String log) {
        @Override
        public String toString() {
            return (accepted ? "accepted" : "refused") + " after " + instructions + " instructions and " + states
                    + " states (at most " + peakStates + " at a time)";
        }
    }

    /** Loads the object and lets go of it. */
    public static Verdict load(Path object) {
        Command.needInstalled("bpftool");
        Command.needNamespace("--mount");
        // bpftool has to pin what it loads: in a file system that ends with the command.
        Command.Result result = Command.run(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t bpf none \"$2\" && \"$0\" -d prog loadall \"$1\" \"$2/it\"",
                Command.find("bpftool").orElseThrow(),
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
