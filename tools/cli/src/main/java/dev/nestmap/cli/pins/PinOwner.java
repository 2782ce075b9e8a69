/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.SafeText;
import dev.nestmap.untyped.UntypedOuterMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The process that owns the pins in a directory.
 *
 * @param process its id
 * @param command the file that it runs; empty if this is unknown
 * @param since when it was started; null if this is unknown
 * @param isStopped whether a signal has stopped it
 */
record PinOwner(long process, String command, @Nullable Instant since, boolean isStopped) {
    /** {@code PROC_PID_INIT_INO} in {@code linux/proc_ns.h}. */
    private static final String FIRST_NAMESPACE = "pid:[4026531836]";

    /** Finds the owner of a pin. Null if it has none, or if the owner is in another PID namespace. */
    static @Nullable PinOwner of(Path pin) {
        OptionalLong process = UntypedOuterMap.owner(pin);
        if (process.isEmpty()) {
            return null;
        }
        ProcessHandle.Info info =
                ProcessHandle.of(process.getAsLong()).map(ProcessHandle::info).orElse(null);
        return new PinOwner(
                process.getAsLong(),
                info == null ? "" : info.command().orElse(""),
                info == null ? null : info.startInstant().orElse(null),
                UntypedOuterMap.isStopped(process.getAsLong()));
    }

    /** What is known if no owner is found. */
    static String none() {
        return seesAllProcesses()
                ? "none"
                : "none in this PID namespace; a process of another one, such as the host's, may own them";
    }

    /** Whether this process is in the first PID namespace, which sees the processes of all others. */
    static boolean seesAllProcesses() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))
                    .toString()
                    .equals(FIRST_NAMESPACE);
        } catch (IOException e) {
            return false;
        }
    }

    /** Names the process in messages: {@code process 17 (/usr/bin/java)}. */
    String description() {
        String details = Stream.of(
                        SafeText.visible(command), isStopped ? "stopped: kill -CONT " + process + " continues it" : "")
                .filter(detail -> !detail.isEmpty())
                .collect(Collectors.joining(", "));
        return "process " + process + (details.isEmpty() ? "" : " (" + details + ")");
    }
}
